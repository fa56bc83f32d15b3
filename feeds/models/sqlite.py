"""Removal of erased words from the files of an SQLite database.

SQLite writes pages to a log beside the file (`-wal`), where earlier versions of them stay until they are overwritten.
After words are erased, the log is emptied into the database, where `secure_delete` has replaced them with zeros.
"""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Semaphore

from django.conf import settings
from django.db import connection, transaction

logger = logging.getLogger(__name__)

PATIENCE = 0.15
"""Seconds to wait for readers of the log. Nobody else can write meanwhile."""
_aside = ThreadPoolExecutor(1, "erasing")
_may_wait = Semaphore(1)


def erased() -> None:
    """Have the log emptied after this transaction, which erases something, or as soon as possible after it."""
    if flag := _flag():
        with suppress(OSError):
            flag.touch(0o600)  # before the commit, so that after a crash the next process empties the log
        transaction.on_commit(_empty_log_aside)


def _empty_log_aside() -> None:
    """Empty the log in a thread, so that neither the response nor waking readers waits for it.

    One pending run is enough for all requests.
    """
    if _may_wait.acquire(blocking=False):
        _aside.submit(_empty_log_at_last)


def _empty_log_at_last() -> None:
    _may_wait.release()
    empty_log()


def empty_log() -> bool:
    """Empty the log if something was erased since the last time; returns whether nothing is left to do.

    A reader may still need the log at this moment. Then it stays, and the next try follows two seconds later.
    """
    flag = _flag()
    if flag is None or not flag.exists():
        return True
    try:
        asked = flag.stat().st_mtime_ns
        with closing(sqlite3.connect(_file(), timeout=PATIENCE, isolation_level=None)) as own:
            busy = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            return False
        if flag.stat().st_mtime_ns == asked:  # nothing was erased meanwhile
            flag.unlink()
    except FileNotFoundError:  # another process was faster
        return True
    except (OSError, sqlite3.Error) as problem:
        logger.warning("The log of the database cannot be emptied now: %s", problem)
        return False
    return True


def _file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _flag() -> Path | None:
    """Path of the empty file that says that the log is to be emptied; None if the database has no log."""
    if connection.vendor != "sqlite" or not _file().is_file():  # a database in memory has no file
        return None
    return _file().with_name(f"{_file().name}-erased")
