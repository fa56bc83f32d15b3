"""Four people at one event: two hosts at the desk, a poster and a reader."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect

from e2e.people.person import Person
from e2e.people.tab import uses


@dataclass
class Room:
    """Four people at one event: both hosts at the desk."""

    slug: str
    olga: Person
    otto: Person
    paul: Person
    rita: Person
    script: bool

    def __iter__(self) -> Iterator[Person]:
        return iter((self.olga, self.otto, self.paul, self.rita))

    def path(self, person: Person) -> str:
        return f"/events/{self.slug}/{'host/' if person in (self.olga, self.otto) else ''}"

    def look(self, *people: Person) -> None:
        """Reload the pages of these people without JavaScript; with it they have the present page."""
        for person in () if self.script else people or tuple(self):
            person.goes_to(self.path(person))

    def everybody(self, check: Callable[[Person], None], *but: Person) -> None:
        people = [person for person in self if person not in but]
        self.look(*people)
        for person in people:
            check(person)

    def have(self, text: str, *but: Person) -> None:
        """Check that everybody but these people has this text in the list of entries."""
        self.everybody(lambda person: expect(inside(person, text)).to_be_visible(), *but)
        self.look(*but)
        for person in but:
            expect(inside(person, text)).to_have_count(0)

    def read(self, words: str) -> None:
        self.everybody(lambda person: expect(person.main.get_by_text(words, exact=True).first).to_be_visible())

    # What hosts do

    def rules(self, host: Person, rule: str, comments: bool = True) -> None:
        host.page.get_by_label("Posting").focus()  # from then on nobody else changes what the form says
        host.page.get_by_label("Posting").select_option(rule)
        host.page.get_by_label("Comments").set_checked(comments)
        host.presses("Save rules")
        host.reads("Saved. Everybody sees it now.")

    def does(self, host: Person, text: str, link: str, button: str, **fields: str | bool) -> None:
        """Fill in a form of a post and send it: in place with JavaScript, on a page of its own without."""
        host.begins(text, link)
        form = host.page.get_by_role("form", name=re.compile(f"^{'Key moment' if link == 'Edit label' else link}"))
        for label, value in fields.items():
            field = form.get_by_label(re.compile(label))
            if isinstance(value, bool):
                field.set_checked(value)
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        uses(form.get_by_role("button", name=re.compile(f"^{button}")))
        expect(form).to_have_count(0)
        if urlsplit(host.page.url).path != self.path(host):
            self.look(host)

    def undoes(self, host: Person, deed: str, latest: bool = True) -> None:
        """Undo an act from the log on the desk: the latest one, or the only one of its kind."""
        self.look(host)
        undo = host.page.get_by_role("button", name=f"Undo {deed}")
        deeds = host.page.get_by_role("region", name="Activity").get_by_role("listitem")
        done = deeds.first if latest else deeds.filter(has=undo)
        expect(done).to_contain_text(f"{host.who.lower()} {deed.split(maxsplit=1)[0]}")
        with host.page.expect_response(lambda answer: "/undo/" in answer.url):  # “Undone.” may be there from before
            done.get_by_role("button", name=f"Undo {deed}").click()
        host.reads("Undone.")

    def decides(self, host: Person, text: str, what: str) -> None:
        self.look(host)
        if what == "Reject":
            host.rejects(text)
        else:
            host.approves(text, at_the_top="as newest" in what)

    def waits(self, text: str) -> None:
        """Let Paul post, and check that only he sees it, and both hosts have it in their queue."""
        self.paul.posts(text)
        own = self.paul.page.get_by_role("article", name="Your entry").filter(has_text=text)
        expect(own).to_contain_text("Waiting for review: only you see this")
        self.look(self.rita, self.olga, self.otto)
        for host in (self.olga, self.otto):
            expect(host.queue.get_by_text(text)).to_be_visible()
        expect(self.rita.main.get_by_text(text)).to_have_count(0)

    def listed(self, *texts: str) -> None:
        """Check the topmost entries on all screens."""
        self.look()
        for person in self:
            entries = person.feed.locator("> .entry > .body > .text")
            expect(entries.nth(len(texts) - 1)).to_have_text(texts[-1])
            assert entries.all_inner_texts()[: len(texts)] == list(texts)


def inside(person: Person, text: str) -> Locator:
    """The entry or comment with this text, in the list."""
    return person.feed.get_by_role("article").filter(has=person.page.get_by_text(text, exact=True)).last


def gap(person: Person) -> Locator:
    return person.page.get_by_role("article", name="Entry by Paul, removed by a host")


def moments(person: Person) -> Locator:
    """Folded away on the desk, which has no room beside it."""
    listed = person.page.get_by_role("navigation", name="Key moments", include_hidden=True)
    return listed.get_by_role("listitem", include_hidden=True)
