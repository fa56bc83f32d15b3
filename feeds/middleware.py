"""Refusing bodies that no form of ours can produce, before anything reads them; and who was here when."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from feeds.consumers import cookies_of, signed_in
from feeds.forms import DOCUMENT_MAX_MB, LOGO_MAX_MB
from feeds.known import Known
from feeds.models import SignIn
from feeds.rooms import in_thread
from feeds.views.errors import problem

WITH_LOGO = re.compile("/events/(?:new|[-_0-9A-Za-z]+/settings)/")
TOO_LARGE = "commentary.body_too_large"
TOO_LARGE_FILE = format_lazy(
    gettext_lazy(
        "A file is at most {limit} MB, and only who is signed in can send one. Sign in and try again, or ask "
        "who runs this server to import it with “manage.py import_event”."
    ),
    limit=DOCUMENT_MAX_MB,
)
TOO_LARGE_LOGO = format_lazy(
    gettext_lazy(
        "A logo is at most {limit} MB, and only who is signed in can send one. Go back and choose a smaller one."
    ),
    limit=LOGO_MAX_MB,
)


def limit_for(path: str) -> int:
    """Bytes that a body sent to this path may have: what a form needs, and some pages take files."""
    usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if path == reverse("import"):
        return usual + DOCUMENT_MAX_MB * 1024 * 1024
    # Twice what a logo may have, so that its form can say that it is too large.
    return usual + 2 * LOGO_MAX_MB * 1024 * 1024 if WITH_LOGO.fullmatch(path) else usual


async def _limit(scope: dict[str, Any]) -> int:
    """The same, and the usual one for strangers: nobody keeps megabytes of theirs."""
    usual, limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, limit_for(scope["path"])
    if limit == usual:
        return usual
    try:
        return limit if await in_thread(signed_in)(cookies_of(scope["headers"])) else usual
    except DatabaseError:  # it is away, which the answer will tell
        return usual


def limit_body(application: Any) -> Any:
    """ASGI middleware: stop handing on a body where it is too large, and say so in the scope.

    Django trusts Content-Length, which a chunked body does not have.
    """

    async def limited(scope: dict[str, Any], receive: Any, send: Any) -> None:
        size, limit = 0, await _limit(scope)

        async def counted() -> dict[str, Any]:
            nonlocal size
            message: dict[str, Any] = await receive()
            if scope.get(TOO_LARGE):  # Django has its short body, and waits for the disconnect
                while message["type"] == "http.request":
                    message = await receive()
                return message
            size += len(message.get("body", b""))
            if size > limit:
                scope[TOO_LARGE] = True
                return {"type": "http.request", "body": b"", "more_body": False}
            return message

        await application(scope, counted, send)

    return limited


class BodyLimitMiddleware:
    """Answers 413 where Django would answer 400, or read a file of any size."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        declared = request.headers.get("Content-Length", "")
        # Compared as text first: Python refuses to read numbers of thousands of digits.
        number = declared if re.fullmatch(r"[0-9]{1,18}", declared) else "9" * 18 if declared else "0"
        limit = limit_for(request.path_info)
        if int(number) > limit or getattr(request, "scope", {}).get(TOO_LARGE):
            takes_files = limit > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            said = TOO_LARGE_LOGO if WITH_LOGO.fullmatch(request.path_info) else TOO_LARGE_FILE
            return problem(request, 413, str(said) if takes_files else "")
        return self.get_response(request)


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
