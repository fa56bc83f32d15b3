"""Forms sent by another account than they were rendered for. Nothing is done with them, and nothing is lost."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feeds.access.senders import FIELD, HEADER, Sender
from feeds.access.visitors import Person
from feeds.models import Event
from feeds.views import HtmxRequest
from feeds.views.caching import never_kept

FREE = {"sign-in", "sign-out", "one-time", "language", "ask-reset", "reset", "design-rehearsal-page"}
"""Names of routes whose forms do the same for every account, or nothing."""
SEEN = ("name", "text", "note", "label", "title", "description", "meant_for")
"""Fields with text that people wrote. The page shows them again; it keeps the others hidden."""


def sender_in(request: HttpRequest) -> Sender | None:
    """The sender that the form was rendered for, from its field or the header; None if neither is valid."""
    return Sender.parse(request.POST.get(FIELD) or request.headers.get(HEADER))


def sender_now(request: HttpRequest, before: Sender | None) -> Sender:
    """The sender of this request. Asks whether they host the event only if it mattered to the form."""
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match else None
    if before is None or before.hosting is None or slug is None:
        return Sender.of(request.user)
    event = Event.objects.at(slug) if request.user.is_authenticated else None
    return Sender.of(request.user, event is not None and Person.of(request).hosts(event))


def not_as_before(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form that was rendered for another sender; None if it is the same one."""
    if _is_free(request):
        return None
    before = sender_in(request)
    if before is None or before.is_still(sender_now(request, before)):
        return None
    return unsent(request, before)


def _is_free(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is None or match.url_name in FREE or match.app_name == "admin"


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site certainly sent the request, so that its form may be shown again, ready to be sent."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def unsent(request: HttpRequest, before: Sender | None, status: int = HTTPStatus.CONFLICT) -> HttpResponse:
    """Say why nothing was done, and how to go on: in the page's alert for HTMX, else on a page with the whole form."""
    now = sender_now(request, before)
    context = _words(request, before, now) | {"before": before, "now": now}
    by_htmx = getattr(request, "htmx", False)
    slug = request.resolver_match.kwargs.get("slug", "") if request.resolver_match else ""
    if by_htmx:
        context["go_on"] = f"{reverse('go-on')}?{urlencode({'event': slug})}" if context["may_go_on"] else ""
        response = render(request, "partials/site/unsent.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"] = "#problem", "innerHTML", ".problem"
    else:
        context |= _kept(request) | {"sender": str(before if context["sign_in"] and before else now)}
        response = render(request, "post/unsent.html", context, status=status)
    return never_kept(response)


def _words(request: HttpRequest, before: Sender | None, now: Sender) -> dict[str, Any]:
    """Title, advice and the ways to go on that the page offers."""
    title, ways = _("Not sent yet"), {"sign_in": False, "may_go_on": False, "renewed": False}
    if before and before.user and not now.user:
        advice = _("You are signed out. What you typed is kept. Use another tab to sign in, then send it again here.")
        return ways | {"title": title, "advice": advice, "sign_in": True}
    name = request.user.get_username()
    if before and before.user == now.user and before.hosting and not now.hosting:
        advice = _("You no longer host this event. What you typed is kept: copy it before you leave this page.")
        return ways | {"title": title, "advice": advice}
    if before is None or before.is_still(now):
        advice = _("You have signed in or out since you opened this page. What you typed is kept. Send it again now.")
        return ways | {"title": title, "advice": advice, "renewed": True, "name": name}
    advice = _(
        "You are now signed in as “%(name)s”, but were not when you opened this page. That account would send it."
    )
    return ways | {"title": title, "advice": advice % {"name": name}, "may_go_on": True, "name": name}


def _kept(request: HttpRequest) -> dict[str, Any]:
    """Fields of the form that can be sent again, without passwords and files."""
    own = {"csrfmiddlewaretoken", FIELD}
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in own and "password" not in name
    ]
    seen = [(name, value) for name, value in sent if name in SEEN and value]
    files = bool(request.FILES)
    return {"seen": seen, "unseen": [each for each in sent if each not in seen], "files": files}


@require_safe
def go_on(request: HtmxRequest) -> HttpResponse:
    """GET lets the account that is signed in now send all forms of the open page. It sends none of them."""
    event = Event.objects.at(request.GET.get("event", "")) if request.user.is_authenticated else None
    hosting = event is not None and Person.of(request).hosts(event)
    context = {"sender": str(Sender.of(request.user, hosting)), "name": request.user.get_username()}
    return never_kept(render(request, "partials/site/go_on.html", context))


def renews_token(request: HttpRequest) -> bool:
    """Whether a refused CSRF token is only older than the last sign-in, on a page of this site."""
    return not _is_free(request) and settings.CSRF_COOKIE_NAME in request.COOKIES and is_from_here(request)
