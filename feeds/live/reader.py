"""One connected page: who reads it, in which variant, and how to write to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from feeds.access import visitors
from feeds.access.visitors import COOKIE, EARLIER_COOKIE, Visitor
from feeds.timeline.variants import Variant
from serving.wire import Message

PATIENCE = 60.0
"""Seconds a reader gets to read what waits for it."""

Host = tuple[int, str]
"""A host's primary key, and the key of the session in which the host is signed in."""


class Outlet(Protocol):
    """Connection that our own server lends: see `serving.BROADCAST`."""

    full: bool

    def write(self, message: Message) -> None:
        """Send the message, which may be shared with other connections."""

    async def drained(self) -> None:
        """Wait until everything is sent, or the connection is gone."""


class Close(Protocol):
    """Way to end a connection, with a WebSocket close code."""

    def __call__(self, code: int = ...) -> Awaitable[None]: ...


class Reader:
    """One connected page.

    With an `outlet` the same bytes go to every reader, and it is known whether they are read. Other servers are sent
    text with `send`, and always seem able to take more.
    """

    __slots__ = ("_cookie", "browser", "close", "host", "outlet", "send", "variant")

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Close,
        *,
        cookies: Mapping[str, str],
        outlet: Outlet | None = None,
        variant: Variant | None = None,
    ) -> None:
        self.variant = variant or Variant.plain()
        self.send = send
        self.close = close
        self.host: Host | None = None
        """Set where the user hosts the event."""
        self.outlet = outlet
        self.browser = visitors.browser_of(cookies) or -id(self)
        """Number that all tabs of a browser share: see `visitors.browser_of`."""
        self._cookie = cookies.get(COOKIE) or cookies.get(EARLIER_COOKIE, "")

    @property
    def visitor(self) -> str:
        """The visitor's id. Worked out when somebody is banned, which is rare, and not at each connect."""
        return Visitor.of(dict.fromkeys((COOKIE, EARLIER_COOKIE), self._cookie)).id

    @property
    def has_cookie(self) -> bool:
        """Whether the visitor is known, and so may have written something."""
        return bool(self._cookie)

    @property
    def full(self) -> bool:
        """Whether too much waits to be read already."""
        return bool(self.outlet and self.outlet.full)

    async def write(self, message: Message) -> None:
        """Send a message. Raises what the connection raises."""
        if self.outlet:
            self.outlet.write(message)
        else:
            await self.send(message.text)

    async def takes_more(self) -> bool:
        """Wait until the page has read what waits for it. A page that does not is closed with “try again later”."""
        if self.outlet and self.outlet.full:
            try:
                await asyncio.wait_for(self.outlet.drained(), PATIENCE)
            except TimeoutError:
                await self.close(code=1013)
                return False
        return True
