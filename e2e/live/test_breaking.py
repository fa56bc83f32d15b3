"""What breaks in operation: a server is stopped, a database goes away or back in time, a client misbehaves."""

import asyncio
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from socket import SO_RCVBUF, SOL_SOCKET

import psycopg
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from e2e.chaos.people import Ledger, Reader
from e2e.chaos.postgres import Postgres
from e2e.chaos.world import World, world
from e2e.deployment import Deployment, redis, wait_until
from e2e.live.conftest import Open
from e2e.protocol import Answer, Page, ProtocolReader, Visitor, agree

CROWD = 200
CURSOR = re.compile(r'id="cursor" name="after" value="([\w-]+)"')
LARGE = "⚽" * 1990
"""More than 8 KB, the most that an entry may hold."""
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


def waits_for_a_lock(connection: psycopg.Connection) -> None:
    query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    wait_until(lambda: connection.execute(query).rowcount == 1, "the post's wait for the lock")


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
        waits_for_a_lock(watching)
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
        psycopg.connect(database, autocommit=True) as watching,
        psycopg.connect(database) as holding,
    ):
        readers = [stack.enter_context(ProtocolReader.live(two_processes.url, slug)) for _ in range(20)]
        holding.execute("SELECT FROM feeds_event WHERE slug = %s FOR UPDATE", [slug])
        posted = pool.submit(visitor.publish, slug, "Never")
        waits_for_a_lock(watching)
        told = time.monotonic()
        process = told_to_stop(two_processes)
        stack.callback(process.wait)
        stack.callback(process.kill)
        assert set(pool.map(ProtocolReader.is_closed, readers)) == {1012}
        assert process.wait(timeout=told + 10 - time.monotonic()) == 0
        assert isinstance(posted.exception(), (OSError, HTTPException))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def test_a_rolling_restart_behind_nginx_loses_no_change_no_post_and_no_reader(made: World) -> None:
    slug, ledger, shared = made.deployment.event("rolling"), Ledger(), dict[str, str]()
    visitor, stopped = Visitor(made.url), threading.Event()
    answers: list[Answer] = []

    def post() -> None:
        """As people do: who is told that the server is away sends the same form again."""
        while not stopped.wait(0.02):
            fields = {"name": "Ann", "text": f"Post {len(answers)}", "key": f"key{len(answers)}"}
            for _ in range(200):
                answer = visitor.post(f"/events/{slug}/entries/", htmx=True, **fields)
                if answer.status != 502:
                    break
                time.sleep(0.05)  # nginx takes a server for dead for fail_timeout, which is 1 s
            answers.append(answer)

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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Postgres]:
    database = Postgres(tmp_path)
    database.create()
    yield database
    database.remove()


@pytest.fixture
def on_postgres(tmp_path: Path, database: Postgres) -> Iterator[Deployment]:
    """One process on a PostgreSQL that can be stopped, with the event “match”."""
    deployment = Deployment(tmp_path, DATABASE_URL=database.url)
    deployment.prepare()
    deployment.event("match", entries=3)
    served(deployment)
    deployment.start_all()
    yield deployment
    deployment.end_all()


class Poster:
    """Posts without a pause until told to stop, and remembers what was acknowledged."""

    def __init__(self, url: str, number: int) -> None:
        self.visitor = Visitor(url, f"Visitor {number}")
        self.visitor.fetch_token()
        self.statuses: list[int] = []
        self.acknowledged: list[str] = []

    def post(self, stopped: threading.Event) -> None:
        while not stopped.wait(0.02):
            text, htmx = f"{self.visitor.name}, {len(self.statuses)}", len(self.statuses) % 2 == 0
            answer = self.visitor.post("/events/match/entries/", htmx=htmx, name=self.visitor.name, text=text)
            self.statuses.append(answer.status)
            if answer.status < 400:
                self.acknowledged.append(text)


def is_told_to_try_again(answer: Answer) -> None:
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    if answer.headers["HX-Retarget"] is None:
        assert "<h1>Commentary is busy or restarting</h1>" in answer.text
    else:
        assert answer.headers["HX-Retarget"] == "#problem"
        assert "<strong>Commentary is busy or restarting.</strong> Your text is still in the form." in answer.text


