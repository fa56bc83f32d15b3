"""All rooms of this process, and what wakes them: the channel layer, and a clock that does if it fails."""

import asyncio
import logging
import time
import uuid

from django.db import DatabaseError, connections

from feeds.forms import Cursor
from feeds.live import database, reaction_counts, wakeups
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.live.wakeups import Listener
from feeds.models import Event, Presence, sqlite, tidy
from feeds.timeline import standings

logger = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between comparisons of all rooms' heads with the database; bounds the cost of a lost wake-up."""
HEARTBEAT = 15.0
"""Seconds between heartbeats. partials/heartbeat.html and site.css count on it: 20 s to poll, 40 s to say so."""
TIDIED_EVERY = 24 * 3600.0
"""Seconds after which what has become too old is forgotten again, as it is soon after the start."""
GOODBYE = 3.0
"""Seconds over which readers are sent elsewhere when the process stops, so that they do not come as one."""


class Hub:
    """All rooms of this process, the listener that wakes them and the clock that does if it fails."""

    def __init__(self) -> None:
        self.process = uuid.uuid4().hex
        self.rooms: dict[int, Room] = {}
        self._listener = Listener()
        self._tasks: list[asyncio.Task[None]] = []
        self._tidying: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen and to keep time, where that has not begun. Only on the event loop."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]

    def admits(self, slug: str, reader: Reader) -> int | None:
        """Primary key of an event that has a room here and that this stranger may read; None: ask the database."""
        rooms = (room for room in self.rooms.values() if room.slug == slug and room.admits(reader))
        return next((room.event_pk for room in rooms), None)

    async def join(self, event_pk: int, reader: Reader, cursor: Cursor, *, sure: bool = True) -> None:
        self.start()
        room = self.rooms.get(event_pk)
        if room is None:
            room = self.rooms[event_pk] = Room(event_pk)
            room.audience.expect(reader)
            await self._listener.join(event_pk)
        await room.join(reader, cursor, sure=sure)

    async def hear_typing(self, event_pk: int, reader: Reader, place: int) -> None:
        """A reader is typing there. Everybody else is told, here and in other processes."""
        room = self.rooms.get(event_pk)
        if room and room.audience.is_level(reader) and room.hear_typing(place, reader):
            await wakeups.tell_typing(event_pk, place, self.process)

    def leave(self, event_pk: int, reader: Reader) -> None:
        if room := self.rooms.get(event_pk):
            room.audience.leave(reader)

    async def say_goodbye(self) -> None:
        """Send every reader elsewhere, before this process stops. They come back where somebody still answers."""
        readers = [reader for room in self.rooms.values() for reader in room.audience.everybody()]
        for reader in readers:
            await reader.close(code=1012)
            await asyncio.sleep(GOODBYE / len(readers))

    async def reload_pages(self) -> None:
        """See `Room.reload_pages`."""
        for room in list(self.rooms.values()):
            await room.reload_pages()

    async def _listen(self) -> None:
        while True:
            try:
                async for message in self._listener.messages():
                    if not (room := self.rooms.get(message["event"])):
                        continue
                    if message["type"] == "wake":
                        room.woken.set()
                    elif message["type"] == "own":
                        await room.own_posts.show(message["browser"], message["key"], room.slug)
                    elif message["process"] != self.process:
                        room.hear_typing(message["place"])
            except Exception as error:
                logger.warning("The channel layer does not answer (%s); rooms live by the tick alone.", error)
            await asyncio.sleep(1)

    async def _tick(self) -> None:
        beat_at, tidy_at = time.monotonic() + HEARTBEAT, time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            try:
                await database.in_thread(Event.objects.keep_time)()
                await database.in_thread(reaction_counts.publish_left_over)()
                await database.in_thread(sqlite.empty_log)()
                await self._compare()
                if time.monotonic() >= beat_at:
                    beat_at += HEARTBEAT
                    await self._beat()
                left = await database.in_thread(Event.everything.abandoned().exists)()
                if (left or time.monotonic() >= tidy_at) and not self._tidying:
                    self._tidying = asyncio.create_task(self._tidy())
                    tidy_at = time.monotonic() + TIDIED_EVERY
            except DatabaseError as error:  # it is away; the next tick tries again
                logger.warning("The rooms cannot be compared with the database: %s", error)
            except Exception:
                logger.exception("The rooms could not be compared with the database")

    async def _tidy(self) -> None:
        """Beside the tick, which does not wait: after years there may be much to forget."""
        try:
            await asyncio.to_thread(_tidy_up)
        except DatabaseError as error:  # it is away; tomorrow it is there
            logger.warning("What is too old cannot be forgotten now: %s", error)
        finally:
            self._tidying = None

    async def _compare(self) -> None:
        rooms = dict(self.rooms)  # one that is made meanwhile is not in the answer, which means nothing
        heads = await database.in_thread(standings.heads)(list(rooms)) if rooms else {}
        for event_pk, room in rooms.items():
            if event_pk not in heads:
                room.standing = None  # so that it admits nobody: its address may be another event's by now
                for reader in room.audience.everybody():
                    await room.dismiss(reader)
                continue
            if heads[event_pk] != room.cursor:
                room.woken.set()
            await room.require_hosts()

    async def _beat(self) -> None:
        for event_pk, room in list(self.rooms.items()):
            if not room.audience.everybody():
                del self.rooms[event_pk]
                room.task.cancel()
                await self._listener.leave(event_pk)
            if event_pk in self.rooms:  # perhaps again, made since the line above
                await self._listener.join(event_pk)
        here = {event_pk: room.audience.browsers() for event_pk, room in self.rooms.items()}
        try:
            everywhere = await database.in_thread(Presence.objects.report)(self.process, here)
            for event_pk, room in self.rooms.items():
                room.heartbeats.readers_elsewhere = max(0, everywhere.get(event_pk, 0) - len(here.get(event_pk, ())))
        finally:
            for room in list(self.rooms.values()):
                await room.beat()


def _tidy_up() -> None:
    try:
        tidy()
    finally:
        connections.close_all()  # of a thread that may never come again


hub = Hub()
