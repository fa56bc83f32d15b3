"""Hundreds of readers of a flood, and everything that sockets send them."""

import asyncio
import json
import re
import struct
import sys
import time
from typing import NamedTuple
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from e2e.flood.flooders import WORDS
from e2e.patience import HANGING
from e2e.protocol.page import Page
from e2e.protocol.visitor import Visitor
from e2e.readers import place, seq_of

_CURSOR = re.compile(r'id="cursor" name="after" value="([\w-]+)"')


class Opened(NamedTuple):
    """An open page, and its visitor."""

    visitor: Visitor
    path: str
    html: str

    @classmethod
    def by(cls, visitor: Visitor, path: str) -> "Opened":
        answer = visitor.get(path)
        assert answer.status == 200, answer.text
        return cls(visitor, path, answer.text)


class Onlooker(asyncio.Protocol):
    """One of hundreds of readers, at little cost: keeps each frame, and the cursors with their times."""

    def __init__(self, opened: Opened, url: str) -> None:
        self.opened, self.url, self.page = opened, url, Page(opened.html)
        self.frames: list[str] = []
        self.was_at: list[tuple[int, float]] = [(self.page.seq, time.monotonic())]
        self.cursors = [self.page.cursor]
        self.lost: Exception | None = None
        self._buffer, self._shaken = bytearray(), False
        self._wanted, self._there = 0, asyncio.Event()

    async def enters(self) -> None:
        where = urlsplit(self.url)
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: self, str(where.hostname), where.port or 80
        )
        self.transport = transport
        transport.write(
            f"GET {self.page.socket_path} HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {self.url}\r\n"
            f"Cookie: {self.opened.visitor.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def _send(self, opcode: int, payload: bytes) -> None:
        """Send a frame, masked with zeros, which change nothing."""
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2)
        self.transport.write(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc or ConnectionError("closed")
        self._there.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._shaken:
            head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101 "), head
            self._buffer, self._shaken = bytearray(rest), True
            self._send(1, json.dumps({"headers": {"HX-Request": "true"}, "body": {"after": self.cursors[-1]}}).encode())
        start, at = 0, self._buffer
        while len(at) >= start + 2:
            size, begins = at[start + 1], start + 2
            if size == 126:
                size, begins = struct.unpack_from(">H", at, begins)[0] if len(at) >= begins + 2 else 1 << 40, begins + 2
            elif size == 127:
                size, begins = struct.unpack_from(">Q", at, begins)[0] if len(at) >= begins + 8 else 1 << 40, begins + 8
            if len(at) < begins + size:
                break
            self._hear(at[start] & 15, bytes(at[begins : begins + size]))
            start = begins + size
        del at[:start]

    def _hear(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self._send(10, payload)
        if opcode == 1:
            frame = sys.intern(payload.decode())
            cursor = place(frame)
            if cursor or WORDS in frame:  # not those that say how many read
                self.frames.append(frame)
            if cursor:
                self.cursors.append(cursor)
                self.was_at.append((seq_of(cursor), time.monotonic()))
                if self._wanted and self.was_at[-1][0] >= self._wanted:
                    self._there.set()

    async def reaches(self, head: int) -> None:
        self._wanted = head
        if self.was_at[-1][0] < head:
            self._there.clear()
            await self._there.wait()
            assert self.lost is None, self.lost

    def reached(self, head: int) -> float:
        """The moment at which it reached this change."""
        return next(moment for seq, moment in self.was_at if seq >= head)

    async def leaves(self) -> None:
        self.transport.close()


def shown(onlookers: list[Onlooker]) -> list[tuple[Opened, Page]]:
    """The pages of the onlookers, each different one once: most got the same bytes."""
    each = {(id(onlooker.opened), *onlooker.frames): onlooker for onlooker in onlookers}
    for onlooker in each.values():
        for frame in onlooker.frames:
            onlooker.page.swap(frame)
    return [(onlooker.opened, onlooker.page) for onlooker in each.values()]


def some_of(cursors: list[str], wanted: int = 8) -> list[str]:
    """Cursors spread over an event's history, including the first and the last."""
    places = sorted(set(cursors), key=seq_of)
    return [places[(len(places) - 1) * number // (wanted - 1)] for number in range(wanted)] if places else []


def replay(url: str, opened: Opened, cursor: str) -> str:
    """Everything that a socket of this page sends from this cursor until it is level again."""
    head = seq_of(_CURSOR.search(opened.visitor.get(opened.path).text)[1])  # type: ignore[index]
    path, said = Page(opened.html).socket_path, ""
    with connect(url.replace("http", "ws", 1) + path, origin=Origin(url), proxy=None, max_size=None) as socket:
        socket.send(json.dumps({"headers": {"HX-Request": "true"}, "body": {"after": cursor}}))
        at, end = seq_of(cursor), time.monotonic() + HANGING
        try:
            while at < head or not said:
                frame = str(socket.recv(timeout=end - time.monotonic()))
                said += frame
                at = max(at, seq_of(place(frame) or "-0"))
        except ConnectionClosed:
            pass
    return said
