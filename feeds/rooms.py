"""One room per event and process: it reads each change once, renders it once and tells everybody.

All of this runs on the event loop of one process; database work and rendering go to threads. A room
is where the page is for every reader in it: at the room's cursor. Readers who are behind are caught up
one by one, from frames that are kept for the next who comes from the same place.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.template.loader import render_to_string

from feeds import changes
from feeds.access import Banned
from feeds.changes import Frame
from feeds.forms import Cursor

logger = logging.getLogger(__name__)

ANNOUNCE = 10.0
"""Seconds between announcements to screen readers at least."""
PATIENCE = 60.0
"""Seconds a reader may take to read what waits for it."""
KEPT_FRAMES, KEPT_CHARACTERS = 256, 4_000_000
"""Frames that a room keeps for those who are behind: at most so many, and of so much together."""
SHORT_WAY = 8
"""Kept frames that somebody who is behind gets one by one; beyond, one is rendered that leads all the way."""
OWN, FOR_SOMEBODY = True, False
"""Which frame from a place a kept one is: the room's own, or one rendered for somebody who was behind."""


P = ParamSpec("P")
T = TypeVar("T")


def in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run database work off the event loop, beside that of other rooms."""
    return database_sync_to_async(function, thread_sensitive=False)


def farewell(reason: Exception | None = None) -> str:
    """What takes a page's place that may not be read any more. It is not live, so it asks for nothing again."""
    return render_to_string("partials/gone_frame.html", {"banned": reason if isinstance(reason, Banned) else None})


class Reader:
    """One connected page: who reads it, how to write to it, whether it can take more, and where it is.

    `ready` is cleared by the server while too much waits to be sent; servers that cannot tell leave it set.
    """

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Callable[..., Awaitable[None]],
        *,
        host: bool,
        visitor: str = "",
        ready: asyncio.Event | None = None,
    ) -> None:
        self.send = send
        self.close = close
        self.host = host
        self.visitor = visitor
        self.cursor: Cursor | None = None
        self.ready = ready or asyncio.Event()
        if ready is None:
            self.ready.set()


