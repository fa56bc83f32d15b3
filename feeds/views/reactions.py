"""Adding and taking back reactions to an entry."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from feeds.access import rules
from feeds.access.visitors import COOKIE, Person
from feeds.forms import new_form_key, parse_number
from feeds.live.process import process
from feeds.models import KINDS, Entry, NetworkKey
from feeds.timeline.listing import FIRST
from feeds.values.addresses import client_address
from feeds.views import HtmxRequest
from feeds.views.errors import SeeOther
from feeds.views.reports import report


@require_http_methods(["GET", "HEAD", "POST"])
def react(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST adds a reaction, or takes it back if the visitor has it; or it reports a post. GET redirects to the event.

    The name of the one field says the kind and the entry, as in “like-18”, or the post, as in “report-comment-7”. The
    numbers arrive by the live path alone. The answer has a new style sheet that highlights what the visitor has done.
    """
    person = Person.of(request)
    if request.method != "POST":
        return redirect(rules.event_for(person, slug))
    pressed = {kind: rest for kind, _dash, rest in (name.partition("-") for name in request.POST)}
    if "report" in pressed:
        return report(request, slug, pressed["report"])
    kind, pk = next(((kind, parse_number(rest)) for kind, rest in pressed.items() if kind in KINDS), ("", None))
    entry = rules.entry_for(person, slug, pk or 0, removed_too=True)
    _tap(request, entry, kind)
    if request.htmx:
        response = render(request, "partials/reaction/reacted.html", {"event": entry.event, "form_key": new_form_key()})
    else:
        response = SeeOther(_place_of(entry))
    if COOKIE not in request.COOKIES:
        person.visitor.remember(response)
    return response


def _tap(request: HtmxRequest, entry: Entry, kind: str) -> None:
    person, address = Person.of(request), client_address(request)
    entry.react(
        kind,
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
