"""The outlet of one WebSocket, which can be written to in a crowd and tells whether its browser reads."""

import asyncio
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from serving.wire import Message

if TYPE_CHECKING:
    from serving.connections import Protocol

PONGS = 64
"""Pings that are answered into a full buffer."""


@implementer(IPushProducer)
class Outlet:
    """The writing end of a WebSocket, for an application that writes the same message to many.

    `full` while 64 KiB or more wait to be sent. Twisted reports when that begins and when all of it is gone
    (`IPushProducer` in its “Producers and Consumers”); without a check it would buffer without end.
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
        """Notes whether the browser takes deflated messages, once the handshake is done."""
        self._deflates = self._protocol.deflates

    def write(self, message: Message) -> None:
        """Sends a message, at once if nothing waits before it. On a closing connection it is dropped."""
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN:
            return
        data = message.deflated if self._deflates else message.plain
        transport = protocol.transport
        # Twisted's write() waits until the reactor finds the socket writable, which costs more than sending.
        if not transport.dataBuffer and not transport._tempDataBuffer:
            try:
                sent = transport.socket.send(data)
            except OSError:  # the buffer is full or the connection broken: Twisted's write() handles both
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
        transport.write(data)

    def answer(self, ping: bytes) -> None:
        """Answers a ping. While the browser does not read, only a few are answered, and later the last one (RFC
        6455, 5.5.3)."""
        if self.full:
            self._pongs += 1
            if self._pongs > PONGS:
                self._ping = ping
                return
        self._protocol.sendPong(ping)

    async def drained(self) -> None:
        """Waits until everything is sent, or the connection is gone."""
        if self.full:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)

    def pauseProducing(self) -> None:
        """Called by Twisted once 64 KiB wait to be sent."""
        self.full = True

    def resumeProducing(self) -> None:
        """Called by Twisted once everything is sent."""
        self.full, self._pongs = False, 0
        if self._ping is not None:
            ping, self._ping = self._ping, None
            self._protocol.sendPong(ping)
        if self._drained is not None:
            drained, self._drained = self._drained, None
            if not drained.done():
                drained.set_result(None)

    def stopProducing(self) -> None:
        """Called by Twisted once the connection is gone."""
        self._ping = None
        self.resumeProducing()  # wake the coroutines that wait in `drained`
