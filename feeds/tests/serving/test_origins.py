"""The doors before Django: who may open a socket, and how much a body may hold."""

import asyncio

import pytest

from feeds.middleware.body_limits import limit_body
from serving import TOO_LARGE
from serving.origins import require_same_origin


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "live.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://live.example.org"]


def knock(*headers):
    """Send a handshake with these headers. Returns whether it met the application or a closed door."""
    met = []

    async def application(scope, receive, send):
        met.append("application")

    async def send(message):
        met.append(message)

    scope = {"type": "websocket", "path": "/", "headers": list(headers)}
    asyncio.run(require_same_origin(application)(scope, None, send))
    return met


OPEN, CLOSED = ["application"], [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost", "http://localhost"),
        ("localhost:8000", "http://localhost:8000"),
        ("LocalHost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("live.example.org", "https://live.example.org"),
        ("127.0.0.1:8000", "https://live.example.org"),
    ],
)
def test_a_page_of_ours_may_connect(host, origin):
    assert knock((b"host", host.encode()), (b"origin", origin.encode())) == OPEN


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://evil.example"),
        ("localhost:8000", "http://localhost:8000.evil.example"),
        ("localhost:8000", "http://evil.example/localhost:8000"),
        ("localhost:8000", "http://localhost:8000@evil.example"),
        ("localhost:8000", "http://localhost"),
        ("localhost:8000", "http://localhost:9000"),
        ("localhost:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "https://live.example.org.evil.example"),
        ("localhost:8000", "http://live.example.org"),
        ("localhost:8000", "null"),
        ("localhost:8000", ""),
        ("localhost:8000", "localhost:8000"),
        ("localhost:8000", "ftp://localhost:8000"),
        ("localhost:8000", "file://"),
        ("localhost:8000", "http://[::1"),
        ("localhost:8000", "http://l\u00f6calhost:8000"),
        ("evil.example", "http://evil.example"),
        ("evil.example", "https://live.example.org"),
        ("", "http://localhost:8000"),
        ("", ""),
        ("localhost:8000@evil.example", "http://localhost:8000"),
        ("localhost evil", "http://localhost evil"),
    ],
)
def test_another_site_may_not_connect(host, origin):
    assert knock((b"host", host.encode()), (b"origin", origin.encode())) == CLOSED


def test_who_names_no_host_or_no_origin_may_not_connect():
    assert knock((b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")) == OPEN
    assert knock((b"host", b"localhost:8000")) == CLOSED
    assert knock((b"origin", b"http://localhost:8000")) == CLOSED
    assert knock() == CLOSED
    assert knock((b"host", b"\xff\xfe"), (b"origin", b"\xff\xfe")) == CLOSED


def read_through_limit(*chunks):
    """A body of unknown length as the application gets it, and whether it is told that it was too large."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    waiting, got = iter(messages), []

    async def receive():
        return next(waiting)

    async def application(scope, receive, send):
        more = True
        while more:
            message = await receive()
            got.append(message.get("body", b""))
            more = message["more_body"]

    scope = {"type": "http", "path": "/", "headers": []}
    asyncio.run(limit_body(application)(scope, receive, None))
    return b"".join(got), scope.get(TOO_LARGE, False)


def test_a_body_that_does_not_say_its_length_is_cut_off_at_64_kib():
    chunk = b"x" * 1024
    assert read_through_limit(*[chunk] * 64) == (chunk * 64, False)
    assert read_through_limit(*[chunk] * 64, b"x") == (chunk * 64, True)
    assert read_through_limit(*[chunk] * 10_000) == (chunk * 64, True)
