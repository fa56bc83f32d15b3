"""Daphne as Commentary runs it, for `manage.py serve` and `manage.py runserver` alike.

It adds what a crowd needs and Daphne lacks:
- a way to write the same bytes to thousands of connections
- knowledge of whether a browser reads what it is sent
- small limits on what a browser may send
- a goodbye before the end
"""

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server as DaphneServer
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer, reactor, tcp
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from serving import BROADCAST, TOO_LARGE
from serving.admission import Admission
from serving.bodies import BodyLimits
from serving.channel import Channel
from serving.connections import MESSAGE_LIMIT, Inbox, Protocol
from serving.outlet import Outlet
from serving.requests import Request  # which replaces Daphne's

logger = logging.getLogger(__name__)

BACKLOG = 4096
"""Connections that may wait to be accepted: a storm of reconnects must not be refused."""
GARBAGE = 10_000, 50, 100
"""Thresholds of the garbage collector. With Python's own, a third of the cost of a connect is scanning connections."""
STOP_SECONDS = 7.0
"""Seconds that running requests get to finish while readers are sent elsewhere, once the server is told to stop."""


class Server(DaphneServer):
    """A server of an ASGI application.

    `after_start` is called on the event loop once it runs, and `on_stop` as soon as SIGTERM or SIGINT comes.
    `before_stop` is awaited once new connections are no longer accepted. `bodies` has the limit of each route,
    `admission` decides on new connections, and `proxies` is the number of trusted proxies in front.
    """

    def __init__(
        self,
        *args: object,
        after_start: Callable[[], None] | None = None,
        on_stop: Callable[[], None] | None = None,
        before_stop: Callable[[], Awaitable[None]] | None = None,
        bodies: BodyLimits | None = None,
        admission: Admission | None = None,
        proxies: int = 0,
        **kwargs: object,
    ) -> None:
        limits = {
            "websocket_max_message_size": MESSAGE_LIMIT,
            "websocket_max_frame_size": MESSAGE_LIMIT,
            "websocket_handshake_timeout": 30,  # in a storm of reconnects it may take a while
            "websocket_connect_timeout": 30,
            "ping_interval": float("inf"),  # rooms have a heartbeat, and see UNACKNOWLEDGED_SECONDS
        }
        super().__init__(*args, **(limits | kwargs))
        self.after_start = after_start
        self.on_stop = on_stop
        self.before_stop = before_stop
        self.bodies, self.admission, self.proxies = bodies or BodyLimits(), admission or Admission(), proxies
        self.channels: dict[Channel, None] = {}
        """Open HTTP connections, in the order of their beginning."""
        self.parting: dict[Channel, None] = {}
        """Those of them that have had their last answer and are about to close."""
        self.leaving: dict[Protocol, float] = {}
        """Closing WebSockets, and the moments at which they are cut."""
        self.listen_problem: OSError | None = None
        self.ports: list[Any] = []

    def run(self) -> None:
        """Serves until it is stopped."""
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        if self.after_start:
            reactor.callLater(0, self.after_start)  # type: ignore[arg-type]
        reactor.callLater(1, self._end_what_is_overdue)  # type: ignore[arg-type]
        super().run()

    def _end_what_is_overdue(self) -> None:
        """Ends overdue connections. One look at all of them is cheaper than a timer for each."""
        reactor.callLater(1, self._end_what_is_overdue)  # type: ignore[arg-type]
        now = time.monotonic()
        for channel in [channel for channel in self.channels if channel.until < now]:
            channel.overdue(now)
        for protocol in [protocol for protocol, until in self.leaving.items() if until < now]:
            protocol.transport.abortConnection()
        if not tcp._reservedFD.available():  # type: ignore[no-untyped-call]
            # Without a spare descriptor Twisted would try to accept in a busy loop.
            tcp._reservedFD.reserve()  # type: ignore[no-untyped-call]

    def application_checker(self) -> None:
        """Cleans up connections; goes on after an error, or nothing would be cleaned up again."""
        try:
            super().application_checker()
        except Exception:
            logger.exception("A connection could not be cleaned up")
            reactor.callLater(1, self.application_checker)  # type: ignore[arg-type]

    def listen_success(self, port: Any) -> None:
        """Prepares the factories for an open port."""
        self.ports.append(port)
        self.http_factory.timeOut = None  # see Channel.until
        Protocol.prepare(self.ws_factory)
        super().listen_success(port)

    def listen_error(self, failure: Any) -> None:
        """Keeps the error for the caller of `run()`, which then returns at once."""
        self.listen_problem = failure.value.socketError
        self.stop()

    def create_application(self, protocol: Request | Protocol, scope: dict[str, Any]) -> Any:
        """Starts the application for a request or a WebSocket. Returns the queue that its messages go to."""
        if scope["type"] == "websocket":
            protocol.outlet = Outlet(protocol)
            protocol.transport.unregisterProducer()  # the one of the HTTP request it began as
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
        if protocol.too_large:
            scope[TOO_LARGE] = True
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Request | Protocol, message: dict[str, Any]) -> None:
        """Sends a part of an answer, and waits until the browser has taken the parts so far."""
        await super().handle_reply(protocol, message)
        if message["type"] == "http.response.body" and message.get("more_body") and protocol.channel:
            await protocol.channel.taken()

    def kill_all_applications(self) -> Any:
        """Stops like Daphne, after a while in which applications can finish."""
        stopping = defer.Deferred.fromFuture(asyncio.ensure_future(self._wind_up()))
        return stopping.addCallback(lambda _: self._kill_the_rest())

    def _kill_the_rest(self) -> Any:
        for protocol in [each for each, details in self.connections.items() if "application_instance" not in details]:
            del self.connections[protocol]  # requests that have not arrived yet, for which Daphne is not prepared
        # A request that waits in a thread, such as for the database, cannot be cancelled; do not wait for it.
        return super().kill_all_applications().addTimeout(1, reactor, onTimeoutCancel=lambda *_: None)

    async def _wind_up(self) -> None:
        if self.on_stop:
            self.on_stop()
        for port in self.ports:
            # Twisted's stopListening() closes the port in a later turn and resets connections made meanwhile.
            port.numberAccepts = BACKLOG
            port.doRead()
            port.connectionLost(Failure(ConnectionDone()))  # type: ignore[no-untyped-call]
        await asyncio.sleep(0.1)  # for requests on connections that were just accepted
        goodbye = [asyncio.ensure_future(self.before_stop())] if self.before_stop else []
        running = [
            details["application_instance"]
            for protocol, details in self.connections.items()
            if "application_instance" in details and not isinstance(protocol, WebSocketProtocol)
        ]
        if running or goodbye:
            await asyncio.wait([*running, *goodbye], timeout=STOP_SECONDS)


def endpoints(host: str, port: int) -> list[str]:
    """Twisted's notation of an address to listen on, with a queue for storms of reconnects."""
    return [f"{address}:backlog={BACKLOG}" for address in build_endpoint_description_strings(host=host, port=port)]
