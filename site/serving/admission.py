"""Who gets a connection: so many for each address, and so many in all that pages and files still find descriptors."""

import logging
import os
import re
import resource
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

logger = logging.getLogger(__name__)

FOR_PAGES = 64
"""Descriptors that sockets leave to pages and posts; of few, at most a quarter."""
FOR_FILES = 48
"""Descriptors that connections leave to databases and files; of few, at most a quarter."""
READER_BYTES = 32 * 1024
"""Memory that a reader takes, at least."""
MOST = 1 << 20
"""Descriptors where the system knows no limit (its own default, fs.nr_open)."""
APART = 60.0
"""Seconds between two lines in the log that say the same."""
PAGES_SHARE = 5
"""One of so many connections of an address is kept for its pages and posts."""


def raise_limit() -> int:
    """Let this process and those it starts have as many descriptors as they may; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY:
        return MOST
    for limit in (most, min(most, MOST)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (OSError, ValueError):
            continue
        return limit
    return soft


def holds(limit: int, processes: int = 1) -> int:
    """About how many readers so many processes with so many descriptors each have room for."""
    found = min(max(0, _for_sockets(limit) - max(24, _in_use())) * processes, _memory() // READER_BYTES)
    return int(float(f"{found:.2g}")) if found >= 100 else found


def _for_connections(limit: int) -> int:
    return limit - min(FOR_FILES, limit // 4)


def _for_sockets(limit: int) -> int:
    return _for_connections(limit) - min(FOR_PAGES, limit // 4)


def _memory() -> int:
    """Bytes that can be had."""
    try:
        found = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else 1 << 40  # not on Linux


def _in_use() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:  # not on Linux
        return 32


class Channel(Protocol):
    """An HTTP connection, as far as it is known here."""

    @property
    def spare(self) -> int: ...

    def make_way(self) -> None: ...


class Guest:
    """Connections of one address: those that may still ask for a page, the oldest first, and sockets."""

    __slots__ = ("channels", "sockets")

    def __init__(self) -> None:
        self.channels: dict[Channel, None] = {}
        self.sockets = 0

    def __len__(self) -> int:
        return len(self.channels) + self.sockets


class Admission:
    """Knows how many connections each address has. `per_address` 0 is no limit, and so is `descriptors` 0.

    A new connection has the lowest descriptor that is free (POSIX), so its number tells how many are in use.
    """

    def __init__(self, per_address: int = 0, descriptors: int = 0) -> None:
        self.per_address, self.descriptors = per_address, descriptors
        self.guests: dict[str, Guest] = {}
        self._said: dict[str, float] = {}

    def enters(self, key: str, channel: Channel) -> bool:
        """Count an HTTP connection, if this address may have one more; the one least needed makes way."""
        guest = self.guests.get(key)
        if guest is None:
            guest = self.guests[key] = Guest()
        elif self.per_address and len(guest) >= self.per_address and not _make_way(guest.channels):
            self._say_too_many()
            return False
        guest.channels[channel] = None
        return True

    def leaves(self, key: str, channel: Channel) -> None:
        guest = self.guests.get(key)
        if guest and channel in guest.channels:
            del guest.channels[channel]
            self._forget(key, guest)

    def becomes_socket(self, key: str | None, channel: Channel, descriptor: int) -> bool:
        """Count an HTTP connection as a socket, if there is room for one more."""
        if self.descriptors and descriptor >= _for_sockets(self.descriptors):
            self._say_full()
            return False
        if key is None:
            return True
        guest = self.guests.setdefault(key, Guest())
        if self.per_address and guest.sockets >= self.per_address - self.per_address // PAGES_SHARE:
            self._say_too_many()
            return False
        guest.channels.pop(channel, None)
        guest.sockets += 1
        return True

    def socket_leaves(self, key: str | None) -> None:
        if key is not None and (guest := self.guests.get(key)):
            guest.sockets -= 1
            self._forget(key, guest)

    def has_room(self, descriptor: int, channels: Iterable[Channel]) -> bool:
        """Whether a new connection leaves enough descriptors for files; where not, the least needed ones make way.

        Those that make way leave numbers that are lower, so it has to be as many as there are too many.
        """
        excess = descriptor - _for_connections(self.descriptors) + 1 if self.descriptors else 0
        ended = sum(_make_way(channels) for _ in range(excess))
        if excess > 0 and not ended:
            self._say_full()
        return excess <= 0 or ended > 0

    def _forget(self, key: str, guest: Guest) -> None:
        if not len(guest):
            self.guests.pop(key, None)

    def _say_full(self) -> None:
        self._say(
            "All %s descriptors are in use: new readers poll instead, and some are turned away. Allow more: "
            "“ulimit -Hn”, or LimitNOFILE= in a unit of systemd.",
            self.descriptors,
        )

    def _say_too_many(self) -> None:
        self._say(
            "One address has as many connections as CONNECTIONS_PER_ADDRESS=%s lets it have; more are refused. "
            "If it is your proxy, set TRUSTED_PROXIES; if it is a venue, set a higher number.",
            self.per_address,
        )

    def _say(self, text: str, *values: Any) -> None:
        now = time.monotonic()
        if now - self._said.get(text, -APART) >= APART:
            self._said[text] = now
            logger.warning(text, *values)


def _make_way(channels: Iterable[Channel]) -> bool:
    """End the oldest of those that can best be done without; False where all are needed."""
    by_need: dict[int, Channel] = {}
    for channel in channels:
        by_need.setdefault(channel.spare, channel)
        if 2 in by_need:
            break
    unneeded = by_need.get(2) or by_need.get(1)
    if unneeded is None:
        return False
    unneeded.make_way()
    return True
