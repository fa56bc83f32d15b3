"""PostgreSQL goes away and comes back: who asks meanwhile is told, and what was acknowledged is there."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from e2e.deployment import Deployment
from e2e.outages import everything, is_told_to_try_again
from e2e.posters import Poster, acknowledged, posting
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.readers import comes_back, follow
from e2e.servers import Postgres, wait_until


def test_postgresql_goes_away_and_comes_back_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    with ExitStack() as stack:
        database = stack.enter_context(Postgres(tmp_path))
        deployment = Deployment(tmp_path, DATABASE_URL=database.url)
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug, url = deployment.event("match", entries=3), deployment.url
        posters = [Poster(url, slug, f"Visitor {number}") for number in range(10)]
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for _ in range(3)]
        late = stack.enter_context(ProtocolReader(url, slug))
        asks = everything(late, Visitor(url).sign_in())

        with posting(posters), ThreadPoolExecutor(len(asks) + 1) as pool:
            wait_until(lambda: len(acknowledged(posters)) > 30, "the first posts")
            database.stop()
            asked, connecting = [pool.submit(ask) for ask in asks], pool.submit(late.connect)
            answers = [each.result() for each in asked]
            assert connecting.exception() is None  # to a room that is there
            database.start()
            before = len(acknowledged(posters))
            wait_until(lambda: len(acknowledged(posters)) > before + 20, "posts after it is back", 10)
        for answer in answers:
            is_told_to_try_again(answer)
        assert {posted.status for poster in posters for posted in poster.posted} == {200, 303, 503}

        head = Visitor(url).publish(slug, "All is well")
        comes_back(late)
        for reader in (*readers, late):
            follow(reader, head)
        agree([*readers, late])
        rows = deployment.shell("for entry in Entry.objects.exclude(name='Ann'): print(entry.text)").splitlines()
        assert sorted(rows) == sorted(acknowledged(posters))
        assert "Traceback" not in deployment.log.read_text()
