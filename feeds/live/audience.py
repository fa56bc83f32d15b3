"""The readers of one room, and how something is told to them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from feeds.live.messages import render
from feeds.live.reader import Reader
from feeds.timeline.variants import Variant
from serving.wire import Message

logger = logging.getLogger(__name__)


class Audience:
    """Readers of a room: level with it, joining it, or set aside because they do not read."""

    def __init__(self, event_pk: int) -> None:
        self.event_pk = event_pk
        self.level: defaultdict[Variant, set[Reader]] = defaultdict(set)
        """Readers who have everything that the room has, by variant."""
        self._joining: set[Reader] = set()
        self._aside: dict[Reader, asyncio.Task[None]] = {}

    @property
    def readers(self) -> list[Reader]:
        """Readers who are level with the room."""
        return list(chain.from_iterable(self.level.values()))

    @property
    def count(self) -> int:
        """Number of readers who are level with the room."""
        return sum(map(len, self.level.values()))

    def browsers(self) -> set[int]:
        """Browsers that read here: four tabs of one browser are one reader."""
        return {reader.browser for level in self.level.values() for reader in level}

    def everybody(self) -> list[Reader]:
        """All readers: level, joining and set aside."""
        return list({*self.readers, *self._joining, *self._aside})

    def variants(self) -> set[Variant]:
        """Variants that anybody here reads or waits for."""
        return {*self.level_variants(), *(reader.variant for reader in (*self._joining, *self._aside))}

    def level_variants(self) -> list[Variant]:
        """Variants with a reader who is level."""
        return [variant for variant, readers in self.level.items() if readers]

    def is_level(self, reader: Reader) -> bool:
        """Whether this reader has everything that the room has."""
        return reader in self.level[reader.variant]

    def expect(self, reader: Reader) -> None:
        """Count a reader as joining, so that the room is not empty."""
        self.level[reader.variant].discard(reader)
        self._joining.add(reader)

    def expect_no_longer(self, reader: Reader) -> None:
        """End what `expect` began, wherever the reader is now."""
        self._joining.discard(reader)

    def change_variant(self, reader: Reader, variant: Variant) -> None:
        """From now on this reader gets the frames of another variant."""
        was_level = self.is_level(reader)
        self.level[reader.variant].discard(reader)
        reader.variant = variant
        if was_level:
            self.level[variant].add(reader)

    def set_level(self, reader: Reader) -> None:
        """From now on this reader gets what everybody gets."""
        self.level[reader.variant].add(reader)

    def set_aside(self, reader: Reader, catching_up: Coroutine[Any, Any, None]) -> None:
        """Send this reader nothing until `catching_up`, which runs beside everything else, is done."""
        self.level[reader.variant].discard(reader)
        self._aside[reader] = task = asyncio.create_task(catching_up)
        task.add_done_callback(partial(self._is_back, reader))

    def _is_back(self, reader: Reader, task: "asyncio.Task[None]") -> None:
        if self._aside.get(reader) is task:  # not where it has been set aside once more
            del self._aside[reader]

    def leave(self, reader: Reader) -> None:
        """Forget a reader. Harmless where it has left already."""
        self.level[reader.variant].discard(reader)
        self._joining.discard(reader)
        if waiting := self._aside.pop(reader, None):
            waiting.cancel()

    async def tell(self, template: str, context: dict[str, Any], *, but: Reader | None = None) -> None:
        """Send something that may be missed to everybody who is level and can take it, except one."""
        for variant in list(self.level):
            readers = [reader for reader in self.level[variant] if reader is not but and not reader.full]
            if readers:
                await self.write_all(variant, readers, Message(render(variant, template, context)))

    async def tell_variant(self, variant: Variant, message: Message) -> None:
        """Send something that may be missed to the readers of one variant who can take it."""
        await self.write_all(variant, [reader for reader in self.level[variant] if not reader.full], message)

    async def write_all(self, variant: Variant, readers: list[Reader], message: Message) -> None:
        """Write the same to `readers`, all of one variant, as far as they are still level when their turn comes."""
        level = self.level[variant]
        for reader in readers:
            if reader in level:
                if outlet := reader.outlet:  # as in `write`, without a coroutine for each
                    outlet.write(message)
                else:
                    await self.write(reader, message)

    async def write(self, reader: Reader, message: Message) -> None:
        """Write to one reader who can take it. A connection that fails is closed; its page comes back and resumes."""
        try:
            if not reader.full:
                await reader.write(message)
        except Exception as error:  # one broken connection must not stop the others
            logger.warning("A page of event %s could not be written to: %s", self.event_pk, error)
            self.leave(reader)
            with suppress(Exception):
                await reader.close(code=1011)
