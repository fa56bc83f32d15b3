"""Posting, commenting, editing and removing."""

import re

from playwright.sync_api import Locator, expect

from e2e.people.parts import Parts
from e2e.people.tab import uses


class Posting(Parts):
    """A person who posts, and changes what they posted."""

    def writes(self, text: str, name: str | None = None) -> None:
        """Press the composer, which opens it, and fill it in without sending it."""
        self.entry_text.click()
        self.entry_text.fill(text)
        if name is not None:
            self.entry_name.fill(name)
            self.entry_text.focus()

    def posts(self, text: str, name: str | None = None) -> None:
        """Post an entry, under one's own name unless told otherwise, and see the composer ready for the next."""
        self.writes(text, self.who if name is None else name)
        self.presses("Post entry")
        expect(self.entry_text).to_have_value("")

    def types_and_posts(self, text: str) -> None:
        """Type at the speed of people, and post: a faster post may have to wait for a host."""
        self.entry_text.click()
        self.entry_name.fill(self.who)
        self.entry_text.press_sequentially(text, delay=100)
        self.presses("Post entry")
        expect(self.entry_text).to_have_value("")

    def fails_to_post(self, text: str, name: str | None = None, status: int = 422) -> None:
        self.is_refused(status)
        self.writes(text, self.who if name is None else name)
        self.presses("Post entry")

    def comments(self, on: str, text: str, name: str | None = None) -> None:
        form = self.opens_comment_form(on)
        form.get_by_role("textbox", name="Name").fill(self.who if name is None else name)
        self.comment_text(on).fill(text)
        uses(form.get_by_role("button", name="Post comment"))
        expect(form.locator("textarea:not(:placeholder-shown)")).to_have_count(0)

    def opens_comment_form(self, on: str) -> Locator:
        """Follow “Comment” unless the form is there; without JavaScript that leads to the entry's page."""
        form = self.comment_form(on)
        if not form.count():
            uses(self.comment_link(on))
            expect(form).to_be_visible()
        return form

    def begins(self, text: str, verb: str) -> None:
        """Follow the link to change a post: as a host behind its “⋯”, as its author by “Edit or remove”."""
        post = self.post(text)
        expect(post).to_be_visible()  # without JavaScript its page may just be loading
        if (tools := post.locator("> .tools")).count():
            if tools.get_attribute("open") is None:
                uses(tools.locator("summary"))
            uses(tools.get_by_role("link", name=re.compile(f"^({verb})")).first)
            return
        uses(post.locator("> .body").get_by_role("link", name="Edit or remove"))
        if verb == "Remove":
            uses(self.edit_form.get_by_role("link", name="Remove"))

    def reacts(self, text: str, kind: str = "Like") -> None:
        """Tap on a reaction; one that nobody has used yet is behind “＋”."""
        button = self.post(text).get_by_role("button", name=re.compile(f"^{kind}"))
        if not button.is_visible():
            uses(self.post(text).locator(".add > summary"))
        uses(button)

    def edits(self, old: str, new: str) -> None:
        self.begins(old, "Edit")
        expect(self.edit_text).to_have_value(old)
        self.edit_text.fill(new)
        self.presses("Save")
        expect(self.edit_form).to_have_count(0)

    def removes(self, text: str) -> None:
        self.begins(text, "Remove")
        form = self.page.get_by_role("form", name="Remove", exact=True)
        uses(form.get_by_role("button", name=re.compile("^Remove (entry|comment)")))
        expect(form).to_have_count(0)
