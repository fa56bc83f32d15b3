"""A database in the memory of this process. In a block it stands in for the configured one."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

_handler = ConnectionHandler({DEFAULT_DB_ALIAS: {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})


class Memory:
    """An SQLite database of one connection, with all our tables. It is gone when it is closed."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._is_closed = False
        self._connection: BaseDatabaseWrapper = _handler.create_connection(DEFAULT_DB_ALIAS)
        self._connection.inc_thread_sharing()
        self._connection.queries_log = deque(maxlen=1)  # with DEBUG it would grow
        with self.opened(), self._connection.schema_editor() as editor:
            for model in apps.get_models():
                if model._meta.can_migrate(self._connection):
                    editor.create_model(model)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Does all database work of this thread in this database while the block runs. One thread at a time.

        Raises `OperationalError` once it is closed.
        """
        with self._turn:
            if self._is_closed:
                raise OperationalError("This rehearsal is over.")
            before = connections[DEFAULT_DB_ALIAS]
            connections[DEFAULT_DB_ALIAS] = self._connection
            try:
                yield
            finally:
                connections[DEFAULT_DB_ALIAS] = before

    def close(self) -> None:
        """Forgets everything."""
        with self._turn:
            self._is_closed = True
            if self._connection.connection is not None:
                self._connection.connection.close()
                self._connection.connection = None
