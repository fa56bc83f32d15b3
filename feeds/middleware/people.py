"""Checks of the person behind a form, and the list of browsers that an account is signed in with."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from feeds.access.known_browsers import Known
from feeds.models import SignIn
from feeds.views.unsent import not_as_before


class SenderMiddleware:
    """Refuses a form that was rendered for another sender, and keeps its contents."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """The refusal, or None if the form may go to its view."""
        return not_as_before(request) if request.method == "POST" else None


class LastSeenMiddleware:
    """Keeps the list of an account's sessions, and lets their browsers be known (see known_browsers.py).

    Readers without a session cost no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # An answer that does not depend on the session must not read it: its Vary header would have to say so.
        session = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified  # at sign-in
        if session and request.session.accessed and response.status_code < 500 and request.user.is_authenticated:
            SignIn.objects.see(request.user, request.session, request.headers.get("User-Agent", ""))
            Known.of(request.COOKIES).remember(request.user, response)
        return response
