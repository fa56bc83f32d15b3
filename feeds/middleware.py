"""Refusing bodies that no form of ours can produce, before anything reads them; and who was here when."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from feeds import bodies
from feeds.access.known_browsers import Known
from feeds.consumers import cookies_of, signed_in
from feeds.models import SignIn
from feeds.rooms import in_thread
from feeds.views.errors import problem
from feeds.views.unsent import not_as_before
from serving import TOO_LARGE
from serving.bodies import BodyLimits, Headers, declared


class RouteLimits(BodyLimits):
    """What each route takes, as its view says (see bodies.py). From strangers no more than the usual is kept."""

    @property
    def usual(self) -> int:  # type: ignore[override]
        return bodies.usual()

    def most(self, path: str) -> int:
        return bodies.limit_at(path)

    async def allowed(self, path: str, headers: Headers) -> int:
        usual, limit = self.usual, self.most(path)
        if limit == usual:
            return usual
        try:
            return limit if await in_thread(signed_in)(cookies_of(headers)) else usual
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
        if length > bodies.usual() or getattr(request, "scope", {}).get(TOO_LARGE):
            files = bodies.files_at(request.path_info)
            if getattr(request, "scope", {}).get(TOO_LARGE) or length > bodies.limit_at(request.path_info):
                return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(files.refusal) if files else "")
        return self.get_response(request)


class SenderMiddleware:
    """Refuses a form that was rendered for somebody else than who sends it now, and keeps what is in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        return not_as_before(request) if request.method == "POST" else None


class LastSeenMiddleware:
    """Keeps the list of where somebody is signed in, and lets their browser be known (see known.py). Nothing is asked
    for readers without a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Where the answer does not depend on the session, neither do we look: the answer would have to say so.
        session = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified  # at sign-in
        if session and request.session.accessed and response.status_code < 500 and request.user.is_authenticated:
            SignIn.objects.see(request.user, request.session, request.headers.get("User-Agent", ""))
            Known.of(request.COOKIES).remember(request.user, response)
        return response


class LeadElsewhereMiddleware:
    """Lets the browser go where the answer to a form leads, if that is another page than the one that sent it.

    HTMX would put that page in the place of this one, under an address that is not its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx = getattr(request, "htmx", None)
        if htmx and request.method == "POST" and response.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
            here = (htmx.current_url_abs_path or "").partition("?")[0]
            if urlsplit(response["Location"]).path != here:
                response.status_code = HTTPStatus.NO_CONTENT
                response["HX-Redirect"] = response["Location"]
                del response["Location"]
        return response
