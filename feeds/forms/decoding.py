"""Bounds on what is decoded for outsiders, checked in the bytes before decoding.

A kilobyte can expand to a gigabyte. A picture's header tells its size; a document's brackets and commas tell how much
is in it. Only one picture and one document are decoded at a time.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PATIENCE = 5.0
"""Seconds that a request waits for its turn; a thread of the server waits with it."""
WAITING = 2
"""Number of requests that wait at once."""
PARTS = 5_000
"""Chunks of a PNG, segments of a JPEG. An honest file has a few, or one for each few kilobytes."""
SCANS = 64
"""Scans of a JPEG. Programs that write progressive ones use ten at most."""
DEPTH = 16
"""Levels of nested brackets in a document; ours need six."""

_PNG, _RIFF, _JPEG = b"\x89PNG\r\n\x1a\n", b"RIFF", b"\xff\xd8"
_AVIF, _AVIF_MOVES, _CONTAINERS = b"ftypavif", b"ftypavis", (b"ftypmif1", b"ftypmsf1")
_SIZES = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)
"""Sizes of an AVIF: of the picture, of its tiles and its transparency. They are in its head."""
_HEAD = 64 * 1024
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
"""Beginning of a JPEG segment; markers within the data of a scan do not count."""
_FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_END, _SCAN = 0xD9, 0xDA

_WINDOW = 1024 * 1024
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_WHOLE_STRINGS = re.compile(rb'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class TooMuch(ValueError):
    """More content than any file that we accept can have."""


class TooDeep(TooMuch):
    """Brackets nested deeper than in any document that we accept."""


class Turns:
    """A queue of one at a time. A few wait briefly; everybody else is told to try again."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(1 + WAITING)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Waits for a turn and holds it. Raises `ValidationError` if that takes too long."""
        said = _("The server is busy with other files. Wait a moment, then choose your file again.")
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
    """A picture's size in pixels, as its file says it is."""

    width: int
    height: int
    moves: bool = False
    """Whether it has several frames."""
    whole: bool = True
    """Whether decoding takes all its pixels into memory at once, at whatever size it is read."""


def measure(content: bytes) -> Measure | None:
    """The measure in the header of a PNG, a JPEG, a WebP or an AVIF; None for another file. Raises `TooMuch`."""
    try:
        if content.startswith(_PNG):
            return _measure_png(content)
        if content.startswith(_RIFF) and content[8:12] == b"WEBP":
            return _measure_webp(content)
        if content[4:12] in {_AVIF, _AVIF_MOVES, *_CONTAINERS}:
            return _measure_avif(content)
        return _measure_jpeg(content) if content.startswith(_JPEG) else None
    except IndexError:
        return None


def measure_still(content: bytes, unreadable: ValidationError) -> Measure:
    """The measure of a still picture. Raises `unreadable` for another file, or `ValidationError` for one that moves."""
    try:
        measured = measure(content)
    except TooMuch:
        measured = None
    if measured is None:
        raise unreadable
    if measured.moves:
        raise ValidationError(_("This picture is animated. Choose a still one."))
    return measured


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


def _measure_avif(content: bytes) -> Measure | None:
    sizes = [
        (int.from_bytes(found[1][:4], "big"), int.from_bytes(found[1][4:], "big"))
        for found in _SIZES.finditer(content, 0, _HEAD)
    ]
    if len(sizes) > PARTS // 10:
        raise TooMuch
    largest = max(sizes, key=lambda size: size[0] * size[1], default=None)
    return Measure(*largest, moves=content[4:12] == _AVIF_MOVES) if largest else None


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
    """Raises `TooMuch` for JSON with more values or containers than this, at a fraction of the cost of parsing it.

    Text that is not JSON may pass.
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
