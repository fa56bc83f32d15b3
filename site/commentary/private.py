"""Files that nobody else on this machine may read: the database, which has who posted what, and the secret key."""

import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ENTER = stat.S_IXGRP | stat.S_IXOTH


def make_folder(path: Path) -> None:
    """Make it, unless it is there. Raises OSError when that cannot be."""
    path.mkdir(FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file, unless it is there or cannot be: whoever needs it says so better."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def of_database(path: Path) -> list[Path]:
    """An SQLite database and the files that SQLite keeps beside it, which get the permissions of the first."""
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]


def open_to_others(folder: Path, files: list[Path]) -> list[Path]:
    """Which of these others can read or change, and the folder where others can look into it."""
    inside = [path for path in files if path.parent == folder and path.exists()]
    found = [folder] if inside and _mode(folder) & _OTHERS else []
    return found + [path for path in files if _mode(path) & _OTHERS and _mode(path.parent) & _ENTER]


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:  # it is not there
        return 0
