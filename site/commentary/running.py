"""Whether a server runs on this machine: each of its processes holds a shared lock on a file in the folder for data.

The system gives the lock back however a process ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from commentary import private

NAME = "serving.lock"
_held: list[int] = []


def hold(folder: Path) -> None:
    """Hold the lock for as long as this process lives. A folder that cannot be written to has none."""
    with suppress(OSError):
        private.make_folder(folder)
        file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, private.FILE)
        fcntl.flock(file, fcntl.LOCK_SH)
        _held.append(file)


@contextmanager
def nobody_serves(folder: Path) -> Iterator[bool]:
    """Yields whether no server runs with this folder. None begins to while the block runs."""
    private.make_folder(folder)
    file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, private.FILE)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(file)
