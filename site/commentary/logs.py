"""What the log says, and how much."""

import logging

from django.db import InterfaceError, OperationalError


class InOneLine(logging.Filter):
    """A database that is away is one line for each request that finds out, not a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        problem = record.exc_info[1] if record.exc_info else None
        if isinstance(problem, (OperationalError, InterfaceError)):
            record.msg, record.args = f"{record.getMessage()} ({str(problem).splitlines()[0]})", ()
            record.exc_info = None
        return True