def test_postgresql_goes_away_and_comes_back_and_what_was_acknowledged_is_there(
    database: Postgres, on_postgres: Deployment
) -> None:
    url, stopped = on_postgres.url, threading.Event()
    posters = [Poster(url, number) for number in range(10)]

    def acknowledged() -> list[str]:
        return [text for poster in posters for text in poster.acknowledged]

    with ExitStack() as stack:
        readers = [stack.enter_context(ProtocolReader.live(url, "match")) for _ in range(3)]
        pool = stack.enter_context(ThreadPoolExecutor(20))
        stack.callback(stopped.set)
        posting = [pool.submit(poster.post, stopped) for poster in posters]
        wait_until(lambda: len(acknowledged()) > 30, "the first posts")
        database.stop()

        stranger, poll = Visitor(url, "Ann"), f"/events/match/changes/?after={readers[0].page.cursor}"
        refused = [pool.submit(stranger.get, path) for path in ("/events/match/", "/")]
        refused.append(pool.submit(posters[0].visitor.post, "/events/match/entries/", name="Ann", text="Away"))
        refused.append(pool.submit(stranger.get, poll, htmx=True))
        for answer in refused:
            is_told_to_try_again(answer.result())

        database.start()
        back = time.monotonic()
        assert stranger.get("/events/match/").status == 200
        assert time.monotonic() - back < 2
        before = len(acknowledged())
        wait_until(lambda: len(acknowledged()) > before + 20, "posts after it is back", 5)
        stopped.set()
        for each in posting:
            each.result()
        assert {status for poster in posters for status in poster.statuses} == {200, 303, 503}

        head = stranger.publish("match", "All is well")
        for reader in readers:
            follow(reader, head)
        agree(readers)
    rows = on_postgres.shell("for entry in Entry.objects.exclude(name='Ann'): print(entry.text)").splitlines()
    assert sorted(rows) == sorted(acknowledged())
    with psycopg.connect(database.url) as connection:
        held = connection.execute("SELECT FROM pg_stat_activity WHERE application_name = 'served'").rowcount
    assert 1 <= held <= POOL


# A database that goes back in time


