"""Daphne as Commentary runs it, for `manage.py serve` and `manage.py runserver` alike.

What Daphne lacks and a crowd needs: small limits on what a browser may send, a word on whether a
browser reads what it is sent, and a goodbye before the end.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server as DaphneServer
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer, reactor
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from commentary import BACKPRESSURE

MESSAGE_LIMIT = 16 * 1024
"""Bytes a browser may send in one message; ours sends about 700."""
IDLE_SECONDS = 10
"""Seconds that a browser's HTTP connection stays open unused. What it keeps may die unnoticed and cost it time then."""
STOP_SECONDS = 7.0
"""Seconds that running requests get to finish, while readers are sent elsewhere, once the server is told to stop."""


@implementer(IPushProducer)
class Backpressure:
    """Hears from Twisted when a connection has 64 KiB waiting to be sent, and when all of it is gone.

    Source: `IPushProducer` in Twisted's “Producers and Consumers”. Twisted itself would buffer without end.
    """

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.ready.set()

    def pauseProducing(self) -> None:
        self.ready.clear()

    def resumeProducing(self) -> None:
        self.ready.set()

    def stopProducing(self) -> None:
        self.ready.set()  # it is gone; whoever waits shall find that out


class Protocol(WebSocketProtocol):
    """Daphne's, without two limits that autobahn means for the other side."""

    maxMessagePayloadSize: int

    def sendMessage(self, payload: bytes, *args: Any, **kwargs: Any) -> None:
        """Messages to a browser may be of any size; autobahn applies the limit on its messages to ours as well."""
        limit, self.maxMessagePayloadSize = self.maxMessagePayloadSize, 0
        try:
            super().sendMessage(payload, *args, **kwargs)
        finally:
            self.maxMessagePayloadSize = limit

    def serverClose(self, code: int | None = None) -> None:
        """A server may close with 1008, 1011, 1012 and 1013 (RFC 6455, 7.4); autobahn checks as if for a client."""
        self.sendCloseFrame(code=code or 1000, isReply=False)


WebSocketFactory.protocol = Protocol  # Daphne makes its factory where it cannot be handed one


class Server(DaphneServer):
    """`before_stop` is awaited on SIGTERM and SIGINT, once nobody new is accepted: say goodbye there."""

    def __init__(self, *args: Any, before_stop: Callable[[], Awaitable[None]] | None = None, **kwargs: Any) -> None:
        limits = {"websocket_max_message_size": MESSAGE_LIMIT, "websocket_max_frame_size": MESSAGE_LIMIT}
        super().__init__(*args, **(limits | kwargs))
        self.before_stop = before_stop
        self.listen_problem: OSError | None = None
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        self.http_factory.timeOut = IDLE_SECONDS
        super().listen_success(port)

    def listen_error(self, failure: Any) -> None:
        """Keep what went wrong for the caller of `run()`, which returns at once then."""
        self.listen_problem = failure.value.socketError
        self.stop()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            backpressure = Backpressure()
            protocol.transport.unregisterProducer()  # of the HTTP request that this connection began as
            protocol.transport.registerProducer(backpressure, True)
            scope.setdefault("extensions", {})[BACKPRESSURE] = backpressure.ready
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
            await defer.maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
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
    return [f"{address}:backlog=4096" for address in build_endpoint_description_strings(host=host, port=port)]
