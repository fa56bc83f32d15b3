"""Places in an event that a page says it is at."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Cursor:
    """A place in an event's history, spelled `<epoch>-<seq>` in pages, frames and requests."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: object) -> Self | None:
        """The cursor in a text from outside, or None where there is none. A seq beyond 18 digits is no seq."""
        match = re.fullmatch(r"([a-z0-9]{1,20})-([0-9]{1,18})", text) if isinstance(text, str) else None
        return cls(match[1], int(match[2])) if match else None

    @classmethod
    def of_resume(cls, frame: str) -> Self | None:
        """The cursor in a socket's message: `{"after": …}` (htmx 4.0.1) or `{"body": {"after": …}}` (beta 6)."""
        try:
            message = json.loads(frame)
        except (ValueError, RecursionError):
            return None
        if not isinstance(message, dict):
            return None
        body = message.get("body")
        return cls.parse((body if isinstance(body, dict) else message).get("after"))


BEFORE, SINCE, AT = "before", "since", "from"
"""Ways to name a place in the list of entries: those before a position, those after it, or from the entry there."""


@dataclass(frozen=True)
class Place:
    """A place in the list of entries, other than its beginning."""

    way: str
    position: int

    def __str__(self) -> str:
        return f"{self.way}.{self.position}"

    @classmethod
    def parse(cls, data: Mapping[str, str]) -> Self | None:
        """The place that a query string names, or None where there is no sensible one."""
        for way in (BEFORE, SINCE, AT):
            if re.fullmatch(r"[0-9]{1,18}", text := data.get(way) or ""):
                return cls(way, int(text))
        return None


def parse_number(text: str | None) -> int | None:
    """A number in a query string, or None where there is no sensible one."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None
