"""Telling every process that an event has changed.

A wake-up carries no content and may be lost: the database is the truth, and rooms compare heads
every two seconds anyway. So a wake-up that cannot be sent is logged and never raised.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from serving.threads import loop

logger = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds the channel layer gets to answer."""


RESPITE = 2.0
"""Seconds for which a layer that did not answer is not asked again, so that posts do not pile up before it."""
_away = {"until": 0.0}


def group(event_pk: int) -> str:
    """The channel layer's group for one event. The primary key, because a slug may be no valid group name."""
    return f"event.{event_pk}"


def wake(event: int, **_signal: Any) -> None:
    """Wake the rooms of an event, by its primary key, in every process. A request does not wait for it."""
    if time.monotonic() < _away["until"]:
        return
    if server := loop.get():
        asyncio.run_coroutine_threadsafe(_send(event), server)
    else:
        async_to_sync(_send)(event)


def tell_tabs(event_pk: int, browser: int, key: str) -> None:
    """Tell all tabs of a browser that posts in this event are its own, so that each asks what it may do with them.

    Call it after the commit. `key` names the change: a tab that has asked for it does not ask again.
    """
    if time.monotonic() >= _away["until"] and (server := loop.get()):
        asyncio.run_coroutine_threadsafe(_send(event_pk, type="own", browser=browser, key=key), server)


async def tell_typing(event_pk: int, place: int, process: str) -> None:
    """Tell other processes that somebody types in this place. Nothing is told of who, or what."""
    if time.monotonic() >= _away["until"]:
        await _send(event_pk, type="typing", place=place, process=process)


async def _send(event_pk: int, **message: Any) -> None:
    message = {"type": "wake", "event": event_pk} | message
    try:
        async with asyncio.timeout(PATIENCE):
            await get_channel_layer().group_send(group(event_pk), message)
    except Exception:  # whatever the layer raises, the change is committed and must be answered as such
        logger.warning("The channel layer does not answer; readers see changes at the next tick.")
        _away["until"] = time.monotonic() + RESPITE


class Listener:
    """One channel of the channel layer, which belongs to a process and is in the group of each event with readers."""

    def __init__(self) -> None:
        self._layer = get_channel_layer()
        self._channel: str | None = None
        self._events: set[int] = set()

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """Wake-ups and words about typing as they arrive, each with its `event`. Raises what the layer raises."""
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
        self._events.discard(event_pk)
        if self._channel is not None:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._layer.group_discard(group(event_pk), self._channel)
            except Exception:  # an idle membership costs a wake-up nobody needs, no more
                logger.warning("The channel layer does not answer; event %s stays subscribed.", event_pk)
