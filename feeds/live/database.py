"""Database work for code that runs on the event loop."""

from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")

Opened = Callable[[], AbstractContextManager[None]]
"""Way into a block in which database work of its thread is done in another database than the configured one."""

_threads = ThreadPoolExecutor(4, "rooms")
_other: ContextVar[Opened | None] = ContextVar("other", default=None)


@contextmanager
def elsewhere(opened: Opened) -> Iterator[None]:
    """Has everything that this context hands to a thread done in another database: also later, by tasks begun here."""
    token = _other.set(opened)
    try:
        yield
    finally:
        _other.reset(token)


def is_elsewhere() -> bool:
    """Whether this context works in another database, whose changes concern no other process."""
    return _other.get() is not None


def in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run a function off the event loop, in one of four threads that requests do not use.

    Call it as `database.in_thread`, so that one replacement reaches every module.
    """

    @wraps(function)
    def work(*args: P.args, **kwargs: P.kwargs) -> T:
        """The function, in the database of whoever asked for it."""
        opened = _other.get()
        with opened() if opened else nullcontext():
            return function(*args, **kwargs)

    return database_sync_to_async(work, thread_sensitive=False, executor=_threads)
