"""The promise itself: whatever happens, and however pages follow it, they end as pages that are opened then.

A random history with every verb of the models. Pages of readers, authors and hosts in every order, view and language,
of the desk, the wall and single entries: live in a real room, asleep, polling, or going back for earlier
entries; whole documents compared in order. `STEPS=5000 SEED=7` asks for more (`make chaos` does).
"""

import os
import re
from difflib import unified_diff
from itertools import product
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from e2e.protocol.comparing import Thread, alike
from e2e.protocol.normalising import normalised
from e2e.protocol.page import Page
from e2e.protocol.tree import Node
from feeds.access.visitors import COOKIE, Visitor
from feeds.forms import Cursor
from feeds.live import database
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.models import Entry, Event
from feeds.models.event import events
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX
from feeds.tests.timeline.histories import BLOCKED, PAUL, RITA, VERBS, History, verbs
from feeds.timeline import frames, gaps, listing, threads
from feeds.timeline.variants import ORDERS, VIEWS, Variant

STEPS = int(os.environ.get("STEPS", "48"))
SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else [1, 2, 3]
CROWD = 20
"""Open pages at most."""
CHECKED = 6
"""Steps after which all pages are compared."""


def test_every_verb_of_the_models_happens_in_random_histories():
    assert VERBS.keys() == verbs()


class Somebody:
    """An open page, and what it does: its frames come from a room, or it asks."""

    def __init__(self, client: Client, event: Event, path: str = "", language: str = "en") -> None:
        self.client, self.path, self.language = client, path, language
        self.visitor = Visitor.of({COOKIE: client.cookies[COOKIE].value}).id if COOKIE in client.cookies else ""
        self.hosts = "sessionid" in client.cookies
        self.page = self._opened(event)
        self.began_full = len(self.page.entries) == listing.PAGE
        self.shows_waiting = self.own_css(event)
        self.asked: set[Node] = set()
        self.answers: list[tuple[str, Node]] = []
        """Earlier comments that are on their way, each with what they take the place of."""
        self.reader: Reader | None = None
        self.gone = False
        query = Variant.parse(dict(part.split("=") for part in path.partition("?")[2].split("&") if part))
        self.variant = Variant.parse({"order": query.order, "view": query.view, "language": language})
        if "entries/" in path or "wall" in path:
            self.variant = Variant.plain(language)

    @property
    def name(self) -> str:
        return (
            f"{'host' if self.hosts else self.visitor[:1] or 'reader'} at {self.path or 'the page'} in {self.language}"
        )

    def _get(self, address: str, **headers: str) -> str:
        answer = self.client.get(address, headers={"Accept-Language": self.language} | headers)
        self.client.cookies.pop("commentary_order", None)
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

    def take(self, html: str, target: Node | None = None) -> None:
        own = [link.attributes["href"] for link in self._own_links()]
        self.page.swap(html, target)
        if (ask := self.page.ids.get("again")) and ask[0] not in self.asked:
            self.asked.add(ask[0])
            path = self.path + ("&" if "?" in self.path else "?")
            event = Event.objects.get()
            opened = [node for node in self.page.root.all() if node.attributes.get("name") == "opened"]
            path += "".join(f"opened={node.attributes['value']}&" for node in opened)
            answer = self._get(f"{event.get_absolute_url()}{path}again=1&after={self.cursor}", **HTMX)
            self.page.swap(answer)
        if not self.visitor or "own" not in self.page.ids:
            return
        event = Event.objects.get()
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

    def pages_on(self) -> None:
        if self.page.older and "hx-get" in self.page.element("older-link").attributes:
            link = self.page.element("older-link").attributes["hx-get"]
            self.take(self._get(f"{link}&after={self.cursor}", **HTMX), self.page.element("older"))

    def asks_for_comments(self, entry: str) -> None:
        """Earlier ones on an entry that has more than pages show."""
        thread = Thread(self.page, entry)
        is_there = Entry.objects.visible().filter(pk=entry.removeprefix("entry-")).exists()  # the page may not know
        if thread.header and thread.link and is_there:
            answer = self._get(f"{thread.link}&after={self.cursor}", **HTMX)
            self.answers.append((answer, thread.header))

    def takes_answers(self) -> None:
        """Whenever they come. htmx drops one whose target is gone."""
        answers, self.answers = self.answers, []
        for html, target in answers:
            if target in self.page.ids.get(target.id, ()):
                self.take(html, target)

    def fresh(self, event: Event) -> Page | None:
        """What it would be if it was opened now, as far on as it is; None where it is no more."""
        other = Somebody.__new__(Somebody)
        other.__dict__ |= self.__dict__ | {"page": self._opened(event), "answers": []}
        if "cursor" not in other.page.ids:
            return None
        while other.page.older and (
            other.page.older < self.page.ceiling if self.page.is_oldest_first else other.page.older > self.page.floor
        ):
            other.pages_on()
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
            floor = max(ends) if self.began_full or len(fresh.entries) == listing.PAGE else 0
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
    """A page without what site.css hides, and without entries beyond a position."""
    page = page.copy()
    for node in list(page.element("live").all()):
        classes = set(node.attributes.get("class", "").split())
        form = node.tag == "form" and "reactions" not in classes
        over_ids = {"own", "own-reactions", "moving", "asks", "waiting"}
        hidden = over and (classes & {"reply", "places"} or form or node.id in over_ids)
        unusable = (
            over and node.parent and "reactions" in node.parent.attributes.get("class", "") and node.tag != "span"
        )
        in_list = node.parent and node.parent.id == "entries"
        beyond = in_list and float(node.attributes.get("data-position", 0)) > ceiling
        # The link in its place is there for as long as the entry surely is.
        near = node.tag == "a" and "here" in classes
        asks_for_itself = "desk-side" in classes or node.id == "join"
        reaches_less_far = ceiling < 10**18 and node.id == "older"
        if node.parent and (hidden or unusable or beyond or near or asks_for_itself or reaches_less_far):
            node.parent.children.remove(node)
    return page


