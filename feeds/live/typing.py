"""Telling the readers of an event that somebody is typing, but neither the person nor the text.

It never touches the database, and a lost message does no harm: pages forget it after a few seconds (composer.css).
"""

import asyncio
import time
from collections.abc import Iterable

from feeds.live.audience import Audience
from feeds.live.reader import Reader
from feeds.timeline.frames import Frame
from feeds.timeline.standings import Signs

APART = 1.0
"""Seconds between two messages about one place at least, to pages and to other processes."""
FORGOTTEN = 6.0
"""Seconds after which no page says so any longer."""
PLACES = 20
"""Places told of in a second at most, so that made-up places do not fill the line."""


class Typists:
    """The places in one room where somebody is typing.

    A place is the primary key of the entry under which a comment is written, or 0 for an entry.
    """

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._due: dict[int, set[Reader | None]] = {}
        self._told: dict[int, float] = {}
        self._task: asyncio.Task[None] | None = None

    def hear(self, place: int, typist: Reader | None, signs: Signs) -> bool:
        """Take note that a reader here, or somebody in another process (None), is typing, and tell the others soon.

        Returns whether other processes are to be told: not of what they told, of a place they know, or against `signs`.
        """
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
                    await self._audience.tell("partials/live/typing_frame.html", {"place": place}, but=alone)
                await asyncio.sleep(APART)
        finally:
            self._task = None

    async def arrived(self, frames: Iterable[Frame]) -> None:
        """Tell that nobody is typing where something was posted. Somebody who still does says so again."""
        since = time.monotonic() - FORGOTTEN
        self._told = {place: at for place, at in self._told.items() if at > since}
        if not self._told:
            return
        posted = {0} if any(frame.news for frame in frames) else set()
        held = {identity for frame in frames for identity in frame.holds}
        posted |= {place for place in self._told if f"entry-{place}" in held}
        for place in posted & self._told.keys():
            del self._told[place]
            await self._audience.tell("partials/live/typing_over_frame.html", {"place": place})
