"""One function for each page or action, and the decorators and helpers that they share."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from feeds.forms import new_form_key
from feeds.models import Event, TooOften
from feeds.views.caching import never_kept


class HtmxRequest(HttpRequest):
    """A request as django-htmx's middleware hands it on: `.htmx` is true where htmx sent it."""

    htmx: HtmxDetails


def login_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As Django's for a page, which one comes back to. What a form sent would be lost on the way: that is refused.

    Whatever the address: somebody who has not signed in learns nothing of what is there.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied(_("Only who is signed in can do that. Sign in as a host, then send it again."))

    return guarded


def making_page(request: HttpRequest, template: str, form: BaseForm, refusal: TooOften | None = None) -> HttpResponse:
    """Page with a form that makes an event, under a new key: fresh, refused (422), or to be sent later (429)."""
    status = 429 if refusal else 422 if form.is_bound else 200
    response = render(request, template, {"form": form, "form_key": new_form_key()}, status=status)
    if refusal:
        response["Retry-After"] = str(refusal.wait)
    return response


def made(request: HttpRequest, event: Event, said: str) -> HttpResponse:
    """Lead to an event that a form has made, now or when it was sent before."""
    messages.success(request, said)
    return redirect(event)


def came_from(request: HttpRequest, path: str) -> bool:
    """Whether it was this page that led here, as far as the browser says so."""
    return urlsplit(request.headers.get("Referer", "")).path == path


def origin_of(request: HttpRequest) -> str:
    """What an address that others shall use begins with. Behind a proxy only PUBLIC_URL knows it."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").removesuffix("/")


def for_its_receiver(response: HttpResponse) -> HttpResponse:
    """A page at an address that is a secret: nobody keeps it, lists it, or is told where a browser comes from."""
    never_kept(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
