"""Files that others on this machine must not read: the database with everybody's posts, and the secret key."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from django.conf import settings

FOLDER, FILE = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ENTER = stat.S_IXGRP | stat.S_IXOTH


def make_folder(path: Path) -> None:
    """Makes the folder unless it exists. Raises OSError if that is impossible."""
    path.mkdir(FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """Makes an empty file unless it exists. Ignores errors: the code that needs the file reports them better."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def of_database(path: Path) -> list[Path]:
    """The paths of an SQLite database and the files beside it, which get the same permissions."""
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]


def exposed() -> list[Path]:
    """The database, the secret key and the folder for data, as far as others on this machine can read them."""
    database = settings.DATABASES["default"]
    files = of_database(Path(database["NAME"])) if database["ENGINE"].endswith("sqlite3") else []
    if settings.SECRET_KEY_FILE:
        files.append(settings.SECRET_KEY_FILE)
    return open_to_others(settings.VAR, files)


def open_to_others(folder: Path, files: list[Path]) -> list[Path]:
    """The files that others can read or change, and the folder if others can list it."""
    inside = [path for path in files if path.parent == folder and path.exists()]
    found = [folder] if inside and _mode(folder) & _OTHERS else []
    return found + [path for path in files if _mode(path) & _OTHERS and _mode(path.parent) & _ENTER]


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:  # it does not exist
        return 0
