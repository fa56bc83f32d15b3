"""Frames that one room keeps for readers who are behind.

All who come from the same place share one query and one rendering. What is kept is bounded in number and size.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Generic, TypeVar

from feeds.forms import Cursor
from feeds.live import database
from feeds.timeline import cache, frames, standings
from feeds.timeline.frames import RESET, Frame
from feeds.timeline.variants import Variant

FRAMES, CHARACTERS = 256, 1_000_000
"""Limits of the kept frames: their number, and their size together."""
FOREIGN = 32
"""Limit of the answers for places that are not in the room's history: a restart, a backup, or a made-up cursor."""
SHORT_WAY = 8
"""Kept frames that a reader who is behind gets one by one; beyond, one is rendered that leads all the way."""

K = TypeVar("K")
T = TypeVar("T")


class Way(Enum):
    """A kind of frame that leads a page on from a place."""

    STEP = "with the room's own frame"
    CATCH_UP = "with one frame to the place where the room is"
    PERHAPS_BEYOND = "the same, for a page that may be further by now than it said"


Key = tuple[Cursor, Way, Variant]


class FrameCache:
    """Frames of one event by the place they start from. `here` tells where the room is."""

    def __init__(self, event_pk: int, here: Callable[[], Cursor | None]) -> None:
        self.event_pk = event_pk
        self._here = here
        self._frames: OrderedDict[Key, asyncio.Future[Frame | None]] = OrderedDict()
        self._is_of_history: AskedOnce[Cursor, bool] = AskedOnce()
        self._foreign: AskedOnce[Key, Frame | None] = AskedOnce()

    def take(self, made: Mapping[Variant, Frame]) -> None:
        """Keep the frames with which the room moves on, and forget what they outdate. They differ by variant only."""
        self._forget_outdated(next(iter(made.values())))
        for variant, frame in made.items():
            done: asyncio.Future[Frame | None] = asyncio.get_running_loop().create_future()
            done.set_result(frame)
            self._keep((frame.start, Way.STEP, variant), done)

    def clear(self) -> None:
        """Forget everything that was rendered."""
        self._frames.clear()
        self._foreign.clear()

    async def frame_from(self, start: Cursor, variant: Variant, way: Way) -> Frame | None:
        """Return a frame that leads on from `start`; None if there is nothing to say.

        A frame that is rendered for one reader leads to where the room is then. From there on the room's own frames
        do, however many come while the others return.
        """
        if not await self._leads_here(start):
            return await self._foreign_frame(start, variant, way)
        key = (start, self._best_way(start, variant, way), variant)
        if key[1] is Way.PERHAPS_BEYOND:
            self._forget_if_behind(key)
        if key not in self._frames:
            self._keep(key, asyncio.ensure_future(self._read(*key)))
        kept, frame = self._frames[key], None
        try:
            frame = await asyncio.shield(kept)
        finally:
            if kept.done() and not frame and self._frames.get(key) is kept:
                del self._frames[key]
        return frame

    async def _read(self, start: Cursor, way: Way, variant: Variant) -> Frame | None:
        read, beyond = database.in_thread(frames.frame_between), way is Way.PERHAPS_BEYOND
        return await read(self.event_pk, start, self._here(), variant=variant, beyond=beyond)

    def _best_way(self, start: Cursor, variant: Variant, way: Way) -> Way:
        has_step = (start, Way.STEP, variant) in self._frames
        if way is Way.STEP and not has_step:
            return Way.CATCH_UP
        if way is Way.CATCH_UP and has_step and self._is_near(start, variant):
            return Way.STEP
        return way

    def _is_near(self, start: Cursor, variant: Variant) -> bool:
        """Whether a few of the room's own frames lead from this place to where the room is."""
        for _ in range(SHORT_WAY):
            if start == self._here():
                return True
            if not (kept := self._frames.get((start, Way.STEP, variant))) or not (frame := kept.result()):
                return False
            start = frame.end
        return start == self._here()

    async def _leads_here(self, start: Cursor) -> bool:
        """Whether the room has been at this place, so near that one can go on from it.

        After a restart a crowd comes back from one place in an earlier epoch: the database is asked once for all.
        """
        here = self._here()
        if here is None or not 0 <= here.seq - start.seq <= RESET:
            return False
        if start.epoch == here.epoch:
            return True
        return await self._is_of_history.ask(start, partial(standings.is_of_history, self.event_pk, start))

    async def _foreign_frame(self, start: Cursor, variant: Variant, way: Way) -> Frame | None:
        """Return the frame for any other place, which may be made up.

        It is rendered once for all such places. The answers, kept by place, are few and apart from all others, so that
        a flood of made-up places costs the others nothing.
        """
        if (here := self._here()) is None:
            return None
        if way is not Way.PERHAPS_BEYOND:
            way = Way.CATCH_UP
        beyond = way is Way.PERHAPS_BEYOND
        ask = partial(cache.frame_for, self.event_pk, start, here, variant, beyond=beyond)
        return await self._foreign.ask((start, way, variant), ask)

    def _forget_if_behind(self, key: Key) -> None:
        """Forget a frame that leads to where the room was."""
        earlier = self._frames.get(key)
        if earlier and earlier.done():
            led = _result(earlier)
            if led is None or led.end != self._here():
                del self._frames[key]

    def _forget_outdated(self, frame: Frame) -> None:
        """Forget frames that would show what has changed since, or that are of a history that is over."""
        if frame.reset:
            self._is_of_history.clear()
        self._foreign.clear()  # they lead to where the room was
        if not (frame.reset or frame.outdates):
            return
        for key, kept in list(self._frames.items()):
            earlier = _result(kept)
            if frame.reset or earlier is None or frame.outdates & earlier.holds:
                del self._frames[key]

    def _keep(self, key: Key, frame: "asyncio.Future[Frame | None]") -> None:
        self._frames[key] = frame
        self._frames.move_to_end(key)
        while len(self._frames) > FRAMES or (len(self._frames) > 1 and self._characters() > CHARACTERS):
            self._frames.popitem(last=False)

    def _characters(self) -> int:
        done = [kept.result() for kept in self._frames.values() if kept.done() and not kept.exception()]
        return sum(len(frame.html) for frame in done if frame)


class AskedOnce(Generic[K, T]):
    """Answers of the database that many readers ask for at once. Keeps few, and no failure and no None."""

    def __init__(self) -> None:
        self._asked: OrderedDict[K, asyncio.Future[T]] = OrderedDict()

    async def ask(self, key: K, ask: Callable[[], T]) -> T:
        """Return what `ask`, run in a thread by the first who comes, answers for this key. Raises what it raises."""
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(database.in_thread(ask)())
            while len(self._asked) > FOREIGN:
                self._asked.popitem(last=False)
        asked = self._asked[key]
        try:
            return await asyncio.shield(asked)
        finally:
            if asked.done() and _result(asked) is None and self._asked.get(key) is asked:
                del self._asked[key]

    def clear(self) -> None:
        """Forget all answers."""
        self._asked.clear()


def _result(future: "asyncio.Future[T]") -> T | None:
    """The result of a future; None if it has none, or failed."""
    return future.result() if future.done() and not future.cancelled() and not future.exception() else None
