"""Cards of pages for places where somebody pastes a link: a picture, and words for messengers and search engines."""

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.rules import Moved
from feeds.access.visitors import Person
from feeds.models import Entry, Event
from feeds.outlets import card, linked_data, share_picture
from feeds.outlets.addresses import Addresses
from feeds.outlets.card import Card
from feeds.views import origin_of
from feeds.views.branding import DAY
from feeds.views.caching import PRIVATE


def event_for_programs(request: HttpRequest, slug: str) -> Event:
    """An event that everybody may know of, or a draft for its hosts. It serves answers that are the same for all.

    Raises `Http404`, and `Moved` for an earlier address.
    """
    person = Person.of(request)
    event = rules.event_in_public(person, slug) or rules.event_for(person, slug)
    if event.slug != slug:
        raise Moved(event)
    return event


def addresses_of(request: HttpRequest) -> Addresses:
    """Absolute addresses for others: those of PUBLIC_URL, else those of this request."""
    return Addresses(origin_of(request))


@require_safe
def picture(request: HttpRequest, slug: str, language: str, digest: str) -> HttpResponse:
    """GET returns the share picture with this digest as PNG. An earlier one redirects to that of now: programs that
    follow a link may ask for its picture much later."""
    event = event_for_programs(request, slug)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    now = share_picture.digest_of(event, language)
    if digest != now:
        response: HttpResponse = HttpResponseRedirect(reverse("share-picture", args=[slug, language, now]))
        response["Cache-Control"] = PRIVATE
        return response
    response = HttpResponse(share_picture.picture(event, language), content_type=share_picture.TYPE)
    shown = event.visibility != Event.Visibility.DRAFT
    response["Cache-Control"] = f"public, max-age={DAY}, immutable" if shown else PRIVATE
    return response


def card_of_event(request: HttpRequest, event: Event, *, whole: bool = False) -> Card | None:
    """The card of an event's page; None for a draft, which nobody else can open.

    `whole`: with its linked data, for the page that all others name as theirs.
    """
    if event.visibility == Event.Visibility.DRAFT:
        return None
    addresses = addresses_of(request)
    made = card.of_event(event, addresses)
    return replace(made, linked_data=linked_data.live_blog(event, addresses)) if whole and made.is_listed else made


def card_of_entry(request: HttpRequest, entry: Entry) -> Card | None:
    """The same for an entry's own page. The entry has its comments to show."""
    if entry.event.visibility == Event.Visibility.DRAFT:
        return None
    addresses = addresses_of(request)
    made = card.of_entry(entry, addresses)
    if not made.is_listed:
        return made
    return replace(made, linked_data=linked_data.block(linked_data.single(entry, addresses)))
