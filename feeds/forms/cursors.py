"""Places in an event that a page says it is at."""

import json
import re
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


def parse_position(text: str | None) -> int | None:
    """The position to page from in a query string, or None where there is no sensible one."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None
