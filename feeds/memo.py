"""Results that are the same for everybody: made once in this process, and bounded in number and size.

A cached result may depend on its key alone. The request that comes first has a language, a script prefix and a time
zone set in its thread. So everything cached or broadcast is made within `for_everybody`.
"""

import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone, translation

T = TypeVar("T")

SECONDS = 300.0
"""Seconds that a result is kept."""
_root: ContextVar[str] = ContextVar("root", default="/")


@contextmanager
def for_everybody(language: str) -> Iterator[None]:
    """Makes the block independent of the request: this language, addresses from the root, the default time zone."""
    with _from_the_root(), translation.override(language), timezone.override(timezone.get_default_timezone()):
        yield


@contextmanager
def rooted(path: str) -> Iterator[None]:
    """Has addresses in the block begin with this path, which ends with a slash: those for everybody as well."""
    token = _root.set(path)
    try:
        with _from_the_root():
            yield
    finally:
        _root.reset(token)


@contextmanager
def _from_the_root() -> Iterator[None]:
    prefix = get_script_prefix()
    set_script_prefix(_root.get())
    try:
        yield
    finally:
        set_script_prefix(prefix)


def path_of(name: str, *args: object) -> str:
    """The path of the view with this name and these arguments, whatever the request's script prefix."""
    with _from_the_root():
        return reverse(name, args=args)


class Memo(Generic[T]):
    """A cache of at most `number` results and `size` bytes together; the least recently used goes first.

    `weigh` gives the bytes of a result. Threads that ask for a result while it is made wait for it.
    """

    def __init__(self, weigh: Callable[[T], int], *, number: int, size: int) -> None:
        self.number, self.size = number, size
        self.weight = 0
        self._weigh = weigh
        self._found: OrderedDict[Hashable, tuple[T, int, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(64)]

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result for this key, made by `make` unless it is cached."""
        if found := self._look(key):
            return found[0]
        with self._making[hash(key) % len(self._making)]:
            if found := self._look(key):
                return found[0]
            made = make()
            self._keep(key, made)
            return made

    def clear(self) -> None:
        """Forgets every result."""
        with self._lock:
            self._found.clear()
            self.weight = 0

    def _look(self, key: Hashable) -> tuple[T] | None:
        with self._lock:
            if (found := self._found.get(key)) is None:
                return None
            if time.monotonic() - found[2] > SECONDS:
                self._drop(key)
                return None
            self._found.move_to_end(key)
            return (found[0],)

    def _keep(self, key: Hashable, made: T) -> None:
        weight = self._weigh(made)
        with self._lock:
            if key in self._found:
                self._drop(key)
            if weight > self.size:
                return
            self._found[key] = (made, weight, time.monotonic())
            self.weight += weight
            while len(self._found) > self.number or self.weight > self.size:
                self._drop(next(iter(self._found)))

    def _drop(self, key: Hashable) -> None:
        self.weight -= self._found.pop(key)[1]


def weight_of(text: str) -> int:
    """Bytes that a text takes in memory."""
    return sys.getsizeof(text)
