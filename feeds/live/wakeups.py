"""Wake-ups: they tell every process that an event has changed.

A wake-up carries no content and may be lost: the database is the truth, and rooms compare heads
every two seconds anyway. So a wake-up that cannot be sent is logged and never raised.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Literal, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from serving.threads import loop

logger = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds the channel layer gets to answer."""
RESPITE = 2.0
"""Seconds for which a layer that did not answer is not asked again, so that posts do not pile up before it."""


class Wake(TypedDict):
    """Signal that an event has changed."""

    type: Literal["wake"]
    event: int


class OwnPosts(TypedDict):
    """Signal that posts in an event are those of this browser: see `Wakeups.tell_tabs`."""

    type: Literal["own"]
    event: int
    browser: int
    key: str


class TypingAt(TypedDict):
    """Signal that somebody is typing in this place. The process of this name has told its own readers already."""

    type: Literal["typing"]
    event: int
    place: int
    process: str


Signal = Wake | OwnPosts | TypingAt


def group(event_pk: int) -> str:
    """Name of the channel layer's group for an event. It has the primary key, as a slug may be no valid name."""
    return f"event.{event_pk}"


class Wakeups:
    """Signals from this process to all."""

    def __init__(self) -> None:
        self._away_until = 0.0
        """Monotonic time until which the channel layer, which did not answer, is not asked again."""

    def wake(self, event_pk: int) -> None:
        """Wake the rooms of an event in every process. A request does not wait for it."""
        if self._is_away():
            return
        signal: Wake = {"type": "wake", "event": event_pk}
        if server := loop.get():
            asyncio.run_coroutine_threadsafe(self._send(signal), server)
        else:
            async_to_sync(self._send)(signal)

    def tell_tabs(self, event_pk: int, browser: int, key: str) -> None:
        """Tell all tabs of a browser that posts in this event are its own, so that each asks what it may do with them.

        Call it after the commit. `key` names the change: a tab that has asked for it does not ask again.
        """
        if not self._is_away() and (server := loop.get()):
            signal: OwnPosts = {"type": "own", "event": event_pk, "browser": browser, "key": key}
            asyncio.run_coroutine_threadsafe(self._send(signal), server)

    async def tell_typing(self, event_pk: int, place: int, process: str) -> None:
        """Tell other processes that somebody types in this place, but neither the person nor the text."""
        if not self._is_away():
            await self._send({"type": "typing", "event": event_pk, "place": place, "process": process})

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    async def _send(self, signal: Signal) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await get_channel_layer().group_send(group(signal["event"]), signal)
        except Exception:  # whatever the layer raises, the change is committed and must be answered as such
            logger.warning("The channel layer does not answer; readers see changes at the next tick.")
            self._away_until = time.monotonic() + RESPITE


class Listener:
    """One channel of the channel layer, which belongs to a process and is in the group of each event with readers."""

    def __init__(self) -> None:
        self._layer = get_channel_layer()
        self._channel: str | None = None
        self._events: set[int] = set()

    async def messages(self) -> AsyncIterator[Signal]:
        """Yield signals as they arrive. Raises what the layer raises."""
        self._channel = await self._layer.new_channel()
        try:
            for event_pk in list(self._events):
                await self.join(event_pk)
            while True:
                yield await self._layer.receive(self._channel)
        finally:
            self._channel = None

    async def join(self, event_pk: int) -> None:
        """Hear of this event. Harmless to repeat, and worth repeating: layers let memberships expire."""
        self._events.add(event_pk)
        if self._channel is not None:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._layer.group_add(group(event_pk), self._channel)
            except Exception:  # the layer is away; the tick covers for it until the next attempt
                logger.warning("The channel layer does not answer; event %s is live by the tick alone.", event_pk)

    async def leave(self, event_pk: int) -> None:
        """Hear of this event no longer."""
        self._events.discard(event_pk)
        if self._channel is not None:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._layer.group_discard(group(event_pk), self._channel)
            except Exception:  # an idle membership costs a needless wake-up, no more
                logger.warning("The channel layer does not answer; event %s stays subscribed.", event_pk)
