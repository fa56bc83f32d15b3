"""One room per event and process: it reads each change once, renders it once and tells everybody.

All of this runs on the event loop of one process; database work and rendering go to threads. A room
is where the page is for every reader in it: at the room's cursor. Readers who are behind are caught up
one by one, from frames that are kept for the next who comes from the same place.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.template.loader import render_to_string

from commentary.wire import Message
from feeds import access, changes
from feeds.access import COOKIE, Banned, Visitor
from feeds.changes import Frame
from feeds.forms import Cursor

logger = logging.getLogger(__name__)

ANNOUNCE = 10.0
"""Seconds between announcements to screen readers at least."""
CROWD = 20
"""Readers beyond whom their number need not be right to the last at every moment."""
PATIENCE = 60.0
"""Seconds a reader may take to read what waits for it."""
KEPT_FRAMES, KEPT_CHARACTERS = 256, 1_000_000
"""Frames that a room keeps for those who are behind: at most so many, and of so much together."""
SHORT_WAY = 8
"""Kept frames that somebody who is behind gets one by one; beyond, one is rendered that leads all the way."""
OWN, FOR_SOMEBODY, FOR_WHO_IS_BEYOND = "own", "for somebody", "for who is beyond"
"""Which frame from a place a kept one is: the room's own; or one rendered for somebody who was behind, or who has
said where the page was once and may be further by now."""


P = ParamSpec("P")
T = TypeVar("T")


_threads = ThreadPoolExecutor(4, "rooms")


def in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run database work off the event loop, beside that of other rooms and of requests."""
    return database_sync_to_async(function, thread_sensitive=False, executor=_threads)


def farewell(reason: Exception | None = None) -> str:
    """What takes a page's place that may not be read any more. It is not live, so it asks for nothing again."""
    return render_to_string("partials/gone_frame.html", {"banned": reason if isinstance(reason, Banned) else None})


def rest(slug: str, cursor: Cursor | None) -> str:
    """What a page of an event that is over gets last: it keeps what it shows, and asks for nothing again.

    It takes effect only on a page that is at this cursor, and so has everything.
    """
    return render_to_string("partials/rest_frame.html", {"slug": slug, "cursor": cursor})


class Reader:
    """One connected page: who reads it, and how to write to it.

    With an `outlet` (see `commentary.BROADCAST`) the same bytes go to every reader, and it is known whether they
    are read. Other servers are sent text with `send`, and always seem able to take more.
    """

    __slots__ = ("_cookie", "close", "host", "outlet", "send")

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Callable[..., Awaitable[None]],
        *,
        cookies: Mapping[str, str],
        outlet: Any = None,
    ) -> None:
        self.send = send
        self.close = close
        self.host: tuple[int, str] | None = None
        """Its user's primary key and session, where the user hosts the event."""
        self.outlet = outlet
        self._cookie = cookies.get(COOKIE, "")

    @property
    def visitor(self) -> str:
        """Its visitor's id. Worked out when somebody is banned, which is rare, and not for all who connect."""
        return Visitor.of({COOKIE: self._cookie}).id

    @property
    def full(self) -> bool:
        return bool(self.outlet and self.outlet.full)

    async def write(self, message: Message) -> None:
        if self.outlet:
            self.outlet.write(message)
        else:
            await self.send(message.text)


