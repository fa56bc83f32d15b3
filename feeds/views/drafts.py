"""Drafts on the host desk: saving what was composed, taking it over, and publishing, cancelling or deleting it.

Drafts are for hosts only. They reach other desks with the desk's own state, every two seconds.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import EntryForm, parse_number
from feeds.forms.cards import kinds_for
from feeds.forms.composing import as_typed, composed_in, draft_in, require_time
from feeds.models import Closed, Draft, Event, Overtaken, submission_digest
from feeds.values.clocks import when
from feeds.views import HtmxRequest, login_required
from feeds.views.composing import takes_pictures
from feeds.views.desk import desk_page
from feeds.views.errors import SeeOther, status_of
from feeds.views.moderation import from_desk
from feeds.views.pages import event_page
from feeds.views.posts import composer_of, form_context, naming, refused, why_overtaken


@takes_pictures
@require_POST
@login_required
def save(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST saves what is in the composer as a draft; with `schedule` it is published at the time in `publish_at`."""
    event = rules.hosted_event(Person.of(request), slug)
    form = EntryForm(request.POST, request.FILES, **naming(request, event))
    status = 422
    if form.is_valid() and "schedule" in request.POST:
        require_time(form)
    if form.is_valid():
        try:
            draft = _save(request, event, form)
        except Closed as closed:
            status = status_of(closed)
            form.add_error(None, str(closed))
        except Overtaken as late:
            status = status_of(late)
            form.add_error(None, why_overtaken(form, event, late))
        else:
            return filled(request, event, None, said=_said(draft))
    return refused(request, composer_of(event, form, on_desk=True), status)


def _save(request: HtmxRequest, event: Event, form: EntryForm) -> Draft:
    """Save the content of a valid form as a new draft, or in the draft that it was filled in from."""
    said = form.cleaned_data
    if form.card and not form.card.is_drafted:
        raise Closed(_("A draft cannot keep pictures. Post the entry, or remove the pictures."))
    publish_at = said["publish_at"] if "schedule" in request.POST else None
    if draft := draft_in(form, event):
        return draft.revise(by=request.user, seen=said["version"], publish_at=publish_at, **composed_in(form))
    key, visitor = said["key"], Person.of(request).visitor.id
    digest = submission_digest(visitor, key, "draft", event.pk, *form.words.values(), str(publish_at or ""))
    return event.draft(by=request.user, publish_at=publish_at, submission=digest if key else None, **composed_in(form))


def _said(draft: Draft) -> str:
    draft.refresh_from_db(fields=["publish_at"])
    if draft.publish_at is None:
        return _("Saved as a draft.")
    return _("Scheduled for %(time)s.") % {"time": when(draft.publish_at.astimezone(draft.event.tz))}


@takes_pictures
@require_POST
@login_required
def take_over(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST fills the composer with a draft. What was in the composer is saved as a draft of its own first."""
    event = rules.hosted_event(Person.of(request), slug)
    draft = Draft(pk=pk, event=event).current()
    draft.event = event
    said = ""
    if any(request.POST.get(name, "").strip() for name in ("text", "headline")):
        form = EntryForm(request.POST, request.FILES, **naming(request, event))
        if not form.is_valid():
            form.add_error(None, _("Finish or clear this first, so that nothing of it is lost."))
            return refused(request, composer_of(event, form, on_desk=True), 422)
        try:
            _save(request, event, form)
        except (Closed, Overtaken) as error:
            form.add_error(None, str(error))
            return refused(request, composer_of(event, form, on_desk=True), status_of(error))
        said = _("Your own text is saved as a draft.")
    name = Person.of(request).visitor.name or draft.name
    return filled(request, event, as_typed(draft) | {"name": name}, said=said, focus="text")


@takes_pictures
@require_POST
@login_required
def phrase(request: HtmxRequest, slug: str, number: int) -> HttpResponse:
    """POST adds the saved phrase with this number to what is in the composer."""
    event = rules.hosted_event(Person.of(request), slug)
    found = next((each for each in event.saved_phrases if each.number == number), None)
    typed: dict[str, Any] = {name: value for name, value in request.POST.items() if name in EntryForm.PREFILLED}
    focus = "text"
    if found and found.is_moment:
        typed["headline"] = f"{typed.get('headline', '')} {found.text}".strip()
        typed |= {"pin": True, "key_moment": True}
        focus = "button"
    elif found:
        typed["text"] = f"{typed.get('text', '')} {found.text}".strip()
    return filled(request, event, typed, focus=focus)


@takes_pictures
@require_POST
def add_card(request: HtmxRequest, slug: str, kind: str) -> HttpResponse:
    """POST gives the composer the fields of this kind of card; with “none” it takes them away."""
    person = Person.of(request)
    event = rules.event_for(person, slug)
    hosting = person.hosts(event)
    event.require_open(by_host=hosting)
    typed: dict[str, Any] = {name: value for name, value in request.POST.items() if name in EntryForm.PREFILLED}
    if kind != "none" and kind not in {each.kind for each in kinds_for(event, host=hosting)}:
        raise PermissionDenied(_("Only hosts of this event can add that."))
    typed["card"] = kind
    return filled(request, event, typed, focus="text" if kind == "none" else "card", on_desk="markdown" in request.POST)


def filled(
    request: HtmxRequest,
    event: Event,
    initial: dict[str, Any] | None,
    *,
    said: str = "",
    focus: str = "",
    on_desk: bool = True,
) -> HttpResponse:
    """The composer with these contents, or an empty one: in place for HTMX, else on its page."""
    form = EntryForm(initial=initial, **naming(request, event)) if initial else None
    if not request.htmx:
        if said:
            messages.success(request, said)
        if form is None:
            return SeeOther(reverse("desk", args=[event.slug]))
        return (desk_page if on_desk else event_page)(request, event, form=form, focus=focus)
    context = form_context(request, composer_of(event, form or EntryForm(), on_desk=on_desk))
    context |= {"form": form, "focus": focus, "said": said, "told": said, "value": context["form_key"]}
    return render(request, "partials/post/post_answer.html", context)


@require_POST
@login_required
def act(request: HtmxRequest, slug: str, pk: int, verb: str) -> HttpResponse:
    """POST publishes, cancels or deletes a draft from the host desk."""
    event = rules.hosted_event(Person.of(request), slug)
    draft, seen = Draft(pk=pk, event=event), parse_number(request.POST.get("seen"))
    ways: dict[str, tuple[Callable[[], object], str]] = {
        "publish": (lambda: draft.publish(by=request.user, seen=seen), _("Published.")),
        "cancel": (lambda: draft.unschedule(by=request.user), _("Cancelled. It stays as a draft.")),
        "delete": (lambda: draft.delete_by(request.user, seen=seen), _("Deleted.")),
    }
    way, said = ways[verb]
    return from_desk(request, slug, way, said)
