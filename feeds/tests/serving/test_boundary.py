"""Requests as any ASGI server hands them on, before other code of ours sees them."""

import asyncio

from serving.boundary import guarded


def handed_on(**scope):
    """The scope as the application gets it, None where it is not asked; and what is answered without it."""
    seen, sent = [], []

    async def application(scope, receive, send):
        seen.append(scope)

    async def send(message):
        sent.append(message)

    given = {"type": "http", "headers": [], "query_string": b"", "raw_path": b"/"} | scope
    asyncio.run(guarded(application)(given, None, send))
    return (seen or [None])[0], sent


def test_no_server_and_no_header_says_where_this_site_is():
    for kind in ("http", "websocket"):
        headers = [(b"daphne-root-path", b"/evil"), (b"Daphne-Root-Path", b"\xff"), (b"host", b"localhost")]
        scope, _ = handed_on(type=kind, root_path="http://evil.example", headers=headers)
        assert (scope["root_path"], scope["headers"]) == ("", [(b"host", b"localhost")])


def test_a_cookie_holds_no_nul():
    scope, _ = handed_on(headers=[(b"cookie", rb'sessionid="\000\000a"; b="\001"')])
    assert scope["headers"] == [(b"cookie", rb'sessionid="??a"; b="\001"')]


def test_an_address_that_is_not_ascii_is_refused_as_safely_as_a_page():
    for part in ("query_string", "raw_path"):
        scope, (start, body) = handed_on(**{part: b"/\xff"})
        assert scope is None
        assert start["status"] == 400
        assert {b"content-security-policy", b"x-content-type-options"} <= {name for name, _ in start["headers"]}
        assert body["body"]
        assert handed_on(type="websocket", **{part: b"/\xff"}) == (None, [{"type": "websocket.close", "code": 1008}])


def test_what_is_no_request_passes():
    scope, _ = handed_on(type="lifespan")
    assert scope["type"] == "lifespan"
