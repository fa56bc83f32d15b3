"""One HTTP connection: Twisted's, with an end to whatever may be sent, kept or waited for."""

import asyncio
import time
from functools import partial
from typing import Any

from twisted.internet.error import ConnectionAborted
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel, HTTPFactory

from serving import answers
from serving.addresses import behind_proxies, key_of

HEADER_SECONDS = 10.0
"""Seconds that a connection has for the headers of its first request, and a request for its headers from then on."""
BODY_SECONDS, BODY_RATE = 15.0, 16 * 1024
"""Seconds that a body has to arrive, and bytes that each give it one more."""
IDLE_SECONDS = 10.0
"""Seconds that a browser's HTTP connection stays open unused. What it keeps may die unnoticed and cost it time then."""
TAKEN_SECONDS, TAKEN_BYTES = 30.0, 16 * 1024
"""Seconds within which so much of an answer has to be taken, or the rest of it."""
PARTING_SECONDS, PARTING_BYTES = 5.0, 32 * 1024 * 1024
"""How long, and how much, somebody who was refused is listened to: a reset would take our answer with it."""
PARTING = 64
"""How many of them at a time."""
AHEAD = 16 * 1024
"""Bytes of further requests that may wait while one is answered."""
CHUNKS, CHUNK = 256, 64
"""Beyond so many chunks of a body they have to have so many bytes, on average."""
DIGITS = 18
"""Of the largest length that is told from others."""
NEVER = float("inf")


_Untyped: Any = HTTPChannel


