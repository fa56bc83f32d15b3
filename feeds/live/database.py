"""Database work for code that runs on the event loop."""

from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(4, "rooms")


def in_thread(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run a function off the event loop, in one of four threads that requests do not use.

    Call it as `database.in_thread`, so that one replacement reaches every module.
    """
    return database_sync_to_async(function, thread_sensitive=False, executor=_threads)
