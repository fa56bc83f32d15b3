"""Heartbeats: they tell pages that their connection lives, and how many readers there are."""

import time

from django.conf import settings

from feeds.forms import Cursor
from feeds.live.audience import Audience
from feeds.live.messages import render
from feeds.timeline.standings import Standing
from feeds.timeline.variants import Variant
from serving.wire import Message

CROWD = 20
"""Readers beyond which their number may be a moment old."""
FRESH = 0.02
"""Seconds for which a heartbeat is good for everybody who joins a crowd."""


class Heartbeats:
    """Heartbeats of one room, rendered once for all readers of a variant."""

    def __init__(self, audience: Audience) -> None:
        self.readers_elsewhere = 0
        """Readers of the event in other processes."""
        self._audience = audience
        self._made: dict[Variant, tuple[float, Message]] = {}

    async def beat(self, standing: Standing) -> None:
        """Tell everybody that the connection lives, and where the room is. Pages that hear nothing begin to poll."""
        for variant in self._audience.level_variants():
            await self._audience.tell_variant(variant, self._make(variant, standing, standing.cursor))

    async def repeat(self, standing: Standing) -> None:
        """Tell everybody the number of readers, or that it is no longer told."""
        self.clear()
        for variant in self._audience.level_variants():
            await self._audience.tell_variant(variant, self.to_joiner(variant, standing))

    def to_joiner(self, variant: Variant, standing: Standing) -> Message:
        """The heartbeat for somebody who comes in. In a crowd one is made at most fifty times a second."""
        made_at, message = self._made.get(variant, (0.0, None))
        count = self._audience.count
        if message and count > CROWD and time.monotonic() - made_at < FRESH:
            return message
        return self._make(variant, standing, None)

    def clear(self) -> None:
        """Forget what was rendered."""
        self._made.clear()

    def _make(self, variant: Variant, standing: Standing, cursor: Cursor | None) -> Message:
        context = {
            "state": "live",
            "readers": self.readers_elsewhere + len(self._audience.browsers()) if standing.signs.readers else 0,
            "slug": standing.slug,
            "cursor": cursor,
            "build": settings.BUILD if settings.WATCH_TEMPLATES else "",
        }
        message = Message(render(variant, "partials/live/heartbeat_frame.html", context))
        self._made[variant] = (time.monotonic(), message)
        return message
