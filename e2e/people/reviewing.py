"""Actions of hosts at their desk."""

import re

from playwright.sync_api import Locator

from e2e.people.going import Going
from e2e.people.hosting import Hosting
from e2e.people.tab import uses


class Reviewing(Hosting, Going):
    """A host who decides on what waits, and takes decisions back."""

    def opens_the_desk(self, slug: str) -> None:
        self.goes_to(f"/events/{slug}/host/")

    @property
    def queue(self) -> Locator:
        """The part of the desk with the posts that wait."""
        return self.page.get_by_role("region", name="To review")

    def waiting(self, text: str) -> Locator:
        """The post in the queue with this text."""
        return self.queue.get_by_role("article").filter(has_text=text)

    def approves(self, text: str, *, at_the_top: bool = False) -> None:
        """Approve a post at its place, or as the newest."""
        post, button = self.waiting(text), "^Approve the (entry|comment)"
        if at_the_top:
            post.get_by_text("⋯").press("Enter")
            button = "as newest"
        uses(post.get_by_role("button", name=re.compile(button)))
        self.reads("Approved.")

    def rejects(self, text: str) -> None:
        uses(self.waiting(text).get_by_role("button", name="Reject"))
        self.reads("Rejected.")

    def undoes(self, deed: str) -> None:
        """Take back the latest act of this kind, such as “approved”."""
        uses(self.page.get_by_role("button", name=f"Undo {deed}").first)

    def restores(self, text: str = "") -> None:
        """Bring a removed post back, from the place in the list where it was: the newest, or the one with this text."""
        gaps = self.feed.get_by_role("article").filter(has_text=text)
        uses(gaps.get_by_role("button", name="Restore").first)
        self.reads("Restored.")
