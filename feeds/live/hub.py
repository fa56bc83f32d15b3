"""All rooms of this process, the listener that wakes them, and the clock that does if the channel layer fails."""

import asyncio
import logging
import time

from django.db import DatabaseError

from feeds.forms import Cursor
from feeds.live import chores, database
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.live.wakeups import Listener, Signal, Wakeups
from feeds.models import Presence
from feeds.timeline import standings

logger = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between comparisons of all rooms' heads with the database; bounds the cost of a lost wake-up."""
HEARTBEAT = 15.0
"""Seconds between heartbeats. heartbeat.html and connection.css count on it: 20 s to poll, 40 s to say so."""
TIDY = 24 * 3600.0
"""Seconds between two times that old data is forgotten. The first is soon after the start."""
GOODBYE = 3.0
"""Seconds over which connections are closed on shutdown, so that clients do not all reconnect at once."""
ASKING = 2
"""Readers who may ask the database at once for an event without a room. Posts are not kept waiting by a crowd."""


class Hub:
    """All rooms of this process, the listener that wakes them and the clock that does if it fails."""

    def __init__(self, name: str, wakeups: Wakeups) -> None:
        self.name = name
        """Random name by which processes tell each other apart."""
        self.rooms: dict[int, Room] = {}
        """Rooms by the primary key of their event."""
        self.asking = asyncio.Semaphore(ASKING)
        self._wakeups = wakeups
        self._listener = Listener()
        self._tasks: list[asyncio.Task[None]] = []
        self._tidying: asyncio.Task[None] | None = None
        self._compared_at: float | None = None

    def compared_ago(self, now: float) -> float | None:
        """Seconds since the rooms were last found to be at the heads of their events; None before the first time."""
        return None if self._compared_at is None else now - self._compared_at

    def start(self) -> None:
        """Begin to listen and to keep time, unless that has begun. Only on the event loop."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]

    def admits(self, slug: str, reader: Reader) -> int | None:
        """Primary key of an event that has a room here and that this stranger may read; None: ask the database."""
        rooms = (room for room in self.rooms.values() if room.slug == slug and room.admits(reader))
        return next((room.event_pk for room in rooms), None)

    async def join(self, event_pk: int, reader: Reader, cursor: Cursor, *, sure: bool = True) -> None:
        """Bring a reader into the room of an event, which is made for the first: see `Room.join`."""
        self.start()
        room = self.rooms.get(event_pk)
        if room is None:
            room = self.rooms[event_pk] = Room(event_pk)
            room.audience.expect(reader)
            await self._listener.join(event_pk)
        await room.join(reader, cursor, sure=sure)

    async def hear_typing(self, event_pk: int, reader: Reader, place: int) -> None:
        """Tell everybody else, here and in other processes, that a reader is typing there."""
        room = self.rooms.get(event_pk)
        if room and room.audience.is_level(reader) and room.hear_typing(place, reader):
            await self._wakeups.tell_typing(event_pk, place, self.name)

    def leave(self, event_pk: int, reader: Reader) -> None:
        """Forget a reader whose connection has ended."""
        if room := self.rooms.get(event_pk):
            room.audience.leave(reader)

    async def say_goodbye(self) -> None:
        """Close all connections, before this process stops. Their pages reconnect to one that still answers."""
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
                async for signal in self._listener.messages():
                    if room := self.rooms.get(signal["event"]):
                        await self._pass_on(signal, room)
            except Exception as error:
                logger.warning("The channel layer does not answer (%s); rooms live by the tick alone.", error)
            await asyncio.sleep(1)

    async def _pass_on(self, signal: Signal, room: Room) -> None:
        if signal["type"] == "wake":
            room.woken.set()
        elif signal["type"] == "own":
            await room.own_posts.show(signal["browser"], signal["key"], room.slug)
        elif signal["process"] != self.name:
            room.hear_typing(signal["place"])

    async def _tick(self) -> None:
        beat_at, tidy_at = time.monotonic() + HEARTBEAT, time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            try:
                await database.in_thread(chores.keep_up)()
                await self._compare()
                if time.monotonic() >= beat_at:
                    beat_at += HEARTBEAT
                    await self._beat()
                abandoned = await database.in_thread(chores.has_abandoned)()
                if (abandoned or time.monotonic() >= tidy_at) and not self._tidying:
                    self._tidying = asyncio.create_task(self._tidy())
                    tidy_at = time.monotonic() + TIDY
            except DatabaseError as error:  # it is away; the next tick tries again
                logger.warning("The rooms cannot be compared with the database: %s", error)
            except Exception:
                logger.exception("The rooms could not be compared with the database")

    async def _tidy(self) -> None:
        """Forget old data beside the tick, which does not wait for it."""
        try:
            await asyncio.to_thread(chores.tidy_up)
        except DatabaseError as error:  # it is away; tomorrow it is there
            logger.warning("What is too old cannot be forgotten now: %s", error)
        finally:
            self._tidying = None

    async def _compare(self) -> None:
        """Wake the rooms that are not at the head of their event, and put out everybody who may no longer be there."""
        rooms = dict(self.rooms)  # a room made meanwhile is missing in the answer, which means nothing
        heads = await database.in_thread(standings.heads)(list(rooms)) if rooms else {}
        self._compared_at = time.monotonic()
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
        """Drop empty rooms, count the readers of all processes, and send every room's heartbeat."""
        for event_pk, room in list(self.rooms.items()):
            if not room.audience.everybody():
                del self.rooms[event_pk]
                room.task.cancel()
                await self._listener.leave(event_pk)
            if event_pk in self.rooms:  # perhaps again, made since the line above
                await self._listener.join(event_pk)
        here = {event_pk: room.audience.browsers() for event_pk, room in self.rooms.items()}
        try:
            everywhere = await database.in_thread(Presence.objects.report)(self.name, here)
            for event_pk, room in self.rooms.items():
                room.heartbeats.readers_elsewhere = max(0, everywhere.get(event_pk, 0) - len(here.get(event_pk, ())))
        finally:
            for room in list(self.rooms.values()):
                await room.beat()
