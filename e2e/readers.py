"""Special readers: some come back wherever they are sent, some stop reading, and some are many."""

import json
import re
import sys
import time
from pathlib import Path
from socket import SO_RCVBUF, SOL_SOCKET
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader

_CURSOR = re.compile(r'id="cursor" name="after" value="([\w-]+)"')


def place(frame: str) -> str | None:
    """The cursor that a frame leads to; None for a heartbeat or an announcement."""
    found = _CURSOR.search(frame)
    return found[1] if found else None


def seq_of(cursor: str) -> int:
    return int(cursor.rpartition("-")[2])


# Who comes back


def comes_back(reader: ProtocolReader) -> None:
    """Open a socket again and say where the page is."""
    reader.connect()
    reader.resume()


def follow(reader: ProtocolReader, head: int, seconds: float = HANGING) -> None:
    """Reach this change as a browser does, which comes back when it is sent away."""
    end = time.monotonic() + seconds
    while reader.page.seq < head and time.monotonic() < end:
        try:
            reader.reaches(head, end - time.monotonic())
        except (ConnectionClosed, OSError):
            comes_back(reader)
    assert reader.page.seq >= head


# Who does not read


def skim(reader: ProtocolReader, head: int) -> int:
    """Receive all up to this change without making a page of it; returns how many bytes that was."""
    assert reader.socket
    received, at = 0, 0
    while at < head:
        frame = str(reader.socket.recv(timeout=HANGING))
        received += len(frame.encode())
        at = max(at, seq_of(place(frame) or "-0"))
    return received


def stops_reading(reader: ProtocolReader) -> int:
    """Open a socket, say where the page is, and take in next to nothing of what is answered; returns its port."""
    reader.connect(unread=1)
    _buffer(reader, 16 * 1024)
    reader.resume()
    assert reader.socket
    return int(reader.socket.local_address[1])


def reads_again(reader: ProtocolReader) -> None:
    _buffer(reader, 4_000_000)


def _buffer(reader: ProtocolReader, size: int) -> None:
    assert reader.socket
    reader.socket.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, size)


def is_connected(url: str, client: int) -> bool:
    """Does the kernel hold the server's end of the connection from this port? Who never reads would not notice."""
    wanted = (f"0100007F:{urlsplit(url).port:04X}", f"0100007F:{client:04X}", "01")
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return wanted in {tuple(line.split()[1:4]) for line in lines}


# Who is one of many


class Passenger:
    """One of hundreds of pages in one event loop: its cursor and the frames that led to it, without a document."""

    def __init__(self, page: ProtocolReader) -> None:
        self.path, self.cursor = page.page.socket_path, page.page.cursor
        self.frames: list[str] = []
        self.socket: ClientConnection | None = None

    async def enters(self, url: str) -> None:
        address = url.replace("http", "ws", 1) + self.path
        self.socket = await connect(
            address,
            origin=Origin(url),
            max_size=None,
            ping_interval=None,
            close_timeout=1,
            open_timeout=HANGING,
            proxy=None,
        )
        await self.socket.send(json.dumps({"headers": {"HX-Request": "true"}, "body": {"after": self.cursor}}))

    async def reaches(self, head: int) -> None:
        """Read until this change has come, and no further."""
        assert self.socket
        while seq_of(self.cursor) < head:
            frame = str(await self.socket.recv())
            if found := place(frame):
                self.cursor = found
                self.frames.append(sys.intern(frame))

    async def hears_the_end(self) -> None:
        """The rest of what is under way is lost to it."""
        assert self.socket
        try:
            while True:
                await self.socket.recv()
        except ConnectionClosed:
            return

    async def leaves(self) -> None:
        if self.socket:
            await self.socket.close()
