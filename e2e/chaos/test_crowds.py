"""Five hundred who come back at once."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from statistics import median

from e2e.deployment import Deployment
from e2e.posters import Poster, posting, publish_many
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.readers import Passenger

CROWD, PLACES = 500, 5
"""Number of readers, and of their different cursors when their process dies."""


async def lose_their_process(deployment: Deployment, slug: str, crowd: list[Passenger]) -> int:
    """All are live, and then what is under way to them is lost, for some more of it than for others."""
    await asyncio.gather(*(reader.enters(deployment.url) for reader in crowd))
    visitor = Visitor(deployment.url)
    for number in range(PLACES):
        head = await asyncio.to_thread(visitor.publish, slug, f"Before {number}")
        await asyncio.gather(*(reader.reaches(head) for reader in crowd[CROWD // PLACES * number :]))
    deployment.kill()
    await asyncio.gather(*(reader.hears_the_end() for reader in crowd))
    return head


async def come_back(url: str, crowd: list[Passenger], head: int) -> list[float]:
    """All at once; returns how many seconds each took to reach this change."""
    began = time.monotonic()

    async def comes_back(reader: Passenger) -> float:
        await reader.enters(url)
        await reader.reaches(head)
        return time.monotonic() - began

    return await asyncio.gather(*(comes_back(reader) for reader in crowd))


async def all_return(deployment: Deployment, slug: str, crowd: list[Passenger]) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(150):
        for reader in crowd:
            stack.push_async_callback(reader.leaves)
        head = await lose_their_process(deployment, slug, crowd)
        started = {reader: reader.cursor for reader in crowd}
        assert sorted(Counter(started.values()).values()) == [CROWD // PLACES] * PLACES
        for reader in crowd:
            reader.frames.clear()
        await asyncio.to_thread(publish_many, deployment, slug, 100, "Meanwhile")
        url = deployment.urls[-1]
        if url == deployment.url:  # without another process to go to
            await asyncio.to_thread(deployment.start)

        posters = [await asyncio.to_thread(Poster, url, slug, f"Visitor {number}", 0.05) for number in range(2)]
        with posting(posters):
            took = await come_back(url, crowd, head + 100)
        last = await asyncio.to_thread(Visitor(url).publish, slug, "All is well")
        await asyncio.gather(*(reader.reaches(last) for reader in crowd))

    posts = [posted for poster in posters for posted in poster.posted]
    p99 = sorted(posted.seconds for posted in posts)[int(len(posts) * 0.99)]
    print(f"{CROWD} readers back within {max(took):.1f} s (median {median(took):.1f} s);", end=" ")
    print(f"{len(posts)} posts meanwhile, p99 {p99 * 1000:.0f} ms")
    # The keys of the forms in a frame are new in each rendering: there was one for all who came from one place.
    assert len({(started[reader], *reader.frames) for reader in crowd}) == PLACES
    assert {posted.status for posted in posts} == {200, 303}
    assert max(took) < 10
    assert p99 < 1


def test_five_hundred_readers_of_a_killed_process_are_back_in_ten_seconds_and_nobody_else_waits(
    deployment: Deployment,
) -> None:
    slug = deployment.event(f"crowd-{deployment.ports[0]}")
    page = ProtocolReader(deployment.url, slug)
    crowd = [Passenger(page) for _ in range(CROWD)]
    asyncio.run(all_return(deployment, slug, crowd))
