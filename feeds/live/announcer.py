"""Announcements of new entries to screen readers."""

import time
from collections.abc import Mapping

from feeds.live.audience import Audience
from feeds.live.messages import render
from feeds.timeline.frames import Frame
from feeds.timeline.variants import Variant
from serving.wire import Message

APART = 10.0
"""Seconds between two announcements at least."""


class Announcer:
    """Says how many entries came. A burst of them is one sentence."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._news: dict[Variant, tuple[int, str]] = {}
        """Number of entries that are still to be announced, and the author of the last."""
        self._announced_at = -APART

    async def take(self, frames: Mapping[Variant, Frame]) -> None:
        """Count the new entries of these frames, and announce them if it is time."""
        for variant, frame in frames.items():
            if frame.news:
                number, _ = self._news.get(variant, (0, ""))
                self._news[variant] = (number + frame.news, frame.latest)
        await self.announce()

    async def announce(self) -> None:
        """Announce what has been counted, unless the last announcement was a moment ago."""
        if self._news and time.monotonic() - self._announced_at >= APART:
            news, self._news = self._news, {}
            self._announced_at = time.monotonic()
            for variant, (number, latest) in news.items():
                text = render(variant, "partials/live/announcement.html", {"news": number, "latest": latest})
                await self._audience.tell_variant(variant, Message(text))
