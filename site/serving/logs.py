"""What the log says, and how much: a line is one line, and of a flood of one kind it has the number."""

import logging
import re
import threading
import time
from collections import Counter

from django.db import InterfaceError, OperationalError

LINES = 20
"""Lines of one kind that are written in a minute."""
KINDS = 200
"""Kinds that are told apart in a minute; the rest counts as one."""
LONGEST = 2000
"""Characters of a line, but for a traceback."""
_SECRET = re.compile(r"/(sign-in|password|invitations)/[^/\s\"']+")


class InOneLine(logging.Filter):
    """A database that is away is one line for each request that finds out, not a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        problem = record.exc_info[1] if record.exc_info else None
        if isinstance(problem, (OperationalError, InterfaceError)):
            first = (str(problem).splitlines() or [type(problem).__name__])[0]
            record.msg, record.args = f"{record.getMessage()} ({first})", ()
            record.exc_info = None
        return True


class AtMost(logging.Filter):
    """So many lines of a kind in a minute, and with the first one after it how many there were beyond.

    Lines are of one kind that only what is filled in tells apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._minute, self._written, self._beyond = 0.0, Counter[str](), Counter[str]()

    def filter(self, record: logging.LogRecord) -> bool:
        kind = f"{record.name} {str(record.msg)[:200]}"
        with self._lock:
            now = time.monotonic()
            if now - self._minute >= 60:
                self._minute, self._written = now, Counter()
                self._beyond = Counter(dict(self._beyond.most_common(KINDS)))
            if kind not in self._written and len(self._written) >= KINDS:
                kind = "others"
            self._written[kind] += 1
            if self._written[kind] > LINES:
                self._beyond[kind] += 1
                return False
            record.beyond = self._beyond.pop(kind, 0)  # not in its message: other handlers are given the same record
        return True


class Line(logging.Formatter):
    """Nothing that was sent to us begins a line or moves a terminal's cursor, and it has no link to an account."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = printable(super().formatMessage(record))[:LONGEST]
        beyond = getattr(record, "beyond", 0)
        return f"{line} (and {beyond} more like this before)" if beyond else line

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"/\1/…", super().format(record))


def printable(text: str) -> str:
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "backslashreplace").decode() for each in text
    )


def shown(text: object) -> str:
    """What somebody has sent, as it is quoted in the log: as much of it as helps."""
    words = printable(str(text))
    return words if len(words) <= 100 else f"{words[:99]}…"
