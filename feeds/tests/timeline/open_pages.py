"""An open page of a random history, and its comparison with a fresh one."""

import re
from difflib import unified_diff

from django.test import Client

from e2e.protocol.comparing import Thread, alike
from e2e.protocol.normalising import normalised
from e2e.protocol.page import Page
from e2e.protocol.tree import Node
from feeds.access.visitors import COOKIE, Visitor
from feeds.forms import Cursor
from feeds.live.reader import Reader
from feeds.models import Entry, Event
from feeds.tests.helpers import HTMX
from feeds.timeline import listing
from feeds.timeline.variants import Variant


class Somebody:
    """An open page, and what it does: its frames come from a room, or it asks."""

    def __init__(self, client: Client, event: Event, path: str = "", language: str = "en") -> None:
        self.client, self.path, self.language = client, path, language
        self.visitor = Visitor.of({COOKIE: client.cookies[COOKIE].value}).id if COOKIE in client.cookies else ""
        self.hosts = "sessionid" in client.cookies
        self.event_pk = event.pk
        self.gone = False
        self.page = self._opened(event)
        self.began_full = len(self.page.entries) == listing.FIRST
        self.shows_waiting = self.own_css(event)
        self.asked: set[Node] = set()
        self.loaded = self.cursor
        self.answers: list[str] = []
        """Further entries and earlier comments that are on their way."""
        self.inbox: list[str] = []
        """Messages of its socket that are on their way."""
        self.reader: Reader | None = None
        query = Variant.parse(dict(part.split("=") for part in path.partition("?")[2].split("&") if part))
        self.variant = Variant.parse({"order": query.order, "view": query.view, "language": language})
        if "entries/" in path or "wall" in path:
            self.variant = Variant.plain(language)
        self.variant = self.variant.for_hosts(self.hosts and "wall" not in path)

    @property
    def name(self) -> str:
        who = "host" if self.hosts else self.visitor[:1] or "reader"
        return f"{who} at {self.path or 'the page'} in {self.language}"

    def _get(self, address: str, **headers: str) -> str:
        answer = self.client.get(address, headers={"Accept-Language": self.language} | headers)
        self.client.cookies.pop("commentary_order", None)
        if answer.status_code == 403:  # banned
            self.gone = True
            return ""
        assert answer.status_code in {200, 410}, (address, answer.status_code)
        return answer.content.decode()

    def _opened(self, event: Event) -> Page:
        return Page(self._get(event.get_absolute_url() + self.path))

    def own_css(self, event: Event) -> str:
        return self._get(f"{event.get_absolute_url()}own-posts.css") if self.visitor else ""

    @property
    def cursor(self) -> Cursor:
        cursor = Cursor.parse(self.page.cursor)
        assert cursor
        return cursor

    def take(self, html: str) -> None:
        own = [link.attributes["href"] for link in self._own_links()]
        self.page.swap(html)
        if (ask := self.page.ids.get("again")) and ask[0] not in self.asked:
            self.asked.add(ask[0])
            path = self.path + ("&" if "?" in self.path else "?")
            event = Event.objects.get(pk=self.event_pk)
            opened = [node for node in self.page.root.all() if node.attributes.get("name") == "opened"]
            path += "".join(f"opened={node.attributes['value']}&" for node in opened)
            answer = self._get(f"{event.get_absolute_url()}{path}again=1&after={self.cursor}", **HTMX)
            self.page.swap(answer)
        if not self.visitor or "own" not in self.page.ids:
            return
        event = Event.objects.get(pk=self.event_pk)
        if own != [link.attributes["href"] for link in self._own_links()]:
            self.shows_waiting = self.own_css(event)
        for node in self.page.element("asks").elements if "asks" in self.page.ids else ():
            if node not in self.asked and f"#{node.id}" in self.shows_waiting:
                self.asked.add(node)
                self.page.swap(self._get(node.attributes["hx-get"], **HTMX))

    def _own_links(self) -> list[Node]:
        return self.page.element("own").elements if "own" in self.page.ids else []

    def poll(self, event: Event) -> None:
        query = self.variant.query.urlencode()
        self.take(self._get(f"{event.get_absolute_url()}changes/?{query}&after={self.cursor}", **HTMX))

    def looks_for_gaps(self, event: Event) -> None:
        if self.hosts and "gaps" in self.page.ids:
            self.take(self._get(self.page.element("gaps").attributes["hx-get"], **HTMX))

    def asks_for_entries(self) -> None:
        """Ask for those beyond the end of the page."""
        if self.page.older and "hx-get" in self.page.element("older-link").attributes:
            link = self.page.element("older-link").attributes["hx-get"]
            self._ask(link)

    def asks_for_comments(self, entry: str) -> None:
        """Earlier ones on an entry that has more than pages show."""
        thread = Thread(self.page, entry)
        is_there = Entry.objects.visible().filter(pk=entry.removeprefix("entry-")).exists()  # the page may not know
        if thread.header and thread.link and is_there:
            self._ask(thread.link)

    def receives(self) -> None:
        """Take a message of its socket."""
        messages, self.inbox = self.inbox, []
        for html in messages:
            self.take(html)

    def _ask(self, link: str) -> None:
        self.answers.append(self._get(f"{link}&after={self.cursor}", **HTMX))

    def takes_answers(self) -> None:
        """Whenever they come."""
        answers, self.answers = self.answers, []
        for html in answers:
            self.take(html)

    def fresh(self, event: Event) -> Page | None:
        """The page opened now, as far on as this one; None where it no longer exists."""
        other = Somebody.__new__(Somebody)
        other.__dict__ |= self.__dict__ | {"page": self._opened(event), "answers": []}
        if "cursor" not in other.page.ids:
            return None
        while other.page.older and (
            other.page.older < self.page.ceiling if self.page.is_oldest_first else other.page.older > self.page.floor
        ):
            other.asks_for_entries()
            other.takes_answers()
        for thread in [Thread(self.page, entry) for entry in self.page.headed]:
            while thread.is_opened and thread.entry in other.page.headed:
                there = Thread(other.page, thread.entry)
                if not there.link or there.floor <= thread.floor:
                    break
                other.asks_for_comments(thread.entry)
                assert other.answers, f"{thread.entry} is on a fresh page, and has no more comments"
                other.takes_answers()
        other.looks_for_gaps(event)
        return other.page

    def disagrees(self, event: Event) -> str:
        if (fresh := self.fresh(event)) is None:
            return ""
        # What its author sent from elsewhere and nobody has seen yet: that is in the answer to it, there.
        unseen = {f"{post.element_id}-waiting" for post in event.held_from(self.visitor or "-") if not post.shown}
        for identity in (unseen & fresh.ids.keys()) - self.page.ids.keys():
            fresh.remove(fresh.element(identity))
        mine, fresh = alike(self.page, fresh)
        if "excerpt" in self.page.ids:
            return _unlike_around(*(as_seen(page, over=event.is_over) for page in (mine, fresh)))
        floor = 0 if self.page.is_oldest_first else self.page.floor
        if (
            "older" not in self.page.ids
        ):  # the wall: nobody scrolls there, so it may show more than it would now, or less
            ends = [min([entry.position for entry in page.entries], default=0) for page in (self.page, fresh)]
            floor = max(ends) if self.began_full or len(fresh.entries) == listing.FIRST else 0
        over = event.is_over
        ceiling = self.page.ceiling if self.page.is_oldest_first else 10**18
        shown, there = (lines(page, floor, ceiling, over=over) for page in (mine, fresh))
        return unlike(shown, there)


