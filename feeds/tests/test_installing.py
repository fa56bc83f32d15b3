"""`make test` and missing programs: its decision on a machine, with everything else made up."""

import stat
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "e2e" / "install-servers"
NEEDED = "redis-server"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that is the whole PATH: we are not root, sudo asks for a password, and apt notes what it is told."""
    put(tmp_path, "id", "echo 1000")
    put(tmp_path, "sudo", '[ "$1" != -n ] || exit 1; "$@"')
    put(tmp_path, "apt-get", f"echo \"$@\" >>'{tmp_path}/told'")
    return tmp_path


def put(machine: Path, name: str, script: str) -> None:
    (machine / name).write_text(f"#!/bin/sh\n{script}\n")
    (machine / name).chmod(stat.S_IRWXU)


def run(machine: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(SCRIPT), *options]
    return subprocess.run(command, env={"PATH": str(machine)}, capture_output=True, text=True, timeout=60, check=False)


def told(machine: Path) -> str:
    """Arguments that apt was given."""
    return (machine / "told").read_text() if (machine / "told").exists() else ""


def test_a_developer_is_named_the_command_and_nothing_is_installed(machine: Path) -> None:
    ended = run(machine)
    assert ended.returncode == 1
    assert "sudo apt-get install" in ended.stderr
    assert NEEDED in ended.stderr
    assert "make setup" in ended.stderr
    assert told(machine) == ""


def test_root_is_told_first_and_then_it_is_installed(machine: Path) -> None:
    put(machine, "id", "echo 0")
    ended = run(machine)
    assert ended.returncode == 0, ended.stderr
    assert NEEDED in ended.stdout.partition("Installing them with")[0]
    assert NEEDED in told(machine)


def test_sudo_without_a_password_installs_as_well(machine: Path) -> None:
    put(machine, "sudo", '[ "$1" != -n ] || shift; "$@"')
    assert run(machine).returncode == 0
    assert NEEDED in told(machine)


def test_setup_may_ask_for_a_password(machine: Path) -> None:
    ended = run(machine, "--ask")
    assert ended.returncode == 0, ended.stderr
    assert NEEDED in told(machine)


def test_without_apt_the_programs_are_named(machine: Path) -> None:
    (machine / "apt-get").unlink()
    ended = run(machine)
    assert (ended.returncode, NEEDED in ended.stderr) == (1, True)


def test_what_cannot_be_installed_stops_with_the_command(machine: Path) -> None:
    put(machine, "id", "echo 0")
    put(machine, "apt-get", "exit 100")
    ended = run(machine)
    assert ended.returncode == 1
    assert "apt-get install" in ended.stderr
