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


class Crowd:
    """Readers on both processes, and the head of the event that they follow."""

    def __init__(self, deployment: Deployment, slug: str, stack: ExitStack) -> None:
        self.deployment, self.slug, self.stack = deployment, slug, stack
        self.readers: list[ProtocolReader] = []
        self.head = 0

    def join(self) -> None:
        """A reader more on each process."""
        for url in self.deployment.urls:
            self.readers.append(self.stack.enter_context(ProtocolReader.live(url, self.slug)))

    def all_see_a_post_by(self, visitor: Visitor) -> None:
        answer = visitor.post(f"/events/{self.slug}/entries/", name=visitor.name, text=f"Post {self.head + 1}")
        assert (answer.status, answer.seq) == (200, self.head + 1)
        self.head = answer.seq
        for reader in self.readers:
            reader.reaches(self.head)

    def are_woken_by(self, visitors: list[Visitor]) -> bool:
        """Whether a post by each visitor reaches every reader without a tick, as it does when all listen again."""
        with self.deployment.without_ticks():
            for visitor in visitors:
                self.head = visitor.publish(self.slug, f"Post {self.head + 1}")
                try:
                    for reader in self.readers:
                        reader.reaches(self.head, seconds=1)
                except AssertionError:
                    return False
        return True


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
        visitors = [Visitor(url, f"Visitor {number}") for number, url in enumerate(deployment.urls)]
        crowd = Crowd(deployment, slug, stack)
        crowd.join()

        breaks(redis)
        crowd.all_see_a_post_by(visitors[0])
        crowd.join()  # new readers are let in as well
        crowd.all_see_a_post_by(visitors[1])

        returns(redis)
        wait_until(lambda: crowd.are_woken_by(visitors), "a wake-up by Redis")
        with deployment.without_ticks():  # so that every one of these came by Redis
            for number in range(30):
                crowd.all_see_a_post_by(visitors[number % 2])
        agree(crowd.readers)
        rows = deployment.shell(ROWS).splitlines()
        assert rows == [f"{number} Post {number}" for number in range(1, crowd.head + 1)]
        assert "Traceback" not in deployment.log.read_text()