class Room:
    def __init__(self, event_pk: int) -> None:
        self.event_pk = event_pk
        self.slug = ""
        self.cursor: Cursor | None = None
        self.readers: set[Reader] = set()
        """Those who are where the room is."""
        self.readers_elsewhere = 0
        self.woken = asyncio.Event()
        self.over = False
        """Whether the event is over where the room is; then only its hosts stay."""
        self.for_hosts = False
        self.banned: Mapping[str, Banned] = {}
        self._flushing = asyncio.Lock()
        self._behind = False
        self._frames: OrderedDict[tuple[Cursor, str], asyncio.Future[Frame | None]] = OrderedDict()
        self._joining: set[Reader] = set()
        self._aside: dict[Reader, asyncio.Task[None]] = {}
        self._beat, self._beaten = Message(""), 0.0
        self._news, self._latest, self._announced = 0, "", -ANNOUNCE
        self.task = asyncio.create_task(self._live(), name=f"room {event_pk}")

    async def _live(self) -> None:
        """Flush whenever woken. Changes that arrive during a flush go together into the next one."""
        while True:
            await self.woken.wait()
            self.woken.clear()
            try:
                while await self.flush() and self._behind:  # what comes after the last frame wakes the room again
                    pass
            except DatabaseError as error:  # it is away; the room lives on and the tick wakes it again
                logger.warning("Room %s cannot read its changes: %s", self.event_pk, error)
            except Exception:
                logger.exception("Room %s could not read its changes", self.event_pk)

    async def flush(self) -> bool:
        """Move the room, and every reader who is level with it, on by one frame. Returns whether it moved."""
        async with self._flushing:
            if self.cursor is None:
                if standing := await in_thread(changes.standing)(self.event_pk):
                    self.slug, self.cursor, self.over, self.for_hosts, self.banned = standing
                return False
            frame = await in_thread(changes.frame_between)(self.event_pk, self.cursor)
            if frame is None:
                return False
            if frame.banned is not None:  # the event itself has changed, and perhaps who hosts it
                await self._ask_who_hosts()
            self.slug = frame.slug or self.slug
            self._behind = not frame.last
            self._forget_what_is_outdated(frame)
            self._keep((frame.start, OWN), asyncio.get_running_loop().create_future()).set_result(frame)
            # Move first: who joins during the loop compares with the new place and is caught up to it.
            self.cursor, readers = frame.end, list(self.readers)
            self.over, self.for_hosts = frame.over, frame.for_hosts
            if frame.banned is not None:
                self.banned = frame.banned
            if self.for_hosts or self.banned:
                for reader in readers:
                    await self._require_admission(reader)
            for reader in [reader for reader in readers if reader.full]:
                self._set_aside(reader, frame.start)
            await self._write_all(readers, frame.message)
            await self._announce(frame)
            if self.over:
                await self._part(reader for reader in readers if reader in self.readers and not reader.host)
            return True

    async def _ask_who_hosts(self) -> None:
        """Readers who host the event no more are readers like any other."""
        claimed = {reader.host for reader in self.everybody() if reader.host}
        former = claimed - await in_thread(access.hosts_among)(self.event_pk, claimed) if claimed else claimed
        for reader in self.everybody():
            if reader.host in former:
                reader.host = None

    async def _tell(self, message: Message) -> None:
        """What may be missed, to everybody who can take it now."""
        await self._write_all([reader for reader in self.readers if not reader.full], message)

    async def _write_all(self, readers: list[Reader], message: Message) -> None:
        """The same to everybody in `readers` who is still with the room."""
        for reader in readers:
            if reader in self.readers:
                if outlet := reader.outlet:  # as in `write`, without a coroutine for each
                    outlet.write(message)
                else:
                    await self._write(reader, message)

    async def join(self, reader: Reader, cursor: Cursor, *, sure: bool = True) -> None:
        """Bring a reader who is at `cursor` up to the room, then let it live. Also for one who says so again.

        Not `sure`: it is there or beyond.
        """
        self.expect(reader)
        try:
            await self._bring(reader, cursor, sure)
        finally:
            self._joining.discard(reader)

    def expect(self, reader: Reader) -> None:
        """Somebody is coming: the room is not empty."""
        self.readers.discard(reader)
        self._joining.add(reader)

    async def _bring(self, reader: Reader, cursor: Cursor, sure: bool) -> None:
        if self.cursor is None:
            await self.flush()
        way = FOR_SOMEBODY if sure else FOR_WHO_IS_BEYOND
        while self.cursor is not None and cursor != self.cursor:
            if cursor.seq > self.cursor.seq and await self.flush():  # the page is newer than the room's last frame
                continue
            frame = await self._frame(cursor, way)
            if frame is None:
                break
            if frame.for_hosts and not reader.host:
                await self.dismiss(reader)
                return
            if not await self._require_admission(reader):
                return
            if not await self._takes_more(reader):
                return
            await reader.write(frame.message)
            cursor, way = frame.end, OWN
        # Nothing is awaited between the comparison above and these lines, so no frame falls between.
        self.readers.add(reader)
        if await self._require_admission(reader):
            if self.over and not reader.host:
                await self._part([reader])
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

    def _set_aside(self, reader: Reader, cursor: Cursor) -> None:
        """It does not read what it was sent. It gets nothing more until it has, and is caught up then."""
        self.readers.discard(reader)
        self._aside[reader] = asyncio.create_task(self._wait_for(reader, cursor))

    async def _wait_for(self, reader: Reader, cursor: Cursor) -> None:
        try:
            if await self._takes_more(reader):
                await self.join(reader, cursor)
        except Exception:  # the database is away, say; it comes back and tries again
            logger.exception("A slow page of event %s could not be caught up", self.event_pk)
            await reader.close(code=1011)
        finally:
            self._aside.pop(reader, None)

    async def _takes_more(self, reader: Reader) -> bool:
        """Wait until a reader has read what waits for it. One that does not is sent away, with “try again later”."""
        if reader.full:
            try:
                await asyncio.wait_for(reader.outlet.drained(), PATIENCE)
            except TimeoutError:
                await reader.close(code=1013)
                return False
        return True

    def admits(self, reader: Reader) -> bool:
        """Whether this reader may be here, as far as the room knows: to its last frame."""
        if self.cursor is None:
            return False
        banned = self.banned.get(reader.visitor) if self.banned else None
        return bool(reader.host) or not (self.for_hosts or (banned and not banned.is_over))

    async def _require_admission(self, reader: Reader) -> bool:
        """As `admits`; a reader who may not be here any more is told so and put out."""
        if admitted := self.admits(reader):
            return admitted
        await self.dismiss(reader, self.banned.get(reader.visitor))
        return False

    async def dismiss(self, reader: Reader, reason: Exception | None = None) -> None:
        self.leave(reader)
        await self._write(reader, Message(farewell(reason)))
        await reader.close()

    async def _part(self, readers: Iterable[Reader]) -> None:
        """Close the connections of pages that have everything there will be."""
        last = Message(rest(self.slug, self.cursor))
        for reader in list(readers):
            self.leave(reader)
            await self._write(reader, last)
            await reader.close()

    async def require_hosts(self) -> None:
        """Put out of a draft who does not host it any more, or is signed out; also who was let in at that moment.

        Who has merely signed in anew comes back at once.
        """
        if self.for_hosts:
            await self._ask_who_hosts()
            for reader in [reader for reader in self.everybody() if not reader.host]:
                self.leave(reader)
                await reader.close(code=1012)

    async def beat(self) -> None:
        """Tell everybody that the connection lives. Pages that hear nothing begin to poll."""
        if self.cursor is None:  # made just now: it does not know the event yet, and nobody is in it
            return
        await self._tell(self._heartbeat(self.cursor))
        await self._announce(None)

    def _heartbeat(self, cursor: Cursor | None = None) -> Message:
        """In a crowd rendered at most fifty times a second, however many come in: their number can wait."""
        if cursor is None and len(self.readers) > CROWD and time.monotonic() - self._beaten < 0.02:
            return self._beat
        readers = self.readers_elsewhere + len(self.readers)
        context = {"state": "live", "readers": readers, "slug": self.slug, "cursor": cursor}
        self._beat = Message(render_to_string("partials/heartbeat_frame.html", context))
        self._beaten = time.monotonic()
        return self._beat

    async def _announce(self, frame: Frame | None) -> None:
        """Say how many entries came, at most every ANNOUNCE seconds: a burst is one sentence."""
        if frame:
            self._news += frame.news
            self._latest = frame.latest or self._latest
        if self._news and time.monotonic() - self._announced >= ANNOUNCE:
            text = render_to_string("partials/announcement.html", {"news": self._news, "latest": self._latest})
            self._news, self._announced = 0, time.monotonic()
            await self._tell(Message(text))

    async def _write(self, reader: Reader, message: Message) -> None:
        try:
            if not reader.full:
                await reader.write(message)
        except Exception as error:  # one broken connection is not everybody's trouble; it comes back and resumes
            logger.warning("A page of event %s could not be written to: %s", self.event_pk, error)
            self.leave(reader)
            with suppress(Exception):
                await reader.close(code=1011)

    async def _frame(self, start: Cursor, way: str) -> Frame | None:
        """A frame that leads on from `start`; all who come from the same place share one query and one rendering.

        What is rendered for one of them leads to where the room is then. From there on its own frames do,
        however many come while the others return.
        """
        if (start, OWN) not in self._frames:
            way = FOR_SOMEBODY if way == OWN else way
        elif way == FOR_SOMEBODY and self._is_near(start):
            way = OWN
        key = (start, way)
        if way == FOR_WHO_IS_BEYOND and (earlier := self._frames.get(key)) and earlier.done():
            led = earlier.result() if not earlier.exception() else None
            if led is None or led.end != self.cursor:
                del self._frames[key]  # it leads to where the room was
        if key not in self._frames:
            beyond = way == FOR_WHO_IS_BEYOND
            reading = in_thread(changes.frame_between)(self.event_pk, start, self.cursor, beyond=beyond)
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

    def _forget_what_is_outdated(self, frame: Frame) -> None:
        """Frames that would show again what was changed or removed since, or that tell of a history that is no more."""
        for key, kept in list(self._frames.items()):
            earlier = kept.result() if kept.done() and not kept.exception() else None
            if frame.reset or (frame.outdates and (earlier is None or frame.outdates & earlier.holds)):
                del self._frames[key]

    def _keep(self, key: tuple[Cursor, str], frame: "asyncio.Future[Frame | None]") -> "asyncio.Future[Frame | None]":
        self._frames[key] = frame
        self._frames.move_to_end(key)
        while len(self._frames) > KEPT_FRAMES or (len(self._frames) > 1 and self._kept() > KEPT_CHARACTERS):
            self._frames.popitem(last=False)
        return frame

    def _kept(self) -> int:
        done = [kept.result() for kept in self._frames.values() if kept.done() and not kept.exception()]
        return sum(len(frame.html) for frame in done if frame)
