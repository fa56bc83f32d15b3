"""Places in an event, as pages and sockets name them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from feeds.models import Event, Post

ELEMENT_ID = f"({'|'.join(Post.kinds)})-([0-9]{{1,18}})"
"""Pattern of a post's id on pages, such as `entry-18` or `comment-7`: its kind and its key."""


@dataclass(frozen=True)
class Cursor:
    """A place in an event's history, written `<epoch>-<seq>` in pages, frames and requests."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: object) -> Self | None:
        """The cursor in a text from outside; None if it is malformed. A seq has at most 18 digits."""
        match = re.fullmatch(r"([a-z0-9]{1,20})-([0-9]{1,18})", text) if isinstance(text, str) else None
        return cls(match[1], int(match[2])) if match else None

    @classmethod
    def of_resume(cls, frame: str) -> Self | None:
        """The cursor in a socket's message: `{"after": …}` (htmx 4.0.1) or `{"body": {"after": …}}` (beta 6)."""
        return cls.parse(_values_in(frame).get("after"))


@dataclass(frozen=True)
class Fragment:
    """The post that the fragment of a page's address names: see `ELEMENT_ID`."""

    kind: str
    pk: int

    @property
    def element_id(self) -> str:
        """The id of the post's element."""
        return f"{self.kind}-{self.pk}"

    @classmethod
    def of(cls, address: object) -> Self | None:
        """The post that an address from outside names; None if it names none."""
        fragment = address.rpartition("#")[2] if isinstance(address, str) and "#" in address else ""
        match = re.fullmatch(ELEMENT_ID, fragment)
        return cls(match[1], int(match[2])) if match else None

    @classmethod
    def of_resume(cls, frame: str) -> Self | None:
        """The post that the sender of this socket message wants to see, by its page's address; None if it names
        none."""
        headers = json.loads(frame).get("headers")  # the caller has parsed it as an object
        return cls.of(headers.get("HX-Current-URL")) if isinstance(headers, dict) else None


@dataclass(frozen=True)
class Typing:
    """The place where somebody types: under the entry with this primary key, in the event's composer (0), or
    elsewhere (None)."""

    place: int | None

    @classmethod
    def of(cls, frame: str) -> Self | None:
        """The typing that a socket's message reports; None if it is about something else."""
        if "typing" not in _values_in(frame):
            return None
        headers = json.loads(frame).get("headers")
        target = headers.get("HX-Target") if isinstance(headers, dict) else None
        form = isinstance(target, str) and re.fullmatch(r"form#entry-(?:([0-9]{1,18})-comment-)?form", target)
        return cls(int(form[1] or 0) if form else None)


def _values_in(frame: str) -> dict[str, Any]:
    """The values in a socket's message, in either shape that htmx 4 has had; none if it is malformed."""
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(message, dict):
        return {}
    body = message.get("body")
    return body if isinstance(body, dict) else message


BEFORE, SINCE, AT = "before", "since", "from"
"""Ways to name a place in the list of entries: before a position, after it, or from the entry at it."""


@dataclass(frozen=True)
class Place:
    """A place in the list of entries, other than its beginning."""

    way: str
    position: int

    def __str__(self) -> str:
        return f"{self.way}.{self.position}"

    @classmethod
    def parse(cls, data: Mapping[str, str]) -> Self | None:
        """The place that a query string names; None if it is missing or malformed."""
        for way in (BEFORE, SINCE, AT):
            if re.fullmatch(r"[0-9]{1,18}", text := data.get(way) or ""):
                return cls(way, int(text))
        return None


def parse_opened(texts: Iterable[str]) -> dict[int, int]:
    """Lowest positions of comments that a page shows, by the entries' keys; each is written `<key>-<position>`."""
    found = (re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", text) for text in texts)
    return {int(match[1]): int(match[2]) for match in found if match}


@dataclass(frozen=True, order=True)
class Start:
    """A place in a list of events, by the previous event's start and key, written `<start>~<key>`."""

    starts_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{self.pk}"

    @classmethod
    def at(cls, event: Event) -> Self:
        """The place behind this event."""
        return cls(event.starts_at, event.pk)

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The place that a query string names; None if it is missing or malformed."""
        match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z~(\d{1,18})", text or "", re.ASCII)
        try:
            return cls(datetime.fromisoformat(match[1]).replace(tzinfo=UTC), int(match[2])) if match else None
        except ValueError:
            return None


def parse_number(text: str | None) -> int | None:
    """The number in a query string; None if it is missing or malformed."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None
