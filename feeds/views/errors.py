"""Answers to requests that cannot be fulfilled: error pages, refusals, and the way back."""

import sys
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from feeds.access import door_log
from feeds.memo import for_everybody
from feeds.models import Closed, Gone, Overtaken, Spent, TooOften
from feeds.views import came_from, wait_of, with_wait
from feeds.views.caching import PRIVATE
from feeds.views.unsent import renews_token, sender_in, unsent


class SeeOther(HttpResponseRedirect):
    """Redirect 303: the browser GETs the address, whatever method it used here."""

    status_code = 303


EXPLANATIONS = {
    400: (gettext_lazy("That request did not work"), gettext_lazy("Go back, reload the page and try again.")),
    403: (gettext_lazy("That is not allowed"), gettext_lazy("Sign in as a host of this event, or go back to it.")),
    404: (
        gettext_lazy("Page not found"),
        gettext_lazy("The link may be wrong, or the page was removed."),
    ),
    410: (gettext_lazy("No longer here"), gettext_lazy("This page was removed.")),
    413: (
        gettext_lazy("That is too large"),
        gettext_lazy("A post can have at most 2,000 characters. Go back, shorten the text and post it again."),
    ),
    422: (
        gettext_lazy("Something is missing or wrong"),
        gettext_lazy("Go back, check what you entered and send it again."),
    ),
    429: (
        gettext_lazy("Slow down a little"),
        gettext_lazy("Wait a minute and try again. Your text is still in the form."),
    ),
    500: (
        gettext_lazy("Something went wrong on our side"),
        gettext_lazy("Your text is still in the form. Try again in a moment."),
    ),
    503: (
        gettext_lazy("This site is busy or restarting"),
        gettext_lazy("Your text is still in the form. Try again in a few seconds."),
    ),
}

ANOTHER_ADDRESS = gettext_lazy(
    "This server does not accept the address you used. Tell its administrator: the log says what to set."
)


def problem(request: HttpRequest, status: int, explanation: str = "", typed: str = "") -> HttpResponse:
    """An error page with the text `typed` so far. HTMX shows the same words in the page's alert and keeps the form."""
    title, advice = EXPLANATIONS[status]
    context: dict[str, Any] = {"title": title, "advice": explanation or advice, "typed": typed}
    by_htmx = getattr(request, "htmx", False)
    template = "partials/site/problem.html" if by_htmx else "problem.html"
    # On our own failure without the request: reading the session may be just what fails.
    broken = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    response = HttpResponse(render_to_string(template, context, None if broken else request), status=status)
    if by_htmx:
        response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"] = "#problem", "innerHTML", ".problem"
    return response


STATUS: dict[type[Exception], int] = {Closed: 403, TooOften: 429, Overtaken: 409, Gone: 410, Spent: 410}
"""Status of the answer to each error of the models."""


def status_of(error: Exception) -> int:
    """Status of the answer to an error of the models."""
    return STATUS[type(error)]


def refusal(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer to an error of the models that no form shows: an error page, or `too_late`."""
    if isinstance(error, Overtaken):
        return too_late(request, error)
    said = "" if isinstance(error, Gone) else str(error)
    return with_wait(problem(request, status_of(error), said), wait_of(error))


def too_late(request: HttpRequest, overtaken: Overtaken) -> HttpResponse:
    """Tell a host that another one was faster: in place for HTMX (409), else on the page that led to the form."""
    if getattr(request, "htmx", False):
        return render(request, "partials/post/changed.html", {"said": str(overtaken)}, status=HTTPStatus.CONFLICT)
    messages.warning(request, str(overtaken))
    return SeeOther(back_from(request))


def at_desk(request: HttpRequest) -> bool:
    """Whether the host desk led to this form, directly or by way of the form's own page."""
    return "desk" in request.POST or came_from(request, reverse("desk", args=[_slug(request)]))


def back_from(request: HttpRequest) -> str:
    """Address of the page that led to this form: the host desk or the event's."""
    return reverse("desk" if at_desk(request) else "event", args=[_slug(request)])


def _slug(request: HttpRequest) -> str:
    assert request.resolver_match  # noqa: S101  (a view has been found)
    return str(request.resolver_match.kwargs["slug"])


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Error page 400, with advice for a host name that the server does not expect."""
    if isinstance(exception, DisallowedHost):
        door_log.host_refused(request)
        return problem(request, HTTPStatus.BAD_REQUEST, str(ANOTHER_ADDRESS))
    return problem(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Error page 403 with the message of the exception."""
    return problem(request, HTTPStatus.FORBIDDEN, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Error page 404, the same for everything that is hidden or missing."""
    return problem(request, HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Error page 500, or 503 with `Retry-After` if the database does not answer: that passes."""
    if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    return with_wait(problem(request, HTTPStatus.SERVICE_UNAVAILABLE), 5)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form with a bad CSRF token. A form of ours can be sent again, if only its token is old."""
    door_log.form_refused(request, reason)
    if door_log.is_of_another_address(reason):
        return problem(request, HTTPStatus.FORBIDDEN, str(ANOTHER_ADDRESS), typed=request.POST.get("text", ""))
    if renews_token(request):
        return unsent(request, sender_in(request), status=HTTPStatus.FORBIDDEN)
    said = _(
        "You have signed in or out since this page loaded, or cookies are blocked. Your text is still in the form: "
        "copy it, allow cookies for this site, reload the page and send it again."
    )
    if not getattr(request, "htmx", False):
        said = _(
            "You have signed in or out since this form loaded, or cookies are blocked. Go back to it, allow cookies "
            "for this site, reload the page and send it again."
        )
    return problem(request, HTTPStatus.FORBIDDEN, said, typed=request.POST.get("text", ""))


def unreachable(request: HttpRequest) -> HttpResponse:
    """GET returns the alert that forms show without a network. Browsers keep it for then, one for each language.

    Caches in between may keep it only if the address names the language.
    """
    asked = request.GET.get("language")
    named = asked if asked in dict(settings.LANGUAGES) else None
    language = named or get_language() or settings.LANGUAGE_CODE
    with for_everybody(language):
        context = {
            "title": _("The server cannot be reached"),
            "advice": _("Your text is still in the form. Send it again when you are back online."),
        }
        response = HttpResponse(render_to_string("partials/site/problem.html", context))
    response["Content-Language"] = language
    response["Cache-Control"] = "public, max-age=604800" if named else PRIVATE
    return response