class Room:
    def __init__(self, event_pk: int, slug: str) -> None:
        self.event_pk = event_pk
        self.slug = slug
        self.cursor: Cursor | None = None
        self.readers: set[Reader] = set()
        self.readers_elsewhere = 0
        self.woken = asyncio.Event()
        self._for_hosts = False
        self._flushing = asyncio.Lock()
        self._frames: OrderedDict[tuple[Cursor, bool], asyncio.Future[Frame | None]] = OrderedDict()
        self._joining: set[Reader] = set()
        self._aside: dict[Reader, asyncio.Task[None]] = {}
        self._news, self._latest, self._announced = 0, "", -ANNOUNCE
        self.task = asyncio.create_task(self._live(), name=f"room {event_pk}")

    async def _live(self) -> None:
        """Flush whenever woken. Changes that arrive during a flush go together into the next one."""
        while True:
            await self.woken.wait()
            self.woken.clear()
            try:
                while await self.flush():
                    pass
            except DatabaseError as error:  # it is away; the room lives on and the tick wakes it again
                logger.warning("Room %s cannot read its changes: %s", self.event_pk, error)
            except Exception:
                logger.exception("Room %s could not read its changes", self.event_pk)

    async def flush(self) -> bool:
        """Move the room, and every reader who is level with it, on by one frame. Returns whether it moved."""
        async with self._flushing:
            if self.cursor is None:
                heads = await in_thread(changes.heads)([self.event_pk])
                self.cursor = heads.get(self.event_pk)
                return False
            frame = await in_thread(changes.frame_between)(self.event_pk, self.cursor)
            if frame is None:
                return False
            if frame.reset:
                self._frames.clear()  # they tell of a history that is no more
            self._keep((frame.start, OWN), asyncio.get_running_loop().create_future()).set_result(frame)
            # Move first: who joins during the loop compares with the new place and is caught up to it.
            self.cursor, self._for_hosts = frame.end, frame.for_hosts
            for reader in list(self.readers):
                if self._is_refused(reader, frame):
                    await self.dismiss(reader, frame.banned.get(reader.visitor))
                elif reader.cursor == frame.start and reader.ready.is_set():
                    reader.cursor = frame.end
                    await self._write(reader, frame.html)
                else:
                    self._set_aside(reader)
            await self._announce(frame)
            return True

    async def join(self, reader: Reader, cursor: Cursor) -> None:
        """Bring a reader who is at `cursor` up to the room, then let it live. Also for one who says so again."""
        self.expect(reader)
        try:
            await self._bring(reader, cursor)
        finally:
            self._joining.discard(reader)

    def expect(self, reader: Reader) -> None:
        """Somebody is coming: the room is not empty."""
        self.readers.discard(reader)
        self._joining.add(reader)

    async def _bring(self, reader: Reader, cursor: Cursor) -> None:
        if self.cursor is None:
            await self.flush()
        on_the_way = False
        while self.cursor is not None and cursor != self.cursor:
            if cursor.seq > self.cursor.seq and await self.flush():  # the page is newer than the room's last frame
                continue
            frame = await self._frame(cursor, on_the_way)
            if frame is None:
                break
            if self._is_refused(reader, frame):
                await self.dismiss(reader, frame.banned.get(reader.visitor))
                return
            if not await self._takes_more(reader):
                return
            await reader.send(frame.html)
            cursor, on_the_way = frame.end, True
        # Nothing is awaited between the comparison above and these lines, so no frame falls between.
        reader.cursor = cursor
        self.readers.add(reader)
        if self.cursor is None or (self._for_hosts and not reader.host):
            await self.dismiss(reader)
        else:
            await self._write(reader, self._heartbeat())

    def leave(self, reader: Reader) -> None:
        self.readers.discard(reader)
        self._joining.discard(reader)
        if waiting := self._aside.pop(reader, None):
            waiting.cancel()

    def everybody(self) -> list[Reader]:
        """Readers who are live, who are being caught up and who do not read."""
        return list({*self.readers, *self._joining, *self._aside})

    def _set_aside(self, reader: Reader) -> None:
        """It does not read what it was sent. It gets nothing more until it has, and is caught up then."""
        self.readers.discard(reader)
        self._aside[reader] = asyncio.create_task(self._wait_for(reader))

    async def _wait_for(self, reader: Reader) -> None:
        try:
            if reader.cursor and await self._takes_more(reader):
                await self.join(reader, reader.cursor)
        except Exception:  # the database is away, say; it comes back and tries again
            logger.exception("A slow page of event %s could not be caught up", self.event_pk)
            await reader.close(code=1011)
        finally:
            self._aside.pop(reader, None)

    async def _takes_more(self, reader: Reader) -> bool:
        """Wait until a reader has read what waits for it. One that does not is sent away, with “try again later”."""
        try:
            await asyncio.wait_for(reader.ready.wait(), PATIENCE)
        except TimeoutError:
            await reader.close(code=1013)
            return False
        return True

    def _is_refused(self, reader: Reader, frame: Frame) -> bool:
        return not reader.host and (frame.for_hosts or reader.visitor in frame.banned)

    async def dismiss(self, reader: Reader, reason: Exception | None = None) -> None:
        self.leave(reader)
        await self._write(reader, farewell(reason))
        await reader.close()

    async def beat(self) -> None:
        """Tell everybody that the connection lives. Pages that hear nothing begin to poll."""
        text = self._heartbeat()
        for reader in list(self.readers):
            await self._write(reader, text)
        await self._announce(None)

    def _heartbeat(self) -> str:
        context = {"state": "live", "readers": self.readers_elsewhere + len(self.readers), "slug": self.slug}
        return render_to_string("partials/heartbeat_frame.html", context)

    async def _announce(self, frame: Frame | None) -> None:
        """Say how many entries came, at most every ANNOUNCE seconds: a burst is one sentence."""
        if frame:
            self._news += frame.news
            self._latest = frame.latest or self._latest
        if self._news and time.monotonic() - self._announced >= ANNOUNCE:
            text = render_to_string("partials/announcement.html", {"news": self._news, "latest": self._latest})
            self._news, self._announced = 0, time.monotonic()
            for reader in list(self.readers):
                await self._write(reader, text)

    async def _write(self, reader: Reader, text: str) -> None:
        try:
            if reader.ready.is_set():
                await reader.send(text)
        except Exception:  # one broken connection is not everybody's trouble; it comes back and resumes
            logger.exception("A page of event %s could not be written to", self.event_pk)
            self.leave(reader)
            with suppress(Exception):
                await reader.close(code=1011)

    async def _frame(self, start: Cursor, on_the_way: bool) -> Frame | None:
        """A frame that leads on from `start`; all who come from the same place share one query and one rendering.

        What is rendered for one of them leads to where the room is then. From there on its own frames do,
        however many come while the others return.
        """
        key = (start, OWN)
        if key not in self._frames or not (on_the_way or self._is_near(start)):
            key = (start, FOR_SOMEBODY)
        if key not in self._frames:
            reading = in_thread(changes.frame_between)(self.event_pk, start, self.cursor)
            self._keep(key, asyncio.ensure_future(reading))
        kept, frame = self._frames[key], None
        try:
            frame = await asyncio.shield(kept)
        finally:
            if kept.done() and not frame and self._frames.get(key) is kept:
                del self._frames[key]
        return frame

    def _is_near(self, start: Cursor) -> bool:
        """Whether a few of the room's own frames lead from here to where it is."""
        for _ in range(SHORT_WAY):
            if start == self.cursor:
                return True
            if not (kept := self._frames.get((start, OWN))) or not (frame := kept.result()):
                return False
            start = frame.end
        return start == self.cursor

    def _keep(self, key: tuple[Cursor, bool], frame: "asyncio.Future[Frame | None]") -> "asyncio.Future[Frame | None]":
        self._frames[key] = frame
        self._frames.move_to_end(key)
        while len(self._frames) > KEPT_FRAMES or (len(self._frames) > 1 and self._kept() > KEPT_CHARACTERS):
            self._frames.popitem(last=False)
        return frame

    def _kept(self) -> int:
        done = [kept.result() for kept in self._frames.values() if kept.done() and not kept.exception()]
        return sum(len(frame.html) for frame in done if frame)
