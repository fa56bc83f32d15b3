"""WebSocket frames of a message, made once for all its receivers (RFC 6455, 5.2; RFC 7692, 7.2.1)."""

import base64
import hashlib
import struct
import zlib
from functools import cached_property

TEXT, DEFLATED_TEXT = 0x81, 0xC1
"""First byte of a frame with a whole text message, plain and deflated."""
WORTH_DEFLATING = 200
"""Length in bytes below which deflating is not worth its time."""
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Message:
    """A text, and the frames that carry it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> bytes:
        """The frame with the text as it is."""
        return _frame(TEXT, self.text.encode())

    @cached_property
    def deflated(self) -> bytes:
        """The frame for connections that agreed to deflated messages without context takeover."""
        payload = self.text.encode()
        if len(payload) < WORTH_DEFLATING:
            return self.plain
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return _frame(DEFLATED_TEXT, (deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4])


def _frame(first: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", first, length) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload


def try_again_later(key: bytes) -> bytes:
    """A WebSocket's opening and its close with 1013, “try again later”. A refused handshake would tell the page
    nothing."""
    accept = base64.b64encode(hashlib.sha1(key + _MAGIC, usedforsecurity=False).digest())
    opened = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
    return opened + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n\x88\x02" + (1013).to_bytes(2)
