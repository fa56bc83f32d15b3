"""Redirects to an event's present address, and the headers that keep private addresses private.

Only people who were given the address should know an event that is not public, or a link with a token. So search
engines do not list them, and the address of a token is sent nowhere. A redirect to such an address gets the same
headers as the page there.

No page is cached unless its view says so: going back after signing out shows none. Going back to the page of an event
shows it in the order in which it was left, although another order was chosen since.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from feeds.access.rules import Moved, event_in_public
from feeds.access.visitors import Person
from feeds.middleware.spelling import corrected
from feeds.models import Event
from feeds.views.caching import PRIVATE


class SignpostMiddleware:
    """Redirects from an event's earlier address, and sets the headers for private addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _has_token(request):
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex"
            response["Cache-Control"] = "private, no-store"
        response.headers.setdefault("Cache-Control", "private, no-store")
        if _is_gone_back_to(request, response):
            names = [name for name in response.get("Vary", "").split(", ") if name != "Cookie"]
            response["Vary"] = ", ".join(names)
        if request.resolver_match is None and response.has_header("Location"):
            _look_up(request)
        person: Person | None = vars(request).get("_person")
        if person and any(event.visibility != Event.Visibility.PUBLIC for event in person.events):
            response["X-Robots-Tag"] = "noindex"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A redirect to the same page at the event's present address. It is temporary: hosts may change the address
        back."""
        if not isinstance(exception, Moved) or not (match := _match(request)):
            return None
        there = reverse(match.view_name, kwargs=_captured(match) | {"slug": exception.event.slug})
        query = request.META.get("QUERY_STRING", "")
        response = HttpResponseRedirect(f"{there}?{query}" if query else there)
        response["Cache-Control"] = "private, no-cache"
        return response


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's check, extended for pages that send no address.

    From a page with `Referrer-Policy: no-referrer` browsers send a form with `Origin: null`, which Django refuses as
    another site's. Browsers tell in `Sec-Fetch-Site` whether it is; without that header it is refused. The cookie and
    the form's token are compared in any case.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META.get("HTTP_ORIGIN") == "null":
            return bool(request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin")
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]
        return verified


def _is_gone_back_to(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether going back shows this page as it was, whatever cookies came since: only a browser without account has it.

    Otherwise the browser would ask again, and get the order that the reader chose last.
    """
    match, signed_in = request.resolver_match, settings.SESSION_COOKIE_NAME in request.COOKIES
    return bool(match and match.view_name == "event" and response["Cache-Control"] == PRIVATE and not signed_in)


def _match(request: HttpRequest) -> ResolverMatch | None:
    """The route of the address, even if the request did not get that far or is only near it; None if there is none."""
    if request.resolver_match:
        return request.resolver_match
    try:
        return resolve(corrected(request.path_info) or request.path_info)
    except Resolver404:
        return None


def _look_up(request: HttpRequest) -> None:
    """Notes the event that a redirect leads to. It says nothing about a draft or a missing event."""
    if (match := _match(request)) and (slug := _captured(match).get("slug")):
        event_in_public(Person.of(request), slug)


def _has_token(request: HttpRequest) -> bool:
    match = _match(request)
    return bool(match and "token" in _captured(match))


def _captured(match: ResolverMatch) -> dict[str, Any]:
    """The values in the address itself, without those that the URL list adds."""
    captured: dict[str, Any] = match.captured_kwargs  # type: ignore[attr-defined]  # missing in its types
    return captured
