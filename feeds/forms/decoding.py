"""Bounds on what is decoded for somebody outside, looked at in its bytes before anything is made of them.

A kilobyte can be the recipe for a gigabyte. So a picture's header says how large it will be, a document's brackets and
commas how much is in it, and one of either is decoded at a time.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PATIENCE = 5.0
"""Seconds that somebody waits for their turn; a thread of the server waits with them."""
WAITING = 2
"""How many wait at once."""
PARTS = 5_000
"""Chunks of a PNG, segments of a JPEG: an honest file has a few, or one for each few kilobytes."""
SCANS = 64
"""Times that a JPEG goes over its picture. Programs that make some go over it ten times at most."""
DEPTH = 16
"""Brackets within brackets in a document, which needs six."""

_PNG, _RIFF, _JPEG = b"\x89PNG\r\n\x1a\n", b"RIFF", b"\xff\xd8"
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
"""What begins a segment of a JPEG: not the data of a scan, nor what is in the midst of it."""
_FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_END, _SCAN = 0xD9, 0xDA

_WINDOW = 1024 * 1024
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_WHOLE_STRINGS = re.compile(rb'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class TooMuch(ValueError):
    """More than there can be in anything we take."""


class TooDeep(TooMuch):
    """More brackets within brackets than there can be."""


class Turns:
    """One at a time; a few wait, not for long, and whoever comes then is told to try again."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(1 + WAITING)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Raises `ValidationError` where it takes too long."""
        said = _("The server is busy with other files. Choose yours again and try again in a moment.")
        if not self._places.acquire(blocking=False):
            raise ValidationError(said, code="busy")
        try:
            if not self._turn.acquire(timeout=PATIENCE):
                raise ValidationError(said, code="busy")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


pictures, documents = Turns(), Turns()


class Measure(NamedTuple):
    """A picture as its file says it is."""

    width: int
    height: int
    moves: bool = False
    """Whether it has several frames."""
    whole: bool = True
    """Whether all its pixels are in memory at once while it is read, however small it is wanted."""


def measure(content: bytes) -> Measure | None:
    """What the header of a PNG, a JPEG or a WebP says; None where it is none of them. Raises `TooMuch`."""
    try:
        if content.startswith(_PNG):
            return _measure_png(content)
        if content.startswith(_RIFF) and content[8:12] == b"WEBP":
            return _measure_webp(content)
        return _measure_jpeg(content) if content.startswith(_JPEG) else None
    except IndexError:
        return None


def _measure_png(content: bytes) -> Measure | None:
    if content[12:16] != b"IHDR":
        return None
    at, parts, moves = len(_PNG), 0, False
    while at < len(content):
        moves = moves or content[at + 4 : at + 8] == b"acTL"
        at += 12 + int.from_bytes(content[at : at + 4], "big")
        parts += 1
        if parts > PARTS:
            raise TooMuch
    return Measure(int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"), moves)


def _measure_webp(content: bytes) -> Measure | None:
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return Measure(width, height, bool(content[20] & 2))
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return Measure(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width, height = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        return Measure(width, height)
    return None


def _measure_jpeg(content: bytes) -> Measure | None:
    at, parts, scans, found = 2, 0, 0, None
    while (marker := _MARKER.search(content, at)) and (code := marker[1][0]) != _END:
        at, parts = marker.end(), parts + 1
        if code in _FRAME_HEADERS and found is None:
            height, width = (int.from_bytes(content[at + n : at + n + 2], "big") for n in (3, 5))
            found = Measure(width, height, whole=code in _PROGRESSIVE)
        scans += code == _SCAN
        if parts > PARTS or scans > SCANS:
            raise TooMuch
        at += int.from_bytes(content[at : at + 2], "big")
    return found and found._replace(whole=found.whole or scans > 1)


def require_modest(content: bytes, *, values: int, containers: int) -> None:
    """Raises `TooMuch` for JSON with more in it than that. Takes a fraction of the time and memory of reading it.

    What is no JSON passes, as far as that can be told without reading it.
    """
    at = depth = 0
    while at < len(content):
        matched = _WHOLE_STRINGS.match(content, at, at + _WINDOW)
        end = matched.end() if matched else at
        if end == at:  # a string that is longer than the window
            if not (string := _STRING.match(content, at)):
                return
            end = string.end()
        plain, at = _STRING.sub(b"", content[at:end]), end
        for bracket in plain.translate(None, _NO_BRACKETS):
            depth += 1 if bracket in b"[{" else -1
            if depth > DEPTH:
                raise TooDeep
        opened = plain.count(b"[") + plain.count(b"{")
        containers -= opened
        values -= opened + plain.count(b",")
        if containers < 0 or values < 0:
            raise TooMuch
