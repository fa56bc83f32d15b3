"""One HTTP connection: a bounded body for each request, and the way to a WebSocket."""

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from twisted.protocols.basic import LineReceiver
from twisted.web.http import HTTPFactory

from serving.addresses import behind_proxies, key_of
from serving.lifetime import BODY_SECONDS, HEADER_SECONDS, IDLE_SECONDS, NEVER, PARTING_BYTES, Lifetime

if TYPE_CHECKING:
    from serving.connections import Protocol
    from serving.requests import Request

AHEAD = 16 * 1024
"""Bytes of further requests that may wait while one is answered."""
CHUNKS, CHUNK = 256, 64
"""Chunks of a body, beyond which they must have this many bytes on average."""
DIGITS = 18
"""Digits of the largest length that can be told from others."""


class Channel(Lifetime):
    """An HTTP connection that keeps no more of a body than its route takes."""

    length: int | None
    _asking = False
    _rest: bytes | None = None
    _heard = 0

    def dataReceived(self, data: bytes) -> None:
        """Passes on received bytes while the connection is in use."""
        if self._ending:
            self._heard += len(data)
            if self._heard > PARTING_BYTES:
                self.transport.abortConnection()
            return
        if self.idle:
            self.idle, self.until = False, time.monotonic() + HEADER_SECONDS
        LineReceiver.dataReceived(self, data)  # type: ignore[no-untyped-call]  # HTTPChannel's own method sets a timer each time

    def lineReceived(self, line: bytes) -> bool:
        """Reads a line of a request's head. Returns true after a refusal, so that no further line is read."""
        super().lineReceived(line)
        return self._ending  # so that no further line is looked at

    def lineLengthExceeded(self, line: bytes) -> bool:
        """Refuses a request line or a header that is too long."""
        self.refuse(431 if self.requests else 414)
        return True

    def _respondToBadRequestAndDisconnect(self) -> None:
        too_much = self._receivedHeaderSize > self.totalHeadersSize or self._receivedHeaderCount > self.maxHeaders
        self.refuse(431 if too_much else 400)

    def _maybeChooseTransferDecoder(self, header: bytes, data: bytes) -> bool:
        """Shortens absurd lengths: Python refuses to parse thousands of digits, and all of these are too large
        alike."""
        if header == b"Content-Length" and data.isdigit() and len(data) > DIGITS:
            data = b"9" * DIGITS
        return bool(super()._maybeChooseTransferDecoder(header, data))

    def allHeadersReceived(self) -> None:
        """Decides about the body before any of it is kept."""
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

    def _count_behind_proxies(self, request: "Request") -> None:
        """Counts the client's address while the request runs: a proxy may use one connection for many people."""
        peer = self.transport.getPeer()
        if self.server.proxies:
            forwarded = b",".join(request.requestHeaders.getRawHeaders(b"X-Forwarded-For", ())).decode("latin-1")
            address = behind_proxies(getattr(peer, "host", ""), forwarded, self.server.proxies)
            if address:
                self._enter(key_of(str(address)))

    def _expected(self, request: "Request") -> None:
        """Answers a client that waits for permission (RFC 9110, 10.1.1) to send the body."""
        expected = request.requestHeaders.getRawHeaders(b"Expect", [b""])[0].lower()
        if expected == b"100-continue" and self._version == b"HTTP/1.1":
            self._send100Continue()

    def _leave_out(self, request: "Request") -> None:
        """Leaves out a body that is too large. The application answers so, and until then nothing more is read."""
        request.leave_out()
        self.drops, self.persistent = True, 0
        self._networkProducer.pauseProducing()
        if self._transferDecoder is not None and self.length is None:
            self._transferDecoder._buffer.clear()
        self.length = 0  # HTTPChannel continues as if there were no body

    def _ask(self, request: "Request") -> None:
        """Asks for the limit of this sender, and reads nothing more until it is known."""
        self._asking = True
        self._networkProducer.pauseProducing()
        headers = [
            (name.lower(), value) for name, values in request.requestHeaders.getAllRawHeaders() for value in values
        ]
        asked = asyncio.ensure_future(self.server.bodies.allowed(request.route, headers))
        asked.add_done_callback(partial(self._answered, request))

    def _answered(self, request: "Request", asked: "asyncio.Future[int]") -> None:
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

    def over_limit(self, request: "Request") -> None:
        """Handles a body without a declared length that exceeds its present limit."""
        most = self.server.bodies.most(request.route)
        if request.kept <= most and request.limit < most and not request.asked:
            request.asked = True
            self._ask(request)
        elif not self._asking:
            self._leave_out(request)
            self.allContentReceived()

    def is_fragmented(self, request: "Request") -> bool:
        """Whether a body's pieces are so small that they cost more than their contents; such a request is refused."""
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
        """Reads a part of a body, or keeps the beginning of the next request while one is answered."""
        if self.transport.protocol is not self:  # it became a WebSocket, on which the server answers first
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
        """Passes on the request; from now on nothing is due until it is answered."""
        if not self._ending:
            self.until, self._since, self._heard = NEVER, 0.0, 0
            super().allContentReceived()

    def requestDone(self, request: "Request") -> None:
        """Makes the connection idle after an answer."""
        self._served = True
        self.idle, self.until, self._unsent_before = True, time.monotonic() + IDLE_SECONDS, 1 << 62
        if self.server.proxies:
            self._leave()
        if self._ending:
            return
        super().requestDone(request)

    def becomes(self, protocol: "Protocol") -> None:
        """Hands the connection over to a WebSocket."""
        self.server.channels.pop(self, None)
        protocol.key, self.key = self.key, None
        self.requests.clear()
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)


HTTPFactory.protocol = Channel
