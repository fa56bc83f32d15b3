"""What breaks in operation: a server is stopped, a database goes away or back in time, a client misbehaves."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from e2e.chaos.people import Ledger, Reader
from e2e.chaos.postgres import Postgres
from e2e.chaos.world import World, world
from e2e.deployment import Deployment, wait_until
from e2e.protocol import Answer, ProtocolReader, Visitor, agree

POOL = 16
"""Connections to PostgreSQL that a process may hold."""


def told_to_stop(deployment: Deployment, number: int = 0) -> "subprocess.Popen[bytes]":
    """SIGTERM, without waiting for what comes of it."""
    process = deployment.processes.pop(number)
    process.send_signal(signal.SIGTERM)
    return process


@contextmanager
def running_again(deployment: Deployment) -> Iterator[None]:
    try:
        yield
    finally:
        deployment.start_all()


# The end of a process


def test_a_request_that_is_running_when_its_process_is_stopped_is_finished(two_processes: Deployment) -> None:
    slug, database = two_processes.event("stopped"), two_processes.environment["DATABASE_URL"]
    visitor = Visitor(two_processes.url)
    visitor.fetch_token()
    with (
        running_again(two_processes),
        ProtocolReader.live(two_processes.url, slug) as reader,
        ProtocolReader.live(two_processes.urls[1], slug) as elsewhere,
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(database, autocommit=True) as watching,
        psycopg.connect(database) as holding,
    ):
        holding.execute("SELECT FROM feeds_event WHERE slug = %s FOR UPDATE", [slug])
        posted = pool.submit(visitor.publish, slug, "Just in time")
        waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        wait_until(lambda: watching.execute(waiting).rowcount == 1, "the post's wait for the lock")
        told = time.monotonic()
        process = told_to_stop(two_processes)
        assert reader.is_closed() == 1012
        assert not posted.done()
        holding.rollback()
        assert posted.result() == 1
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - told < 10
        assert elsewhere.reaches(1).texts == ["Just in time"]
        elsewhere.agrees()


def test_a_process_with_a_crowd_and_a_request_that_never_ends_is_gone_in_ten_seconds(
    two_processes: Deployment,
) -> None:
    slug, database = two_processes.event("stuck"), two_processes.environment["DATABASE_URL"]
    visitor = Visitor(two_processes.url)
    visitor.fetch_token()
    with (
        running_again(two_processes),
        ExitStack() as stack,
        ThreadPoolExecutor(20) as pool,
        psycopg.connect(database) as holding,
    ):
        readers = [stack.enter_context(ProtocolReader.live(two_processes.url, slug)) for _ in range(20)]
        holding.execute("SELECT FROM feeds_event WHERE slug = %s FOR UPDATE", [slug])
        posted = pool.submit(visitor.publish, slug, "Never")
        time.sleep(0.2)
        told = time.monotonic()
        process = told_to_stop(two_processes)
        assert set(pool.map(ProtocolReader.is_closed, readers)) == {1012}
        assert process.wait(timeout=15) == 0
        ended = time.monotonic() - told
        holding.rollback()
        assert isinstance(posted.exception(), (OSError, HTTPException, AssertionError))
        assert ended < 10, f"{ended:.1f} s"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_a_rolling_restart_behind_nginx_loses_no_change_no_post_and_no_reader(made: World) -> None:
    slug, ledger, shared = made.deployment.event("rolling"), Ledger(), dict[str, str]()
    visitor, stopped = Visitor(made.url), threading.Event()
    answers: list[Answer] = []

    def post() -> None:
        while not stopped.wait(0.02):
            answers.append(visitor.post(f"/events/{slug}/entries/", name="Ann", text=f"Post {len(answers)}"))

    readers = [Reader(made.url, slug, number, ledger, shared) for number in range(20)]
    for reader in readers:
        reader.start()
    visitor.fetch_token()
    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(post)
        try:
            for number in (0, 1):
                assert made.deployment.stop(number) == 0
                made.deployment.start(number)
        finally:
            stopped.set()
        posting.result()
    refused = [answer.status for answer in answers if answer.status != 200]
    try:
        assert not refused, f"{len(refused)} of {len(answers)} posts refused: {sorted(set(refused))}"
        wait_until(lambda: all(reader.seq == answers[-1].seq for reader in readers), "the last change", 10)
    finally:
        for reader in readers:
            reader.stopped.set()
        for reader in readers:
            reader.join()
    fresh = ProtocolReader(made.url, slug)
    while fresh.page.older:
        fresh.take_older(fresh.older_answer())
    assert sorted(fresh.page.texts) == sorted(f"Post {number}" for number in range(len(answers)))
    pages = [reader.page().view() for reader in readers]
    assert pages == [fresh.page.view()] * len(readers)


# A database that goes away


def served(deployment: Deployment) -> None:
    """Name the server's connections, so that they can be told from those of `manage.py`."""
    deployment.environment["DATABASE_URL"] += "?application_name=served"


