"""Admission of connections: a limit for each address, and one in all that leaves descriptors for pages and files."""

import logging
import os
import re
import resource
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)

FOR_PAGES = 64
"""Descriptors that WebSockets leave to pages and posts, at most a quarter of all."""
FOR_FILES = 48
"""Descriptors that connections leave to databases and files, at most a quarter of all."""
READER_BYTES = 32 * 1024
"""Least memory that a reader takes."""
MOST = 1 << 20
"""Descriptors if the system has no limit (its own default, fs.nr_open)."""
APART = 60.0
"""Seconds between two equal lines in the log."""
PAGES_SHARE = 5
"""Share of an address's connections that is kept for its pages and posts: one of this many."""


def raise_limit() -> int:
    """Raises the limit of descriptors, for this process and its children, as far as allowed. Returns the limit."""
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


def readers_for(limit: int, processes: int = 1) -> int:
    """About how many readers `processes` processes with `limit` descriptors each have room for."""
    found = min(max(0, _for_sockets(limit) - max(24, _in_use())) * processes, _memory() // READER_BYTES)
    return int(float(f"{found:.2g}")) if found >= 100 else found


def _for_connections(limit: int) -> int:
    return limit - min(FOR_FILES, limit // 4)


def _for_sockets(limit: int) -> int:
    return _for_connections(limit) - min(FOR_PAGES, limit // 4)


def _memory() -> int:
    """Bytes of available memory."""
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
    """The part of an HTTP connection that admission needs."""

    @property
    def spare(self) -> int:
        """See `serving.lifetime.Lifetime.spare`."""

    def make_way(self) -> None:
        """Ends the connection now."""


class Guest:
    """Connections of one address: HTTP ones, the oldest first, and the number of WebSockets."""

    __slots__ = ("channels", "sockets")

    def __init__(self) -> None:
        self.channels: dict[Channel, None] = {}
        self.sockets = 0

    def __len__(self) -> int:
        return len(self.channels) + self.sockets


class Admission:
    """Counts the connections of each address. `per_address` 0 is no limit, and so is `descriptors` 0.

    A new connection gets the lowest free descriptor (POSIX), so its number tells how many are in use.
    """

    def __init__(self, per_address: int = 0, descriptors: int = 0) -> None:
        self.per_address, self.descriptors = per_address, descriptors
        self.guests: dict[str, Guest] = {}
        self._said: dict[str, float] = {}

    def enters(self, key: str, channel: Channel) -> bool:
        """Counts an HTTP connection if its address may have one more. The least needed one of the address makes way."""
        guest = self.guests.get(key)
        if guest is None:
            guest = self.guests[key] = Guest()
        elif self.per_address and len(guest) >= self.per_address and not _make_way(guest.channels):
            self._say_too_many()
            return False
        guest.channels[channel] = None
        return True

    def leaves(self, key: str, channel: Channel) -> None:
        """Forgets an HTTP connection."""
        guest = self.guests.get(key)
        if guest and channel in guest.channels:
            del guest.channels[channel]
            self._forget(key, guest)

    def becomes_socket(self, key: str | None, channel: Channel, descriptor: int) -> bool:
        """Counts an HTTP connection as a WebSocket if there is room for one more."""
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
        """Forgets a WebSocket of this address."""
        if key is not None and (guest := self.guests.get(key)):
            guest.sockets -= 1
            self._forget(key, guest)

    def has_room(self, descriptor: int, channels: Iterable[Channel]) -> bool:
        """Whether a new connection leaves enough descriptors for files. If not, the least needed ones make way.

        The ones that make way free lower numbers, so as many have to go as there are too many.
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

    def _say(self, text: str, *values: object) -> None:
        now = time.monotonic()
        if now - self._said.get(text, -APART) >= APART:
            self._said[text] = now
            logger.warning(text, *values)


def _make_way(channels: Iterable[Channel]) -> bool:
    """Ends the oldest of the least needed connections. Returns false if all are needed."""
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
