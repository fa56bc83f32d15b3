"""Answers for load balancers and monitors: `/healthz`, whether it runs, and `/readyz`, whether it can do its work.

They are answered before anything looks at Host, cookies or addresses, and tell nothing that is private. However often
they are asked for, the database is asked once a second at most.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping

from serving import Application, Receive, Scope, Send, answers

Readiness = Callable[[], Awaitable[dict[str, object]]]
"""Gives what there is to know. `status` is `ready` when all is well; anything else is answered with 503."""
FRESH = 1.0
"""Seconds for which an answer of `/readyz` holds."""


PASS = b"x-commentary-doctor"
"""Header of a request by `manage.py doctor`, which may know how it arrived."""


def with_health(
    application: Application, version: str, readiness: Readiness, is_doctor: Callable[[str], bool] = lambda _: False
) -> Application:
    """ASGI middleware: answers `/healthz` and `/readyz`, for GET and HEAD alike.

    `is_doctor` decides by the header `PASS` whether the sender of a request may know its Host and its proxies.
    """
    found: dict[str, object] = {}
    asked_at = -FRESH
    asking = asyncio.Lock()

    async def ready() -> dict[str, object]:
        """The answer of `/readyz`, not older than `FRESH`."""
        nonlocal found, asked_at
        async with asking:
            if time.monotonic() - asked_at >= FRESH:
                found = await readiness()
                asked_at = time.monotonic()
            return found

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        """The application behind these two addresses."""
        path = scope.get("path") if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} else None
        if path == "/healthz":
            known = {"status": "ok", "version": version}
            if (word := _header(scope, PASS)) and is_doctor(word):
                known |= {"host": _header(scope, b"host"), "forwarded_for": _header(scope, b"x-forwarded-for")}
            await _answer(send, scope["method"], 200, known)
        elif path == "/readyz":
            state = await ready()
            await _answer(send, scope["method"], 200 if state["status"] == "ready" else 503, state)
        else:
            await application(scope, receive, send)

    return answered


def _header(scope: Scope, name: bytes) -> str:
    return b", ".join(value for each, value in scope["headers"] if each.lower() == name).decode("latin-1")


async def _answer(send: Send, method: str, status: int, known: Mapping[str, object]) -> None:
    body = json.dumps(known).encode() + b"\n"
    headers = answers.HEADERS | {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
