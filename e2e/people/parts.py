"""The parts of a page, found by role and label."""

import re

from playwright.sync_api import Locator

from e2e.people.tab import Tab


class Parts(Tab):
    """A person's page and its parts."""

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("form", name="Post an entry")

    @property
    def entry_text(self) -> Locator:
        return self.composer.get_by_role("textbox", name="Entry")

    @property
    def entry_name(self) -> Locator:
        return self.composer.get_by_role("textbox", name="Name", include_hidden=True)

    def comment_link(self, on: str) -> Locator:
        return self.post(on).get_by_role("link", name=re.compile("^Comment"))

    def comment_form(self, on: str) -> Locator:
        return self.post(on).get_by_role("form", name=re.compile("^Comment on the entry by"))

    def comment_text(self, on: str) -> Locator:
        return self.comment_form(on).get_by_role("textbox", name="Comment", exact=True)

    @property
    def edit_form(self) -> Locator:
        return self.page.get_by_role("form", name="Edit", exact=True)

    @property
    def edit_text(self) -> Locator:
        return self.edit_form.get_by_role("textbox", name="Text")

    @property
    def feed(self) -> Locator:
        return self.page.get_by_role("feed", name="Entries")

    def post(self, text: str) -> Locator:
        """The entry or comment with exactly this text (of several nested, the innermost)."""
        return self.page.get_by_role("article").filter(has=self.page.get_by_text(text, exact=True)).last

    @property
    def pinned(self) -> Locator:
        return self.page.get_by_role("region", name="Pinned")

    @property
    def about(self) -> Locator:
        return self.page.get_by_role("region", name="About")

    @property
    def problem(self) -> Locator:
        return self.page.get_by_role("alert").filter(has_text=re.compile("."))

    @property
    def unread(self) -> Locator:
        return self.page.get_by_role("link", name=re.compile("new entr", re.IGNORECASE))

    def earlier_comments(self, on: str) -> Locator:
        """The link above the comments on an entry that has more than are shown."""
        return self.post(on).get_by_role("link", name="Show earlier comments")

    def comments_on(self, text: str) -> list[str]:
        """Texts of the comments that are shown, from the first."""
        return [words.strip() for words in self.post(text).locator(".comment > .body > .text").all_text_contents()]
