"""Erased words leave the files of an SQLite database as well.

SQLite writes pages to a log beside the file (`-wal`), where earlier versions of them stay until they are written over.
After words were erased the log is emptied into the database, where `secure_delete` has put zeros in their place.
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
"""Seconds to wait for whoever reads in the log. Nobody else can write meanwhile."""
_aside = ThreadPoolExecutor(1, "erasing")
_may_wait = Semaphore(1)


def erased() -> None:
    """To be called in the transaction that erases something: the log is emptied after it, or as soon as it can be."""
    if mark := _mark():
        with suppress(OSError):
            mark.touch(0o600)  # before the commit: what a crash leaves is done by whichever process runs next
        transaction.on_commit(_empty_log_aside)


def _empty_log_aside() -> None:
    """Neither the answer to a form nor what wakes readers waits for it. One that waits is enough for all."""
    if _may_wait.acquire(blocking=False):
        _aside.submit(_empty_log_at_last)


def _empty_log_at_last() -> None:
    _may_wait.release()
    empty_log()


def empty_log() -> bool:
    """Empty the log where something was erased since that was last done; returns whether nothing is left to do.

    Somebody who reads at this moment may still need the log: then it stays, and is tried again every two seconds.
    """
    mark = _mark()
    if mark is None or not mark.exists():
        return True
    try:
        asked = mark.stat().st_mtime_ns
        with closing(sqlite3.connect(_file(), timeout=PATIENCE, isolation_level=None)) as own:
            busy = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            return False
        if mark.stat().st_mtime_ns == asked:  # nothing was erased meanwhile
            mark.unlink()
    except FileNotFoundError:  # another process was faster
        return True
    except (OSError, sqlite3.Error) as problem:
        logger.warning("The log of the database cannot be emptied now: %s", problem)
        return False
    return True


def _file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _mark() -> Path | None:
    """Says beside the database that its log has to be emptied. None where there is no such log."""
    if connection.vendor != "sqlite" or not _file().is_file():  # one in memory is no file
        return None
    return _file().with_name(f"{_file().name}-erased")
