"""Redis makes it quick and is needed for nothing: without it every post is taken and seen within seconds."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.servers import Redis, wait_until

ROWS = "for entry in Entry.objects.order_by('position'): print(entry.position, entry.text)"


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

        def all_see_a_post_by(visitor: Visitor) -> None:
            nonlocal head
            answer = visitor.post(f"/events/{slug}/entries/", name=visitor.name, text=f"Post {head + 1}")
            assert (answer.status, answer.seq) == (200, head + 1)
            head = answer.seq
            for reader in readers:
                reader.reaches(head)

        def all_are_woken_by(visitors: list[Visitor]) -> bool:
            """Whether a post by each of them reaches everybody without a tick, as it does when all listen again."""
            nonlocal head
            with deployment.without_ticks():
                for visitor in visitors:
                    head = visitor.publish(slug, f"Post {head + 1}")
                    try:
                        for reader in readers:
                            reader.reaches(head, seconds=1)
                    except AssertionError:
                        return False
            return True

        breaks(redis)
        all_see_a_post_by(visitors[0])
        # Whoever comes now is let in as well.
        readers += [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        all_see_a_post_by(visitors[1])

        returns(redis)
        wait_until(lambda: all_are_woken_by(visitors), "a wake-up by Redis")
        with deployment.without_ticks():  # so that every one of these came by Redis
            for number in range(30):
                all_see_a_post_by(visitors[number % 2])
        agree(readers)
        rows = deployment.shell(ROWS).splitlines()
        assert rows == [f"{number} Post {number}" for number in range(1, head + 1)]
        assert "Traceback" not in deployment.log.read_text()
