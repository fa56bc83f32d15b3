"""Limits of bodies: a body too large for any of our forms is refused before anything reads it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from feeds.live import database
from feeds.live.sockets import cookies_of, signed_in
from feeds.views import body_limits
from feeds.views.errors import problem
from serving import TOO_LARGE, Application, Receive, Scope, Send
from serving.bodies import BodyLimits, Headers, declared


class RouteLimits(BodyLimits):
    """The limit of each route, as its view sets it (see views/body_limits.py). Strangers get the usual one
    everywhere."""

    @property
    def usual(self) -> int:  # type: ignore[override]
        """The limit in bytes of a route whose view sets none."""
        return body_limits.usual()

    def most(self, path: str) -> int:
        """The limit in bytes of the route at this path."""
        return body_limits.limit_at(path)

    async def allowed(self, path: str, headers: Headers) -> int:
        """The limit in bytes for this sender; above the usual one only for signed-in people. May ask the database."""
        usual, limit = self.usual, self.most(path)
        if limit == usual or not _may_have_files(headers):
            return usual
        try:
            return limit if await database.in_thread(signed_in)(cookies_of(headers)) else usual
        except DatabaseError:  # the view will answer that the database is away
            return usual


LIMITS = RouteLimits()


def limit_body(application: Application) -> Application:
    """ASGI middleware that passes on nothing of a body that is too large, and says so in the scope.

    Our own server does this before it reads the body. Django alone trusts Content-Length, which a chunked body lacks,
    and reads first.
    """

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        """The application behind the limit."""
        size, limit = 0, LIMITS.usual
        if (length := declared(scope["headers"])) > limit:
            limit = await LIMITS.allowed(scope["path"], scope["headers"])
            if length > limit:
                scope[TOO_LARGE] = True

        async def counted() -> Mapping[str, Any]:
            """The next message, or an empty end of the body once it is too large."""
            nonlocal size, limit
            if scope.get(TOO_LARGE) and size >= 0:
                size = -1
                return {"type": "http.request", "body": b"", "more_body": False}
            message = await receive()
            if size < 0:  # Django has its short body, and waits for the disconnect
                while message["type"] == "http.request":
                    message = await receive()
                return message
            size += len(message.get("body", b""))
            if size > limit and limit == LIMITS.usual:
                limit = await LIMITS.allowed(scope["path"], scope["headers"])
            if size > limit:
                scope[TOO_LARGE], size = True, -1
                return {"type": "http.request", "body": b"", "more_body": False}
            return message

        await application(scope, counted, send)

    return limited


def _may_have_files(headers: Headers) -> bool:
    kinds = [value for name, value in headers if name.lower() == b"content-type"]
    return any(kind.strip().lower().startswith(b"multipart/form-data") for kind in kinds)


def _limit(files: body_limits.Files | None) -> int:
    return body_limits.usual() + (files.size if files else 0)


class BodyLimitMiddleware:
    """Answers 413 where Django would answer 400, or read a file of any size."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = declared([(b"content-length", request.headers.get("Content-Length", "0").encode())])
        if length > body_limits.usual() or getattr(request, "scope", {}).get(TOO_LARGE):
            kind = [(b"content-type", request.headers.get("Content-Type", "").encode())]
            files = body_limits.files_at(request.path_info) if _may_have_files(kind) else None
            if getattr(request, "scope", {}).get(TOO_LARGE) or length > _limit(files):
                return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(files.refusal) if files else "")
        return self.get_response(request)
