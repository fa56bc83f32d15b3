"""One room per event and process: it reads each change once, renders it once and tells everybody.

All of this runs on the event loop of one process; database work and rendering go to threads. A room
is where the page is for every reader in it: at the room's cursor. Readers who are behind are caught up
one by one, from frames that are kept for the next who comes from the same place.
"""

import asyncio
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.template.loader import render_to_string

from feeds.access import rules, visitors
from feeds.access.rules import Banned
from feeds.access.visitors import COOKIE, EARLIER_COOKIE, Visitor
from feeds.forms import Cursor
from feeds.live import database
from feeds.live.typing import Typists
from feeds.memo import for_everybody
from feeds.timeline import cache, frames, standings
from feeds.timeline.frames import RESET, Frame
from feeds.timeline.standings import Signs, Standing
from feeds.timeline.variants import Variant
from serving.wire import Message

logger = logging.getLogger(__name__)

ANNOUNCE = 10.0
"""Seconds between announcements to screen readers at least."""
CROWD = 20
"""Readers beyond whom their number need not be right to the last at every moment."""
PATIENCE = 60.0
"""Seconds a reader may take to read what waits for it."""
KEPT_FRAMES, KEPT_CHARACTERS = 256, 1_000_000
"""Frames that a room keeps for those who are behind: at most so many, and of so much together."""
KEPT_FOR_STRANGERS = 32
"""Frames beside for those who come from elsewhere: from before a restart, from a backup, or from a made-up place."""
SHORT_WAY = 8
"""Kept frames that somebody who is behind gets one by one; beyond, one is rendered that leads all the way."""
OWN, FOR_SOMEBODY, FOR_WHO_IS_BEYOND = "own", "for somebody", "for who is beyond"
"""Which frame from a place a kept one is: the room's own; or one rendered for somebody who was behind, or who has
said where the page was once and may be further by now."""


Key = tuple[Cursor, str, Variant]
T = TypeVar("T")
K = TypeVar("K")


def render(variant: Variant, template: str, context: dict[str, Any]) -> str:
    """Something for pages of this variant, in its language."""
    with for_everybody(variant.language):
        return render_to_string(template, context | {"variant": variant})


def farewell(variant: Variant, reason: Exception | None = None) -> str:
    """What takes a page's place that may not be read any more. It is not live, so it asks for nothing again."""
    return render(variant, "partials/gone_frame.html", {"banned": reason if isinstance(reason, Banned) else None})


def rest(variant: Variant, slug: str, cursor: Cursor | None) -> str:
    """What a page of an event that is over gets last: it keeps what it shows, and asks only whether that goes on.

    It takes effect only on a page that is at this cursor, and so has everything.
    """
    return render(variant, "partials/rest_frame.html", {"slug": slug, "cursor": cursor})


def outdated() -> str:
    """What lets a page ask for itself anew, wherever it is and whatever it shows."""
    with for_everybody(settings.LANGUAGE_CODE):
        return render_to_string("partials/anew_frame.html", {"build": settings.BUILD})


