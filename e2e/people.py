"""People in browsers, in the words of the product. Stories say who does and sees what; how is here.

Everything is found as its users find it, by role and label, and every `expect` waits for the page
itself to get there.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, expect

from e2e.patience import HANGING
from e2e.protocol.comparing import Thread, alike, unlike
from e2e.protocol.page import Page
from e2e.proxy import Proxy
from e2e.watch import NETWORK_ERRORS, Watch

PASSWORD = "correct horse battery"  # what Deployment.event gives to olga
LIVE, NOT_LIVE = "Updates arrive as they happen", "Not live at the moment"

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

# Without what differs between any two moments: the entries, the cursor, tokens, the sign of life, the announcement.
READ_THE_REST = """() => {
  const copy = document.documentElement.cloneNode(true)
  for (const part of copy.querySelectorAll('.entry')) part.remove()
  for (const part of copy.querySelectorAll('#cursor, #heartbeat, #announcer')) part.remove()
  for (const part of copy.querySelectorAll('[name=csrfmiddlewaretoken], [name=sender], [name=key]')) part.remove()
  for (const part of copy.querySelectorAll('#reading, #places, .line, .mark, .typing')) part.remove()
  for (const part of copy.querySelectorAll('[href*="own-posts.css"]')) part.setAttribute('href', '')
  for (const part of copy.querySelectorAll('.htmx-request')) part.removeAttribute('class')
  copy.querySelector('body').removeAttribute('hx-headers:inherited')
  copy.querySelector('#socket').removeAttribute('hx-ws:connect')
  return copy.outerHTML.replace(/\\s+/g, ' ')
}"""


def uses(link_or_button: Locator) -> None:
    """By key: what is in the list may move away under a mouse whenever somebody posts."""
    link_or_button.press("Enter")


class Person:
    """Somebody with a browser of their own: one tab of it. `tab()` is the same person in another tab."""

    def __init__(self, who: str, url: str, context: BrowserContext, watch: Watch) -> None:
        self.who, self.url, self.context, self.watch = who, url, context, watch
        self.page = context.new_page()
        self._network: Proxy | None = None

    @property
    def network(self) -> Proxy:
        """What is between somebody with a bad network and the server."""
        assert self._network, f"{self.who} has a network that works: cast.reader(…, bad_network=True)"
        return self._network

    def tab(self) -> Self:
        return type(self)(self.who, self.url, self.context, self.watch)

    # What the story brings about, so that it is no trouble

    def loses_the_network(self) -> None:
        """From here on the browser's own messages about a lost network are expected."""
        self.watch.allowed += NETWORK_ERRORS

    def is_refused(self, status: int) -> None:
        """From here on the browser's own message about an answer with this status is expected."""
        self.watch.allowed.append(rf"Failed to load resource: the server responded with a status of {status} \(")

    # Going places

    def goes_to(self, path: str) -> None:
        self.page.goto(self.url + path)

    def opens(self, slug: str) -> None:
        """Open an event and wait until it is live."""
        self.goes_to(f"/events/{slug}/")
        if self.page.locator("#socket").count() and self.page.evaluate("'htmx' in window"):
            self.is_live()

    def reads_along(self, slug: str) -> None:
        """Open an event as somebody whose browser runs no JavaScript, or who need not be live."""
        self.goes_to(f"/events/{slug}/")

    def opens_home(self) -> None:
        self.goes_to("/")

    def opens_entry(self, text: str) -> None:
        """Follow the link on an entry's time to its own page."""
        self.post(text).get_by_role("link").filter(has=self.page.get_by_role("time")).first.click()
        expect(self.page.get_by_role("link", name="All of “")).to_be_visible()

    def signs_in(self, user: str = "olga") -> None:
        self.goes_to("/sign-in/")
        self.page.get_by_label("Username").fill(user)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.presses("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def has_signed_in(self, user: str = "olga") -> None:
        """The same without its pages, which a story that is about something else need not wait for."""
        address = f"{self.url}/sign-in/"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.context.request.get(address).text())
        assert token, f"{address} has no form"
        fields = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        answer = self.context.request.post(address, form=fields, headers={"Referer": address})
        assert "/sign-out/" in answer.text(), f"{user} could not sign in"
        self.opens_home()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    # The parts of the page

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
        return self.composer.get_by_role("textbox", name="Name")

    def comment_form(self, on: str) -> Locator:
        return self.post(on).get_by_role("group", name=re.compile("^Comment on the entry by"))

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

    # Doing things

    def writes(self, text: str, name: str | None = None) -> None:
        """Fill in the composer without sending it."""
        if name is not None:
            self.entry_name.fill(name)
        self.entry_text.fill(text)

    def posts(self, text: str, name: str | None = None) -> None:
        """Post an entry, under one's own name unless told otherwise, and see the composer ready for the next."""
        self.writes(text, self.who if name is None else name)
        self.presses("Post entry")
        expect(self.entry_text).to_have_value("")

    def types_and_posts(self, text: str) -> None:
        """As fast as people are: what comes faster may have to wait for a host."""
        self.entry_name.fill(self.who)
        self.entry_text.press_sequentially(text, delay=100)
        self.presses("Post entry")
        expect(self.entry_text).to_have_value("")

    def fails_to_post(self, text: str, name: str | None = None, status: int = 422) -> None:
        self.is_refused(status)
        self.writes(text, self.who if name is None else name)
        self.presses("Post entry")

    def comments(self, on: str, text: str, name: str | None = None) -> None:
        form = self.comment_form(on)
        form.get_by_role("textbox", name="Name").fill(self.who if name is None else name)
        self.comment_text(on).fill(text)
        uses(form.get_by_role("button", name="Post comment"))
        expect(self.comment_text(on)).to_have_value("")

    def ends_the_event(self) -> None:
        self.follows("End event")
        self.presses("End event")

    def edits(self, old: str, new: str) -> None:
        uses(self.post(old).get_by_role("link", name=re.compile("^Edit (entry|comment)")).first)
        expect(self.edit_text).to_have_value(old)
        self.edit_text.fill(new)
        self.presses("Save")
        expect(self.edit_form).to_have_count(0)

    def removes(self, text: str) -> None:
        uses(self.post(text).get_by_role("link", name=re.compile("^Remove (entry|comment)")).first)
        form = self.page.get_by_role("form", name="Remove", exact=True)
        uses(form.get_by_role("button", name=re.compile("^Remove (entry|comment)")))
        expect(form).to_have_count(0)

    def pins(self, text: str) -> None:
        self._acts_as_host(text, "Pin")
        uses(self.page.get_by_role("form", name="Pin", exact=True).get_by_role("button", name="Pin entry"))
        expect(self.pinned.get_by_text(text)).to_be_visible()

    def unpins(self) -> None:
        self.pinned.get_by_role("link", name="Unpin").click()
        self.presses("Unpin entry")

    def marks(self, text: str, label: str) -> None:
        """List an entry as a key moment under this label, or with "" not any more."""
        self._acts_as_host(text, "Key moment")
        form = self.page.get_by_role("form", name="Key moment", exact=True)
        form.get_by_role("textbox").fill(label)
        uses(form.get_by_role("button").first)
        expect(form).to_have_count(0)

    def bans(self, text: str, note: str = "") -> None:
        """Ban who posted this, for a day."""
        self._acts_as_host(text, "Ban")
        self.page.get_by_label("What they are told").fill(note)
        self.presses("Ban")
        expect(self.page.get_by_role("form", name="Ban", exact=True)).to_have_count(0)

    def _acts_as_host(self, text: str, verb: str) -> None:
        entry = self.feed.get_by_role("article").filter(has=self.page.get_by_text(text, exact=True)).last
        uses(entry.get_by_role("link", name=re.compile(f"^{verb}")).first)

    def reads_at(self, text: str) -> None:
        """Scroll to where this entry is in the middle of the window, and have that place held."""
        self.post(text).evaluate("element => element.scrollIntoView({block: 'center'})")
        expect(self.page.get_by_text("Holding your place")).to_have_count(1)

    def sees_unread(self, count: int) -> None:
        """The link to as many unread entries; with 0, none."""
        words = "1 new entry" if count == 1 else f"{count} new entries"
        if count:
            expect(self.unread).to_have_accessible_name(words)
        else:
            expect(self.unread).to_have_count(0)

    def hides_the_tab(self) -> None:
        """As if another tab came to the front: the page closes its socket."""
        with self.watch.sockets[-1].expect_event("close"):
            self._turn_visibility("hidden")

    def has_one_socket(self) -> None:
        """The last one it opened; the others are closed, or about to be."""
        *others, last = self.watch.sockets
        for other in others:
            if not other.is_closed():
                other.wait_for_event("close")
        assert not last.is_closed()

    def shows_the_tab(self) -> None:
        self._turn_visibility("visible")

    def has_a_clock(self) -> None:
        """From the next page on, `lets_time_pass` can be said."""
        self.page.clock.install()

    def lets_time_pass(self, seconds: float) -> None:
        """So much later in this browser, at once: its timers and its animations have come so much further."""
        self.page.clock.fast_forward(int(seconds * 1000))
        self.page.evaluate(
            "ms => document.getAnimations().forEach(each => { each.currentTime = (each.currentTime ?? 0) + ms })",
            seconds * 1000,
        )

    def lets_frames_pass(self, count: int) -> None:
        """Goes on after the browser has painted so many."""
        self.page.evaluate("async n => { while (n--) await new Promise(requestAnimationFrame) }", count)

    def _turn_visibility(self, state: str) -> None:
        self.page.evaluate(
            """state => {
              Object.defineProperty(document, 'hidden', {configurable: true, get: () => state === 'hidden'})
              Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state})
              document.dispatchEvent(new Event('visibilitychange'))
            }""",
            state,
        )

    # Seeing things

    def sees(self, text: str, within: float = HANGING) -> None:
        """An entry or comment with this text, exactly once."""
        expect(self.post(text)).to_be_visible(timeout=within * 1000)
        expect(self.main.get_by_role("paragraph").get_by_text(text, exact=True)).to_have_count(1)

    def does_not_see(self, text: str) -> None:
        expect(self.main.get_by_text(text, exact=True)).to_have_count(0)

    def sees_edited(self, text: str) -> None:
        self.sees(text)
        expect(self.post(text).get_by_text(re.compile("^edited ")).first).to_be_visible()

    def reads(self, words: str) -> None:
        """These words anywhere in the page."""
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
        """The entries from the top: ids, authors, texts, marks and comments."""
        found: list[dict[str, Any]] = self.feed.evaluate(READ_ENTRIES)
        return found

    def reads_the_rest(self) -> str:
        """The page without its entries and without what is different at any moment."""
        return str(self.page.evaluate(READ_THE_REST))

    @property
    def cursor(self) -> Locator:
        return self.page.locator("#cursor")

    def is_where(self, other: "Person") -> None:
        """This page and the other one get to the same place, whichever of them is ahead."""
        end = time.monotonic() + HANGING
        while (there := other.cursor.input_value()) and time.monotonic() < end:
            with suppress(AssertionError):
                expect(self.cursor).to_have_value(there, timeout=500)
                return
        expect(self.cursor).to_have_value(there, timeout=1)

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))

    def reads_what_a_fresh_page_says(self) -> None:
        """The page gets, without reloading, to where a fresh one is now, and says the same in the same order."""
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
        """The same, after asking for earlier entries until the one at `position` is there."""
        while (document := self.document()).floor > position:
            link = self.page.locator("#older-link")
            address = link.get_attribute("href") or ""
            link.click()
            expect(link).not_to_have_attribute("href", address)
        return document

    def document_with_earlier_comments(self, entry: str) -> Page:
        """The same, after asking for some on this entry."""
        link = self.page.locator(f"#{entry}-earlier-link")
        address = link.get_attribute("href") or ""
        link.click()
        expect(link).not_to_have_attribute("href", address)
        return self.document()

    @contextmanager
    def stays_put(self, text: str, pixels: float = 2) -> Iterator[None]:
        """What is read does not move while the block runs."""
        before = self.post(text).bounding_box()
        yield
        after = self.post(text).bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) <= pixels
