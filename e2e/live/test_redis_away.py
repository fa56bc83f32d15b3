"""Redis makes it quick and is needed for nothing: without it every post is taken and seen within seconds."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from e2e.deployment import Deployment
from e2e.protocol import ProtocolReader, Visitor, agree
from e2e.servers import Redis

ROWS = "for entry in Entry.objects.order_by('position'): print(entry.position, entry.text)"
TICK = 2
"""Seconds between two looks at the database of a process that no wake-up reaches."""


def nothing(redis: Redis) -> None:
    pass


@pytest.mark.parametrize(
    ("at_start", "breaks", "returns"),
    [
        pytest.param(nothing, nothing, Redis.start, id="not there yet"),
        pytest.param(Redis.start, Redis.kill, Redis.start, id="killed"),
        pytest.param(Redis.start, Redis.pause, Redis.go_on, id="hanging"),
    ],
)
def test_without_redis_nothing_is_refused_and_with_it_pages_are_quick_again(
    tmp_path: Path, at_start: Callable[[Redis], None], breaks: Callable[[Redis], None], returns: Callable[[Redis], None]
) -> None:
    with ExitStack() as stack:
        redis = Redis(tmp_path)
        stack.callback(redis.kill)
        at_start(redis)
        deployment = Deployment(tmp_path, processes=2, REDIS_URL=redis.url)
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        visitors = [Visitor(url, f"Visitor {number}") for number, url in enumerate(deployment.urls)]
        head = 0

        def all_see_a_post_by(visitor: Visitor) -> float:
            """Returns after how many seconds they did."""
            nonlocal head
            began = time.monotonic()
            answer = visitor.post(f"/events/{slug}/entries/", name=visitor.name, text=f"Post {head + 1}")
            assert (answer.status, answer.seq) == (200, head + 1)
            head = answer.seq
            for reader in readers:
                reader.reaches(head, seconds=5)
            return time.monotonic() - began

        breaks(redis)
        all_see_a_post_by(visitors[0])
        # Whoever comes now is let in as well.
        readers += [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        all_see_a_post_by(visitors[1])

        returns(redis)
        # One after the other, so that by the tick alone each would take all of it.
        assert median(all_see_a_post_by(visitors[number % 2]) for number in range(30)) < TICK / 2
        agree(readers)
        rows = deployment.shell(ROWS).splitlines()
        assert rows == [f"{number} Post {number}" for number in range(1, head + 1)]
        assert "Traceback" not in deployment.log.read_text()
