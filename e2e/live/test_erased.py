"""Erased words leave the files of the database, too, and readers of those files are not disturbed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from e2e.deployment import Deployment
from e2e.protocol.visitor import Visitor
from e2e.servers import wait_until

# docs/operating.md says what PostgreSQL keeps.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

WORDS = "xylophone-{}-1234"


@pytest.fixture
def files(deployment: Deployment) -> "Files":
    return Files(Path(deployment.environment["DATABASE_URL"].removeprefix("sqlite:///")))


class Files:
    def __init__(self, database: Path) -> None:
        self.database = database

    def have(self, words: str) -> bool:
        """Whether these words are in any file of the database, in whatever place."""
        found = self.database.parent.glob(f"{self.database.name}*")
        return any(words.encode() in path.read_bytes() for path in found)

    def lose(self, *words: str) -> None:
        wait_until(lambda: not any(self.have(each) for each in words), "erasing")


@pytest.fixture
def posted(deployment: Deployment, slug: str, files: Files) -> tuple[Visitor, str, str]:
    """A visitor who has posted something, the words, and the path of the post."""
    words, visitor = WORDS.format(slug), Visitor(deployment.url, f"Zebediah {slug}")
    visitor.publish(slug, words)
    assert files.have(words)
    pk = deployment.shell(f"print(Entry.objects.get(text={words!r}).pk)").strip()
    return visitor, words, pk


def test_what_its_author_removes_is_in_no_file(
    deployment: Deployment, slug: str, files: Files, posted: tuple[Visitor, str, str]
) -> None:
    visitor, words, pk = posted
    assert visitor.post(f"/events/{slug}/entries/{pk}/edit/", text=f"{words}, or so").status == 200
    assert visitor.post(f"/events/{slug}/entries/{pk}/remove/").status == 200
    files.lose(words, visitor.name)


def test_what_an_owner_erases_is_in_no_file_nor_what_the_visitor_was_told(
    deployment: Deployment, slug: str, files: Files, posted: tuple[Visitor, str, str]
) -> None:
    visitor, words, pk = posted
    olga, note = Visitor(deployment.url).sign_in(), f"You told us {slug}-5 Elm Street"
    assert olga.post(f"/events/{slug}/entries/{pk}/ban/", period="day", note=note).status == 200
    assert olga.post(f"/events/{slug}/entries/{pk}/ban/", period="week", note=f"{note} again").status == 200
    assert files.have(note)
    assert olga.post(f"/events/{slug}/owner/entries/{pk}/", htmx=False, word="erase").status == 302
    files.lose(words, visitor.name, note)


def test_what_was_in_a_deleted_event_is_in_no_file(
    deployment: Deployment, slug: str, files: Files, posted: tuple[Visitor, str, str]
) -> None:
    visitor, words, _ = posted
    title = deployment.shell(f"print(Event.objects.get(slug={slug!r}).title)").strip()
    olga = Visitor(deployment.url).sign_in()
    assert olga.post(f"/events/{slug}/delete/", htmx=False, title=title).status == 302
    files.lose(words, visitor.name)


def test_what_a_command_erases_is_in_no_file(
    deployment: Deployment, slug: str, files: Files, posted: tuple[Visitor, str, str]
) -> None:
    visitor, words, pk = posted
    deployment.manage("shell", "-c", f"from feeds.models import Entry\nEntry.objects.get(pk={pk}).retract(erase=True)")
    files.lose(words, visitor.name)


def test_whoever_reads_meanwhile_goes_on_and_it_is_done_afterwards(
    deployment: Deployment, slug: str, files: Files, posted: tuple[Visitor, str, str]
) -> None:
    visitor, words, pk = posted
    with closing(sqlite3.connect(files.database)) as backup:
        backup.execute("BEGIN")
        before = backup.execute("SELECT count(*) FROM feeds_entry WHERE text = ?", [words]).fetchone()
        assert visitor.post(f"/events/{slug}/entries/{pk}/remove/").status == 200
        assert Visitor(deployment.url).publish(slug, "Others post as ever") > 0
        assert backup.execute("SELECT count(*) FROM feeds_entry WHERE text = ?", [words]).fetchone() == before == (1,)
        assert files.have(words)
    files.lose(words, visitor.name)
