"""A bad network: a TCP proxy between one browser and one server, which can be told to misbehave.

`context.set_offline()` of Playwright is no test of reconnecting: it holds frames back and delivers them.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: closing sends RST


class Proxy:
    """Forwards connections to `target` (a server's URL). Its own address is `url`."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target).port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._upgrades = True
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._run(self._start())}"

    def drop(self) -> None:
        """Reset every connection that is open now. New ones work."""
        self._run(self._drop())

    def freeze(self) -> None:
        """Keep all connections and take new ones, but let nothing through: nobody hears that the other is away."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def thaw(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def block_sockets(self) -> None:
        """Reset every WebSocket handshake from now on, as some company networks do."""
        self._upgrades = False

    def let_sockets_through(self) -> None:
        self._upgrades = True

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _start(self) -> int:
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _drop(self) -> None:
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    async def _stop(self) -> None:
        self._server.close()
        await self._drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(CHUNK)
        if not self._upgrades and b"upgrade: websocket" in first.lower():
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.add(server_writer)
        try:
            await self._write(first, server_writer)
            directions = [self._pump(reader, server_writer), self._pump(server_reader, writer)]
            await asyncio.gather(*directions, return_exceptions=True)
        finally:
            self._writers.discard(server_writer)
            server_writer.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Hand on until one side ends, which ends the other."""
        try:
            while data := await source.read(CHUNK):
                await self._write(data, sink)
        finally:
            sink.close()

    async def _write(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        sink.write(data)
        await sink.drain()
