"""A WebSocket by hand, byte by byte, and texts to send through it."""

import random
import re
import secrets
import socket
import struct
import zlib
from contextlib import suppress
from typing import NamedTuple, Self

from e2e.patience import HANGING

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def text_of(number: int, size: int, digits: str = "") -> str:
    """A text of this many characters, different for each number; some of them as `digits` has them."""
    start = f"{number}:"
    rest = random.Random(number).randbytes(size // 2 + 1).hex()[: size - len(start)]
    return start + rest.translate(dict(zip(b"0123456789", digits, strict=False)))


class Frame(NamedTuple):
    opcode: int
    payload: bytes
    deflated: bool = False


def frame_of(text: str) -> bytes:
    """The frame that carries a text as it is."""
    payload = text.encode()
    if len(payload) < 126:
        return bytes([0x81, len(payload)]) + payload
    if len(payload) < 65536:
        return b"\x81\x7e" + len(payload).to_bytes(2) + payload
    return b"\x81\x7f" + len(payload).to_bytes(8) + payload


def masked(opcode: int, payload: bytes = b"", first: int = 0x80) -> bytes:
    """A frame as browsers send it."""
    mask, length = secrets.token_bytes(4), len(payload)
    if length < 126:
        header = bytes([first | opcode, 0x80 | length])
    elif length < 65536:
        header = bytes([first | opcode, 0xFE]) + length.to_bytes(2)
    else:
        header = bytes([first | opcode, 0xFF]) + length.to_bytes(8)
    return header + mask + bytes(byte ^ mask[number % 4] for number, byte in enumerate(payload))


def deflated(text: str) -> bytes:
    deflate = zlib.compressobj(wbits=-15)
    return (deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\x00\x00\xff\xff")


def inflated(payload: bytes) -> bytes:
    """Inflate a message by itself, without earlier ones."""
    inflate = zlib.decompressobj(wbits=-15)
    text = inflate.decompress(payload + b"\x00\x00\xff\xff")
    assert (inflate.unconsumed_tail, inflate.unused_data) == (b"", b"")
    return text


class Client:
    """A WebSocket made by hand, which takes nothing from the server that RFC 6455 and RFC 7692 do not allow."""

    def __init__(
        self, port: int, name: str, offer: str = "", buffer: int = 0, headers: str = "", source: str = "127.0.0.1"
    ) -> None:
        self.socket = socket.socket()
        self.socket.bind((source, 0))
        self.socket.settimeout(HANGING)
        if buffer:  # before it connects, or the window is larger by then
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect(("127.0.0.1", port))
        extensions = f"Sec-WebSocket-Extensions: {offer}\r\n" if offer else ""
        self.socket.sendall(
            f"GET /{name} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"{extensions}{headers}\r\n".encode("latin-1")
        )
        self.raw = bytearray()
        """Bytes since the handshake that were read as frames."""
        self._ahead = bytearray()
        head = self._take(1)
        while not head.endswith(b"\r\n\r\n"):
            head += self._take(1)
        self.raw.clear()
        assert head.startswith(b"HTTP/1.1 101 "), head
        assert re.search(rb"(?mi)^Sec-WebSocket-Accept: *s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$", head), head
        found = re.findall(rb"(?mi)^Sec-WebSocket-Extensions: *(.*)\r$", head)
        assert len(found) <= 1
        self.agreed = [part.strip() for part in found[0].decode().split(";")] if found else []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _take(self, size: int) -> bytes:
        while len(self._ahead) < size:
            if not (some := self.socket.recv(1 << 20)):
                raise EOFError(f"the connection ended with {len(self._ahead)} of {size} bytes")
            self._ahead += some
        taken = bytes(self._ahead[:size])
        del self._ahead[:size]
        self.raw += taken
        return taken

    def frame(self) -> Frame:
        first, second = self._take(2)
        final, deflated, opcode = first & 0x80, bool(first & 0x40), first & 0x0F
        assert final, "the server cuts no message into pieces"
        assert not first & 0x30, f"reserved bits: {first:#x}"
        assert not second & 0x80, "masked"
        assert opcode in {TEXT, BINARY, CLOSE, PING, PONG}, opcode
        assert not deflated or (self.agreed and opcode == TEXT), "deflated, though that was not agreed"
        length = second
        if second == 126:
            length = int.from_bytes(self._take(2))
            assert length > 125
        elif second == 127:
            length = int.from_bytes(self._take(8))
            assert 65535 < length < 1 << 63
        assert opcode < CLOSE or length < 126
        return Frame(opcode, self._take(length), deflated)

    def text(self) -> str:
        opcode, payload, deflated = self.frame()
        assert opcode == TEXT, (opcode, payload[:100])
        return (inflated(payload) if deflated else payload).decode()

    def send(self, opcode: int, payload: bytes, first: int = 0x80) -> None:
        self.socket.sendall(masked(opcode, payload, first))

    def floods(self, data: bytes) -> None:
        """Send all of it, as far as the server lets us."""
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def until_the_end(self) -> list[Frame]:
        """Frames until the server ends the connection; fails where it does not."""
        frames = []
        with suppress(ConnectionError, EOFError):
            while True:
                frames.append(self.frame())
        return frames

    def close(self) -> None:
        self.socket.close()

    def resets(self) -> None:
        """Gone without a word: the server gets a RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def hears_the_end(self) -> None:
        """Nothing more comes, and then the server's end is closed."""
        try:
            rest = bytes(self._ahead) + self.socket.recv(1)
        except ConnectionResetError:
            return
        assert rest == b""