def written(node: Node, floor: int = 0) -> str:
    """An element as lines, whatever the event's address was when it came."""
    return re.sub(r"/events/match(-\d)?/", "/events/match/", "\n".join(normalised(node, floor)))


def lines(page: Page, floor: int, ceiling: float, *, over: bool) -> str:
    """What is on a page between these positions."""
    return written(as_seen(page, ceiling, over=over).element("live"), floor)


class World:
    """An event, what happens in it, and everybody's pages."""

    def __init__(self, history: History, owner: Any) -> None:
        self.history, self.owner = history, owner
        self.chance = history.chance

    @property
    def event(self) -> Event:
        return self.history.event

    def people(self) -> list[tuple[Client, str, str]]:
        """Whose page, at which address, in which language."""
        orders = [f"?order={order}&view={view}" for order, view in product(ORDERS, VIEWS)]
        reader, host = Client(), signed_in(self.owner)
        found: list[tuple[Client, str, str]] = [
            (reader, query, language) for query, language in zip(orders, ["en", "de"] * 3, strict=True)
        ]
        found += [(host, query, "en") for query in orders[::2]]
        found += [(host, "host/", "en"), (reader, "wall/", "en")]
        for visitor in (RITA, PAUL):
            author = Client()
            answer = HttpResponse()
            Visitor(visitor, "Ann").remember(answer)
            author.cookies[COOKIE] = answer.cookies[COOKIE].value
            found.append((author, "", "en"))
        entries = list(self.event.entries.visible())
        found += [(reader, f"?before={self.event.head}", "en"), (reader, "?order=oldest&since=3", "de")]
        found += [(reader, f"entries/{entry.pk}/", "en") for entry in self.chance.sample(entries, min(2, len(entries)))]
        longest = max(entries, key=lambda entry: entry.replies, default=None)
        if longest and (comments := longest.comments.visible().values_list("position", flat=True)):
            found += [
                (who, f"entries/{longest.pk}/?{way}={self.chance.choice(comments)}", "en")
                for who, way in ((reader, "since"), (reader, "before"), (reader, "from"), (host, "from"))
            ]
        return found

    def come(self, number: int) -> list[Somebody]:
        """So many more people open pages."""
        if self.event.is_over:
            return []
        people = self.people()
        came = []
        for client, path, language in self.chance.sample(people, min(number, len(people))):
            if not self.event.ban_of(RITA) and not self.event.ban_of(PAUL):
                came.append(Somebody(client, self.event, path, language))
        return came


