"""A crowd with open pages, and what its pages do while an event has a history."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from feeds.access.visitors import COOKIE, Visitor
from feeds.forms import Cursor
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.models import Event
from feeds.models.event.history import _memory as epochs
from feeds.tests.timeline.histories import VISITORS, History
from feeds.tests.timeline.open_pages import Somebody
from feeds.tests.timeline.steps import WHICH, YES_OR_NO, Nothing, one_of, step
from feeds.tests.timeline.strangers import forget

CROWD = 7
"""Open pages at most."""
PEOPLE = ("reader", "reader", "host", "host", "rita", "rita", "paul")
PAGES = (
    *("", "", "?order=oldest", "?view=moments", "?view=hosts", "?order=oldest&view=moments"),
    *("?order=oldest&view=hosts", "host/", "host/", "wall/", "?before={post}", "?order=oldest&since={post}"),
    *("entries/{entry}/", "entries/{entry}/", "entries/{entry}/?since={comment}"),
    *("entries/{entry}/?before={comment}", "entries/{entry}/?from={comment}"),
)
"""Addresses below that of the event. Entries and comments in them are chosen from those there are."""


class Crowd(History):
    """A history, and everybody with an open page: in a room, asleep, or polling. Its steps can be written as a test."""

    def __init__(self, event: Event, host: Any, session: str) -> None:
        super().__init__(event, host)
        self.session = session
        """Key of the session in which Olga is signed in."""
        self.backup = ""
        self._opens_a_room()
        self.live: list[Somebody] = []
        self.asleep: list[Somebody] = []
        self.polling: list[Somebody] = []

    def _opens_a_room(self) -> None:
        async def room() -> Room:
            return Room(self.event.pk)

        self.loop = asyncio.new_event_loop()
        self.room = self._waits_for(room())

    def _waits_for(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Stop the room."""
        self.room.task.cancel()
        self._waits_for(asyncio.wait([self.room.task]))
        self.loop.close()

    def look_around(self, before: int) -> None:
        """Tell all tabs of a post's author that it is theirs, as the answer to the post does."""
        kinds = (self.event.entries, self.event.comments)
        authors = {post.visitor for posts in kinds for post in posts.filter(position__gt=before)} - {""}
        for somebody in (*self.live, *self.polling, *self.asleep):  # who sleeps learns it on waking up
            if somebody.visitor in authors:
                somebody.shows_waiting = somebody.own_css(self.event)

    # Coming and going

    @step(
        often=6, who=PEOPLE, page=PAGES, number=WHICH, language=("en", "en", "de"), then=("live", "polling", "asleep")
    )
    def opens(self, who: str, page: str, number: int, language: str, then: str) -> None:
        """Open a page, unless the event is over or its reader banned. `then` tells how it goes on."""
        banned = who in VISITORS and self.event.ban_of(VISITORS[who])
        if self.event.is_over or banned or len([*self.live, *self.asleep, *self.polling]) == CROWD:
            raise Nothing
        entry = self.entry(number, state="shown") if "{" in page else None
        comments = entry.comments.visible().order_by("-position") if entry else ()
        comment = comments[number % len(comments)].position if "{comment}" in page and comments else 0
        address = page.format(post=entry and entry.position, entry=entry and entry.pk, comment=comment)
        client = self._browser("host" if page == "host/" else who)
        somebody = Somebody(client, self.event, address, language)
        if then == "live":
            self._connect(somebody)
        else:
            (self.polling if then == "polling" else self.asleep).append(somebody)

    def _browser(self, who: str) -> Client:
        client = Client()
        if who == "host":
            client.cookies["sessionid"] = self.session
        elif who in VISITORS:
            answer = HttpResponse()
            Visitor(VISITORS[who], "Ann").remember(answer)
            client.cookies[COOKIE] = answer.cookies[COOKIE].value
        return client

    def _connect(self, somebody: Somebody, *, sure: bool = True) -> None:
        async def receive(html: str) -> None:
            somebody.inbox.append(html)

        async def close(code: int = 1000) -> None:
            somebody.gone = True

        somebody.reader = Reader(receive, close, cookies={}, variant=somebody.variant)
        if somebody.hosts:
            somebody.reader.host = (self.event.owner_id, self.session)
        self.live.append(somebody)
        self._waits_for(self.room.join(somebody.reader, somebody.cursor if sure else somebody.loaded, sure=sure))
        somebody.receives()

    def _disconnect(self, somebody: Somebody) -> None:
        self.live.remove(somebody)
        if somebody.reader:
            self.room.audience.leave(somebody.reader)

    @step(number=WHICH, polls=YES_OR_NO)
    def loses_its_connection(self, number: int, polls: bool) -> None:
        """One of the live pages goes to sleep, or polls from now on. What was on its way to it is lost."""
        somebody = one_of(self.live, number)
        self._disconnect(somebody)
        somebody.inbox.clear()
        if not somebody.gone:
            (self.polling if polls else self.asleep).append(somebody)

    @step(often=3, number=WHICH, sure=(True, True, False))
    def comes_back(self, number: int, sure: bool) -> None:
        """One that sleeps or polls connects again, and says where it is, if that is `sure`."""
        away = [*self.asleep, *self.polling]
        somebody = one_of(away, number)
        (self.asleep if somebody in self.asleep else self.polling).remove(somebody)
        if not somebody.gone:
            self._connect(somebody, sure=sure)

    @step()
    def restarts_the_server(self) -> None:
        """The process loses what it had, and begins an epoch of its own with the next change."""
        epochs.begin()
        forget()
        self._has_a_new_room()

    @step()
    def keeps_a_backup(self) -> None:
        self.backup = transaction.savepoint()

    @step(restart=(True, False))
    def restores_the_backup(self, restart: bool) -> None:
        """Whatever has happened since is gone, but not from the pages. `restart`: and the process begins again."""
        if not self.backup:
            raise Nothing
        transaction.savepoint_rollback(self.backup)
        if restart:
            self.restarts_the_server()

    def _has_a_new_room(self) -> None:
        """Pages that were live come back when they do. What was on its way to them is lost."""
        self.close()
        for somebody in self.live:
            somebody.inbox.clear()
        self.asleep += [each for each in self.live if not each.gone]
        self.live = []
        self._opens_a_room()

    # Reading

    @step(often=2, late=(None, None, None, *WHICH[:4]))
    def is_told(self, late: int | None) -> None:
        """The room writes to its pages. One of them may get it later."""
        self._flush()
        for number, somebody in enumerate(self.live):
            if number != late:
                somebody.receives()

    def _flush(self) -> None:
        while self._waits_for(self.room.flush()):
            pass

    @step(often=2, number=WHICH)
    def polls(self, number: int) -> None:
        one_of(self.polling, number).poll(self.event)

    @step(often=2, number=WHICH)
    def asks_for_entries(self, number: int) -> None:
        """A page asks for those beyond its end. The answer comes later."""
        one_of([each for each in self._awake() if each.page.older], number).asks_for_entries()

    @step(often=2, number=WHICH, entry=WHICH)
    def asks_for_comments(self, number: int, entry: int) -> None:
        """A page asks for earlier ones, which it has an entry with."""
        somebody = one_of([each for each in self._awake() if each.page.headed], number)
        somebody.asks_for_comments(one_of(somebody.page.headed, entry))

    @step(often=3, number=WHICH)
    def takes_answers(self, number: int) -> None:
        """A page gets what it asked for, and so goes back to where it asked."""
        somebody = one_of([each for each in self._awake() if each.answers], number)
        somebody.takes_answers()
        if somebody in self.live and not somebody.gone:
            self._says_where(somebody)

    def _awake(self) -> list[Somebody]:
        return [each for each in (*self.live, *self.polling) if not each.gone]

    def _says_where(self, somebody: Somebody) -> None:
        self._disconnect(somebody)
        self._connect(somebody)

    # Comparing

    @step(often=12, asleep=(True, False))
    def compares(self, asleep: bool) -> None:
        """Bring pages to where the event is, those that sleep as well, and compare each with a fresh one."""
        for somebody in self.asleep if asleep else ():
            self._connect(somebody)
        self.asleep = [] if asleep else self.asleep
        self._gather()
        head = str(Cursor(self.event.epoch, self.event.head))
        for entry in self.event.entries.all():
            assert entry.replies == entry.comments.visible().count(), entry.element_id
        for somebody in self._awake():
            assert somebody.page.cursor == head, f"{somebody.name} is at {somebody.page.cursor}, not {head}"
            somebody.looks_for_gaps(self.event)
            if trouble := somebody.disagrees(self.event):
                raise AssertionError(f"{somebody.name}\n{trouble}")
        self._part()

    def _gather(self) -> None:
        self._flush()
        for somebody in list(self.live):
            somebody.receives()
            if somebody.answers and not somebody.gone:
                somebody.takes_answers()
                if not somebody.gone:
                    self._says_where(somebody)
        for somebody in self.polling:
            somebody.takes_answers()
            for _ in range(50):
                if somebody.gone or somebody.cursor == Cursor(self.event.epoch, self.event.head):
                    break
                somebody.poll(self.event)

    def _part(self) -> None:
        """Let readers go when the event is over, as they have everything."""
        for somebody in [each for each in self.live if each.gone]:
            self._disconnect(somebody)
        staying = [each for each in self.polling if not each.gone], self.asleep
        self.polling, self.asleep = (
            [each for each in some if each.hosts or not self.event.is_over] for some in staying
        )
