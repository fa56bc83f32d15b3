"""The end of a process: told to stop, it finishes what runs and says goodbye; killed, neither. Nothing is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPException

import psycopg
import pytest

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.patience import HANGING
from e2e.protocol.comparing import inserted
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.readers import comes_back
from e2e.servers import wait_until


def waits_for_a_lock(connection: psycopg.Connection) -> None:
    query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    wait_until(lambda: connection.execute(query).rowcount == 1, "the post's wait for the lock")


def test_a_process_that_is_stopped_says_goodbye_and_its_readers_miss_nothing(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    assert deployment.stop(0) == 0
    assert readers[0].is_closed() == 1012
    deployment.start(0)
    head = Visitor(deployment.url).publish(slug, "Back again")
    comes_back(readers[0])
    for reader in readers:
        assert reader.reaches(head).texts == ["Back again"]
        reader.agrees()


def test_readers_of_a_killed_process_miss_nothing_when_it_is_back(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    ann = Visitor(deployment.url)
    ann.publish(slug, "Before")
    entry = readers[0].reaches(ann.publish(slug, "Before, too")).entry("Before, too")
    deployment.kill(0)
    assert readers[0].is_closed() == 1006
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\n"
        "for number in range(10): event.publish('Ben', f'Meanwhile {number}')\n"
        f"Entry.objects.get(pk={entry.pk}).revise('Before as well')\n"
    )
    deployment.start(0)
    comes_back(readers[0])
    head = ann.publish(slug, "After")
    for reader in readers:
        expected = ["After", *(f"Meanwhile {number}" for number in range(9, -1, -1)), "Before as well", "Before"]
        assert reader.reaches(head).texts == expected
        assert sorted(inserted(reader.page)) == sorted(each.id for each in reader.page.entries)
        reader.agrees()


@pytest.mark.usefixtures("one_process_again")
def test_who_has_got_through_to_a_process_that_is_stopped_is_answered(one_process: Deployment) -> None:
    statuses: list[int] = []

    def asks() -> None:
        """Connect again and again, until nobody listens there."""
        with suppress(ConnectionRefusedError):
            while True:
                statuses.append(Visitor(one_process.url).get("/unreachable/").status)

    with ThreadPoolExecutor(20) as pool:
        asking = [pool.submit(asks) for _ in range(20)]
        wait_until(lambda: len(statuses) > 100, "the first answers")
        assert one_process.stop() == 0
        for each in asking:
            each.result()
    assert set(statuses) == {200}


@pytest.mark.usefixtures("two_processes_again")
def test_a_process_that_is_stopped_takes_nothing_new_and_finishes_what_runs(two_processes: Deployment) -> None:
    slug, database = two_processes.event("stopped"), two_processes.environment["DATABASE_URL"]
    visitor = Visitor(two_processes.url)
    visitor.fetch_token()
    with (
        ProtocolReader.live(two_processes.url, slug) as reader,
        ProtocolReader.live(two_processes.urls[1], slug) as elsewhere,
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(database, autocommit=True) as watching,
        psycopg.connect(database) as holding,
    ):
        holding.execute("SELECT FROM feeds_event WHERE slug = %s FOR UPDATE", [slug])
        posted = pool.submit(visitor.publish, slug, "Just in time")
        waits_for_a_lock(watching)
        process = two_processes.tell_to_stop()
        assert reader.is_closed() == 1012
        for late in (lambda: Visitor(two_processes.url).get("/"), reader.connect):
            with pytest.raises(ConnectionRefusedError):
                late()
        assert not posted.done()
        holding.rollback()
        assert posted.result() == 1
        assert process.wait(timeout=HANGING) == 0
        assert elsewhere.reaches(1).texts == ["Just in time"]
        elsewhere.agrees()


@pytest.mark.usefixtures("two_processes_again")
def test_a_crowd_is_sent_elsewhere_one_by_one_and_a_request_that_never_ends_is_left_behind(
    two_processes: Deployment,
) -> None:
    slug, database = two_processes.event("stuck"), two_processes.environment["DATABASE_URL"]
    visitor = Visitor(two_processes.url)
    visitor.fetch_token()

    def told_to_go(reader: ProtocolReader) -> tuple[int, float]:
        return reader.is_closed(), time.monotonic()

    with (
        ExitStack() as stack,
        ThreadPoolExecutor(21) as pool,
        psycopg.connect(database, autocommit=True) as watching,
        psycopg.connect(database) as holding,
    ):
        readers = [stack.enter_context(ProtocolReader.live(two_processes.url, slug)) for _ in range(20)]
        holding.execute("SELECT FROM feeds_event WHERE slug = %s FOR UPDATE", [slug])
        posted = pool.submit(visitor.publish, slug, "Never")
        waits_for_a_lock(watching)
        leaving = [pool.submit(told_to_go, reader) for reader in readers]
        process = two_processes.tell_to_stop()
        stack.callback(process.wait)
        stack.callback(process.kill)
        codes, times = zip(*(each.result() for each in leaving), strict=True)
        assert set(codes) == {1012}
        assert max(times) - min(times) > 1, "they all come back at the same moment"
        assert process.wait(timeout=HANGING) == 0
        assert isinstance(posted.exception(), (OSError, HTTPException))
