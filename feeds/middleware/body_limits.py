"""Limits of bodies: one that no form of ours can produce is refused before anything reads it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from feeds.live import database
from feeds.live.sockets import cookies_of, signed_in
from feeds.views import body_limits
from feeds.views.errors import problem
from serving import TOO_LARGE
from serving.bodies import BodyLimits, Headers, declared


class RouteLimits(BodyLimits):
    """What each route takes, as its view says (see bodies.py). From strangers no more than the usual is kept."""

    @property
    def usual(self) -> int:  # type: ignore[override]
        return body_limits.usual()

    def most(self, path: str) -> int:
        return body_limits.limit_at(path)

    async def allowed(self, path: str, headers: Headers) -> int:
        usual, limit = self.usual, self.most(path)
        if limit == usual:
            return usual
        try:
            return limit if await database.in_thread(signed_in)(cookies_of(headers)) else usual
        except DatabaseError:  # it is away, which the answer will tell
            return usual


LIMITS = RouteLimits()


def limit_body(application: Any) -> Any:
    """ASGI middleware: hand on nothing of a body that is too large, and say so in the scope.

    Our own server does so before it reads the body. Django alone trusts Content-Length, which a chunked body does not
    have, and reads first.
    """

    async def limited(scope: dict[str, Any], receive: Any, send: Any) -> None:
        size, limit = 0, LIMITS.usual
        if (length := declared(scope["headers"])) > limit:
            limit = await LIMITS.allowed(scope["path"], scope["headers"])
            if length > limit:
                scope[TOO_LARGE] = True

        async def counted() -> dict[str, Any]:
            nonlocal size, limit
            if scope.get(TOO_LARGE) and size >= 0:
                size = -1
                return {"type": "http.request", "body": b"", "more_body": False}
            message: dict[str, Any] = await receive()
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


class BodyLimitMiddleware:
    """Answers 413 where Django would answer 400, or read a file of any size."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = declared([(b"content-length", request.headers.get("Content-Length", "0").encode())])
        if length > body_limits.usual() or getattr(request, "scope", {}).get(TOO_LARGE):
            files = body_limits.files_at(request.path_info)
            if getattr(request, "scope", {}).get(TOO_LARGE) or length > body_limits.limit_at(request.path_info):
                return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(files.refusal) if files else "")
        return self.get_response(request)
