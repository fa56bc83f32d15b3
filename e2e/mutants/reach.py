"""Tests that execute a line, as coverage.py noted while all fast tests ran once."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from coverage import CoverageData

FAST = "feeds/tests"
MOST = 120
"""Tests for one fault. Of a line that more of them execute, those of its own room come first."""


def measure(root: Path, rooms: list[str], kept: Path) -> CoverageData:
    """Note which fast tests execute which line of `rooms` in the copy `root`.

    To run all of them for that takes ten minutes, so what was noted stays in `kept` until a module or a test changes.
    """
    data = kept / f"coverage-{_version(root)}"
    if not data.exists():
        print("All fast tests run once, to note which of them execute which line.", flush=True)
        new = data.with_suffix(".new")
        command = [sys.executable, "-m", "pytest", "-n", "auto", FAST, "--cov-context=test", "--cov-report="]
        environment = os.environ | {"COVERAGE_FILE": str(new)}
        subprocess.run([*command, *(f"--cov={room}" for room in rooms)], cwd=root, env=environment, check=True)
        for old in kept.glob("coverage-*"):
            if old != new:
                old.unlink()
        new.rename(data)
    noted = CoverageData(str(data))
    noted.read()
    return noted


def _version(root: Path) -> str:
    """A word that is another one when a module or a test has changed."""
    files = sorted((root / "feeds").rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def tests_of(noted: CoverageData, root: Path, path: str, line: int) -> list[str]:
    """Names of the tests that execute a line, the nearest first.

    A line that runs when its module is imported belongs to all tests that execute something in the module.
    """
    by_line = noted.contexts_by_lineno(str(root / path))
    here = {name for name in by_line.get(line, []) if name}
    names = here or {name for others in by_line.values() for name in others if name}
    tests = {name.rpartition("|")[0] for name in names}
    return sorted(tests, key=lambda test: (-_shared(test, path), test))[:MOST]


def _shared(test: str, path: str) -> int:
    """Parts that the path of a test has in common with that of a module: `models/post/` and `test_` and its name."""
    file = test.partition("::")[0].removeprefix(f"{FAST}/")
    parts, own = file.removesuffix(".py").split("/"), path.removeprefix("feeds/").removesuffix(".py").split("/")
    return len({part.removeprefix("test_") for part in parts} & set(own))
