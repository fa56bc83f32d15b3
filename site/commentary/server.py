"""Daphne as Commentary runs it, for `manage.py serve` and `manage.py runserver` alike.

What Daphne lacks and a crowd needs: a way to write the same bytes to thousands of connections, a word on
whether a browser reads what it is sent, small limits on what a browser may send, and a goodbye before the end.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

import autobahn.websocket.protocol
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept
from autobahn.websocket.protocol import TrafficStats
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server as DaphneServer
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer, reactor
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from commentary import BROADCAST
from commentary.wire import Message

MESSAGE_LIMIT = 16 * 1024
"""Bytes a browser may send in one message; ours sends about 700."""
IDLE_SECONDS = 10
"""Seconds that a browser's HTTP connection stays open unused. What it keeps may die unnoticed and cost it time then."""
UNACKNOWLEDGED_SECONDS = 90
"""Seconds after which the kernel gives up a connection whose other end acknowledges nothing; nobody has to ping."""
BACKLOG = 4096
"""Connections that may wait to be accepted: a storm of reconnects must not be refused."""
STOP_SECONDS = 7.0
"""Seconds that running requests get to finish, while readers are sent elsewhere, once the server is told to stop."""


@implementer(IPushProducer)
class Outlet:
    """One WebSocket connection, for an application that writes the same message to many.

    `full` while 64 KiB or more wait to be sent. Twisted says when that begins and when all of it is gone
    (`IPushProducer` in its “Producers and Consumers”), and would itself buffer without end.
    """

    __slots__ = ("_deflates", "_drained", "_protocol", "full")

    def __init__(self, protocol: "Protocol") -> None:
        self._protocol = protocol
        self._deflates = False
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
            with suppress(OSError):  # nothing fits, or the connection is broken: Twisted's write() deals with both
                sent = transport.socket.send(data)
                if sent == len(data):
                    return
                data = data[sent:]
        transport.write(data)

    async def drained(self) -> None:
        """Wait until everything is sent, or the connection is gone."""
        if self.full:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)

    def pauseProducing(self) -> None:
        self.full = True

    def resumeProducing(self) -> None:
        self.full = False
        if self._drained is not None:
            drained, self._drained = self._drained, None
            if not drained.done():
                drained.set_result(None)

    def stopProducing(self) -> None:
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
    "http_status_line",
    "http_request_uri",
    "http_request_path",
    "http_request_params",
    "websocket_extensions",
    "_raw_query_string",
    "application_deferred",
)
_REQUEST = SimpleNamespace(path="")
_TRAFFIC = TrafficStats()  # type: ignore[no-untyped-call]
# It lays out all options at each connect, for a log that is off.
vars(autobahn.websocket.protocol)["pformat"] = lambda _: ""


class Protocol(WebSocketProtocol):
    """Daphne's, without what autobahn means for the other side and without what it keeps of the handshake."""

    perMessageCompressionAccept = staticmethod(_accept_deflate)
    maxMessagePayloadSize: int
    outlet: Outlet | None = None

    @property
    def deflates(self) -> bool:
        return self._perMessageCompress is not None

    def _connectionMade(self) -> None:
        super()._connectionMade()
        self.trafficStats = _TRAFFIC
        self.send_queue = ()  # of an option that we do not use

    def onOpen(self) -> None:
        super().onOpen()
        for name in _HANDSHAKE:
            self.__dict__.pop(name, None)
        self.request = _REQUEST
        self.data = b""
        if self.outlet:
            self.outlet.opened()
        with suppress(OSError, AttributeError):  # a Unix socket has no such option
            milliseconds = UNACKNOWLEDGED_SECONDS * 1000
            self.transport.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

    def unregisterProducer(self) -> None:
        """autobahn does so when it drops a connection, of which the outlet would hear no more then."""
        super().unregisterProducer()
        if self.outlet:
            self.outlet.stopProducing()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self._perMessageCompress is not None:
            self._perMessageCompress._decompressor = None  # 7 KB or more, for the next message after minutes
        super().onMessage(payload, isBinary)

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
        # away because it does not read (1013) will not read them either.
        self.closeHandshakeTimeout = 2 if code == 1013 else 10
        self.sendCloseFrame(code=code or 1000, isReply=False)


WebSocketFactory.protocol = Protocol  # Daphne makes its factory where it cannot be handed one


class Server(DaphneServer):
    """`before_stop` is awaited on SIGTERM and SIGINT, once nobody new is accepted: say goodbye there."""

    def __init__(self, *args: Any, before_stop: Callable[[], Awaitable[None]] | None = None, **kwargs: Any) -> None:
        limits = {
            "websocket_max_message_size": MESSAGE_LIMIT,
            "websocket_max_frame_size": MESSAGE_LIMIT,
            "websocket_handshake_timeout": 30,  # in a storm of reconnects it may take a while
            "ping_interval": float("inf"),  # rooms have a heartbeat, and see UNACKNOWLEDGED_SECONDS
        }
        super().__init__(*args, **(limits | kwargs))
        self.before_stop = before_stop
        self.listen_problem: OSError | None = None
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        self.http_factory.timeOut = IDLE_SECONDS
        for name in (*Protocol.CONFIG_ATTRS_COMMON, *Protocol.CONFIG_ATTRS_SERVER):
            if name != "perMessageCompressionAccept":
                setattr(Protocol, name, getattr(self.ws_factory, name))  # or each connection has a copy of them all
        super().listen_success(port)

    def listen_error(self, failure: Any) -> None:
        """Keep what went wrong for the caller of `run()`, which returns at once then."""
        self.listen_problem = failure.value.socketError
        self.stop()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            protocol.outlet = Outlet(protocol)
            protocol.transport.unregisterProducer()  # of the HTTP request that this connection began as
            protocol.transport.registerProducer(protocol.outlet, True)
            scope.setdefault("extensions", {})[BROADCAST] = protocol.outlet
            inbox = Inbox()
            application = self.application(
                scope=scope | {"asgi": {"version": "3.0"}},
                receive=inbox.get,
                send=partial(self.handle_reply, protocol),
            )
            self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
            return inbox
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> Any:
        """What Daphne does to stop, after a while in which it can be done without."""
        stopping = defer.Deferred.fromFuture(asyncio.ensure_future(self._wind_up()))
        return stopping.addCallback(lambda _: self._kill_the_rest())

    def _kill_the_rest(self) -> Any:
        # A request that waits in a thread, for the database say, cannot be cancelled; it is not waited for.
        return super().kill_all_applications().addTimeout(1, reactor, onTimeoutCancel=lambda *_: None)

    async def _wind_up(self) -> None:
        for port in self.ports:
            # Twisted's stopListening() closes the port in a later turn; who connects meanwhile would be reset.
            port.numberAccepts = BACKLOG
            port.doRead()
            port.connectionLost(Failure(ConnectionDone()))  # type: ignore[no-untyped-call]
        await asyncio.sleep(0.1)  # for what those who were accepted just now have to say
        goodbye = [asyncio.ensure_future(self.before_stop())] if self.before_stop else []
        running = [
            details["application_instance"]
            for protocol, details in self.connections.items()
            if "application_instance" in details and not isinstance(protocol, WebSocketProtocol)
        ]
        if running or goodbye:
            await asyncio.wait([*running, *goodbye], timeout=STOP_SECONDS)


def endpoints(host: str, port: int) -> list[str]:
    """Twisted's spelling of an address to listen on, with a queue that suits a storm of reconnects."""
    return [f"{address}:backlog={BACKLOG}" for address in build_endpoint_description_strings(host=host, port=port)]
