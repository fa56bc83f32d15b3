"""Creating events, their settings, and the steps of their life: start, end, archive."""

from copy import copy

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from feeds.access.rules import hosted_event
from feeds.access.visitors import Person
from feeds.forms import LOGO_MAX_MB, TAKEN, EventForm, StatusLineForm
from feeds.models import Event, Presence, TooOften
from feeds.views import HtmxRequest, came_from, login_required, made, making_page
from feeds.views.body_limits import MEGABYTE, takes_files
from feeds.views.caching import never_kept

TOO_LARGE = format_lazy(
    gettext_lazy(
        "A logo can be at most {limit} MB, and you must be signed in to send one. Go back and choose a smaller one."
    ),
    limit=LOGO_MAX_MB,
)
# Twice the limit of a logo, so that its form can say that it is too large.
takes_a_logo = takes_files(2 * LOGO_MAX_MB * MEGABYTE, TOO_LARGE)


@takes_a_logo
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """GET shows the form for a new event. POST creates it, once however often the form is sent."""
    initial = {"starts_at": timezone.now().replace(minute=0, second=0), "posting": "open", "visibility": "public"}
    form = EventForm(*_sent(request), initial=initial)
    valid = form.is_valid()  # first: the same form may be making an event at this moment, which takes the address
    event = Event.objects.made_by(form.submission(request.user)) if form.is_bound else None
    if valid and not event:
        try:
            event = form.make(request.user)
        except TooOften as refusal:
            form.add_error(None, str(refusal))
            return making_page(request, "event/event_form.html", form, refusal)
    if event:
        return made(request, event, _("Event created. Start it when you are ready."))
    return making_page(request, "event/event_form.html", form)


@takes_a_logo
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the settings of an event to its hosts. POST saves them."""
    event = hosted_event(Person.of(request), slug)
    form = EventForm(*_sent(request), instance=copy(event))
    if form.is_valid():
        try:
            event.configure(by=request.user, **form.cleaned_data)
        except IntegrityError:  # somebody took the address at this very moment
            form.add_error("slug", _(TAKEN))
        else:
            messages.success(request, _("Saved. Everybody sees it now."))
            return redirect("event", form.cleaned_data["slug"])
    context = {"form": form, "event": event, "owns": Person.of(request).owns(event)}
    return render(request, "event/event_form.html", context, status=422 if form.is_bound else 200)


def _sent(request: HttpRequest) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]] | tuple[None, None]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def status_line(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET shows the form for the status line. POST sets it; the answer leaves the field to the person who types in
    it."""
    event = hosted_event(Person.of(request), slug)
    form = StatusLineForm(
        request.POST if request.method == "POST" else None, initial={"status_line": event.status_line}
    )
    if form.is_valid():
        event.configure(by=request.user, **form.cleaned_data)
        said = _("Saved. Everybody sees it now.")
        if request.htmx:
            return render(request, "partials/event/status_line_said.html", {"said": said})
        messages.success(request, said)
        desk = reverse("desk", args=[event.slug])
        return redirect(desk if came_from(request, desk) else event)
    context = {"event": event, "status_form": form, "form_template": "partials/event/status_line_form.html"}
    template = "partials/event/status_line_said.html" if request.htmx and form.is_bound else "post/change.html"
    return never_kept(render(request, template, context, status=422 if form.is_bound else 200))


STEPS = {
    "start": gettext_lazy("The event is live."),
    "end": gettext_lazy("The event has ended."),
    "archive": gettext_lazy("The event is archived."),
    "unarchive": gettext_lazy("The event is no longer archived."),
}
"""Message after each step."""


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET asks whether to end the event. POST ends it."""
    return step(request, slug, "end") if request.method == "POST" else _ask(request, slug)


@require_POST
@login_required
def step(request: HtmxRequest, slug: str, verb: str) -> HttpResponse:
    """POST takes a step in the event's life, unless the event has left the state that the body has as `seen`."""
    event = hosted_event(Person.of(request), slug)
    taken = getattr(event, verb)(by=request.user, seen=request.POST.get("seen", ""))
    last = event.acts.listed().filter(by=request.user.pk).first()
    # The second of two taps on one button is not a mistake: it gets the answer of the first one.
    again = not taken and last and last.may_be_undone and last.details.get("to") == event.state
    said = STEPS[verb] if taken or again else _not_taken(event, verb)
    if request.htmx:
        context = {"said": said, "event": event, "act": last if taken or again else None}
        return render(request, "partials/post/changed.html", context, status=200 if taken or again else 409)
    messages.add_message(request, messages.SUCCESS if taken or again else messages.WARNING, said)
    desk = reverse("desk", args=[event.slug])
    return redirect(desk if "desk" in request.POST or came_from(request, desk) else event)


def _not_taken(event: Event, verb: str) -> str:
    if event.state == Event.STEPS[verb]:
        return _("That was already done. Nothing was changed.")
    said = _("Somebody else has changed the event to “%(state)s”, so your change was not made.")
    return said % {"state": event.get_state_display()}


@login_required
def _ask(request: HtmxRequest, slug: str) -> HttpResponse:
    """Ask before the end: in place for HTMX, else on a page. `?cancel` closes the question."""
    event = hosted_event(Person.of(request), slug)
    if request.htmx and "cancel" in request.GET:
        return render(request, "partials/post/changed.html", {"said": _("Nothing was changed.")})
    at_desk = came_from(request, reverse("desk", args=[event.slug]))
    context = {
        "event": event,
        "readers": Presence.objects.readers_of([event.pk]).get(event.pk, 0),
        "back": reverse("desk", args=[event.slug]) if at_desk and not request.htmx else "",
        "form_template": "partials/desk/end_form.html",
    }
    response = render(request, "partials/desk/end_form.html" if request.htmx else "post/change.html", context)
    return never_kept(response)  # one address, two answers
