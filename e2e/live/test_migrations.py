"""Databases of earlier versions, brought up to date."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.deployment import Deployment

BEFORE = Path(__file__).parent / "data" / "database_before_the_squash.sql"
"""Made with commit e654281, the last with 23 migrations: an event, posts in every state, and a log of every verb."""


def tables(database: sqlite3.Connection) -> dict[str, list[str] | str]:
    """Columns, foreign keys and indexes by table and index, without the order of columns."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    return {name: columns(database, name) if kind == "table" else sql for kind, name, sql in rows}


def columns(database: sqlite3.Connection, table: str) -> list[str]:
    found = [row[1:] for row in database.execute(f"PRAGMA table_info({table})")]
    keys = [row[2:] for row in database.execute(f"PRAGMA foreign_key_list({table})")]
    return sorted(map(repr, found + keys))


@pytest.fixture
def old(tmp_path: Path) -> sqlite3.Connection:
    with sqlite3.connect(tmp_path / "old.sqlite3") as database:
        database.executescript(BEFORE.read_text())
    return database


@pytest.fixture
def at(tmp_path: Path) -> Callable[[str], Deployment]:
    return lambda name: Deployment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / name}")


def test_a_database_from_before_the_squash_is_brought_up_to_date_and_keeps_all(
    old: sqlite3.Connection, at: Callable[[str], Deployment], tmp_path: Path
) -> None:
    said = at("old.sqlite3").manage("prepare")
    assert "owner" not in said  # who was there is the owner
    at("new.sqlite3").manage("prepare")
    with sqlite3.connect(tmp_path / "new.sqlite3") as new:
        assert tables(old) == tables(new)
    assert old.execute("SELECT text, replies FROM feeds_entry ORDER BY id").fetchall() == [
        ("", 1),
        ("A goal", 0),
        ("Spam", 0),
        ("Waits", 0),
    ]
    assert old.execute("SELECT text FROM feeds_comment ORDER BY id").fetchall() == [("I saw it",), ("",), ("",)]
    assert old.execute("SELECT count(*) FROM feeds_act").fetchall() == [(48,)]


def test_of_an_older_database_it_is_told_which_version_to_take_first(
    old: sqlite3.Connection, at: Callable[[str], Deployment]
) -> None:
    old.execute("DELETE FROM django_migrations WHERE name LIKE '0021%' OR name LIKE '0022%' OR name LIKE '0023%'")
    old.commit()
    before = tables(old)
    said = at("old.sqlite3").manage("prepare", check=False)
    assert "Bring it up to date with commit e654281 first (git checkout e654281, then make run)" in said
    assert "Traceback" not in said
    assert tables(old) == before
