"""Opening pages and signing in."""

import re

from playwright.sync_api import expect

from e2e.people.seeing import Seeing

PASSWORD = "correct horse battery"
"""The password of Olga and of every other account that a story makes."""


class Going(Seeing):
    """A person who goes from page to page."""

    def goes_to(self, path: str) -> None:
        self.page.goto(self.url + path)

    def opens(self, slug: str) -> None:
        """Open an event and wait until it is live."""
        self.goes_to(f"/events/{slug}/")
        if self.page.locator("#socket").count() and self.page.evaluate("'htmx' in window"):
            self.is_live()

    def reads_along(self, slug: str) -> None:
        """Open an event without waiting: for a browser without JavaScript, or a page that need not be live."""
        self.goes_to(f"/events/{slug}/")

    def opens_home(self) -> None:
        self.goes_to("/")

    def opens_entry(self, text: str) -> None:
        """Follow the link on an entry's time to its own page."""
        self.post(text).get_by_role("link").filter(has=self.page.get_by_role("time")).first.click()
        expect(self.page.get_by_role("link", name="All of “")).to_be_visible()

    def signs_in(self, user: str = "olga") -> None:
        """Fill in the sign-in form."""
        self.goes_to("/sign-in/")
        self.page.get_by_label("Username").fill(user)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.presses("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def has_signed_in(self, user: str = "olga") -> None:
        """Sign in without the pages for it, in stories that are about something else."""
        address = f"{self.url}/sign-in/"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.context.request.get(address).text())
        assert token, f"{address} has no form"
        fields = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        answer = self.context.request.post(address, form=fields, headers={"Referer": address})
        assert "/sign-out/" in answer.text(), f"{user} could not sign in"
        self.opens_home()
