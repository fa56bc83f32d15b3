"""Signs in a frame or a page: cursor, heartbeat and addresses."""

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

_CURSOR = re.compile(r'id="cursor" name="after" value="([\w-]+)"')
_GUARD = re.compile(r'hx-target="#cursor\[value=([\w-]+)\]" hx-swap="outerHTML"')
_HEARTBEAT = re.compile(
    r'id="heartbeat"[^>]* data-state="(\w+)".*?'
    r'hx-get="([^"]+)"[^>]* hx-trigger="every (\d+)s, htmx:error delay:(\d+)s[^"]*"[^>]* hx-config="timeout:(\d+)s"',
    re.DOTALL,
)
_SOCKET = re.compile(r'id="socket"[^>]* hx-ws:connect="([^"]+)"')
_OLDER = re.compile(r'id="older"[^>]*>\s*<\w+ id="older-link"(?:[^>]* hx-get="([^"]+)")?')


class Heartbeat(NamedTuple):
    state: str
    """State of the connection."""
    address: str
    """Address to poll. The numbers below are seconds."""
    silence: float
    """Silence after which the page polls."""
    again: float
    """Pause after a poll without an answer."""
    timeout: float


class Signs(NamedTuple):
    """Values in a frame or a page beside its content; "" or None where it has none."""

    cursor: str
    guard: str
    """The cursor that a page must be at for this to take effect."""
    heartbeat: Heartbeat | None
    socket: str
    older: str | None
    """Address of further entries; None where it says nothing about them."""


@lru_cache(maxsize=1024)
def signs(html: str) -> Signs:
    cursor, guard, socket = (
        unescape(found[1]) if (found := pattern.search(html)) else "" for pattern in (_CURSOR, _GUARD, _SOCKET)
    )
    older = unescape(found[1] or "") if (found := _OLDER.search(html)) else None
    heartbeat = None
    if found := _HEARTBEAT.search(html):
        heartbeat = Heartbeat(found[1], unescape(found[2]), float(found[3]), float(found[4]), float(found[5]))
    assert heartbeat or 'id="heartbeat"' not in html, "the heartbeat is not what it was"
    return Signs(cursor, guard, heartbeat, socket, older)
