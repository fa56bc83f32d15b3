"""Files that nobody else on the machine may read, and the warning about those that others can."""

import os
import socket
import stat
from contextlib import closing

import pytest
from django.core.management import call_command

from commentary import private
from feeds.apps import files_are_private
from feeds.tests.commentary.test_settings import run
from serving import supervisor


@pytest.fixture(autouse=True)
def as_usual():
    """Create files as on most systems: everybody may read them."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return oct(stat.S_IMODE(path.stat().st_mode))


def test_a_database_is_made_for_its_user_alone(tmp_path):
    file = tmp_path / "live.sqlite3"
    result = run("manage.py", "migrate", "feeds", "0001", "--verbosity", "0", DATABASE_URL=f"sqlite:///{file}")
    assert (result.returncode, result.stderr) == (0, "")
    keep = f"import sqlite3, os; c = sqlite3.connect({str(file)!r}); c.execute('BEGIN IMMEDIATE'); " + (
        "c.execute('CREATE TABLE x (y)'); c.commit(); print([oct(os.stat(p).st_mode & 0o777) for p in ("
        f"{str(file)!r}, {str(file) + '-wal'!r}, {str(file) + '-shm'!r})])"
    )
    assert run("-c", keep).stdout.strip() == "['0o600', '0o600', '0o600']"


def test_the_folder_the_key_and_the_lock_are_for_their_user_alone(tmp_path, settings, db):
    var = tmp_path / "var"
    result = run("-c", "from commentary import settings", SECRET_KEY="", DATA_DIR=str(var))
    assert (result.returncode, result.stderr) == (0, "")
    assert (mode(var), {mode(path) for path in var.iterdir()}) == ("0o700", {"0o600"})
    assert sorted(path.name for path in var.iterdir()) == ["commentary.sqlite3", "secret-key"]
    settings.VAR = tmp_path / "other"
    call_command("prepare", verbosity=0)
    assert (mode(settings.VAR), mode(settings.VAR / "prepare.lock")) == ("0o700", "0o600")


@pytest.fixture
def database(tmp_path, monkeypatch):
    """Says where the database is."""

    def at(path):
        there = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
        monkeypatch.setattr("commentary.private.settings.DATABASES", {"default": there})
        return path

    return at


def test_what_others_can_read_is_named_with_what_to_do(tmp_path, settings, database):
    var = settings.VAR = tmp_path / "var"
    private.make_folder(var)
    file, settings.SECRET_KEY_FILE = database(var / "db.sqlite3"), var / "secret-key"
    for path in (file, settings.SECRET_KEY_FILE):
        path.touch()  # 0644, in a folder that nobody else can enter
    assert files_are_private(None) == []
    var.chmod(0o755)
    (warning,) = files_are_private(None)
    assert warning.hint == f"chmod go-rwx {var} {file} {var / 'secret-key'}"
    assert os.system(warning.hint) == 0
    assert (mode(var), mode(file), files_are_private(None)) == ("0o700", "0o600", [])
    var.chmod(0o755)
    (warning,) = files_are_private(None)
    assert warning.hint == f"chmod go-rwx {var}"


def test_elsewhere_only_the_files_are_ours(tmp_path, settings, database):
    tmp_path.chmod(0o755)
    settings.VAR, settings.SECRET_KEY_FILE = tmp_path / "var", None
    file = database(tmp_path / "db.sqlite3")
    file.touch(0o600)
    assert files_are_private(None) == []
    file.with_name("db.sqlite3-wal").touch(0o644)
    assert [warning.hint for warning in files_are_private(None)] == [f"chmod go-rwx {file}-wal"]


@pytest.mark.parametrize("command", ["prepare", "tidy", "serve"])
def test_it_is_warned_of_at_the_start(tmp_path, command):
    tmp_path.chmod(0o755)
    file = tmp_path / "live.sqlite3"
    file.write_text("no database, so that it ends at once")
    port = ("--host", "192.0.2.1") if command == "serve" else ()  # not an address of this machine
    said = run("manage.py", command, *port, DATABASE_URL=f"sqlite:///{file}").stderr
    assert f"chmod go-rwx {file}" in said


def test_the_group_of_its_folder_reaches_a_unix_socket_and_nobody_else(tmp_path):
    path = tmp_path / "web.sock"
    (listening,) = supervisor.listen("", 0, str(path))
    with closing(listening), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        assert (mode(path), path.stat().st_gid) == ("0o660", tmp_path.stat().st_gid)