class Channel(_Untyped):
    """One HTTP connection. It is `idle` between requests, and over at `until`."""

    factory: Any
    transport: Any
    requests: list[Any]
    length: int | None
    idle = True
    until = NEVER
    key: str | None = None
    _served = _ending = False
    drops = False
    """What still comes of a request that is answered is not looked at."""
    _asking = False
    _rest: bytes | None = None
    _taken: "asyncio.Future[None] | None" = None
    _unsent_before = 1 << 62
    _heard = 0
    _since = 0.0

    # From its beginning to its end

    def connectionMade(self) -> None:
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
        """Count as one of this address."""
        if self.server.admission.enters(key, self):
            self.key = key
        else:
            self.refuse(503)

    def _leave(self) -> None:
        if self.key is not None:
            self.server.admission.leaves(self.key, self)
            self.key = None

    def connectionLost(self, reason: Any) -> None:
        self.server.channels.pop(self, None)
        self.server.parting.pop(self, None)
        self._leave()
        self._go_on()
        super().connectionLost(reason)

    @property
    def spare(self) -> int:
        """How well it can be done without: 2 where nobody waits for anything, 0 where a request is being answered."""
        if self._ending:
            return 2
        if self._handlingRequest or self._unsent():
            return 0
        return 2 if self.idle and self._served else 1

    def make_way(self) -> None:
        """End it now, not in the next turn as `abortConnection`: the descriptor is needed."""
        self.transport.connectionLost(Failure(ConnectionAborted()))  # type: ignore[no-untyped-call]

    def loseConnection(self) -> None:
        self.until = time.monotonic() + TAKEN_SECONDS
        if self.drops and not self._ending:
            self._part()
        elif not self._ending:
            super().loseConnection()

    def refuse(self, status: int) -> None:
        """Say why in a few words, and be done with this connection."""
        if not self._ending:
            self.transport.write(answers.answer(status))
            self._part()

    def _part(self) -> None:
        """Close our end; what still comes goes nowhere, and so does the connection soon."""
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
        """Called when `until` is past: give it more time where it makes use of it."""
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

    # What comes

    def dataReceived(self, data: bytes) -> None:
        if self._ending:
            self._heard += len(data)
            if self._heard > PARTING_BYTES:
                self.transport.abortConnection()
            return
        if self.idle:
            self.idle, self.until = False, time.monotonic() + HEADER_SECONDS
        LineReceiver.dataReceived(self, data)  # type: ignore[no-untyped-call]  # HTTPChannel's own sets a timer each time

    def lineReceived(self, line: bytes) -> bool:
        super().lineReceived(line)
        return self._ending  # so that no further line is looked at

    def lineLengthExceeded(self, line: bytes) -> bool:
        self.refuse(431 if self.requests else 414)
        return True

    def _respondToBadRequestAndDisconnect(self) -> None:
        too_much = self._receivedHeaderSize > self.totalHeadersSize or self._receivedHeaderCount > self.maxHeaders
        self.refuse(431 if too_much else 400)

    def _maybeChooseTransferDecoder(self, header: bytes, data: bytes) -> bool:
        """Python refuses to read numbers of thousands of digits. All with so many are too large alike."""
        if header == b"Content-Length" and data.isdigit() and len(data) > DIGITS:
            data = b"9" * DIGITS
        return bool(super()._maybeChooseTransferDecoder(header, data))

    def allHeadersReceived(self) -> None:
        """Decide about the body before any of it is kept."""
        request = self.requests[-1]
        self.persistent = self.checkPersistence(request, self._version)
        request.gotLength(self.length)
        self._count_behind_proxies(request)
        if self._ending or self.length == 0:
            return
        self._since = time.monotonic()
        self.until = self._since + BODY_SECONDS
        request.target, limits = self._path, self.server.bodies
        request.limit = limits.usual
        if self.length is not None and self.length > limits.usual:
            if self.length > limits.most(request.route):
                self._leave_out(request)
            else:
                self._ask(request)
        else:
            self._expected(request)

    def _count_behind_proxies(self, request: Any) -> None:
        """A proxy may use one connection for many people: each counts for as long as the request runs."""
        peer = self.transport.getPeer()
        if self.server.proxies:
            forwarded = b",".join(request.requestHeaders.getRawHeaders(b"X-Forwarded-For", ())).decode("latin-1")
            address = behind_proxies(getattr(peer, "host", ""), forwarded, self.server.proxies)
            if address:
                self._enter(key_of(str(address)))

    def _expected(self, request: Any) -> None:
        """Tell who waits to be told (RFC 9110, 10.1.1) that the body may come."""
        expected = request.requestHeaders.getRawHeaders(b"Expect", [b""])[0].lower()
        if expected == b"100-continue" and self._version == b"HTTP/1.1":
            self._send100Continue()

    def _leave_out(self, request: Any) -> None:
        """Too large: let the application say so, and read no more of it until it has."""
        request.leave_out()
        self.drops, self.persistent = True, 0
        self._networkProducer.pauseProducing()
        if self._transferDecoder is not None and self.length is None:
            self._transferDecoder._buffer.clear()
        self.length = 0  # HTTPChannel goes on as if there were none

    def _ask(self, request: Any) -> None:
        """Keep nothing more until it is known whether this person may send so much."""
        self._asking = True
        self._networkProducer.pauseProducing()
        headers = [
            (name.lower(), value) for name, values in request.requestHeaders.getAllRawHeaders() for value in values
        ]
        asked = asyncio.ensure_future(self.server.bodies.allowed(request.route, headers))
        asked.add_done_callback(partial(self._answered, request))

    def _answered(self, request: Any, asked: "asyncio.Future[int]") -> None:
        self._asking = False
        if self._ending or request not in self.requests:
            return
        problem = asked.cancelled() or asked.exception()
        request.limit = self.server.bodies.usual if problem else asked.result()
        if max(self.length or 0, request.kept) > request.limit:
            self._leave_out(request)
            self.allContentReceived()
        elif self._rest is not None:
            rest, self._rest = self._rest, None
            super()._finishRequestBody(rest)
        else:
            self._expected(request)
            self._networkProducer.resumeProducing()

    def grows(self, request: Any) -> None:
        """A body without a length is beyond what it may have."""
        most = self.server.bodies.most(request.route)
        if request.kept <= most and request.limit < most and not request.asked:
            request.asked = True
            self._ask(request)
        elif not self._asking:
            self._leave_out(request)
            self.allContentReceived()

    def crumbles(self, request: Any) -> bool:
        """Whether a body comes in pieces so small that they cost more than what is in them."""
        crumbs = self.length is None and request.pieces > CHUNKS and request.kept < request.pieces * CHUNK
        if crumbs:
            self.refuse(400)
            self._transferDecoder._buffer.clear()
        return crumbs

    def _finishRequestBody(self, data: bytes) -> None:
        if self.drops or self._ending:
            return
        if self._asking:
            self._rest = data
        else:
            super()._finishRequestBody(data)

    def rawDataReceived(self, data: bytes) -> bool:
        if self.transport.protocol is not self:  # it became a WebSocket, on which nobody speaks before we have answered
            self.transport.abortConnection()
        elif self.drops:
            pass
        elif self._handlingRequest:
            self._heard += len(data)
            self._dataBuffer.append(data)
            if self._heard > AHEAD:
                self._networkProducer.pauseProducing()
        else:
            super().rawDataReceived(data)
        return self._ending

    def allContentReceived(self) -> None:
        if not self._ending:
            self.until, self._since, self._heard = NEVER, 0.0, 0
            super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        self._served = True
        self.idle, self.until, self._unsent_before = True, time.monotonic() + IDLE_SECONDS, 1 << 62
        if self.server.proxies:
            self._leave()
        if self._ending:
            return
        super().requestDone(request)

    # What goes

    def pauseProducing(self) -> None:
        self.until, self._unsent_before = time.monotonic() + TAKEN_SECONDS, 1 << 62
        super().pauseProducing()

    def resumeProducing(self) -> None:
        if self._handlingRequest:
            self.until = NEVER
        self._go_on()
        super().resumeProducing()

    async def taken(self) -> None:
        """Wait while the browser does not take what is sent; Twisted would buffer without end."""
        if self._waitingForTransport and self.transport.connected:
            if self._taken is None:
                self._taken = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._taken)

    def _go_on(self) -> None:
        if self._taken is not None:
            taken, self._taken = self._taken, None
            if not taken.done():
                taken.set_result(None)

    def becomes(self, protocol: Any) -> None:
        """Hand the connection over to a WebSocket."""
        self.server.channels.pop(self, None)
        protocol.key, self.key = self.key, None
        self.requests.clear()
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)


HTTPFactory.protocol = Channel
