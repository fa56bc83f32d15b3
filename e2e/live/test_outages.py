"""Things that are missing or in the way at the start: the database, the port, a folder, a sensible setting."""

from pathlib import Path

from e2e.deployment import Deployment
from e2e.servers import spare_port


def complaint(printed: str) -> str:
    """The one line a command that failed has printed."""
    assert printed.count("\n") == 1, printed
    return printed.strip()


def test_a_busy_port_is_said_in_one_line(one_process: Deployment, tmp_path: Path) -> None:
    port = one_process.ports[0]
    other = Deployment(tmp_path, PORT=str(port))
    other.prepare()
    said = complaint(other.manage("serve", check=False))
    assert said == (
        f"CommandError: Cannot listen on 127.0.0.1:{port}: another program does. "
        f"Stop it, or choose another port, such as PORT={port + 1}."
    )


def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    port = spare_port()
    deployment = Deployment(tmp_path, DATABASE_URL=f"postgres://commentary:secret@127.0.0.1:{port}/commentary")
    said = complaint(deployment.manage("prepare", check=False))
    assert said.startswith(f"CommandError: Cannot use the database at 127.0.0.1:{port} (")
    assert said.endswith("): start it or make it writable, or set DATABASE_URL.")
    assert "secret" not in said


def test_a_database_file_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "db.sqlite3"
    said = complaint(Deployment(tmp_path, DATABASE_URL=f"sqlite:///{path}").manage("prepare", check=False))
    assert said == (
        f"CommandError: Cannot use the database at {path} (unable to open database file): "
        "start it or make it writable, or set DATABASE_URL."
    )


def test_a_setting_that_makes_no_sense_is_said_in_one_line(tmp_path: Path) -> None:
    """Any other is tried in feeds/tests/commentary/test_settings.py."""
    deployment, name = Deployment(tmp_path), "REDIS_URL"
    deployment.environment[name] = "localhost:6379"
    said = complaint(deployment.manage("serve", check=False))
    assert said.startswith("Commentary is not set up right. ")
    assert name in said
