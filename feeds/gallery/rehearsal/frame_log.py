"""The log of a rehearsal: the messages that reach a page of it, the newest first."""

import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

logger = logging.getLogger(__name__)

KEPT = 50
"""Messages that are kept and shown."""
PARTS = 12
"""Parts of a message that are named; of the others it is said how many there are."""
LONGEST = 60
"""Characters of a target that are shown."""
_CONDITION = re.compile(r":(?:not|has)\([^()]*\)")
_PART = re.compile(r"<hx-(partial|upsert)\b((?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>")
_ATTRIBUTE = re.compile(r"""(hx-target|hx-swap)=(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True)
class Part:
    """A part of a message: the way it is swapped in, and the element it is for."""

    way: str
    target: str


@dataclass(frozen=True)
class Row:
    """A message in the log."""

    number: int
    at: datetime
    size: int
    """Bytes, before they are compressed."""
    parts: list[Part]
    more: int
    """Number of parts beyond those named."""
    note: str = ""
    """What happened beside it, or instead."""


Tell = Callable[[list[Row]], Awaitable[None]]


class FrameLog:
    """The last messages of one rehearsal, and the pages that show them."""

    def __init__(self) -> None:
        self.rows: deque[Row] = deque(maxlen=KEPT)
        self._number = 0
        self._told: set[Tell] = set()

    async def take(self, text: str, note: str = "") -> None:
        """Adds a message, with a note if it did not come on a socket."""
        parts = list(parts_of(text))
        await self._add(len(text.encode()), parts[:PARTS], len(parts[PARTS:]), note)

    async def note(self, said: str) -> None:
        """Adds a line about something else that happened."""
        await self._add(0, [], 0, said)

    async def _add(self, size: int, parts: list[Part], more: int, note: str = "") -> None:
        self._number += 1
        row = Row(self._number, timezone.now(), size, parts, more, note)
        self.rows.appendleft(row)
        for tell in list(self._told):
            try:
                await tell([row])
            except Exception as error:  # that page is gone
                logger.debug("A log could not be written to: %s", error)

    @contextmanager
    def told(self, tell: Tell) -> Iterator[None]:
        """Calls `tell` in the block with each further line."""
        self._told.add(tell)
        try:
            yield
        finally:
            self._told.discard(tell)


def rows_as_frame(rows: list[Row], language: str) -> str:
    """A message that puts these lines into the open log, in this language. It does no harm twice."""
    with override(language):
        return render_to_string("design/frame_log_frame.html", {"rows": rows, "kept": KEPT})


def parts_of(text: str) -> Iterator[Part]:
    """The parts of a message of htmx, in order. A target is named without the conditions that guard it."""
    for element, attributes in _PART.findall(text):
        given = {name: double or single for name, double, single in _ATTRIBUTE.findall(attributes)}
        yield Part("upsert" if element == "upsert" else given.get("hx-swap", ""), _plain(given.get("hx-target", "")))


def _plain(selector: str) -> str:
    """The element that a selector is for, such as `#entry-7-body` of `#cursor[value=e0-7] ~ * #entry-7-body`."""
    selector = re.sub(r"\[[^\]]*\]", "", selector)
    while selector != (selector := _CONDITION.sub("", selector)):
        pass
    first = re.split(r",(?![^(]*\))", selector)[0]
    return first.rpartition("~")[2].strip().removeprefix("*").strip()[:LONGEST]