class Crowd:
    """Everybody with an open page: in a room, asleep, or polling."""

    def __init__(self, world: World) -> None:
        self.world, self.chance = world, world.chance
        self.room = Room(world.event.pk)
        self.live: list[Somebody] = []
        self.asleep: list[Somebody] = []
        self.polling: list[Somebody] = []

    async def connect(self, somebody: Somebody) -> None:
        async def receive(html: str) -> None:
            await sync_to_async(somebody.take)(html)

        async def close(code: int = 1000) -> None:
            somebody.gone = True

        somebody.reader = Reader(receive, close, cookies={}, variant=somebody.variant)
        if somebody.hosts:
            somebody.reader.host = (self.world.owner.pk, somebody.client.cookies["sessionid"].value)
        self.live.append(somebody)
        await self.room.join(somebody.reader, somebody.cursor)

    def disconnect(self, somebody: Somebody) -> None:
        self.live.remove(somebody)
        if somebody.reader:
            self.room.audience.leave(somebody.reader)

    async def flush(self) -> None:
        while await self.room.flush():
            pass

    async def newcomers(self) -> None:
        for newcomer in await sync_to_async(self.world.come)(5):
            match self.chance.randrange(3):
                case 0:
                    self.asleep.append(newcomer)
                case 1:
                    self.polling.append(newcomer)
                case _:
                    await self.connect(newcomer)

    def tell_tabs(self, before: int) -> None:
        """What the answer to a post brings about: all tabs of its author learn that it is theirs."""
        kinds = (self.world.event.entries, self.world.event.comments)
        authors = {post.visitor for posts in kinds for post in posts.filter(position__gt=before)}
        for somebody in (*self.live, *self.polling, *self.asleep):  # who sleeps learns it on waking up
            if somebody.visitor in authors - {""}:
                somebody.shows_waiting = somebody.own_css(self.world.event)

    async def live_on(self) -> None:
        """After one change: it is told now or with the next, and some do something of their own."""
        if self.chance.random() < 0.5:
            await self.flush()
        for somebody in list(self.live):
            if self.chance.random() < 0.08:
                self.disconnect(somebody)
                if not somebody.gone:
                    self.asleep.append(somebody)
            elif self.chance.random() < 0.08 and not somebody.gone:
                await sync_to_async(somebody.pages_on)()
                await self.say_where(somebody)
            elif self.chance.random() < 0.5 and somebody.answers:
                await sync_to_async(somebody.takes_answers)()
                await self.say_where(somebody)
        for somebody in self.polling:
            if self.chance.random() < 0.3:
                await sync_to_async(somebody.takes_answers)()
                await sync_to_async(somebody.poll)(self.world.event)
        for somebody in (*self.live, *self.polling):
            if somebody.page.headed and not somebody.gone and self.chance.random() < 0.1:
                await sync_to_async(somebody.asks_for_comments)(self.chance.choice(somebody.page.headed))

    async def say_where(self, somebody: Somebody) -> None:
        """The page has gone back."""
        self.disconnect(somebody)
        await self.connect(somebody)

    async def gather(self) -> list[Somebody]:
        """All who are where the event is now; some have just woken up."""
        await self.flush()
        for somebody in [each for each in self.live if each.answers and not each.gone]:
            await sync_to_async(somebody.takes_answers)()
            await self.say_where(somebody)
        for somebody in self.polling:
            await sync_to_async(somebody.takes_answers)()
        for somebody in list(self.asleep):
            if self.chance.random() < 0.3:
                self.asleep.remove(somebody)
                await self.connect(somebody)
        for somebody in self.polling:
            await sync_to_async(poll_to_the_end)(somebody, self.world.event)
        return [each for each in self.live if not each.gone] + self.polling

    def part(self) -> None:
        """Whoever reads an event that is over has all there will be, and must open it again. And some just go."""
        for somebody in [each for each in self.live if each.gone]:
            self.disconnect(somebody)
        if self.world.event.is_over:
            self.polling = [each for each in self.polling if each.hosts]
            self.asleep = [each for each in self.asleep if each.hosts]
        while len(self.live) + len(self.polling) + len(self.asleep) > CROWD:
            group = max([self.live, self.polling, self.asleep], key=len)
            somebody = self.chance.choice(group)
            if group is self.live:
                self.disconnect(somebody)
            else:
                group.remove(somebody)


async def play(world: World, steps: int) -> None:
    crowd = Crowd(world)
    try:
        for _ in range(0, steps, CHECKED):
            await crowd.newcomers()
            for _ in range(CHECKED):
                before = world.event.head
                await sync_to_async(world.history.step)()
                await sync_to_async(crowd.tell_tabs)(before)
                await crowd.live_on()
            await sync_to_async(check)(world, await crowd.gather())
            crowd.part()
    finally:
        crowd.room.task.cancel()


def poll_to_the_end(somebody: Somebody, event: Event) -> None:
    for _ in range(50):
        if somebody.cursor == Cursor(event.epoch, event.head):
            return
        somebody.poll(event)
    raise AssertionError(f"{somebody.name} does not get there")


def check(world: World, here: list[Somebody]) -> None:
    head = str(Cursor(world.event.epoch, world.event.head))
    for entry in world.event.entries.all():
        assert entry.replies == entry.comments.visible().count(), world.history.told[-25:]
    for somebody in here:
        assert somebody.page.cursor == head, f"{somebody.name} is at {somebody.page.cursor}, not {head}"
        somebody.looks_for_gaps(world.event)
        if trouble := somebody.disagrees(world.event):
            rows = [
                (p.element_id, p.position, p.seq, p.shown, p.moved, p.held, bool(p.removed_at), p.text[:9])
                for p in (*world.event.entries.all(), *world.event.comments.all())
            ]
            raise AssertionError("\n".join([somebody.name, trouble, *world.history.told[-25:], *map(str, rows)]))


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_open_pages_end_as_those_that_are_opened_then(event, olga, hugo, monkeypatch, seed):
    monkeypatch.setattr(listing, "PAGE", 5)
    monkeypatch.setattr(frames, "FRAME", 7)
    monkeypatch.setattr(frames, "RESET", 60)
    monkeypatch.setattr(gaps, "LATEST", 1000)
    monkeypatch.setattr(events, "NEAR", 3)
    monkeypatch.setattr(Entry, "NEWEST", 3)
    for name, number in {"PAGE": 6, "STEP": 2, "AROUND": 1}.items():
        monkeypatch.setattr(threads, name, number)
    monkeypatch.setattr(database, "in_thread", sync_to_async)
    cache.clear()
    event.configure(blocked_words=BLOCKED)
    history = History(Event.objects.get(pk=event.pk), hugo, seed)
    history.play(30)
    if history.event.is_over:
        history.event.start()
        history.event.refresh_from_db()
    async_to_sync(play)(World(history, olga), STEPS)
