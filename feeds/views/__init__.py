"""One function for each page or action, and the decorators and helpers that they share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from feeds.forms import new_form_key
from feeds.models import Event, TooOften
from feeds.views.caching import never_kept


class HtmxRequest(HttpRequest):
    """A request as django-htmx's middleware hands it on: `.htmx` is true where htmx sent it."""

    htmx: HtmxDetails


Request = TypeVar("Request", bound=HttpRequest)
Arguments = ParamSpec("Arguments")
Response = TypeVar("Response", bound=HttpResponseBase)
View = Callable[Concatenate[Request, Arguments], Response]


def login_required(view: View[Request, Arguments, Response]) -> View[Request, Arguments, Response | HttpResponse]:
    """Decorate a view for signed-in people only. A page redirects to sign-in and back; a form is refused (403).

    A redirect would lose the fields of a form. Strangers get the same answer whether or not something is there.
    """

    @wraps(view)
    def _guarded(request: Request, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Response | HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied(_("Sign in as a host first, then send it again."))

    return _guarded


def wait_of(error: Exception | None) -> int:
    """Seconds until the next try after an error of the models, 0 if there are none to wait."""
    return error.wait if isinstance(error, TooOften) else 0


def with_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Add `Retry-After`, unless there is nothing to wait for, and return the response."""
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def making_page(request: HttpRequest, template: str, form: BaseForm, refusal: TooOften | None = None) -> HttpResponse:
    """Page with a form that makes an event, under a new key: fresh, with errors (422), or to be sent later (429)."""
    status = 429 if refusal else 422 if form.is_bound else 200
    response = render(request, template, {"form": form, "form_key": new_form_key()}, status=status)
    return with_wait(response, wait_of(refusal))


def made(request: HttpRequest, event: Event, said: str) -> HttpResponse:
    """Redirect to an event that a form made, now or when it was sent before. `said` is the message shown there."""
    messages.success(request, said)
    return redirect(event)


def came_from(request: HttpRequest, path: str) -> bool:
    """Whether the page at this path led here, as far as the browser says so."""
    return urlsplit(request.headers.get("Referer", "")).path == path


def origin_of(request: HttpRequest) -> str:
    """Scheme and host for addresses that are given to others. Behind a proxy only PUBLIC_URL knows them."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").removesuffix("/")


def for_its_receiver(response: HttpResponse) -> HttpResponse:
    """Add headers for a page at a secret address: it is not kept, not indexed, and never sent as a referrer."""
    never_kept(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