def follow(reader: ProtocolReader, head: int, seconds: float = 20) -> None:
    """Reach this change as a browser does, which comes back when it is sent away."""
    end = time.monotonic() + seconds
    while reader.page.seq < head and time.monotonic() < end:
        try:
            reader.reaches(head, end - time.monotonic())
        except ConnectionClosed:
            reader.connect()
            reader.resume()
    assert reader.page.seq >= head


def test_postgresql_goes_away_and_comes_back_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    with ExitStack() as stack:
        database = Postgres(tmp_path)
        stack.callback(database.remove)
        database.create()
        deployment = Deployment(tmp_path, DATABASE_URL=database.url)
        stack.callback(deployment.end_all)
        deployment.prepare()
        slug = deployment.event("match", entries=3)
        served(deployment)
        deployment.start_all()
        readers = [stack.enter_context(ProtocolReader.live(deployment.url, slug)) for _ in range(3)]
        pool, stopped = stack.enter_context(ThreadPoolExecutor(40)), threading.Event()
        stack.callback(stopped.set)  # before the pool waits for its threads
        visitors = [Visitor(deployment.url, f"Visitor {number}") for number in range(10)]
        for visitor in visitors:
            visitor.fetch_token()
        acknowledged: list[str] = []

        def post(visitor: Visitor) -> list[int]:
            statuses = []
            while not stopped.wait(0.02):
                text = f"{visitor.name}, {len(statuses)}"
                htmx = len(statuses) % 2 == 0
                answer = visitor.post(f"/events/{slug}/entries/", htmx=htmx, name=visitor.name, text=text)
                statuses.append(answer.status)
                if answer.status < 400:
                    acknowledged.append(text)
            return statuses

        posting = [pool.submit(post, visitor) for visitor in visitors]
        wait_until(lambda: len(acknowledged) > 30, "the first posts")
        database.stop()

        stranger = Visitor(deployment.url, "Ann")
        page = pool.submit(stranger.get, f"/events/{slug}/")
        home = pool.submit(stranger.get, "/")
        fragment = pool.submit(visitors[0].post, f"/events/{slug}/entries/", name="Ann", text="Away")
        poll = pool.submit(stranger.get, f"/events/{slug}/changes/?after={readers[0].page.cursor}", htmx=True)
        for answer in (page.result(), home.result()):
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert "<h1>Commentary is busy or restarting</h1>" in answer.text
        assert (fragment.result().status, fragment.result().headers["Retry-After"]) == (503, "5")
        assert fragment.result().headers["HX-Retarget"] == "#problem"
        assert "Your text is still in the form." in fragment.result().text
        assert poll.result().status == 503

        database.start()
        back = time.monotonic()
        assert stranger.get(f"/events/{slug}/").status == 200
        assert time.monotonic() - back < 2
        before = len(acknowledged)
        wait_until(lambda: len(acknowledged) > before + 20, "posts after it is back", 5)
        stopped.set()
        statuses = {status for each in posting for status in each.result()}
        assert statuses == {200, 303, 503}

        head = stranger.publish(slug, "All is well")
        for reader in readers:
            follow(reader, head)
        agree(readers)
        rows = deployment.shell("for entry in Entry.objects.exclude(name='Ann'): print(entry.text)").splitlines()
        assert sorted(rows) == sorted(acknowledged)
        with psycopg.connect(database.url) as connection:
            held = connection.execute("SELECT FROM pg_stat_activity WHERE application_name = 'served'").rowcount
        assert 1 <= held <= POOL
        assert "Traceback" not in deployment.log.read_text()
