"""The server's own answers, for requests that reach no page."""

from collections.abc import Iterable
from http import HTTPStatus

HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers that pages also have, as strict as possible, since these answers load nothing."""

SAID = {
    400: "That request did not work. Reload the page and try again.",
    403: "Access denied.",
    408: "That took too long to arrive. Check your connection and send it again.",
    413: "That is too large. Send less.",
    414: "This address is too long.",
    426: "This address speaks WebSocket, version 13.",
    431: "Your browser sent too much beside the request. Delete its cookies for this site and try again.",
    500: "Something went wrong on our side. Try again in a moment.",
    503: "Too many connections are open. Close other tabs of this site, or try again in a moment.",
}
"""Texts in English: the language that such a sender prefers is not known."""

MORE = {426: {"Sec-WebSocket-Version": "13", "Upgrade": "websocket"}, 503: {"Retry-After": "10"}}


def body(status: int) -> bytes:
    """The body of an answer with this status."""
    return f"{SAID.get(status, HTTPStatus(status).phrase)}\n".encode()


def headers(status: int) -> Iterable[tuple[bytes, bytes]]:
    """The headers of an answer with this status."""
    found = HEADERS | MORE.get(status, {}) | {"Content-Length": str(len(body(status))), "Connection": "close"}
    return [(name.encode(), value.encode()) for name, value in found.items()]


def answer(status: int) -> bytes:
    """A whole HTTP/1.1 answer. The connection has to be closed after it."""
    start = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
    return start + b"".join(name + b": " + value + b"\r\n" for name, value in headers(status)) + b"\r\n" + body(status)
