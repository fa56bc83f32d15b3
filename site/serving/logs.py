"""Log lines: each is a single line, and a flood of one kind becomes a number."""

import logging
import re
import threading
import time
from collections import Counter

from django.db import InterfaceError, OperationalError

LINES = 20
"""Lines of one kind that are written in a minute."""
KINDS = 200
"""Kinds that are counted apart in a minute; the rest counts as one."""
LONGEST = 2000
"""Characters of a line, except for a traceback."""
_SECRET = re.compile(r"/(sign-in|password|invitations)/[^/\s\"']+")


class InOneLine(logging.Filter):
    """Shortens an unreachable database to one line a request, instead of a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shortens the record if it is about the database. Returns true: every record is written."""
        problem = record.exc_info[1] if record.exc_info else None
        if isinstance(problem, (OperationalError, InterfaceError)):
            first = (str(problem).splitlines() or [type(problem).__name__])[0]
            record.msg, record.args = f"{record.getMessage()} ({first})", ()
            record.exc_info = None
        return True


class AtMost(logging.Filter):
    """Limits the lines of one kind in a minute; the next line after it tells how many were left out.

    Lines are of one kind if they differ only in their arguments.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._minute, self._written, self._beyond = 0.0, Counter[str](), Counter[str]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is within the limit; sets its `beyond`, the number of lines left out before."""
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
            record.beyond = self._beyond.pop(kind, 0)  # not in its message: other handlers get the same record
        return True


class Line(logging.Formatter):
    """Escapes line ends and control characters in everything that was sent to us, and hides links to accounts."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The printable, shortened line with the number of lines left out before."""
        line = printable(super().formatMessage(record))[:LONGEST]
        beyond = getattr(record, "beyond", 0)
        return f"{line} (and {beyond} more like this before)" if beyond else line

    def format(self, record: logging.LogRecord) -> str:
        """The whole text without the tokens of links."""
        return _SECRET.sub(r"/\1/…", super().format(record))


def printable(text: str) -> str:
    """The text with escapes for characters that cannot be printed."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "backslashreplace").decode() for each in text
    )


def shown(text: object) -> str:
    """A value that was sent to us, as the log quotes it: printable, at most 100 characters."""
    words = printable(str(text))
    return words if len(words) <= 100 else f"{words[:99]}…"
