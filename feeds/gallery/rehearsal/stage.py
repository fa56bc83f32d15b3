"""The rooms of one rehearsal: those of the live path, outside of this process's hub."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

from feeds.forms import Cursor
from feeds.live.hub import HEARTBEAT, Hub
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.live.wakeups import Wakeups

AWAY = 1012
"""Close code of a connection that is lost on purpose; pages try again."""


class NoWakeups(Wakeups):
    """Signals that go nowhere: no other process knows the event."""

    async def tell_typing(self, event_pk: int, place: int, process: str) -> None:
        """Tells nobody: this process has told its own readers."""


class Stage(Hub):
    """A hub without the channel layer and without chores. Everything in it happens within `entered`."""

    def __init__(self, entered: Callable[[], AbstractContextManager[None]], tidy_up: Callable[[], None]) -> None:
        super().__init__("rehearsal", NoWakeups())
        self._entered, self._tidy_up = entered, tidy_up
        self.is_cut = False
        """Whether no socket gets through."""

    def start(self) -> None:
        """Begin to send heartbeats, unless that has begun. Only on the event loop."""
        if not self._tasks:
            with self._entered():
                self._tasks = [asyncio.create_task(self._beat_on())]

    async def join(self, event_pk: int, reader: Reader, cursor: Cursor, *, sure: bool = True) -> None:
        """Bring a reader into the room as in any hub, or end its connection while sockets are cut."""
        if self.is_cut:
            await reader.close(code=AWAY)
            return
        with self._entered():
            await super().join(event_pk, reader, cursor, sure=sure)

    async def cut(self) -> None:
        """Let no socket get through until `is_cut` is set back. The rooms go on."""
        self.is_cut = True
        await self._close_all(self.rooms)

    async def clear(self) -> None:
        """End all connections and rooms. Pages come back, to new rooms if there are any."""
        rooms, self.rooms = self.rooms, {}
        tasks, self._tasks = self._tasks, []
        for task in (*tasks, *(room.task for room in rooms.values())):
            task.cancel()
        await self._close_all(rooms)

    async def _close_all(self, rooms: dict[int, Room]) -> None:
        for room in rooms.values():
            for reader in room.audience.everybody():
                room.audience.leave(reader)
                await reader.close(code=AWAY)

    async def _beat_on(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            for room in list(self.rooms.values()):
                await room.beat()
            await asyncio.to_thread(self._tidy_up)  # which may end this task