def _unlike_around(shown: Page, fresh: Page) -> str:
    """A page of a single entry, as long as it is there: it has the same entries around it, in the same order."""
    if 'class="place here' not in written(fresh.element("excerpt")):
        return ""
    return unlike(*(written(page.element("excerpt")) for page in (shown, fresh)))


def unlike(shown: str, there: str) -> str:
    return "\n".join(unified_diff(shown.splitlines(), there.splitlines(), "shown", "fresh", lineterm="", n=3))


def as_seen(page: Page, ceiling: float = 10**18, *, over: bool) -> Page:
    """A page without what states.css hides, and without entries beyond a position."""
    page = page.copy()
    for node in list(page.element("live").all()):
        classes = set(node.attributes.get("class", "").split())
        form = node.tag == "form" and "reactions" not in classes
        over_ids = {"own", "own-reactions", "moving", "asks", "waiting"}
        hidden = over and (classes & {"say", "reply", "places"} or form or node.id in over_ids)
        unusable = (
            over and node.parent and "reactions" in node.parent.attributes.get("class", "") and node.tag != "span"
        )
        unusable = unusable or (over and node.attributes.get("form") == "react")
        in_list = node.parent and node.parent.id == "entries"
        beyond = in_list and float(node.attributes.get("data-position", 0)) > ceiling
        # The link in its place is there for as long as the entry surely is.
        near = node.tag == "a" and "here" in classes
        asks_for_itself = "desk-side" in classes or node.id in {"join", "to-review"}
        reaches_less_far = ceiling < 10**18 and node.id == "older"
        if node.parent and (hidden or unusable or beyond or near or asks_for_itself or reaches_less_far):
            node.parent.children.remove(node)
    return page


def written(node: Node, floor: int = 0) -> str:
    """An element as lines, whatever the event's address was when it came."""
    return re.sub(r"/events/match(-\d+)?/", "/events/match/", "\n".join(normalised(node, floor)))


def lines(page: Page, floor: int, ceiling: float, *, over: bool) -> str:
    """The lines of a page between these positions."""
    return written(as_seen(page, ceiling, over=over).element("live"), floor)
