"""What every ASGI server hands on, made safe: some believe headers of anybody, or hand on what cannot be decoded."""

from typing import Any

from serving import answers

UNTRUSTED = {b"daphne-root-path"}
"""Headers that say where this site is. It is at the root of its address, whatever anybody says."""
NUL = rb"\000"
"""As a cookie in quotes may have it: PostgreSQL takes it in no text, not even to look for it."""


def guarded(application: Any) -> Any:
    """ASGI middleware: an empty root path, no header that could set one, no NUL, and 400 for what is not ASCII."""

    async def guard(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await application(scope, receive, send)
            return
        scope["root_path"] = ""
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
