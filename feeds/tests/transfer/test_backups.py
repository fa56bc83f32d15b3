"""Backups as files: what is refused, what is forgotten, and that nothing happens under a running server."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentary import running, schema
from feeds.tests.commentary.test_settings import run
from feeds.transfer import backups


@pytest.fixture
def site(tmp_path):
    """An installation of its own, with tables and no events."""
    there = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": f"sqlite:///{tmp_path}/live.sqlite3"}
    assert run("manage.py", "migrate", "--verbosity", "0", **there).returncode == 0
    return there


def test_a_backup_holds_what_was_there_and_so_many_stay(site, tmp_path):
    file = tmp_path / "live.sqlite3"
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "commentary-20200101-000000.sqlite3").touch()
    made = run("manage.py", "backup", "--to", str(kept), "--keep", "1", **site)
    assert "0 events, 0 entries and 0 comments" in made.stdout, made.stderr
    assert "Deleted commentary-20200101-000000.sqlite3" in made.stdout
    (backup,) = kept.iterdir()
    assert oct(backup.stat().st_mode & 0o777) == "0o600"
    with closing(sqlite3.connect(file)) as database:
        database.execute("DELETE FROM django_migrations")
        database.commit()
    restored = run("manage.py", "restore", str(backup), **site)
    assert "Restored 0 events." in restored.stdout, restored.stderr
    assert len(list((tmp_path / "data" / "backups" / "before-restore").iterdir())) == 1
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 0


def test_what_is_no_backup_is_refused_in_a_sentence(site, tmp_path):
    broken, foreign, newer = (tmp_path / name for name in ("broken", "foreign", "newer"))
    broken.write_bytes(b"no database at all" * 100)
    with closing(sqlite3.connect(foreign)) as database:
        database.execute("CREATE TABLE other (x)")
    with closing(sqlite3.connect(newer)) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute("INSERT INTO django_migrations VALUES ('feeds', '9999_later')")
        database.commit()
    for path, said in (
        (broken, "is not a backup of Commentary"),
        (foreign, "is not a backup of Commentary"),
        (newer, "was made by a newer version of Commentary (it has 9999_later)"),
        (tmp_path / "nowhere", "does not exist"),
    ):
        (line,) = run("manage.py", "restore", str(path), **site).stderr.splitlines()
        assert said in line


def test_nothing_is_restored_under_a_running_server(settings, tmp_path, db):
    settings.VAR = tmp_path
    (tmp_path / "file").write_bytes(b"")
    running.hold(tmp_path)
    with pytest.raises(CommandError, match="A server runs on this database"):
        call_command("restore", str(tmp_path / "file"))


@pytest.mark.parametrize(("options", "said"), [({"to": "s3://here/"}, "is a folder"), ({"keep": -1}, "--keep is")])
def test_options_that_make_no_sense_are_refused(db, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("backup", **options)


def test_the_oldest_backups_are_forgotten_and_other_files_stay(tmp_path):
    end = backups.ENDS[connection.vendor]
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(5)]
    names = [f"commentary-{day:%Y%m%d-%H%M%S}{end}" for day in days]
    for name in (*names, "commentary-notes.txt", f"mine{end}"):
        (tmp_path / name).touch()
    gone = backups.forget_all_but(tmp_path, 2)
    assert [path.name for path in gone] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], "commentary-notes.txt", f"mine{end}"}


def test_migrations_that_a_single_one_replaces_are_known():
    assert {"0002_epochs_pins_bans", "0001_squashed"} <= schema.known()
