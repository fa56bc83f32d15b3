"""One WebSocket, from its opening to its end: Daphne's and autobahn's, made light for thousands.

What they lack: a way to write the same bytes to many, a word on whether a browser reads what it is sent, and an end
to what a browser may send.
"""

import asyncio
import socket
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import autobahn.websocket.protocol
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept
from autobahn.websocket.utf8validator import Utf8Validator
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from serving.answers import answer
from serving.wire import Message

MESSAGE_LIMIT = 16 * 1024
"""Bytes a browser may send in one message; ours sends about 700."""
ALLOWANCE = 60.0
"""What may come at once. Each second pays one back; see the prices. Pages of ours send a frame in three seconds."""
PER_FRAME, PER_READ, PER_BYTE = 0.15, 0.03, ALLOWANCE / (512 * 1024)
"""Of the allowance: 400 frames, empty ones, pings and parts of messages included, or 512 KiB."""
WAITING = 500
"""Messages that may wait for an application that is busy: more than may come at once."""
PONGS = 64
"""Pings that are answered into a full buffer."""
LEAVING_SECONDS = 60.0
"""Seconds that somebody who has said goodbye has to read what was on its way."""
TURNED_OUT_SECONDS = 2
"""Seconds until the connection of somebody who flooded us is cut, for which it hears why."""
UNACKNOWLEDGED_SECONDS = 90
"""Seconds after which the kernel gives up a connection whose other end acknowledges nothing; nobody has to ping."""


@implementer(IPushProducer)
class Outlet:
    """One WebSocket connection, for an application that writes the same message to many.

    `full` while 64 KiB or more wait to be sent. Twisted says when that begins and when all of it is gone
    (`IPushProducer` in its “Producers and Consumers”), and would itself buffer without end.
    """

    __slots__ = ("_deflates", "_drained", "_ping", "_pongs", "_protocol", "full")

    def __init__(self, protocol: "Protocol") -> None:
        self._protocol = protocol
        self._deflates = False
        self._ping: bytes | None = None
        self._pongs = 0
        self._drained: asyncio.Future[None] | None = None
        self.full = False

    def opened(self) -> None:
        self._deflates = self._protocol.deflates

    def write(self, message: Message) -> None:
        """Send it, at once if nothing waits before it. On a connection that is closing, it is dropped."""
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN:
            return
        data = message.deflated if self._deflates else message.plain
        transport = protocol.transport
        # Twisted's own write() waits for the reactor to find the socket writable, which costs more than sending.
        if not transport.dataBuffer and not transport._tempDataBuffer:
            try:
                sent = transport.socket.send(data)
            except OSError:  # nothing fits, or the connection is broken: Twisted's write() deals with both
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
        transport.write(data)

    def answer(self, ping: bytes) -> None:
        """Answer a ping. While nothing is read a few are, and of the others the last, afterwards (RFC 6455, 5.5.3)."""
        if self.full:
            self._pongs += 1
            if self._pongs > PONGS:
                self._ping = ping
                return
        self._protocol.sendPong(ping)

    async def drained(self) -> None:
        """Wait until everything is sent, or the connection is gone."""
        if self.full:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)

    def pauseProducing(self) -> None:
        self.full = True

    def resumeProducing(self) -> None:
        self.full, self._pongs = False, 0
        if self._ping is not None:
            ping, self._ping = self._ping, None
            self._protocol.sendPong(ping)
        if self._drained is not None:
            drained, self._drained = self._drained, None
            if not drained.done():
                drained.set_result(None)

    def stopProducing(self) -> None:
        self._ping = None
        self.resumeProducing()  # it is gone; whoever waits shall find that out


def _accept_deflate(offers: list[Any]) -> PerMessageDeflateOfferAccept | None:
    """Agree to deflated messages where they can be the same for all: without context takeover and with any window."""
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer) and not offer.request_max_window_bits:
            offer.request_no_context_takeover = True  # or autobahn does not tell the browser that we do without
            return PerMessageDeflateOfferAccept(  # type: ignore[no-untyped-call]
                offer,
                no_context_takeover=True,
                # What a browser sends is small and rare, and its window would be memory for every connection.
                request_no_context_takeover=offer.accept_no_context_takeover,
                max_message_size=MESSAGE_LIMIT,
            )
    return None


