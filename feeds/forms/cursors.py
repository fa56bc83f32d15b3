"""Places in an event that a page says it is at."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self


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
        return cls.parse(_said_in(frame).get("after"))


@dataclass(frozen=True)
class Fragment:
    """The post that the address of a page names after its “#”: `entry-18` or `comment-7`."""

    kind: str
    pk: int

    @property
    def element_id(self) -> str:
        return f"{self.kind}-{self.pk}"

    @classmethod
    def of(cls, address: object) -> Self | None:
        """The post that an address from outside names; None if it names none."""
        fragment = address.rpartition("#")[2] if isinstance(address, str) and "#" in address else ""
        match = re.fullmatch(r"(entry|comment)-([0-9]{1,18})", fragment)
        return cls(match[1], int(match[2])) if match else None

    @classmethod
    def of_resume(cls, frame: str) -> Self | None:
        """The post that the page is to show which sends this message on its socket."""
        headers = json.loads(frame).get("headers")  # it has been parsed before
        return cls.of(headers.get("HX-Current-URL")) if isinstance(headers, dict) else None


@dataclass(frozen=True)
class Typing:
    """That somebody types: under which entry, by its primary key, or with 0 in the event's composer."""

    place: int | None

    @classmethod
    def of(cls, frame: str) -> Self | None:
        """What a socket's message says of that; None if it is about something else. No place: nowhere that counts."""
        if "typing" not in _said_in(frame):
            return None
        headers = json.loads(frame).get("headers")
        target = headers.get("HX-Target") if isinstance(headers, dict) else None
        form = isinstance(target, str) and re.fullmatch(r"form#entry-(?:([0-9]{1,18})-comment-)?form", target)
        return cls(int(form[1] or 0) if form else None)


def _said_in(frame: str) -> dict[str, Any]:
    """The values in a socket's message, in either shape that htmx 4 has had."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(message, dict):
        return {}
    body = message.get("body")
    return body if isinstance(body, dict) else message


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


def parse_opened(texts: Iterable[str]) -> dict[int, int]:
    """Down to which position a page shows the comments on entries, by their keys: `<key>-<position>` for each."""
    found = (re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", text) for text in texts)
    return {int(match[1]): int(match[2]) for match in found if match}


@dataclass(frozen=True, order=True)
class Start:
    """A place in a list of events, by the start of the one before it and that one's key: `<start>~<key>`."""

    starts_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{self.pk}"

    @classmethod
    def at(cls, event: Any) -> Self:
        return cls(event.starts_at, event.pk)

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The place that a query string names, or None where there is no sensible one."""
        match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z~(\d{1,18})", text or "", re.ASCII)
        try:
            return cls(datetime.fromisoformat(match[1]).replace(tzinfo=UTC), int(match[2])) if match else None
        except ValueError:
            return None


def parse_number(text: str | None) -> int | None:
    """A number in a query string, or None where there is no sensible one."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None
