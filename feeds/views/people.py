"""Hosts of an event, its open invitations, and a check that the reader of a page still hosts it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feeds.access import door_log, rules
from feeds.access.rules import Banned
from feeds.access.visitors import Person
from feeds.forms import InviteForm, new_form_key
from feeds.live.messages import farewell
from feeds.models import Event, Invitation, Link, Overtaken, Spent, Verb, sole
from feeds.models.moderation.subjects import Kind, Subject
from feeds.timeline.variants import Variant
from feeds.views import HtmxRequest, login_required, origin_of
from feeds.views.caching import never_kept, unless_current, weak
from serving.logs import shown

NOT_OPEN = gettext_noop("That invitation was no longer open. Nothing was changed.")


@require_safe
@login_required
def people(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET shows the hosts and open invitations of an event. HTMX gets the lists alone, or 304."""
    event = rules.hosted_event(Person.of(request), slug)
    if not request.htmx:
        return _page(request, event)
    context = _people(request, event)
    latest = event.acts.values_list("pk", flat=True).first()
    open_ones = [invitation.pk for invitation in context["invitations"]]
    etag = weak((event.pk, event.head, latest, open_ones, request.user.pk, context["owning"]))
    return unless_current(request, etag, lambda: render(request, "partials/desk/people_now.html", context))


@require_POST
@login_required
def invite(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST makes an invitation. Its link is in this answer and nowhere else."""
    event = rules.hosted_event(Person.of(request), slug)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, event, status=422, form=form)
    try:
        token = Invitation.make(event, by=request.user, meant_for=form.cleaned_data["meant_for"], key=form.own_key)
    except Spent:
        return _page(request, event, status=409, said=_(NOT_OPEN))
    link = origin_of(request) + reverse("invitation", args=[token])
    return _page(request, event, link=link, link_for=form.cleaned_data["meant_for"])


@require_POST
@login_required
def withdraw(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST withdraws an open invitation; 409 if it is not open."""
    event = rules.hosted_event(Person.of(request), slug)
    try:
        get_object_or_404(event.invitations, pk=pk).withdraw(by=request.user)
    except Spent:
        return _page(request, event, status=409, said=_(NOT_OPEN))
    return _page(request, event, said=_("The invitation is withdrawn. Its link no longer works."))


@require_POST
@login_required
def remove(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST removes a host, for the owner; 409 if that person does not host the event."""
    event = rules.owned_event(Person.of(request), slug)
    host = sole(event.hosts.filter(pk=pk))
    try:
        if host is None:
            raise Overtaken(_("That person no longer hosts this event. Nothing was changed."))
        event.remove_host(host, by=request.user)
    except Overtaken as overtaken:
        return _page(request, event, status=409, said=str(overtaken))
    said = _("%(name)s no longer hosts this event.") % {"name": host.get_full_name() or host.get_username()}
    return _page(request, event, said=said)


@require_POST
@login_required
def reset_link(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST makes a link with which a host sets a new password. It is in this answer and nowhere else."""
    event, host = rules.host_to_help(Person.of(request), slug, pk)
    event.note_now(request.user, Verb.RESET_LINK, Subject(Kind.HOST, host.get_username()))
    token = Link.make(Link.Kind.RESET, host, event=event, by=request.user)
    door_log.reset_link_made(host, f"by “{shown(request.user.get_username())}” in “{event.slug}”")
    link = origin_of(request) + reverse("reset", args=[token])
    return _page(request, event, link=link, reset_for=host)


def _page(request: HtmxRequest, event: Event, status: int = 200, **context: object) -> HttpResponse:
    context = {"form": InviteForm(), "form_key": new_form_key()} | context | _people(request, event)
    template = "partials/desk/people.html" if request.htmx else "desk/people.html"
    return never_kept(render(request, template, context, status=status))


def _people(request: HtmxRequest, event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "hosts": event.hosts.exclude(pk=event.owner_id).order_by("pk"),
        "invitations": event.invitations.open().select_related("made_by"),
        "owning": Person.of(request).owns(event),
    }


@require_safe
def hosting(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET answers 204 to a host's open page, which asks every 3 s. For others it takes the host controls away."""
    person = Person.of(request)
    try:
        event = rules.event_for(person, slug)
    except (Http404, Banned) as refusal:
        if not request.htmx:
            raise
        return HttpResponse(
            farewell(Variant.plain(get_language()), refusal), status=403 if isinstance(refusal, Banned) else 404
        )
    if not request.htmx:
        return redirect(event)
    response = HttpResponse(status=204)
    if not person.hosts(event):
        response = render(request, "partials/desk/hosting_over.html", {"event": event})
    return never_kept(response)
