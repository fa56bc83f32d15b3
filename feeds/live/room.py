"""One room per event and process: it reads each change once, renders it once and tells everybody.

All of this runs on the event loop of one process; database work and rendering go to threads. The room is at one place
in the event's history, and so are the readers who are level with it. Readers who are behind are caught up one by one,
from frames that are kept for the next reader who comes from the same place.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from itertools import chain

from django.db import DatabaseError

from feeds.access import rules
from feeds.forms import Cursor
from feeds.live import database
from feeds.live.announcer import Announcer
from feeds.live.audience import Audience
from feeds.live.frame_cache import FrameCache, Way
from feeds.live.heartbeats import Heartbeats
from feeds.live.messages import farewell, outdated, rest
from feeds.live.own_posts import OwnPosts
from feeds.live.reader import Reader
from feeds.live.typing import Typists
from feeds.timeline import frames, standings
from feeds.timeline.frames import Frame
from feeds.timeline.standings import Standing
from feeds.timeline.variants import Variant
from serving.wire import Message

logger = logging.getLogger(__name__)


class Room:
    """The readers of one event in this process, and the place in its history where they are."""

    def __init__(self, event_pk: int) -> None:
        self.event_pk = event_pk
        self.standing: Standing | None = None
        """The event where the room is; None until it is read, and once the event is gone."""
        self.audience = Audience(event_pk)
        self.frames = FrameCache(event_pk, lambda: self.cursor)
        self.heartbeats = Heartbeats(self.audience)
        self.announcer = Announcer(self.audience)
        self.own_posts = OwnPosts(event_pk, self.audience)
        self.typists = Typists(self.audience)
        self.woken = asyncio.Event()
        """Set it, and the room reads what has changed."""
        self._flushing = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None
        self._behind = False
        self.task = asyncio.create_task(self._live(), name=f"room {event_pk}")

    @property
    def cursor(self) -> Cursor | None:
        """Place where the room is."""
        return self.standing.cursor if self.standing else None

    @property
    def slug(self) -> str:
        """The event's address; empty where the room does not know its event."""
        return self.standing.slug if self.standing else ""

    # Moving on

    async def _live(self) -> None:
        """Flush whenever woken. Changes that arrive during a flush go together into the next one."""
        while True:
            await self.woken.wait()
            self.woken.clear()
            try:
                while await self.flush() and self._behind:  # a change after the last frame wakes the room again
                    pass
            except DatabaseError as error:  # it is away; the room lives on and the tick wakes it again
                logger.warning("Room %s cannot read its changes: %s", self.event_pk, error)
            except Exception:
                logger.exception("Room %s could not read its changes", self.event_pk)

    async def flush(self) -> bool:
        """Move the room, and every reader who is level with it, on by one frame. Returns whether it moved."""
        async with self._flushing:
            return await self._flush()

    async def _flush(self) -> bool:
        if (before := self.standing) is None:
            self.standing = await database.in_thread(standings.standing_of)(self.event_pk)
            return False
        read = database.in_thread(frames.frames_between)
        variants = self.audience.variants() or {Variant.plain()}
        by_variant = await read(self.event_pk, before.cursor, variants=variants)
        if by_variant:
            await self._move(before, by_variant)
        return bool(by_variant)

    async def _refresh(self) -> None:
        """Move the room to where the event is now, once for all who ask for it before that begins."""
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._flush_to_the_end())
        await asyncio.shield(self._refreshing)

    async def _flush_to_the_end(self) -> None:
        async with self._flushing:
            self._refreshing = None
            while await self._flush() and self._behind:
                pass

    async def _move(self, before: Standing, by_variant: Mapping[Variant, Frame]) -> None:
        """Move on with these frames, and write them to everybody who is level."""
        frame = next(iter(by_variant.values()))  # what is looked at here is the same in all of them
        if frame.banned is not None:  # the event itself has changed, and perhaps its hosts
            await self._ask_for_hosts()
        self._behind = not frame.last
        self.frames.take(by_variant)
        # Move first: readers who join during the loop compare with the new place and are caught up to it.
        self.standing = after = frame.standing_after(before)
        there = {variant: list(self.audience.level[variant]) for variant in self.audience.level_variants()}
        readers = list(chain.from_iterable(there.values()))
        if after.for_hosts or after.banned:
            for reader in readers:
                await self._require_admission(reader)
        # A variant that came while the frames were made has none: its readers are caught up like slow ones.
        for reader in [reader for reader in readers if reader.full or reader.variant not in by_variant]:
            if self.audience.is_level(reader):
                self.audience.set_aside(reader, self._catch_up(reader, frame.start))
        for variant in there.keys() & by_variant.keys():
            await self.audience.write_all(variant, there[variant], by_variant[variant].message)
        if before.signs.readers != after.signs.readers:
            await self.heartbeats.repeat(after)
        await self.typists.arrived(by_variant.values())
        await self.announcer.take(by_variant)
        if after.over:
            await self._part(reader for reader in readers if self.audience.is_level(reader) and not reader.host)

    # Joining

    async def join(self, reader: Reader, cursor: Cursor, *, sure: bool = True) -> None:
        """Bring a reader who is at `cursor` up to the room, then let it live. Also for a reader who says so again.

        Not `sure`: the reader is there or beyond.
        """
        self.audience.expect(reader)
        try:
            await self._bring(reader, cursor, sure)
        finally:
            self.audience.expect_no_longer(reader)

    async def _bring(self, reader: Reader, start: Cursor, sure: bool) -> None:
        if self.cursor is None:
            await self.flush()
        if not sure:  # else a frame for any page could take one back that has been told more, as by a poll
            await self._refresh()
        cursor, way = start, Way.CATCH_UP if sure else Way.PERHAPS_BEYOND
        while self.cursor is not None and cursor != self.cursor:
            if cursor.seq > self.cursor.seq and await self.flush():  # the page is newer than the room's last frame
                continue
            frame = await self.frames.frame_from(cursor, reader.variant, way)
            if frame is None:
                break
            if frame.for_hosts and not reader.host:
                await self.dismiss(reader)
                return
            if not await self._require_admission(reader):
                return
            if not await reader.takes_more():
                return
            await reader.write(frame.message)
            cursor, way = frame.end, Way.STEP
        # Nothing is awaited between the comparison above and this line, so no frame falls between.
        self.audience.set_level(reader)
        await self._welcome(reader, has_missed=cursor != start)

    async def _welcome(self, reader: Reader, *, has_missed: bool) -> None:
        """Tell a reader who is level that the connection lives, or that there is nothing to wait for."""
        if not await self._require_admission(reader) or not self.standing:
            return
        if self.standing.over and not reader.host:
            await self._part([reader])
            return
        await self.audience.write(reader, self.heartbeats.to_joiner(reader.variant, self.standing))
        if has_missed and reader.has_cookie and self.standing:
            await self.own_posts.show_to_author(reader, self.standing)

    async def _catch_up(self, reader: Reader, cursor: Cursor) -> None:
        """Wait until a slow reader has read what it was sent, and bring it up to the room."""
        try:
            if await reader.takes_more():
                await self.join(reader, cursor)
        except Exception:  # the database is away, say; the page comes back and tries again
            logger.exception("A slow page of event %s could not be caught up", self.event_pk)
            await reader.close(code=1011)

    # Admission

    def admits(self, reader: Reader) -> bool:
        """Whether this reader may be here, as far as the room knows: to its last frame."""
        if self.standing is None:
            return False
        banned = self.standing.banned.get(reader.visitor) if self.standing.banned else None
        return bool(reader.host) or not (self.standing.for_hosts or (banned and not banned.is_over))

    async def _require_admission(self, reader: Reader) -> bool:
        """Dismiss a reader who may no longer be here. Returns whether it may."""
        if admitted := self.admits(reader):
            return admitted
        await self.dismiss(reader, self.standing.banned.get(reader.visitor) if self.standing else None)
        return False

    async def dismiss(self, reader: Reader, reason: Exception | None = None) -> None:
        """Replace a reader's page with a farewell, and close its connection."""
        self.audience.leave(reader)
        await self.audience.write(reader, Message(farewell(reader.variant, reason)))
        await reader.close()

    async def _part(self, readers: Iterable[Reader]) -> None:
        """Close the connections of pages that have everything there will be."""
        last: dict[Variant, Message] = {}
        for reader in list(readers):
            self.audience.leave(reader)
            if reader.variant not in last:
                last[reader.variant] = Message(rest(reader.variant, self.slug, self.cursor))
            await self.audience.write(reader, last[reader.variant])
            await reader.close()

    async def require_hosts(self) -> None:
        """Put everybody out of a draft who does not host it, or is signed out; also readers let in at that moment.

        Hosts who have merely signed in again come back at once.
        """
        if self.standing and self.standing.for_hosts:
            await self._ask_for_hosts()
            for reader in [reader for reader in self.audience.everybody() if not reader.host]:
                self.audience.leave(reader)
                await reader.close(code=1012)

    async def _ask_for_hosts(self) -> None:
        """Treat readers who no longer host the event like any other reader."""
        claimed = {reader.host for reader in self.audience.everybody() if reader.host}
        former = claimed - await database.in_thread(rules.hosts_among)(self.event_pk, claimed) if claimed else claimed
        for reader in self.audience.everybody():
            if reader.host in former:
                reader.host = None
                self.audience.change_variant(reader, reader.variant.for_hosts(False))

    # Telling

    async def beat(self) -> None:
        """Send everybody a heartbeat, and what is still to be announced."""
        if self.standing is None:  # made just now: it does not know the event yet, and nobody is in it
            return
        await self.heartbeats.beat(self.standing)
        await self.announcer.announce()

    def hear_typing(self, place: int, typist: Reader | None = None) -> bool:
        """Tell the others that somebody is typing there: see `Typists.hear`."""
        if self.standing is None:
            return False
        return self.typists.hear(place, typist, self.standing.signs)

    async def reload_pages(self) -> None:
        """Let every page load itself again, after templates have changed. Nothing rendered before is sent again."""
        async with self._flushing:
            self.frames.clear()
            self.heartbeats.clear()
            message = Message(outdated())
            for reader in self.audience.everybody():
                await self.audience.write(reader, message)
