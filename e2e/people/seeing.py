"""Everything that a person sees on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect

from e2e.patience import HANGING
from e2e.people.parts import Parts

LIVE = "Live updates"
NOT_LIVE = "Not live at the moment"

READ_ENTRIES = """list => {
  const words = element => element.textContent.trim()  // an entry out of view has no innerText
  const post = element => ({
    id: element.id,
    position: element.dataset.position,
    name: words(element.querySelector(':scope > .body .name')),
    host: !!element.querySelector(':scope > .body .badge.host'),
    time: words(element.querySelector(':scope > .body time')),
    edited: !!element.querySelector(':scope > .body .edited'),
    text: element.querySelector(':scope > .body > .text').innerHTML.trim(),
    comments: [...element.querySelectorAll(':scope > .comments > .comment')].map(post),
  })
  return [...list.querySelectorAll(':scope > .entry')].map(post)
}"""


class Seeing(Parts):
    """A person who looks at the page; each method waits until the page shows it."""

    def sees(self, text: str, within: float = HANGING) -> None:
        """Wait for an entry or comment with this text, exactly once."""
        expect(self.post(text)).to_be_visible(timeout=within * 1000)
        expect(self.main.get_by_role("paragraph").get_by_text(text, exact=True)).to_have_count(1)

    def does_not_see(self, text: str) -> None:
        expect(self.main.get_by_text(text, exact=True)).to_have_count(0)

    def sees_edited(self, text: str) -> None:
        self.sees(text)
        expect(self.post(text).get_by_text(re.compile("^edited ")).first).to_be_visible()

    def reads(self, words: str) -> None:
        """Wait for these words anywhere in the page."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def is_live(self) -> None:
        expect(self.main.get_by_role("status").get_by_text(LIVE)).to_be_visible()

    def does_not_claim_to_be_live(self) -> None:
        expect(self.main.get_by_role("status").get_by_text(LIVE)).to_have_count(0)

    def is_told_it_is_not_live(self) -> None:
        expect(self.main.get_by_role("status").get_by_text(NOT_LIVE)).to_be_visible()

    def entries(self) -> list[str]:
        """Texts of the entries, from the top."""
        return [re.sub("<.*?>", "", entry["text"]) for entry in self.reads_entries()]

    def reads_entries(self) -> list[dict[str, Any]]:
        """The entries from the top: ids, authors, texts, badges and comments."""
        found: list[dict[str, Any]] = self.feed.evaluate(READ_ENTRIES)
        return found

    def sees_unread(self, count: int) -> None:
        """Wait for the link to this number of unread entries; with 0, for its absence."""
        words = "1 new entry" if count == 1 else f"{count} new entries"
        if count:
            expect(self.unread).to_have_accessible_name(words)
        else:
            expect(self.unread).to_have_count(0)

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))

    @contextmanager
    def stays_put(self, text: str, pixels: float = 2) -> Iterator[None]:
        """Check that this entry does not move while the block runs."""
        before = self.post(text).bounding_box()
        yield
        after = self.post(text).bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) <= pixels