def test_after_an_old_backup_is_restored_an_open_page_is_what_a_fresh_one_is(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.prepare()
    deployment.start_all()
    with ExitStack() as stack:
        stack.callback(deployment.end_all)
        slug, files = deployment.event("match"), ["db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm"]
        visitor = Visitor(deployment.url)
        for number in range(5):
            head = visitor.publish(slug, f"Before {number}")
        reader = stack.enter_context(ProtocolReader.live(deployment.url, slug))
        behind = stack.enter_context(ProtocolReader.live(deployment.url, slug))
        entry = reader.reaches(head).entry("Before 3")
        behind.reaches(head)
        assert deployment.stop() == 0  # as an operator does who wants a copy that is whole
        assert {reader.is_closed(), behind.is_closed()} == {1012}
        for name in files:
            if (tmp_path / name).exists():
                shutil.copy(tmp_path / name, tmp_path / f"{name}.backup")
        deployment.start()

        reader.connect()
        reader.resume()
        for number in range(3):
            visitor.publish(slug, f"To be forgotten {number}")
        head = visitor.edit(slug, entry, "Changed, to be forgotten")
        reader.reaches(head)
        reader.agrees()
        deployment.kill()
        deployment.end_all()  # manage.py has the file open, too
        for name in files:
            (tmp_path / name).unlink(missing_ok=True)
            if (tmp_path / f"{name}.backup").exists():
                shutil.move(tmp_path / f"{name}.backup", tmp_path / name)
        deployment.start()

        reader.connect()
        reader.resume()
        reader.until(lambda page: "To be forgotten 2" not in page.texts, "what the backup says")
        behind.connect()
        behind.resume()
        agree([reader, behind])
        assert reader.page.texts == [f"Before {number}" for number in range(4, -1, -1)]
        # The history goes on with numbers that were given before, and to other things.
        for number in range(5):
            head = visitor.publish(slug, f"After {number}")
        for each in (reader, behind):
            each.until(lambda page: "After 4" in page.texts, "the last entry")
        agree([reader, behind])
        assert "Traceback" not in deployment.log.read_text()


@pytest.mark.xfail(strict=True, reason="a restored history keeps its epoch, so its new numbers look like the old ones")
def test_a_page_that_comes_back_after_the_restored_history_has_overtaken_it_is_what_a_fresh_one_is(
    tmp_path: Path,
) -> None:
    deployment = Deployment(tmp_path)
    deployment.prepare()
    deployment.start_all()
    with ExitStack() as stack:
        stack.callback(deployment.end_all)
        slug, visitor = deployment.event("match"), Visitor(deployment.url)
        visitor.publish(slug, "Before")
        with sqlite3.connect(tmp_path / "db.sqlite3") as source, sqlite3.connect(tmp_path / "backup") as backup:
            source.backup(backup)
        source.close()
        backup.close()
        for number in range(3):
            head = visitor.publish(slug, f"To be forgotten {number}")
        reader = stack.enter_context(ProtocolReader.live(deployment.url, slug))
        reader.reaches(head)
        deployment.kill()
        deployment.end_all()
        for name in ("db.sqlite3-wal", "db.sqlite3-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        shutil.move(tmp_path / "backup", tmp_path / "db.sqlite3")
        deployment.start()
        for number in range(6):
            visitor.publish(slug, f"After {number}")
        reader.connect()
        reader.resume()
        reader.until(lambda page: "After 5" in page.texts, "the last entry")
        reader.agrees()


# Many at once


def test_three_hundred_publishers_forty_at_a_time_are_numbered_without_a_gap(deployment: Deployment) -> None:
    slug = deployment.event(f"publishers-{deployment.ports[0]}")
    visitors = [Visitor(deployment.urls[number % len(deployment.urls)], f"P{number}") for number in range(300)]
    with ExitStack() as stack, ThreadPoolExecutor(40) as pool:
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        list(pool.map(Visitor.fetch_token, visitors))
        seqs = list(pool.map(lambda visitor: visitor.publish(slug, f"By {visitor.name}"), visitors))
        assert sorted(seqs) == list(range(1, 301))
        for reader in readers:
            by_position = sorted(reader.reaches(300).entries, key=lambda entry: entry.position)
            assert [entry.text for entry in by_position] == [
                f"By {visitor.name}"
                for _, visitor in sorted(zip(seqs, visitors, strict=True), key=lambda each: each[0])
            ]
        agree(readers)


async def enters(page: Page, url: str, cursor: str) -> ClientConnection:
    address = url.replace("http", "ws", 1) + page.socket_path
    socket = await connect(address, origin=Origin(url), max_size=None, ping_interval=None, close_timeout=1, proxy=None)
    await socket.send(json.dumps({"headers": {"HX-Request": "true"}, "body": {"after": cursor}}))
    return socket


async def moves_on(socket: ClientConnection, cursor: str, head: int) -> str:
    """Read until this change has come; returns the cursor then."""
    while int(cursor.rpartition("-")[2]) < head:
        if found := CURSOR.search(str(await socket.recv())):
            cursor = found[1]
    return cursor


async def hears_the_end(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()


async def returns_at_once(deployment: Deployment, slug: str, visitor: Visitor, page: Page) -> None:
    sockets = await asyncio.gather(*(enters(page, deployment.url, page.cursor) for _ in range(CROWD)))
    head = await asyncio.to_thread(visitor.publish, slug, "Before")
    cursors = await asyncio.gather(*(moves_on(socket, page.cursor, head) for socket in sockets))
    deployment.kill()
    await asyncio.gather(*(hears_the_end(socket) for socket in sockets))
    await asyncio.to_thread(
        deployment.shell,
        f"event = Event.objects.get(slug={slug!r})\nfor number in range(100): event.publish('Ben', f'{{number}}')",
    )
    await asyncio.to_thread(deployment.start)

    async def posts() -> int:
        for number in range(20):
            async with asyncio.timeout(5):
                head = await asyncio.to_thread(visitor.publish, slug, f"After {number}")
        return head

    async def comes_back(cursor: str) -> str:
        socket = await enters(page, deployment.url, cursor)
        stack.push_async_callback(socket.close)
        return await moves_on(socket, cursor, head + 120)

    async with AsyncExitStack() as stack, asyncio.timeout(10):
        last, *ended = await asyncio.gather(posts(), *(comes_back(cursor) for cursor in cursors))
        assert last == head + 120
        assert len(set(ended)) == 1


def test_two_hundred_readers_of_a_killed_process_come_back_at_once_and_nobody_waits(
    one_process: Deployment,
) -> None:
    slug, visitor = one_process.event("comeback"), Visitor(one_process.url)
    visitor.fetch_token()
    page = ProtocolReader(one_process.url, slug).page
    with running_again(one_process):
        asyncio.run(returns_at_once(one_process, slug, visitor, page))


# Clients that misbehave


def test_a_flood_of_messages_or_a_huge_one_ends_that_connection_alone(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    with ExitStack() as stack:
        flooding, huge, busy = (stack.enter_context(ProtocolReader.live(deployment.url, slug)) for _ in range(3))
        for _ in range(10):  # who pages through a long event
            busy.resume()
        with suppress(ConnectionClosed):
            for _ in range(1000):
                flooding.resume()
        assert flooding.is_closed() == 1008
        huge.send(json.dumps({"body": {"after": huge.page.cursor}, "filling": "x" * 16 * 1024}))
        assert huge.is_closed() in {1006, 1009}  # autobahn hangs up without a word
        head = Visitor(deployment.url).publish(slug, "Undisturbed")
        for reader in (*readers, busy):
            assert reader.reaches(head, seconds=3).texts == ["Undisturbed"]
        for reader in (flooding, huge):
            reader.connect()
            reader.resume()
            reader.reaches(head, seconds=3)
        agree([*readers, busy, flooding, huge])


def rss(deployment: Deployment) -> int:
    """Bytes of memory that the first process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{deployment.processes[0].pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def test_a_reader_who_stops_reading_costs_the_server_little_and_ends_where_the_others_are(tmp_path: Path) -> None:
    with ExitStack() as stack:
        # Redis, so that what `manage.py` publishes arrives at once and not with the tick.
        deployment = Deployment(tmp_path, REDIS_URL=stack.enter_context(redis(tmp_path)))
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        other = stack.enter_context(ProtocolReader(deployment.url, slug))
        other.connect()
        other.resume()

        def publish(number: int) -> None:
            """Some 9 KB of frames for each."""
            deployment.shell(
                f"event = Event.objects.get(slug={slug!r})\n"
                f"for n in range({number}): event.publish('Ann', f'{{n}} {LARGE}')"
            )

        def follows(head: int) -> int:
            """Receive all up to this change without making a page of it; returns how much that was."""
            assert other.socket
            received, at = 0, 0
            while at < head:
                frame = str(other.socket.recv(timeout=10))
                received += len(frame.encode())
                at = max([at, *(int(cursor.rpartition("-")[2]) for cursor in CURSOR.findall(frame))])
            return received

        publish(300)
        follows(300)
        slow = stack.enter_context(ProtocolReader(deployment.url, slug))
        slow.connect(unread=1)
        assert slow.socket
        slow.socket.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 16384)
        slow.resume()
        slow.until(lambda page: page.heartbeat[0] == "live", "the heartbeat")
        before, received, grown = rss(deployment), 0, 0
        for head in range(500, 2301, 200):
            publish(200)
            received += follows(head)
            grown = max(grown, rss(deployment) - before)
        assert received > 16_000_000
        assert grown < 20_000_000, f"{grown / 1e6:.1f} MB"
        assert slow.page.seq == 300
        slow.socket.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4_000_000)
        follow(slow, 2300)  # it may have been sent away meanwhile, after a minute
        slow.agrees()
