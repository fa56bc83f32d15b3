"""The whole page, compared with another one."""

import time
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect

from e2e.patience import HANGING
from e2e.people.going import Going
from e2e.protocol.comparing import Thread, alike, unlike
from e2e.protocol.page import Page

# The parts that differ between any two moments are left out.
READ_THE_REST = """() => {
  const copy = document.documentElement.cloneNode(true)
  for (const part of copy.querySelectorAll('.entry')) part.remove()
  for (const part of copy.querySelectorAll('#cursor, #heartbeat, #announcer')) part.remove()
  for (const part of copy.querySelectorAll('[name=csrfmiddlewaretoken], [name=sender], [name=key]')) part.remove()
  for (const part of copy.querySelectorAll('#reading, #places, .line, .read-to, .typing')) part.remove()
  for (const part of copy.querySelectorAll('[href*="own-posts.css"]')) part.setAttribute('href', '')
  for (const part of copy.querySelectorAll('.htmx-request')) part.removeAttribute('class')
  copy.querySelector('body').removeAttribute('hx-headers:inherited')
  copy.querySelector('#socket').removeAttribute('hx-ws:connect')
  return copy.outerHTML.replace(/\\s+/g, ' ')
}"""


class WholePage(Going):
    """A person whose page is compared with another one."""

    def reads_the_rest(self) -> str:
        """The page without its entries and without the parts that differ between any two moments."""
        return str(self.page.evaluate(READ_THE_REST))

    @property
    def cursor(self) -> Locator:
        return self.page.locator("#cursor")

    def is_where(self, other: "WholePage") -> None:
        """Wait until both pages are at the same cursor, whichever of them is ahead."""
        end = time.monotonic() + HANGING
        while (there := other.cursor.input_value()) and time.monotonic() < end:
            with suppress(AssertionError):
                expect(self.cursor).to_have_value(there, timeout=500)
                return
        expect(self.cursor).to_have_value(there, timeout=1)

    def reads_what_a_fresh_page_says(self) -> None:
        """Wait until this page, without reloading, has the cursor of a fresh one, and check that both are equal."""
        fresh = self.tab()
        fresh.opens(urlsplit(self.page.url).path.split("/")[2])
        expect(self.cursor).to_have_value(fresh.cursor.input_value())
        shown = self.document()
        assert not shown.view().duplicate_ids
        there = fresh.document_back_to(shown.floor)
        for thread in [Thread(shown, entry) for entry in shown.headed]:
            while thread.is_opened and Thread(there, thread.entry).floor > thread.floor:
                there = fresh.document_with_earlier_comments(thread.entry)
        differences = unlike(*alike(shown, there))
        assert not differences, "\n".join(differences)
        fresh.page.close()

    def document(self) -> Page:
        """The page as it is now, with all its markup."""
        return Page(self.page.content())

    def document_back_to(self, position: int) -> Page:
        """The page after asking for earlier entries until the one at `position` is there."""
        while (document := self.document()).floor > position:
            link = self.page.locator("#older-link")
            address = link.get_attribute("href") or ""
            link.click()
            expect(link).not_to_have_attribute("href", address)
        return document

    def document_with_earlier_comments(self, entry: str) -> Page:
        """The page after asking for earlier comments on this entry."""
        link = self.page.locator(f"#{entry}-earlier-link")
        address = link.get_attribute("href") or ""
        link.click()
        expect(link).not_to_have_attribute("href", address)
        return self.document()
