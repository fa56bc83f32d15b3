"""Protection from unsafe values that ASGI servers pass on: headers of anybody, and bytes that cannot be decoded."""

from serving import Application, Receive, Scope, Send, answers

UNTRUSTED = {b"daphne-root-path"}
"""Headers that set the site's root path. It is always at the root of its address."""
NUL = rb"\000"
"""Backslash notation of a NUL in a quoted cookie. PostgreSQL accepts it in no text, not even in a search."""


def guarded(application: Application, *, https: bool = False) -> Application:
    """ASGI middleware: an empty root path, no header that could set one, no NUL, and 400 for bytes outside ASCII.

    With `https` everybody comes by it, whatever the proxy in front speaks with us. So pages carry HSTS.
    """

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        """The application behind these checks."""
        if scope["type"] not in {"http", "websocket"}:
            await application(scope, receive, send)
            return
        scope["root_path"] = ""
        if https and scope["type"] == "http":
            scope["scheme"] = "https"
        if any(name.lower() in UNTRUSTED or NUL in value for name, value in scope["headers"]):
            kept = [(name, value) for name, value in scope["headers"] if name.lower() not in UNTRUSTED]
            scope["headers"] = [(name, value.replace(NUL, b"?")) for name, value in kept]
        if (scope.get("query_string") or b"").isascii() and (scope.get("raw_path") or b"").isascii():
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(name.lower(), value) for name, value in answers.headers(400)]
            await send({"type": "http.response.start", "status": 400, "headers": headers})
            await send({"type": "http.response.body", "body": answers.body(400)})

    return guard