class Reader:
    """One connected page: who reads it, in which variant, and how to write to it.

    With an `outlet` (see `commentary.BROADCAST`) the same bytes go to every reader, and it is known whether they
    are read. Other servers are sent text with `send`, and always seem able to take more.
    """

    __slots__ = ("_cookie", "browser", "close", "host", "outlet", "send", "variant")

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Callable[..., Awaitable[None]],
        *,
        cookies: Mapping[str, str],
        outlet: Any = None,
        variant: Variant | None = None,
    ) -> None:
        self.variant = variant or Variant.plain()
        self.send = send
        self.close = close
        self.host: tuple[int, str] | None = None
        """Its user's primary key and session, where the user hosts the event."""
        self.outlet = outlet
        self.browser = visitors.browser_of(cookies) or -id(self)
        """The same for all tabs of a browser: see `visitors.browser_of`."""
        self._cookie = cookies.get(COOKIE) or cookies.get(EARLIER_COOKIE, "")

    @property
    def visitor(self) -> str:
        """Its visitor's id. Worked out when somebody is banned, which is rare, and not for all who connect."""
        return Visitor.of(dict.fromkeys((COOKIE, EARLIER_COOKIE), self._cookie)).id

    @property
    def has_cookie(self) -> bool:
        """Whether its visitor is known, and so may have written something."""
        return bool(self._cookie)

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
        self.standing: Standing | None = None
        """The event where the room is; None until it is read, and once the event is gone."""
        self.level: defaultdict[Variant, set[Reader]] = defaultdict(set)
        """Those who are where the room is, by what they get."""
        self.readers_elsewhere = 0
        self.woken = asyncio.Event()
        self.typists = Typists(self)
        self._flushing = asyncio.Lock()
        self._behind = False
        self._frames: OrderedDict[Key, asyncio.Future[Frame | None]] = OrderedDict()
        self._been: OrderedDict[Cursor, asyncio.Future[bool]] = OrderedDict()
        self._for_strangers: OrderedDict[Key, asyncio.Future[Frame | None]] = OrderedDict()
        self._joining: set[Reader] = set()
        self._aside: dict[Reader, asyncio.Task[None]] = {}
        self._beats: dict[Variant, tuple[float, Message]] = {}
        self._news: dict[Variant, tuple[int, str]] = {}
        self._announced = -ANNOUNCE
        self._authors: tuple[Cursor | None, frozenset[str]] | None = None
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

    @property
    def cursor(self) -> Cursor | None:
        """Where the room is."""
        return self.standing.cursor if self.standing else None

    @property
    def slug(self) -> str:
        """The event's address; empty where the room does not know its event."""
        return self.standing.slug if self.standing else ""

    @property
    def signs(self) -> Signs:
        """What the event tells of the people on its pages."""
        return self.standing.signs if self.standing else Signs()

    async def flush(self) -> bool:
        """Move the room, and every reader who is level with it, on by one frame. Returns whether it moved."""
        async with self._flushing:
            if (before := self.standing) is None:
                self.standing = await database.in_thread(standings.standing_of)(self.event_pk)
                return False
            variants = self._variants() or {Variant.plain()}
            by_variant = await database.in_thread(frames.frames_between)(
                self.event_pk, before.cursor, variants=variants
            )
            if not by_variant:
                return False
            frame = next(iter(by_variant.values()))  # what is looked at here is the same in all of them
            if frame.banned is not None:  # the event itself has changed, and perhaps who hosts it
                await self._ask_who_hosts()
            self._behind = not frame.last
            self._forget_what_is_outdated(frame)
            for variant, each in by_variant.items():
                self._keep((frame.start, OWN, variant), asyncio.get_running_loop().create_future()).set_result(each)
            # Move first: who joins during the loop compares with the new place and is caught up to it.
            self.standing = after = frame.standing_after(before)
            there = {variant: list(level) for variant, level in self.level.items() if level}
            readers = list(chain.from_iterable(there.values()))
            if after.for_hosts or after.banned:
                for reader in readers:
                    await self._require_admission(reader)
            # Who came with a variant of their own while the frames were made is caught up like who does not read.
            for reader in [reader for reader in readers if reader.full or reader.variant not in by_variant]:
                if self._is_level(reader):
                    self._set_aside(reader, frame.start)
            for variant in there.keys() & by_variant.keys():
                await self._write_all(variant, there[variant], by_variant[variant].message)
            if before.signs.readers != after.signs.readers:
                await self._tell_readers_anew()
            await self.typists.arrived(by_variant.values())
            await self._announce(by_variant)
            if after.over:
                await self._part(reader for reader in readers if self._is_level(reader) and not reader.host)
            return True

    async def _tell_readers_anew(self) -> None:
        """A host has decided whether readers see how many they are."""
        self._beats.clear()
        for variant in list(self.level):
            await self._tell(variant, self._heartbeat(variant))

    async def _ask_who_hosts(self) -> None:
        """Readers who host the event no more are readers like any other."""
        claimed = {reader.host for reader in self.everybody() if reader.host}
        former = claimed - await database.in_thread(rules.hosts_among)(self.event_pk, claimed) if claimed else claimed
        for reader in self.everybody():
            if reader.host in former:
                reader.host = None

    @property
    def readers(self) -> list[Reader]:
        """Those who are where the room is."""
        return list(chain.from_iterable(self.level.values()))

    @property
    def count(self) -> int:
        """How many of them there are."""
        return sum(map(len, self.level.values()))

    def browsers(self) -> set[int]:
        """Those that read here: somebody with four tabs is one reader."""
        return {reader.browser for level in self.level.values() for reader in level}

    def _variants(self) -> set[Variant]:
        """Those that somebody here wants."""
        level = {variant for variant, readers in self.level.items() if readers}
        return level | {reader.variant for reader in (*self._joining, *self._aside)}

    def _is_level(self, reader: Reader) -> bool:
        return reader in self.level[reader.variant]

    async def tell(self, template: str, context: dict[str, Any], *, but: Reader | None = None) -> None:
        """What may be missed, in each variant, to everybody who can take it now but this one."""
        for variant in list(self.level):
            readers = [reader for reader in self.level[variant] if reader is not but and not reader.full]
            if readers:
                await self._write_all(variant, readers, Message(render(variant, template, context)))

    async def _tell(self, variant: Variant, message: Message) -> None:
        """What may be missed, to everybody of a variant who can take it now."""
        await self._write_all(variant, [reader for reader in self.level[variant] if not reader.full], message)

    async def _write_all(self, variant: Variant, readers: list[Reader], message: Message) -> None:
        """The same to everybody in `readers`, all of one variant, who is still with the room."""
        level = self.level[variant]
        for reader in readers:
            if reader in level:
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
        self.level[reader.variant].discard(reader)
        self._joining.add(reader)

    async def _bring(self, reader: Reader, cursor: Cursor, sure: bool) -> None:
        if self.cursor is None:
            await self.flush()
        way, came_from = FOR_SOMEBODY if sure else FOR_WHO_IS_BEYOND, cursor
        while self.cursor is not None and cursor != self.cursor:
            if cursor.seq > self.cursor.seq and await self.flush():  # the page is newer than the room's last frame
                continue
            frame = await self._frame(cursor, way, reader.variant)
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
        self.level[reader.variant].add(reader)
        if await self._require_admission(reader):
            if self.standing and self.standing.over and not reader.host:
                await self._part([reader])
            else:
                await self._write(reader, self._heartbeat(reader.variant))
                if cursor != came_from and reader.has_cookie:
                    await self._show_own_to_author(reader)

    def leave(self, reader: Reader) -> None:
        self.level[reader.variant].discard(reader)
        self._joining.discard(reader)
        if waiting := self._aside.pop(reader, None):
            waiting.cancel()

    def everybody(self) -> list[Reader]:
        """Readers who are live, who are being caught up and who do not read."""
        return list({*self.readers, *self._joining, *self._aside})

    def _set_aside(self, reader: Reader, cursor: Cursor) -> None:
        """It does not read what it was sent. It gets nothing more until it has, and is caught up then."""
        self.level[reader.variant].discard(reader)
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
        if self.standing is None:
            return False
        banned = self.standing.banned.get(reader.visitor) if self.standing.banned else None
        return bool(reader.host) or not (self.standing.for_hosts or (banned and not banned.is_over))

    async def _require_admission(self, reader: Reader) -> bool:
        """As `admits`; a reader who may not be here any more is told so and put out."""
        if admitted := self.admits(reader):
            return admitted
        await self.dismiss(reader, self.standing.banned.get(reader.visitor) if self.standing else None)
        return False

    async def dismiss(self, reader: Reader, reason: Exception | None = None) -> None:
        self.leave(reader)
        await self._write(reader, Message(farewell(reader.variant, reason)))
        await reader.close()

    async def _part(self, readers: Iterable[Reader]) -> None:
        """Close the connections of pages that have everything there will be."""
        last: dict[Variant, Message] = {}
        for reader in list(readers):
            self.leave(reader)
            if reader.variant not in last:
                last[reader.variant] = Message(rest(reader.variant, self.slug, self.cursor))
            await self._write(reader, last[reader.variant])
            await reader.close()

    async def require_hosts(self) -> None:
        """Put out of a draft who does not host it any more, or is signed out; also who was let in at that moment.

        Who has merely signed in anew comes back at once.
        """
        if self.standing and self.standing.for_hosts:
            await self._ask_who_hosts()
            for reader in [reader for reader in self.everybody() if not reader.host]:
                self.leave(reader)
                await reader.close(code=1012)

    async def beat(self) -> None:
        """Tell everybody that the connection lives. Pages that hear nothing begin to poll."""
        if self.cursor is None:  # made just now: it does not know the event yet, and nobody is in it
            return
        for variant in [variant for variant, level in self.level.items() if level]:
            await self._tell(variant, self._heartbeat(variant, self.cursor))
        await self._announce({})

    def _heartbeat(self, variant: Variant, cursor: Cursor | None = None) -> Message:
        """In a crowd rendered at most fifty times a second, however many come in: their number can wait."""
        beaten, beat = self._beats.get(variant, (0.0, None))
        count = self.count
        if beat and cursor is None and count > CROWD and time.monotonic() - beaten < 0.02:
            return beat
        context = {
            "state": "live",
            "readers": self.readers_elsewhere + len(self.browsers()) if self.signs.readers else 0,
            "slug": self.slug,
            "cursor": cursor,
            "build": settings.BUILD if settings.WATCH_TEMPLATES else "",
        }
        beat = Message(render(variant, "partials/heartbeat_frame.html", context))
        self._beats[variant] = (time.monotonic(), beat)
        return beat

    async def show_own(self, browser: int, key: str) -> None:
        """Let the tabs of a browser ask which posts are its own."""
        for reader in [reader for reader in self.readers if reader.browser == browser]:
            await self._show_own(reader, key)

    async def _show_own(self, reader: Reader, key: str) -> None:
        context = {"event": {"slug": self.slug}, "form_key": key, "answered": True}
        await self._write(reader, Message(render(reader.variant, "partials/own_posts.html", context)))

    async def _show_own_to_author(self, reader: Reader) -> None:
        """Let a page that has missed something ask which posts are its own, if it may have missed such a one.

        Its visitor may have written in another tab, or a host approved it meanwhile. All who return ask once.
        """
        if self._authors is None or self._authors[0] != self.cursor:
            self._authors = (self.cursor, await database.in_thread(standings.recent_authors)(self.event_pk))
        if reader.visitor in self._authors[1]:
            await self._show_own(reader, str(self.cursor))

    async def show_anew(self) -> None:
        """Templates have changed: nothing is sent any more that was rendered before, and pages ask for themselves."""
        async with self._flushing:
            self._frames.clear()
            self._for_strangers.clear()
            self._beats.clear()
            message = Message(outdated())
            for reader in self.everybody():
                await self._write(reader, message)

    async def _announce(self, frames: Mapping[Variant, Frame]) -> None:
        """Say how many entries came, at most every ANNOUNCE seconds: a burst is one sentence."""
        for variant, frame in frames.items():
            if frame.news:
                self._news[variant] = (self._news.get(variant, (0, ""))[0] + frame.news, frame.latest)
        if self._news and time.monotonic() - self._announced >= ANNOUNCE:
            news, self._news, self._announced = self._news, {}, time.monotonic()
            for variant, (number, latest) in news.items():
                text = render(variant, "partials/announcement.html", {"news": number, "latest": latest})
                await self._tell(variant, Message(text))

    async def _write(self, reader: Reader, message: Message) -> None:
        try:
            if not reader.full:
                await reader.write(message)
        except Exception as error:  # one broken connection is not everybody's trouble; it comes back and resumes
            logger.warning("A page of event %s could not be written to: %s", self.event_pk, error)
            self.leave(reader)
            with suppress(Exception):
                await reader.close(code=1011)

    async def _frame(self, start: Cursor, way: str, variant: Variant) -> Frame | None:
        """A frame that leads on from `start`; all who come from the same place share one query and one rendering.

        What is rendered for one of them leads to where the room is then. From there on its own frames do,
        however many come while the others return.
        """
        if not await self._leads_here(start):
            return await self._frame_for_a_stranger(start, way, variant)
        if (start, OWN, variant) not in self._frames:
            way = FOR_SOMEBODY if way == OWN else way
        elif way == FOR_SOMEBODY and self._is_near(start, variant):
            way = OWN
        key = (start, way, variant)
        if way == FOR_WHO_IS_BEYOND and (earlier := self._frames.get(key)) and earlier.done():
            led = earlier.result() if not earlier.exception() else None
            if led is None or led.end != self.cursor:
                del self._frames[key]  # it leads to where the room was
        if key not in self._frames:
            beyond = way == FOR_WHO_IS_BEYOND
            reading = database.in_thread(frames.frame_between)(
                self.event_pk, start, self.cursor, variant=variant, beyond=beyond
            )
            self._keep(key, asyncio.ensure_future(reading))
        kept, frame = self._frames[key], None
        try:
            frame = await asyncio.shield(kept)
        finally:
            if kept.done() and not frame and self._frames.get(key) is kept:
                del self._frames[key]
        return frame

    async def _leads_here(self, start: Cursor) -> bool:
        """Whether it is a place of the history that the room is in, near enough to go on from.

        A crowd that comes back after a restart is in an earlier epoch, all in one place: that is asked once.
        """
        here = self.cursor
        if here is None or not 0 <= here.seq - start.seq <= RESET:
            return False
        if start.epoch == here.epoch:
            return True
        return await self._asked_once(self._been, start, partial(standings.is_of_history, self.event_pk, start))

    async def _frame_for_a_stranger(self, start: Cursor, way: str, variant: Variant) -> "Frame | None":
        """The frame for anybody else, who may have made up where they are.

        It is rendered once for all of them; what is kept by where they say they are is little, and of its own, so that
        a flood of such places costs the others nothing.
        """
        beyond = way == FOR_WHO_IS_BEYOND
        key = (start, FOR_WHO_IS_BEYOND if beyond else FOR_SOMEBODY, variant)
        if self.cursor is None:
            return None
        ask = partial(cache.frame_for, self.event_pk, start, self.cursor, variant, beyond=beyond)
        return await self._asked_once(self._for_strangers, key, ask)

    async def _asked_once(self, kept: "OrderedDict[K, asyncio.Future[T]]", key: K, ask: Callable[[], T]) -> T:
        """Answer for all with the same key, asked for in a thread by the first. Keeps no failure and no None."""
        if key not in kept:
            kept[key] = asyncio.ensure_future(database.in_thread(ask)())
            while len(kept) > KEPT_FOR_STRANGERS:
                kept.popitem(last=False)
        asked = kept[key]
        try:
            return await asyncio.shield(asked)
        finally:
            none = asked.done() and (asked.cancelled() or asked.exception() or asked.result() is None)
            if none and kept.get(key) is asked:
                del kept[key]

    def _is_near(self, start: Cursor, variant: Variant) -> bool:
        """Whether a few of the room's own frames lead from here to where it is."""
        for _ in range(SHORT_WAY):
            if start == self.cursor:
                return True
            if not (kept := self._frames.get((start, OWN, variant))) or not (frame := kept.result()):
                return False
            start = frame.end
        return start == self.cursor

    def _forget_what_is_outdated(self, frame: Frame) -> None:
        """Frames that would show again what was changed or removed since, or that tell of a history that is no more."""
        if frame.reset:
            self._been.clear()
        self._for_strangers.clear()  # they lead to where the room was
        for key, kept in list(self._frames.items()):
            earlier = kept.result() if kept.done() and not kept.exception() else None
            if frame.reset or (frame.outdates and (earlier is None or frame.outdates & earlier.holds)):
                del self._frames[key]

    def _keep(self, key: Key, frame: "asyncio.Future[Frame | None]") -> "asyncio.Future[Frame | None]":
        self._frames[key] = frame
        self._frames.move_to_end(key)
        while len(self._frames) > KEPT_FRAMES or (len(self._frames) > 1 and self._kept() > KEPT_CHARACTERS):
            self._frames.popitem(last=False)
        return frame

    def _kept(self) -> int:
        done = [kept.result() for kept in self._frames.values() if kept.done() and not kept.exception()]
        return sum(len(frame.html) for frame in done if frame)
