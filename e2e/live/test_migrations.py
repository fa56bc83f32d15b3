"""Databases of earlier versions, brought up to date."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.deployment import Deployment
from e2e.servers import postgres

BEFORE = Path(__file__).parent / "data" / "database_before_the_squash.sql"
"""Made with commit e654281, the last with 23 migrations: an event, posts in every state, and a log of every verb."""
TOLD_BEFORE = Path(__file__).parent / "data" / "log_before_the_squash.json"
"""Acts of that log as that commit stored and told them: verb, subject, the sentence in English and in German."""
TOLD: list[list[str]] = json.loads(TOLD_BEFORE.read_text())
STRANGE = [("edited", "a banner"), ("moved", "the stadium"), ("set", "end by itself: soon"), ("set", "volume: loud")]
"""Acts of forms that nobody knows: verb and subject."""
BETTER_NOW = {
    "comments: no": "comments: off",
    "Kommentare: nein": "Kommentare: aus",
    "show reader count: no": "show reader count: off",
    "Leserzahl anzeigen: nein": "Leserzahl anzeigen: aus",
    "end automatically: None": "end automatically: not set",
    "automatisch beenden: None": "automatisch beenden: nicht gesetzt",
    "start: 2026-11-01 21:00:00+00:00": "start: Sun 1 Nov 2026, 22:00 CET",
    "Beginn: 2026-11-01 21:00:00+00:00": "Beginn: So, 1. Nov. 2026, 22:00 CET",
    **{f"{name}: ": f"{name}: not set" for name in ("accent colour", "blocked words", "reactions")},
    **{f"{name}: ": f"{name}: nicht gesetzt" for name in ("Akzentfarbe", "gesperrte Wörter", "Reaktionen")},
}
"""Settings that were told badly."""
WORDS_NOW = {
    r"\bdas Event\b": "den Liveticker",
    r"\bdieses Event\b": "diesen Liveticker",
    "end by itself": "end automatically",
    "von selbst beenden": "automatisch beenden",
    "readers now": "show reader count",
    "wie viele mitlesen": "Leserzahl anzeigen",
    "whoever has the link sees it": "anyone with the link can see it",
    "für alle, die den Link haben": "für alle mit dem Link",
    r"^(\w+) (started|ended|reopened)$": r"\1 \2 the event",
    r"made a host of (.*)": r"made \1 a host",
    r"removed the host (.*)": r"removed \1 as a host",
    r"put back to wait (.*)": r"sent \1 back for review",
    r" marked (.*)": r" marked \1 as a key moment",
    r" unmarked (.*)": r" removed \1 from the key moments",
    "lifted the ban of": "lifted the ban on",
    "angeheftet$": "angepinnt",
    "gelöst$": "losgelöst",
    "als Schlüsselmoment": "als Highlight",
    "aus den Schlüsselmomenten": "aus den Highlights",
}
"""Patterns of words that have changed since, with those of today."""
POSTS_IN_EVERY_STATE = """
entry = event.publish("Olga", "Welcome", user=owner)
for to in ("shown", "waiting", "rejected", "removed", "erased"):
    hold = "Every post waits in this event." if to in {"waiting", "rejected"} else ""
    for add in (event.publish, entry.comment):
        post = add("Rita", to, visitor="r" * 32, hold=hold)
        if to == "rejected": post.reject(by=owner)
        if to in {"removed", "erased"}: post.retract(by=owner, erase=to == "erased")
"""
ROWS = """
from django.db import connection
with connection.cursor() as cursor:
    for table in ("entry", "comment"):
        cursor.execute(f"SELECT text, {column}, removed_at IS NULL FROM feeds_{{table}} ORDER BY id")
        for text, value, is_there in cursor.fetchall(): print(table, text or "-", value or "-", bool(is_there))
"""
TELL = """
from django.utils.translation import override
told = []
for act in Act.objects.order_by("pk"):
    with override("en"): english = str(act)
    with override("de"): told.append([english, str(act)])
import json; print(json.dumps(told))
"""


def tables(database: sqlite3.Connection) -> dict[str, list[str] | str]:
    """Columns, foreign keys and indexes by table and index, without the order of columns."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    return {name: columns(database, name) if kind == "table" else sql for kind, name, sql in rows}


def columns(database: sqlite3.Connection, table: str) -> list[str]:
    found = [row[1:] for row in database.execute(f"PRAGMA table_info({table})")]
    keys = [row[2:] for row in database.execute(f"PRAGMA foreign_key_list({table})")]
    return sorted(map(repr, found + keys))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("old")


@pytest.fixture(scope="module")
def old(folder: Path) -> sqlite3.Connection:
    with sqlite3.connect(folder / "old.sqlite3") as database:
        database.executescript(BEFORE.read_text())
    for verb, about in STRANGE:
        database.execute(
            "INSERT INTO feeds_act (at, by_name, verb, about, post, details, event_id) "
            "VALUES ('2026-11-30 10:00:00', 'owner', ?, ?, '', '{}', 1)",
            (verb, about),
        )
    database.commit()
    return database


@pytest.fixture(scope="module")
def now(old: sqlite3.Connection, folder: Path) -> Iterator[Deployment]:
    """The same database, brought up to date. Tests of it leave it as it was."""
    stored = old.execute("SELECT verb, about FROM feeds_act ORDER BY id").fetchall()
    assert stored == [*((verb, about) for verb, about, _english, _german in TOLD), *STRANGE]
    deployment = Deployment(folder, DATABASE_URL=f"sqlite:///{folder / 'old.sqlite3'}")
    said = deployment.manage("prepare")
    assert "owner" not in said  # who was there is the owner
    yield deployment
    deployment.end_all()


