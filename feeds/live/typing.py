"""Telling the readers of an event that somebody is typing. Who, and what, nobody is told or asked.

It never touches the database, and what is lost does no harm: pages forget it after a few seconds (site.css).
"""

import asyncio
import time
from collections.abc import Iterable
from typing import Any, Protocol

from feeds.timeline.frames import Frame
from feeds.timeline.standings import Signs

APART = 1.0
"""Seconds between two words about one place at least, to pages as to other processes."""
FORGOTTEN = 6.0
"""Seconds after which no page says so any more."""
PLACES = 20
"""Places told of in a second at most: who makes some up does not fill the line."""


class Reader(Protocol):
    @property
    def host(self) -> object: ...


class Room(Protocol):
    @property
    def signs(self) -> Signs: ...

    async def tell(self, template: str, context: dict[str, Any], *, but: Any = None) -> None: ...


class Typists:
    """Who types where in one room. A place is an entry's primary key, under which is commented, or 0."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._due: dict[int, set[Reader | None]] = {}
        self._told: dict[int, float] = {}
        self._task: asyncio.Task[None] | None = None

    def hear(self, place: int, typist: Reader | None = None) -> bool:
        """Somebody is typing there: a reader here, or one of another process. Returns whether to tell the others."""
        signs = self._room.signs
        allowed = signs.comments if place else signs.entries
        if not allowed or (allowed == "hosts" and typist and not typist.host):
            return False
        if place not in self._due and len(self._due) >= PLACES:
            return False
        new = place not in self._due
        self._due.setdefault(place, set()).add(typist)
        if self._task is None:
            self._task = asyncio.create_task(self._tell())
        return new and typist is not None

    async def _tell(self) -> None:
        try:
            while self._due:
                due, self._due = self._due, {}
                for place, typists in due.items():
                    self._told[place] = time.monotonic()
                    alone = next(iter(typists)) if len(typists) == 1 else None
                    await self._room.tell("partials/typing_frame.html", {"place": place}, but=alone)
                await asyncio.sleep(APART)
        finally:
            self._task = None

    async def arrived(self, frames: Iterable[Frame]) -> None:
        """Where something was posted nobody types any more, or says so again."""
        since = time.monotonic() - FORGOTTEN
        self._told = {place: at for place, at in self._told.items() if at > since}
        if not self._told:
            return
        posted = {0} if any(frame.news for frame in frames) else set()
        held = {identity for frame in frames for identity in frame.holds}
        posted |= {place for place in self._told if f"entry-{place}" in held}
        for place in posted & self._told.keys():
            del self._told[place]
            await self._room.tell("partials/typing_over_frame.html", {"place": place})
