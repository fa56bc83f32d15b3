"""The person who sends a form, and the browsers in which an account was seen last."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from feeds.access.known_browsers import Known
from feeds.models import SignIn
from feeds.views.unsent import not_as_before


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
