"""A crowd with open pages, during a random history."""

from itertools import product
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.test import Client

from feeds.access.visitors import COOKIE, Visitor
from feeds.forms import Cursor
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.models import Event
from feeds.tests.conftest import signed_in
from feeds.tests.timeline.histories import PAUL, RITA, History
from feeds.tests.timeline.open_pages import Somebody
from feeds.timeline.variants import ORDERS, VIEWS

CROWD = 20
"""Open pages at most."""
CHECKED = 6
"""Steps after which all pages are compared."""


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
        """Open pages for this number of people."""
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
        # Sometimes the page does not say in time where it is.
        sure = self.chance.random() < 0.8
        await self.room.join(somebody.reader, somebody.cursor if sure else somebody.loaded, sure=sure)

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
        """Tell all tabs of a post's author that it is theirs, as the answer to the post does."""
        kinds = (self.world.event.entries, self.world.event.comments)
        authors = {post.visitor for posts in kinds for post in posts.filter(position__gt=before)}
        for somebody in (*self.live, *self.polling, *self.asleep):  # who sleeps learns it on waking up
            if somebody.visitor in authors - {""}:
                somebody.shows_waiting = somebody.own_css(self.world.event)

    async def live_on(self) -> None:
        """Live on after one change: it is told now or with the next, and some do something of their own."""
        if self.chance.random() < 0.5:
            await self.flush()
        for somebody in list(self.live):
            if self.chance.random() < 0.08:
                self.disconnect(somebody)
                if not somebody.gone:
                    self.asleep.append(somebody)
            elif self.chance.random() < 0.08 and not somebody.gone:
                await sync_to_async(somebody.asks_for_entries)()
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
        return [each for each in self.live + self.polling if not each.gone]

    def part(self) -> None:
        """Let readers go when the event is over, as they have everything; of the others some just go."""
        for somebody in [each for each in self.live if each.gone]:
            self.disconnect(somebody)
        self.polling = [each for each in self.polling if not each.gone]
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
        if somebody.gone or somebody.cursor == Cursor(event.epoch, event.head):
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
                (p.element_id, p.position, p.seq, p.shown, p.moved, p.state, p.text[:9])
                for p in (*world.event.entries.all(), *world.event.comments.all())
            ]
            raise AssertionError("\n".join([somebody.name, trouble, *world.history.told[-25:], *map(str, rows)]))
