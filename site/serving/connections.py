"""One WebSocket, from its opening to its end: Daphne's and autobahn's, made light for thousands.

It adds a limit on what a browser may send, and drops the memory that both keep of each handshake.
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
from twisted.python.failure import Failure

from serving.answers import answer
from serving.outlet import Outlet

MESSAGE_LIMIT = 16 * 1024
"""Bytes of one message from a browser; ours sends about 700."""
ALLOWANCE = 60.0
"""Credit of a connection, of which each second restores one; see the prices. Our pages send a frame in three
seconds."""
PER_FRAME, PER_READ, PER_BYTE = 0.15, 0.03, ALLOWANCE / (512 * 1024)
"""Prices: 400 frames use up the allowance, including empty ones, pings and parts of messages, and so do 512 KiB."""
WAITING = 500
"""Messages that may wait for a busy application: more than the allowance lets in at once."""
LEAVING_SECONDS = 60.0
"""Seconds that a browser has to read the rest after a goodbye."""
TURNED_OUT_SECONDS = 2
"""Seconds until a flooding connection is cut, so that its browser can receive the reason."""
UNACKNOWLEDGED_SECONDS = 90
"""Seconds after which the kernel drops a connection whose other end acknowledges nothing. It makes pings
unnecessary."""


def _accept_deflate(offers: list[Any]) -> PerMessageDeflateOfferAccept | None:
    """Agrees to deflated messages if they can be the same for all: without context takeover, with the full window."""
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer) and not offer.request_max_window_bits:
            offer.request_no_context_takeover = True  # or autobahn does not confirm it to the browser
            return PerMessageDeflateOfferAccept(  # type: ignore[no-untyped-call]
                offer,
                no_context_takeover=True,
                # A browser's messages are small and rare, and a window would take memory for each connection.
                request_no_context_takeover=offer.accept_no_context_takeover,
                max_message_size=MESSAGE_LIMIT,
            )
    return None


class Inbox:
    """Messages of a browser that the application has not taken yet. An empty `asyncio.Queue` takes 3 KB."""

    __slots__ = ("_messages", "_waiting")

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: dict[str, Any]) -> None:
        """Adds a message."""
        self._messages.append(message)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def __len__(self) -> int:
        return len(self._messages)

    async def get(self) -> dict[str, Any]:
        """Takes the first message, once there is one."""
        while not self._messages:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self._messages.pop(0)


# Attributes of the handshake that autobahn and Daphne keep until the end, 5 KB and more for each connection.
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
# autobahn formats all options at each connect, for a log that is off.
vars(autobahn.websocket.protocol)["pformat"] = lambda _: ""


class Protocol(WebSocketProtocol):
    """Daphne's WebSocket without autobahn's client side, its copies of options, and the memory of the handshake."""

    perMessageCompressionAccept = staticmethod(_accept_deflate)
    maxMessagePayloadSize: int
    outlet: Outlet | None = None
    key: str | None = None
    """The key for counting this connection, see admission.py."""
    flooded = False
    _spent = 0.0
    peer = ""  # autobahn needs it for a log that is off
    websocket_version = 13
    _transport_details = SimpleNamespace(is_secure=False)

    @classmethod
    def prepare(cls, factory: WebSocketFactory) -> None:
        """Sets on the class, once, everything that autobahn would set alike on each connection: forty options and
        more."""
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
        cls.send_queue = ()  # for an option that we do not use

    def __init__(self) -> None:
        """Sets nothing: see `prepare`."""

    @property
    def deflates(self) -> bool:
        """Whether the browser takes deflated messages."""
        return self._perMessageCompress is not None

    def connectionMade(self) -> None:
        """Counts the connection."""
        self.factory.countConnections += 1
        self.utf8validator = Utf8Validator()  # type: ignore[no-untyped-call]

    def open(self, uri: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Begins an opening handshake that `Request` has checked; the application accepts or rejects it."""
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
        """Completes the handshake."""
        self.succeedHandshake(subprotocol)

    def serverReject(self) -> None:
        """Refuses the handshake with 403."""
        self.failHandshake("", 403)
        self.server.protocol_disconnected(self)

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: object = None) -> None:
        """Refuses the handshake with our own answer; autobahn would repeat the browser's input in the status line."""
        self.wasNotCleanReason = "refused"
        self.transport.write(answer(code))
        self.dropConnection(abort=False)

    def handle_exception(self, exception: BaseException) -> None:
        """Closes the connection after an error. Daphne cannot close one that is not open, and would stop its
        clean-up."""
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
        """Reads bytes within the allowance. No browser sends any before the connection is open."""
        now = time.monotonic()
        self._spent = max(self._spent, now) + PER_READ + PER_BYTE * len(data)
        if self.state == self.STATE_CONNECTING or (self.flooded and self._spent - now > 2 * ALLOWANCE):
            self.transport.abortConnection()
        elif self._spent - now > ALLOWANCE:
            self._turn_out()
        elif not self.flooded and self.state != self.STATE_CLOSED:
            self._dataReceived(data)

    def onFrameBegin(self) -> None:
        """Charges every frame of any kind; autobahn reports only whole messages."""
        self._spent += PER_FRAME
        if self._spent - time.monotonic() > ALLOWANCE:
            self._turn_out()
        else:
            super().onFrameBegin()

    def _turn_out(self) -> None:
        """Reads nothing more of this connection, sends the reason, and cuts it soon."""
        self.data, self.current_frame = b"", None
        if not self.flooded:
            self.flooded = True
            self.serverClose(1008)
            self._cut_in(TURNED_OUT_SECONDS)

    def _cut_in(self, seconds: float) -> None:
        self.server.leaving[self] = time.monotonic() + seconds

    def onPing(self, payload: bytes) -> None:
        """Answers a ping."""
        if self.outlet and self.state == self.STATE_OPEN:
            self.outlet.answer(payload)

    def dropConnection(self, abort: bool = False) -> None:
        """Closes the connection within a limited time; Twisted would wait without end for a browser that does not
        read."""
        super().dropConnection(abort)
        if not abort and self.transport.connected:
            self._cut_in(LEAVING_SECONDS)

    def connectionLost(self, reason: Failure) -> None:
        """Forgets the connection."""
        self.server.leaving.pop(self, None)
        self.server.admission.socket_leaves(self.key)
        super().connectionLost(reason)

    def unregisterProducer(self) -> None:
        """Tells the outlet that the connection is dropped, since Twisted no longer will."""
        super().unregisterProducer()
        if self.outlet:
            self.outlet.stopProducing()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Passes on a message, unless too many wait for the application."""
        if self._perMessageCompress is not None:
            self._perMessageCompress._decompressor = None  # frees 7 KB or more; the next message may come minutes later
        if len(self.application_queue) < WAITING:
            super().onMessage(payload, isBinary)
        else:
            self._turn_out()

    def sendMessage(self, payload: bytes, *args: object, **kwargs: object) -> None:
        """Sends a message of any size; autobahn would apply the limit for browsers to ours as well."""
        limit, self.maxMessagePayloadSize = self.maxMessagePayloadSize, 0
        try:
            super().sendMessage(payload, *args, doNotCompress=True, **kwargs)
        finally:
            self.maxMessagePayloadSize = limit

    def serverClose(self, code: int | None = None) -> None:
        """Closes with a code that servers may use: 1008, 1011, 1012, 1013 (RFC 6455, 7.4). autobahn only allows a
        client's."""
        # After 1 s autobahn would reset the connection, and a slow browser would lose the last messages. One that
        # does not read (1013) or floods us (1008) will not read them either way.
        self.closeHandshakeTimeout = TURNED_OUT_SECONDS if code in {1008, 1013} else 10
        self.sendCloseFrame(code=code or 1000, isReply=False)


WebSocketFactory.protocol = Protocol
