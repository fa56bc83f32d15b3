"""A rolling restart behind nginx, as operators update."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.chaos.ledger import Ledger
from e2e.chaos.readers import Reader
from e2e.chaos.world import World, world
from e2e.posters import Poster, acknowledged, posting
from e2e.protocol.reader import ProtocolReader
from e2e.servers import wait_until


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_a_rolling_restart_refuses_no_request_and_loses_no_change_and_no_reader(made: World) -> None:
    slug, ledger, shared = made.deployment.event("rolling"), Ledger(), dict[str, str]()
    posters = [Poster(made.url, slug, f"Visitor {number}") for number in range(4)]
    readers = [Reader(made.url, slug, number, ledger, shared) for number in range(20)]
    with ExitStack() as stack:
        for reader in readers:
            reader.start()
            stack.callback(reader.join)
            stack.callback(reader.stopped.set)
        with posting(posters):
            for number in (0, 1, 0, 1):
                assert made.deployment.stop(number) == 0
                made.deployment.start(number)
        statuses = [posted.status for poster in posters for posted in poster.posted]
        print(f"{len(statuses)} posts in four restarts")
        assert set(statuses) == {200, 303}, sorted(status for status in statuses if status not in {200, 303})
        wait_until(lambda: all(reader.seq == len(statuses) for reader in readers), "the last change", 10)
    fresh = ProtocolReader(made.url, slug)
    while fresh.page.older:
        fresh.take_older(fresh.older_answer())
    assert sorted(fresh.page.texts) == sorted(acknowledged(posters))
    assert [reader.page().view() for reader in readers] == [fresh.page.view()] * len(readers)
