"""Adding and taking back reactions to an entry, and votes on its poll."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from feeds.access import rules
from feeds.access.visitors import COOKIE, Person
from feeds.forms import new_form_key, parse_number
from feeds.live.process import process
from feeds.models import KINDS, Entry, Gone, NetworkKey, Poll
from feeds.timeline.listing import FIRST
from feeds.values.addresses import client_address
from feeds.views import HtmxRequest
from feeds.views.errors import SeeOther
from feeds.views.reports import report


@require_http_methods(["GET", "HEAD", "POST"])
def react(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST adds a reaction or a vote, or takes back what the visitor has; or reports. GET redirects to the event.

    The name of the one field says the kind and the entry, as in “like-18”, the option of a poll, as in “vote-18-2”, or
    the post, as in “report-comment-7”. The numbers arrive by the live path alone. The answer has a new style sheet that
    highlights what the visitor has done.
    """
    person = Person.of(request)
    if request.method != "POST":
        return redirect(rules.event_for(person, slug))
    pressed = {kind: rest for kind, _dash, rest in (name.partition("-") for name in request.POST)}
    if "report" in pressed:
        return report(request, slug, pressed["report"])
    if "vote" in pressed:
        entry = _vote(request, slug, pressed["vote"])
        return _answer(request, entry)
    kind, pk = next(((kind, parse_number(rest)) for kind, rest in pressed.items() if kind in KINDS), ("", None))
    entry = rules.entry_for(person, slug, pk or 0, removed_too=True)
    _tap(request, entry, partial(entry.react, kind))
    return _answer(request, entry)


def _vote(request: HtmxRequest, slug: str, named: str) -> Entry:
    """Vote on a poll for the option that is named like “18-2”: the entry, and the place of the option."""
    pk, _dash, place = named.partition("-")
    entry = rules.entry_for(Person.of(request), slug, parse_number(pk) or 0, removed_too=True)
    if not isinstance(entry.card, Poll):
        raise Gone if entry.shown and not entry.is_shown else Http404
    entry.card.entry = entry
    chosen = parse_number(place)
    _tap(request, entry, partial(entry.card.vote, -1 if chosen is None else chosen))
    return entry


def _answer(request: HtmxRequest, entry: Entry) -> HttpResponse:
    """The answer to a tap, after which the page highlights it."""
    if request.htmx:
        response = render(request, "partials/reaction/reacted.html", {"event": entry.event, "form_key": new_form_key()})
    else:
        response = SeeOther(_place_of(entry))
    if COOKIE not in request.COOKIES:
        Person.of(request).visitor.remember(response)
    return response


def _tap(request: HtmxRequest, entry: Entry, verb: Callable[..., None]) -> None:
    """Call the verb of a reaction or a vote for this person, and publish the numbers now or soon."""
    person, address = Person.of(request), client_address(request)
    verb(
        visitor=person.visitor.id,
        user=person.user if person.user.is_authenticated else None,
        network=NetworkKey.objects.disguise(address),
        address=address,
    )
    if request.htmx and process.reaction_counts.will_be_published(entry):
        return
    if wait := entry.publish_counts(at_once=not request.htmx):
        process.reaction_counts.publish_soon(entry, wait)


def _place_of(entry: Entry) -> str:
    """Address of the page that shows the entry: the event's, or the entry's own if it is too old for that one."""
    newer = Entry.objects.visible().filter(event=entry.event_id, position__gt=entry.position)
    if newer.count() < FIRST:
        return entry.get_absolute_url()
    return f"{reverse('entry', args=[entry.event.slug, entry.pk])}#{entry.element_id}"
