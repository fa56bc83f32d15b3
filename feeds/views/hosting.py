"""What hosts do: create and edit events, start and end them."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from feeds.access import Person, hosted_event
from feeds.bodies import MEGABYTE, takes_files
from feeds.forms import LOGO_MAX_MB, EventForm
from feeds.models import Event, TooOften
from feeds.views import HtmxRequest, came_from, login_required

TOO_LARGE = format_lazy(
    gettext_lazy(
        "A logo is at most {limit} MB, and only who is signed in can send one. Go back and choose a smaller one."
    ),
    limit=LOGO_MAX_MB,
)
# Twice what a logo may have, so that its form can say that it is too large.
takes_a_logo = takes_files(2 * LOGO_MAX_MB * MEGABYTE, TOO_LARGE)


@takes_a_logo
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    initial = {"starts_at": timezone.now().replace(minute=0, second=0), "posting": "open", "visibility": "public"}
    form = EventForm(*_sent(request), initial=initial)
    if form.is_valid():
        event = form.save(commit=False)
        try:
            Event.objects.make(event, owner=request.user, picture=form.cleaned_data.get("picture"))
        except TooOften as refusal:
            form.add_error(None, str(refusal))
            response = render(request, "event_form.html", {"form": form}, status=429)
            response["Retry-After"] = str(refusal.wait)
            return response
        messages.success(request, _("The event is there. Start it when you are ready."))
        return redirect(event)
    return render(request, "event_form.html", {"form": form}, status=422 if form.is_bound else 200)


@takes_a_logo
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted_event(Person.of(request), slug)
    form = EventForm(*_sent(request), instance=copy(event))
    if form.is_valid():
        event.configure(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Everybody on the page sees it already."))
        return redirect("event", form.cleaned_data["slug"])
    context = {"form": form, "event": event, "owns": Person.of(request).owns(event)}
    return render(request, "event_form.html", context, status=422 if form.is_bound else 200)


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@require_POST
@login_required
def step(request: HtmxRequest, slug: str, verb: str) -> HttpResponse:
    """A step in the event's life: start, end, archive or unarchive."""
    event = hosted_event(Person.of(request), slug)
    steps: dict[str, tuple[Callable[..., bool], str]] = {
        "start": (event.start, _("The event is live.")),
        "end": (event.end, _("The event has ended.")),
        "archive": (event.archive, _("The event is archived.")),
        "unarchive": (event.unarchive, _("The event is out of the archive.")),
    }
    step, said = steps[verb]
    taken = step(by=request.user)
    if request.htmx:
        if not taken:
            said = _("That was done already. Nothing was changed.")
        return render(request, "partials/changed.html", {"said": said}, status=200 if taken else 409)
    desk = reverse("desk", args=[event.slug])
    return redirect(desk if came_from(request, desk) else event)
