"""PostgreSQL away for twenty seconds, amid many who ask."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg

from e2e.deployment import Deployment
from e2e.outages import CONNECTIONS, connections, everything, flood, is_told_to_try_again, start_named
from e2e.posters import Poster, acknowledged, posting
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Answer, Visitor
from e2e.readers import comes_back, follow
from e2e.servers import Postgres, redis, wait_until

AWAY = 20
"""Seconds that PostgreSQL is away."""


def flooded(deployment: Deployment, database: Postgres, slug: str) -> None:
    """Ask far more than there are threads, and check that no more connections are made."""
    most = 0
    with psycopg.connect(database.url, autocommit=True) as watching, flood(deployment, f"/events/{slug}/", 50) as asked:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            most = max(most, *connections(watching).values(), 0)
    print(f"50 at once on each process: {dict(asked)}, with {most} connections at most")
    assert set(asked) == {200}, asked
    assert 1 <= most <= CONNECTIONS


def asked_while_away(
    deployment: Deployment, database: Postgres, slug: str, posters: list[Poster], asks: list[Callable[[], Answer]]
) -> tuple[list[Answer], float]:
    """Stop PostgreSQL for a while amid posts. Returns the answers meanwhile, and seconds until pages were back."""
    answers: list[Answer] = []
    with posting(posters), ThreadPoolExecutor(len(asks)) as pool:
        wait_until(lambda: len(acknowledged(posters)) > 50, "the first posts")
        database.stop()
        end = time.monotonic() + AWAY
        while time.monotonic() < end:
            answers += pool.map(lambda ask: ask(), asks)
        database.start()
        back, before = time.monotonic(), len(acknowledged(posters))
        pages = [Visitor(url).get(f"/events/{slug}/").status for url in deployment.urls]
        took = time.monotonic() - back
        wait_until(lambda: len(acknowledged(posters)) > before + 50, "posts after it is back", 10)
    assert pages == [200, 200]
    return answers, took


def test_twenty_seconds_without_postgresql_are_said_lose_nothing_and_need_no_restart(tmp_path: Path) -> None:
    with ExitStack() as stack:
        database, layer = stack.enter_context(Postgres(tmp_path)), stack.enter_context(redis(tmp_path))
        deployment = Deployment(tmp_path, processes=2, DATABASE_URL=database.url, REDIS_URL=layer)
        deployment.prepare()
        start_named(deployment)
        stack.callback(deployment.end_all)
        slug = deployment.event("match", entries=3)
        posters = [Poster(url, slug, f"Visitor {number}") for url in deployment.urls for number in range(5)]
        for number, poster in enumerate(posters):
            poster.visitor.name = f"Visitor {number}"
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls for _ in range(5)]
        late = [stack.enter_context(ProtocolReader(url, slug)) for url in deployment.urls]
        asks = [ask for reader in late for ask in everything(reader, Visitor(reader.visitor.url).sign_in())]
        flooded(deployment, database, slug)

        answers, took = asked_while_away(deployment, database, slug, posters, asks)
        print(f"{len(answers)} requests were told to try again; {took:.1f} s after it was back, pages were")
        for answer in answers:
            is_told_to_try_again(answer)
        assert took < 5
        assert {posted.status for poster in posters for posted in poster.posted} == {200, 303, 503}

        head = Visitor(deployment.url).publish(slug, "All is well")
        for reader in late:
            comes_back(reader)
        for reader in (*readers, *late):
            follow(reader, head)
        agree([*readers, *late])
        rows = deployment.shell("for entry in Entry.objects.exclude(name='Ann'): print(entry.text)").splitlines()
        assert sorted(rows) == sorted(acknowledged(posters))
        flooded(deployment, database, slug)
        assert "Traceback" not in deployment.log.read_text()
