"""The end of a flood by its host, and the time until readers have it."""

import asyncio
import time
from typing import NamedTuple

from e2e.flood.event import Flood
from e2e.flood.flooders import flooding
from e2e.flood.onlookers import Onlooker, some_of


class Ended(NamedTuple):
    posts: float
    """Posts a second until the ban."""
    removals: list[float]
    """Seconds from a ban until the last reader had it, for each flooder."""
    everything: float
    """The same for all of them, one after the other."""


async def is_ended(flood: Flood, crowd: list[Onlooker], seconds: float) -> tuple[Ended, list[str]]:
    """Ban the flooders amid their flood. Returns also cursors from before, for which frames told of the flood."""
    try:
        await asyncio.gather(*(reader.enters() for reader in crowd))
        with flooding(flood.flooders):
            await asyncio.sleep(seconds)
        await asyncio.to_thread(flood.gets_in_the_way)
        cursors = some_of([cursor for reader in crowd for cursor in reader.cursors], 3)
        told = await asyncio.to_thread(flood.told, cursors)
        assert len(told) > 20, told
        with flooding(flood.flooders):
            began = time.monotonic()
            await asyncio.sleep(seconds)
            bans = await asyncio.to_thread(flood.ends)
            await asyncio.gather(*(reader.reaches(bans[-1].seq) for reader in crowd))
            await asyncio.sleep(seconds)  # they go on, and are refused
        before = sum(began < sent.began < bans[0].began for flooder in flood.flooders for sent in flooder.sent)
        last = [max(reader.reached(ban.seq) for reader in crowd) for ban in bans]
        removals = [moment - ban.began for moment, ban in zip(last, bans, strict=True)]
        return Ended(before / (bans[0].began - began), removals, last[-1] - bans[0].began), cursors
    finally:
        for reader in crowd:
            await reader.leaves()


def end(flood: Flood, readers: int, seconds: float) -> Ended:
    crowd = flood.crowd(readers)
    ended, cursors = asyncio.run(is_ended(flood, crowd, seconds))
    flood.is_over_at_once()
    flood.is_nowhere(crowd, cursors)
    return ended
