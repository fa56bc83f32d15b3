"""A backup is put back: what came after it is forgotten, also by pages that have seen it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.readers import comes_back
from e2e.servers import Postgres, redis

WHOLE_LIST = ("innerMorph", "entries")
"""Effect of a frame that replaces the list of entries."""


@dataclass
class Site:
    deployment: Deployment
    back_up: Callable[[], object]
    """Makes a backup as operators do, while everything runs."""
    put_back: Callable[[], object]

    def restore(self) -> None:
        for number in list(self.deployment.processes):
            self.deployment.kill(number)
        self.put_back()
        self.deployment.start_all()


def by_commands(deployment: Deployment) -> Site:
    """Backups are made, and put back, as docs/operating.md tells operators."""
    folder = deployment.folder / "backups"

    def put_back() -> None:
        deployment.end_all()  # the shell has the database open, too
        (backup,) = folder.iterdir()
        assert "Restored 1 events." in deployment.manage("restore", str(backup))

    return Site(deployment, lambda: deployment.manage("backup", "--to", str(folder)), put_back)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Site]:
    """One process."""
    deployment = Deployment(tmp_path, DATA_DIR=str(tmp_path / "data"))
    deployment.prepare()
    deployment.start_all()
    yield by_commands(deployment)
    deployment.end_all()


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Site]:
    """Two processes."""
    with Postgres(tmp_path) as database, redis(tmp_path) as layer:
        deployment = Deployment(
            tmp_path, processes=2, DATABASE_URL=database.url, REDIS_URL=layer, DATA_DIR=str(tmp_path / "data")
        )
        deployment.prepare()
        deployment.start_all()
        yield Site(deployment, database.back_up, database.restore)
        deployment.end_all()


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def site(request: pytest.FixtureRequest) -> Site:
    site: Site = request.getfixturevalue(request.param)
    return by_commands(site.deployment)


def publish(site: Site, slug: str, *texts: str) -> int:
    """Publish by each process in turn. Returns the number of the last change."""
    visitors = [Visitor(url) for url in site.deployment.urls]
    for number, text in enumerate(texts):
        head = visitors[number % len(visitors)].publish(slug, text)
    return head


class Pages:
    """Pages of one event: by socket, or polling."""

    def __init__(self, site: Site, slug: str, stack: ExitStack) -> None:
        self.site, self.slug, self.stack = site, slug, stack

    def live(self, process: int) -> ProtocolReader:
        return self.stack.enter_context(ProtocolReader.live(self.site.deployment.urls[process], self.slug))

    def polls(self, process: int) -> ProtocolReader:
        return ProtocolReader(self.site.deployment.urls[process], self.slug)

    def until_the_backup(self) -> list[ProtocolReader]:
        """Two pages from before the backup and two from the time of it; the first and the third have a socket."""
        publish(self.site, self.slug, *(f"Before {number}" for number in range(6)))
        asleep, asleep_polling = self.live(0), self.polls(-1)
        asleep.disconnect()
        publish(self.site, self.slug, "Before, but not seen", "Nor this")
        at_backup, at_backup_polling = self.live(-1), self.polls(0)
        at_backup.disconnect()
        self.site.back_up()
        return [asleep, asleep_polling, at_backup, at_backup_polling]

    def after_the_backup(self) -> list[ProtocolReader]:
        """Four pages with entries that the backup has not; the first and the third have a socket."""
        publish(self.site, self.slug, "To be forgotten 0", "To be forgotten 1")
        early, early_polling = self.live(0), self.polls(-1)
        early.disconnect()
        publish(self.site, self.slug, "To be forgotten 2", "To be forgotten 3")
        head = Visitor(self.site.deployment.url).sign_in().remove(self.slug, early.page.entry("Before 5"))
        last, last_polling = self.live(-1), self.polls(0)
        last.reaches(head)
        return [early, early_polling, last, last_polling]


def everybody_comes_back(readers: list[ProtocolReader], head: int) -> None:
    """Bring readers up to date, by turns over a socket and by polling, and check that all agree."""
    for number, reader in enumerate(readers):
        if number % 2:
            reader.page.swap(reader.poll())
        else:
            comes_back(reader)
            reader.reaches(head)
    agree(readers)


def test_after_a_backup_is_restored_every_page_is_what_a_fresh_one_is(site: Site) -> None:
    deployment, slug = site.deployment, site.deployment.event("match")
    with ExitStack() as stack:
        pages = Pages(site, slug, stack)
        share, forget = pages.until_the_backup(), pages.after_the_backup()
        site.restore()

        last = forget[2]
        comes_back(last)  # before the new history is as long as the old one
        last.until(lambda page: "To be forgotten 3" not in page.texts, "what the backup says")
        last.agrees()
        last.disconnect()

        # The new history gives the same numbers to other things, and then goes beyond.
        everybody_comes_back([*share, *forget], publish(site, slug, *(f"After {number}" for number in range(7))))
        everybody_comes_back([*share, *forget], publish(site, slug, "All is well"))
        assert [WHOLE_LIST in reader.page.applied for reader in (*share, *forget)] == [False] * 4 + [True] * 4
        expected = [*(f"After {number}" for number in range(6, -1, -1)), "Nor this", "Before, but not seen"]
        assert last.page.texts == ["All is well", *expected, *(f"Before {number}" for number in range(5, -1, -1))]
        assert "Traceback" not in deployment.log.read_text()


def test_live_pages_follow_a_database_that_is_put_back_under_running_processes(on_postgres: Site) -> None:
    deployment, slug = on_postgres.deployment, on_postgres.deployment.event("match")
    with ExitStack() as stack:
        publish(on_postgres, slug, "Before 0", "Before 1", "Before 2", "Before 3")
        on_postgres.back_up()
        publish(on_postgres, slug, "To be forgotten 0", "To be forgotten 1", "To be forgotten 2")
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        on_postgres.put_back()
        publish(on_postgres, slug, *(f"After {number}" for number in range(5)))
        for reader in readers:
            reader.until(lambda page: "After 4" in page.texts, "the last entry")
        agree(readers)


def test_a_page_that_was_away_while_the_database_was_put_back_under_running_processes_is_what_a_fresh_one_is(
    on_postgres: Site,
) -> None:
    deployment, slug = on_postgres.deployment, on_postgres.deployment.event("match")
    one, other = (Visitor(url) for url in deployment.urls)
    one.publish(slug, "Before 0")
    other.publish(slug, "Before 1")
    on_postgres.back_up()
    one.publish(slug, "To be forgotten 0")
    one.publish(slug, "To be forgotten 1")
    with ProtocolReader(deployment.url, slug) as reader:
        on_postgres.put_back()
        for number in range(3):  # by a process that was last to change the event before the backup, too
            head = other.publish(slug, f"After {number}")
        comes_back(reader)
        reader.reaches(head)
        reader.agrees()
