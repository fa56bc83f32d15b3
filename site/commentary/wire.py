"""A message to browsers as it is on the wire, made once for all who get it (RFC 6455, 5.2; RFC 7692, 7.2.1)."""

import struct
import zlib
from functools import cached_property

TEXT, DEFLATED_TEXT = 0x81, 0xC1
"""First byte of a frame that is a whole text message, as it is and deflated."""
WORTH_DEFLATING = 200
"""Bytes below which deflating saves nothing worth its time."""


class Message:
    """Some text, and the frames that carry it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> bytes:
        return _frame(TEXT, self.text.encode())

    @cached_property
    def deflated(self) -> bytes:
        """For every connection that agreed to be sent deflated messages without context takeover."""
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