def test_a_database_from_before_the_squash_is_brought_up_to_date_and_keeps_all(
    old: sqlite3.Connection, now: Deployment, tmp_path: Path
) -> None:
    Deployment(tmp_path).prepare()
    with sqlite3.connect(tmp_path / "db.sqlite3") as new:
        assert tables(old) == tables(new)
    assert old.execute("SELECT text, state, replies FROM feeds_entry ORDER BY id").fetchall() == [
        ("", "erased", 1),
        ("A goal", "shown", 0),
        ("Spam", "removed", 0),
        ("Waits", "shown", 0),
    ]
    assert old.execute("SELECT text, state FROM feeds_comment ORDER BY id").fetchall() == [
        ("I saw it", "shown"),
        ("", "erased"),
        ("", "erased"),
    ]
    assert old.execute("SELECT count(*) FROM feeds_act").fetchall() == [(48 + len(STRANGE),)]


def told_now(sentence: str) -> str:
    """The sentence that stood in the log before, in today's words."""
    for pattern, words in WORDS_NOW.items():
        sentence = re.sub(pattern, words, sentence)
    set_by = re.fullmatch(r"(.* (?:set|hat eingestellt:) )(.*)", sentence, re.DOTALL)
    return set_by[1] + BETTER_NOW.get(set_by[2], set_by[2]) if set_by else sentence


def test_the_log_from_before_tells_the_same_in_both_languages(old: sqlite3.Connection, now: Deployment) -> None:
    """Its sentences became data. What it was in a form that nobody knows is shown as it was."""
    expected = [[told_now(english), told_now(german)] for _verb, _about, english, german in TOLD]
    expected += [
        ["owner edited a banner", "owner hat a banner bearbeitet"],
        ["owner the stadium", "owner the stadium"],
        ["owner set end automatically: soon", "owner hat eingestellt: automatisch beenden: soon"],
        ["owner set volume: loud", "owner hat eingestellt: volume: loud"],
    ]
    assert json.loads(now.shell(TELL)) == expected
    subjects = old.execute("SELECT subject FROM feeds_act WHERE verb IN ('banned', 'rejected') ORDER BY id").fetchall()
    assert [json.loads(subject) for (subject,) in subjects] == [
        {"kind": "visitor", "name": "for Nina"},
        {"kind": "visitor", "name": "for Nina"},
        {"kind": "entry", "name": "everything by a visitor"},
    ]


def test_the_log_as_data_can_be_taken_back_and_forth(now: Deployment, folder: Path, tmp_path: Path) -> None:
    """The way back loses subjects, and no row."""
    copy = tmp_path / "copy.sqlite3"
    with sqlite3.connect(folder / "old.sqlite3") as brought_up, sqlite3.connect(copy) as database:
        brought_up.backup(database)
    deployment = Deployment(tmp_path, DATABASE_URL=f"sqlite:///{copy}")
    deployment.manage("migrate", "feeds", "0002")
    acts = 48 + len(STRANGE)
    assert database.execute("SELECT count(*), max(about) FROM feeds_act").fetchall() == [(acts, "")]
    deployment.manage("migrate", "feeds")
    assert database.execute("SELECT count(*), max(subject) FROM feeds_act").fetchall() == [(acts, "{}")]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_states_of_posts_can_be_taken_back_and_forth(tmp_path: Path, kind: str) -> None:
    with ExitStack() as stack:
        on_sqlite = f"sqlite:///{tmp_path / 'db.sqlite3'}"
        url = on_sqlite if kind == "sqlite" else stack.enter_context(postgres(tmp_path))
        now = Deployment(tmp_path, DATABASE_URL=url)
        stack.callback(now.end_all)
        now.prepare()
        now.event("match")
        now.shell("event = Event.objects.get(slug='match'); owner = event.owner\n" + POSTS_IN_EVERY_STATE)
        states = now.shell(ROWS.format(column="state"))
        assert states.splitlines() == [
            *("entry Welcome shown True", "entry shown shown True", "entry waiting waiting False"),
            *("entry rejected rejected False", "entry removed removed False", "entry - erased False"),
            *("comment shown shown True", "comment waiting waiting False"),
            *("comment rejected rejected False", "comment removed removed False", "comment - erased False"),
        ]
        now.manage("migrate", "feeds", "0003")
        assert now.shell(ROWS.format(column="held")).splitlines() == [
            *("entry Welcome - True", "entry shown - True", "entry waiting waiting False"),
            *("entry rejected rejected False", "entry removed - False", "entry - - False"),
            *("comment shown - True", "comment waiting waiting False"),
            *("comment rejected rejected False", "comment removed - False", "comment - - False"),
        ]
        now.manage("migrate", "feeds")
        assert now.shell(ROWS.format(column="state")) == states


def test_of_an_older_database_it_is_told_which_version_to_take_first(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "db.sqlite3")
    old.executescript(BEFORE.read_text())
    old.execute("DELETE FROM django_migrations WHERE name LIKE '0021%' OR name LIKE '0022%' OR name LIKE '0023%'")
    old.commit()
    before = tables(old)
    said = Deployment(tmp_path).manage("prepare", check=False)
    assert "Bring it up to date with commit e654281 first (git checkout e654281, then make run)" in said
    assert "Traceback" not in said
    assert tables(old) == before
