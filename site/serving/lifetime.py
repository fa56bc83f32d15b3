"""The lifetime of an HTTP connection: Twisted's, with an end to everything that may be sent or waited for."""

import asyncio
import time
from typing import Any

from twisted.internet.error import ConnectionAborted
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel

from serving import answers
from serving.addresses import key_of

HEADER_SECONDS = 10.0
"""Seconds for the headers of a connection's first request; for later ones, counted from the request's first byte."""
BODY_SECONDS, BODY_RATE = 15.0, 16 * 1024
"""Seconds that a body has to arrive, and the bytes that add one second."""
IDLE_SECONDS = 10.0
"""Seconds that a browser's connection stays open unused. Kept longer, it may die unnoticed and cost the browser
time."""
TAKEN_SECONDS, TAKEN_BYTES = 30.0, 16 * 1024
"""Seconds within which this much of an answer has to be taken, or the rest of it."""
PARTING_SECONDS, PARTING_BYTES = 5.0, 32 * 1024 * 1024
"""Seconds and bytes that are read from a refused connection before it ends: a reset would discard our answer."""
PARTING = 64
"""Number of refused connections that are read from at a time."""
NEVER = float("inf")


_Untyped: Any = HTTPChannel


class Lifetime(_Untyped):
    """An HTTP connection that is `idle` between requests, and over at `until`."""

    factory: Any
    transport: Any
    requests: list[Any]
    idle = True
    until = NEVER
    key: str | None = None
    """Its key in `admission`; None while it is not counted."""
    drops = False
    """Whether the rest of an answered request is ignored."""
    _served = _ending = False
    _taken: "asyncio.Future[None] | None" = None
    _unsent_before = 1 << 62
    _since = 0.0

    def connectionMade(self) -> None:
        """Counts a new connection by its address, or ends it if there are too few descriptors."""
        super().connectionMade()
        self.server = server = self.factory.server
        self.until = time.monotonic() + HEADER_SECONDS
        if not server.admission.has_room(self.transport.fileno(), server.channels):
            self.make_way()
            return
        server.channels[self] = None
        peer = self.transport.getPeer()
        if not server.proxies and hasattr(peer, "host"):
            self._enter(key_of(peer.host))

    def _enter(self, key: str) -> None:
        """Counts the connection by this key, or refuses it."""
        if self.server.admission.enters(key, self):
            self.key = key
        else:
            self.refuse(503)

    def _leave(self) -> None:
        if self.key is not None:
            self.server.admission.leaves(self.key, self)
            self.key = None

    def connectionLost(self, reason: Failure) -> None:
        """Forgets the connection."""
        self.server.channels.pop(self, None)
        self.server.parting.pop(self, None)
        self._leave()
        self._go_on()
        super().connectionLost(reason)

    @property
    def spare(self) -> int:
        """Ease of sparing it: 2 if nobody waits for anything, 0 while a request is answered, else 1."""
        if self._ending:
            return 2
        if self._handlingRequest or self._unsent():
            return 0
        return 2 if self.idle and self._served else 1

    def make_way(self) -> None:
        """Ends it now, since its descriptor is needed; `abortConnection` would wait for the next turn."""
        self.transport.connectionLost(Failure(ConnectionAborted()))  # type: ignore[no-untyped-call]

    def loseConnection(self) -> None:
        """Closes it once its answer has been taken."""
        self.until = time.monotonic() + TAKEN_SECONDS
        if self.drops and not self._ending:
            self._part()
        elif not self._ending:
            super().loseConnection()

    def refuse(self, status: int) -> None:
        """Sends a short answer with this status, and closes the connection."""
        if not self._ending:
            self.transport.write(answers.answer(status))
            self._part()

    def _part(self) -> None:
        """Closes our end, ignores everything that still arrives, and ends the connection soon."""
        self._ending, self.idle = True, False
        self._buffer = b""
        parting = self.server.parting
        parting[self] = None
        if len(parting) > PARTING:
            next(iter(parting)).make_way()
        self.until = time.monotonic() + PARTING_SECONDS
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        if self.transport.connected and not self.transport.disconnecting:
            self.transport.resumeProducing()

    def _unsent(self) -> int:
        transport = self.transport
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)

    def overdue(self, now: float) -> None:
        """Ends a connection whose `until` is past, unless it has made progress and gets more time."""
        unsent = self._unsent()
        if not self._ending and unsent:
            if self._unsent_before - unsent < TAKEN_BYTES:
                self.transport.abortConnection()
            self._unsent_before, self.until = unsent, now + TAKEN_SECONDS
        elif self._ending or self.transport.disconnecting:
            self.transport.abortConnection()
        elif self.idle:
            self.loseConnection()
        elif self._since and (until := self._since + BODY_SECONDS + self.requests[-1].kept / BODY_RATE) > now:
            self.until = until
        else:
            self.refuse(408)

    def pauseProducing(self) -> None:
        """Stops the application's output: the browser does not read. It gets a limited time."""
        self.until, self._unsent_before = time.monotonic() + TAKEN_SECONDS, 1 << 62
        super().pauseProducing()

    def resumeProducing(self) -> None:
        """Continues the application's output."""
        if self._handlingRequest:
            self.until = NEVER
        self._go_on()
        super().resumeProducing()

    async def taken(self) -> None:
        """Waits while the browser does not take its answer; Twisted would buffer without end."""
        if self._waitingForTransport and self.transport.connected:
            if self._taken is None:
                self._taken = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._taken)

    def _go_on(self) -> None:
        if self._taken is not None:
            taken, self._taken = self._taken, None
            if not taken.done():
                taken.set_result(None)