class Inbox:
    """What a browser sent and the application has not taken yet. An `asyncio.Queue` takes 3 KB, empty."""

    __slots__ = ("_messages", "_waiting")

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: dict[str, Any]) -> None:
        self._messages.append(message)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def __len__(self) -> int:
        return len(self._messages)

    async def get(self) -> dict[str, Any]:
        while not self._messages:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self._messages.pop(0)


# What autobahn and Daphne keep of a handshake until the end, 5 KB and more for each connection.
_HANDSHAKE = (
    "clean_headers",
    "http_headers",
    "http_request_data",
    "http_response_data",
    "http_status_line",
    "http_request_uri",
    "http_request_path",
    "http_request_params",
    "websocket_extensions",
    "websocket_protocols",
    "_raw_query_string",
    "_wskey",
    "application_deferred",
)
_OPENED = SimpleNamespace(path="")
_NOBODY_WAITS = SimpleNamespace(callback=lambda result: None)
# It lays out all options at each connect, for a log that is off.
vars(autobahn.websocket.protocol)["pformat"] = lambda _: ""


class Protocol(WebSocketProtocol):
    """Daphne's, without what autobahn means for the other side and without what it keeps of the handshake."""

    perMessageCompressionAccept = staticmethod(_accept_deflate)
    maxMessagePayloadSize: int
    outlet: Outlet | None = None
    key: str | None = None
    """Under which this connection is counted, see admission.py."""
    flooded = False
    _spent = 0.0
    peer = ""  # who it is, autobahn needs for a log that is off
    websocket_version = 13
    _transport_details = SimpleNamespace(is_secure=False)

    @classmethod
    def prepare(cls, factory: WebSocketFactory) -> None:
        """Have once what autobahn sets in each connection alike: forty options, and as much that is still false."""
        sample = WebSocketProtocol()
        sample.factory, sample.perMessageCompressionAccept = factory, _accept_deflate
        sample._connectionMade()
        sample.openHandshakeTimeoutCall.cancel()
        of_its_own = {"factory", "perMessageCompressionAccept", "openHandshakeTimeoutCall", "utf8validator"}
        for name, value in vars(sample).items():
            if name not in of_its_own:
                setattr(cls, name, value)
        cls.openHandshakeTimeoutCall = None
        cls.is_open = cls.is_closed = _NOBODY_WAITS
        cls.send_queue = ()  # of an option that we do not use

    def __init__(self) -> None:
        """See `prepare`."""

    @property
    def deflates(self) -> bool:
        return self._perMessageCompress is not None

    def connectionMade(self) -> None:
        self.factory.countConnections += 1
        self.utf8validator = Utf8Validator()  # type: ignore[no-untyped-call]

    def open(self, uri: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Begin an opening handshake that `Request` has checked; the application accepts or rejects it."""
        path, _, query = uri.partition(b"?")
        self.server = server = self.factory.server_class
        server.protocol_connected(self)
        self.request = SimpleNamespace(path=path.decode("ascii")) if server.action_logger else _OPENED
        self.path = path
        self.socket_opened = self.last_ping = time.time()
        peer, host = self.transport.getPeer(), self.transport.getHost()
        there = hasattr(peer, "port")  # not on a Unix socket
        self.client_addr = [peer.host, peer.port] if there else None
        named = dict(headers)
        self._wskey = named[b"sec-websocket-key"].decode("ascii")
        protocols = named.get(b"sec-websocket-protocol", b"").decode("latin-1").split(",")
        self.websocket_protocols = [name.strip() for name in protocols if name.strip()]
        self.websocket_extensions = self._parseExtensionsHeader(
            named.get(b"sec-websocket-extensions", b"").decode("latin-1")
        )
        scope = {
            "type": "websocket",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "root_path": server.root_path,
            "headers": headers,
            "query_string": query,
            "client": self.client_addr,
            "server": [host.host, host.port] if there else None,
            "subprotocols": self.websocket_protocols,
        }
        self.application_queue = server.create_application(self, scope)
        self.application_queue.put_nowait({"type": "websocket.connect"})

    def serverAccept(self, subprotocol: str | None = None) -> None:
        self.succeedHandshake(subprotocol)

    def serverReject(self) -> None:
        self.failHandshake("", 403)
        self.server.protocol_disconnected(self)

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:
        """autobahn would repeat what a browser sent, as the text of the status."""
        self.wasNotCleanReason = "refused"
        self.transport.write(answer(code))
        self.dropConnection(abort=False)

    def handle_exception(self, exception: BaseException) -> None:
        """Daphne cannot close what is not open, and would stop looking after all connections."""
        if self.state == self.STATE_CONNECTING:
            self.failHandshake("", 500)
        else:
            self.sendCloseFrame(code=1011)

    def _onOpen(self) -> None:
        self.onOpen()
        for name in _HANDSHAKE:
            self.__dict__.pop(name, None)
        self.request = _OPENED
        self.data = b""
        if self.outlet:
            self.outlet.opened()
        with suppress(OSError, AttributeError):  # a Unix socket has no such option
            milliseconds = UNACKNOWLEDGED_SECONDS * 1000
            self.transport.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

    def dataReceived(self, data: bytes) -> None:
        """Read it, while it is within what may come at once. Before it is open, no browser sends anything."""
        now = time.monotonic()
        self._spent = max(self._spent, now) + PER_READ + PER_BYTE * len(data)
        if self.state == self.STATE_CONNECTING or (self.flooded and self._spent - now > 2 * ALLOWANCE):
            self.transport.abortConnection()
        elif self._spent - now > ALLOWANCE:
            self._turn_out()
        elif not self.flooded and self.state != self.STATE_CLOSED:
            self._dataReceived(data)

    def onFrameBegin(self) -> None:
        """Of every frame, whatever it is: autobahn tells of whole messages alone."""
        self._spent += PER_FRAME
        if self._spent - time.monotonic() > ALLOWANCE:
            self._turn_out()
        else:
            super().onFrameBegin()

    def _turn_out(self) -> None:
        """Look at nothing more of this connection, say why, and cut it soon."""
        self.data, self.current_frame = b"", None
        if not self.flooded:
            self.flooded = True
            self.serverClose(1008)
            self._cut_in(TURNED_OUT_SECONDS)

    def _cut_in(self, seconds: float) -> None:
        self.server.leaving[self] = time.monotonic() + seconds

    def onPing(self, payload: bytes) -> None:
        if self.outlet and self.state == self.STATE_OPEN:
            self.outlet.answer(payload)

    def dropConnection(self, abort: bool = False) -> None:
        """Twisted would wait without end for somebody who does not read."""
        super().dropConnection(abort)
        if not abort and self.transport.connected:
            self._cut_in(LEAVING_SECONDS)

    def connectionLost(self, reason: Any) -> None:
        self.server.leaving.pop(self, None)
        self.server.admission.socket_leaves(self.key)
        super().connectionLost(reason)

    def unregisterProducer(self) -> None:
        """autobahn does so when it drops a connection, of which the outlet would hear no more then."""
        super().unregisterProducer()
        if self.outlet:
            self.outlet.stopProducing()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self._perMessageCompress is not None:
            self._perMessageCompress._decompressor = None  # 7 KB or more, for the next message after minutes
        if len(self.application_queue) < WAITING:
            super().onMessage(payload, isBinary)
        else:
            self._turn_out()

    def sendMessage(self, payload: bytes, *args: Any, **kwargs: Any) -> None:
        """Messages to a browser may be of any size; autobahn applies the limit on its messages to ours as well."""
        limit, self.maxMessagePayloadSize = self.maxMessagePayloadSize, 0
        try:
            super().sendMessage(payload, *args, doNotCompress=True, **kwargs)
        finally:
            self.maxMessagePayloadSize = limit

    def serverClose(self, code: int | None = None) -> None:
        """A server may close with 1008, 1011, 1012 and 1013 (RFC 6455, 7.4); autobahn checks as if for a client."""
        # After 1 s autobahn would reset the connection, and the last words be lost on a slow one. Who was sent
        # away because it does not read (1013) or floods us (1008) will not read them either.
        self.closeHandshakeTimeout = TURNED_OUT_SECONDS if code in {1008, 1013} else 10
        self.sendCloseFrame(code=code or 1000, isReply=False)


WebSocketFactory.protocol = Protocol
