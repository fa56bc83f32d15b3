"""A bad network: a TCP proxy between a browser and one server, which can be told to misbehave.

`context.set_offline()` of Playwright does not test reconnecting: it holds frames back and delivers them later.
Each call holds once it returns, for open connections and for new ones.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from e2e.patience import HANGING

T = TypeVar("T")
CHUNK = 64 * 1024
CHUNKS = 64
"""Chunks that wait in one direction of a connection at most; then its sender has to wait."""
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: closing sends RST


class Connection:
    """Both ends of one connection. One that is `lost` takes everything and hands on nothing, not even its end."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.writers = [client]
        self.lost = False
        self.task = asyncio.current_task()

    def reset(self) -> None:
        for writer in self.writers:
            with suppress(OSError):  # it is closed already
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


class Proxy:
    """Forwards connections to `target` (a server's URL). Its own address is `url`."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target).port
        self._connections: set[Connection] = set()
        self._frozen = self._unreachable = False
        self._upgrades = True
        self._delay = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._run(self._start())}"

    def drop(self) -> None:
        """Reset every connection that is open now. New ones work."""
        self._run(self._drop())

    def freeze(self) -> None:
        """Keep all connections and take new ones, but let nothing through: nobody hears that the other is away."""
        self._run(self._become(_frozen=True))

    def thaw(self) -> None:
        """Let everything through that was held back while frozen."""
        self._run(self._become(_frozen=False))

    def blackhole(self) -> None:
        """Lose every byte, in both directions, of the connections that are open now, for as long as they live.

        Nobody is told, as when a router forgets them. New connections are taken but, until `heal()`, get nothing.
        """
        self._run(self._lose())

    def delay(self, seconds: float) -> None:
        """Delay everything by these seconds, in order, including bytes under way; 0 ends it."""
        self._run(self._become(_delay=seconds))

    def block_sockets(self) -> None:
        """Reset every WebSocket handshake from now on, as some company networks do."""
        self._run(self._become(_upgrades=False))

    def let_sockets_through(self) -> None:
        self._run(self._become(_upgrades=True))

    def heal(self) -> None:
        """A good network again. What was lost stays lost, and so do the connections that lost it."""
        self._run(self._become(_frozen=False, _unreachable=False, _delay=0.0, _upgrades=True))

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=HANGING)

    async def _start(self) -> int:
        self._changed = asyncio.Event()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, backlog=1024)
        return int(self._server.sockets[0].getsockname()[1])

    async def _become(self, **state: float) -> None:
        vars(self).update(state)
        self._changed.set()
        self._changed = asyncio.Event()

    async def _lose(self) -> None:
        for connection in self._connections:
            connection.lost = True
        await self._become(_unreachable=True)

    async def _drop(self) -> None:
        for connection in self._connections:
            connection.reset()

    async def _stop(self) -> None:
        self._server.close()
        await self._drop()
        tasks = [connection.task for connection in self._connections if connection.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(writer)
        self._connections.add(connection)
        try:
            await self._forward(connection, reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(connection)
            for each in connection.writers:
                each.transport.abort()

    async def _forward(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        first, came = await reader.read(CHUNK), self._loop.time()
        if not self._upgrades and b"upgrade: websocket" in first.lower():
            connection.reset()
            return
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
        connection.writers.append(server_writer)
        await asyncio.gather(
            self._pump(connection, reader, server_writer, (came, first)),
            self._pump(connection, server_reader, writer),
        )

    async def _pump(
        self,
        connection: Connection,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        *first: tuple[float, bytes],
    ) -> None:
        """Hand on until one side ends, which ends the other."""
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(CHUNKS)
        for chunk in first:
            line.put_nowait(chunk)
        handing_on = asyncio.create_task(self._hand_on(connection, line, sink))
        try:
            with suppress(OSError):
                while data := await source.read(CHUNK):
                    await line.put((self._loop.time(), data))
            await line.put((self._loop.time(), b""))
            await handing_on
        finally:
            handing_on.cancel()

    async def _hand_on(
        self, connection: Connection, line: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter
    ) -> None:
        ended = False
        while not ended:
            came, data = await line.get()
            ended = not data
            await self._until_passable(connection, came)
            if connection.lost or sink.is_closing():
                continue
            with suppress(OSError):  # it is gone, which its own end of the connection tells
                if ended:
                    sink.close()
                else:
                    sink.write(data)
                    await sink.drain()

    async def _until_passable(self, connection: Connection, came: float) -> None:
        while not connection.lost:
            held, left = self._frozen or self._unreachable, came + self._delay - self._loop.time()
            if not held and left <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), None if held else left)
