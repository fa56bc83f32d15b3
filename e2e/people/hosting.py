"""Actions of hosts."""

from playwright.sync_api import expect

from e2e.people.posting import Posting
from e2e.people.tab import uses


class Hosting(Posting):
    """A person who hosts an event."""

    def pins(self, text: str) -> None:
        self.begins(text, "Pin")
        uses(self.page.get_by_role("form", name="Pin", exact=True).get_by_role("button", name="Pin entry"))
        expect(self.pinned.get_by_text(text)).to_be_visible()

    def unpins(self) -> None:
        self.pinned.get_by_role("link", name="Unpin").click()
        self.presses("Unpin entry")

    def marks(self, text: str, label: str) -> None:
        """List an entry as a key moment under this label; with "", take it off the list."""
        self.begins(text, "Key moment|Edit label")
        form = self.page.get_by_role("form", name="Key moment", exact=True)
        form.get_by_role("textbox").fill(label)
        uses(form.get_by_role("button").first)
        expect(form).to_have_count(0)

    def bans(self, text: str, note: str = "") -> None:
        """Ban the author of this post for a day."""
        self.begins(text, "Ban")
        self.page.get_by_label("Message to them").fill(note)
        self.presses("Ban")
        expect(self.page.get_by_role("form", name="Ban", exact=True)).to_have_count(0)

    def ends_the_event(self) -> None:
        self.follows("End event")
        self.presses("End event")
