"""Feeds of an event in each format, made once after each change and kept for everybody who polls."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings

from feeds.memo import Memo, for_everybody, weight_of
from feeds.models import Entry, Event
from feeds.models.post.cards import give
from feeds.outlets import atom, items, json_feed
from feeds.outlets.addresses import STAND_IN, Addresses
from feeds.outlets.atom import About
from feeds.outlets.texts import line, safe
from feeds.timeline.variants import ALL
from feeds.values.site import site

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Time of a feed without anything in it."""
LIVE_EVENTS, NEWEST_OF_EACH = 20, 10
"""Live events whose newest entries are in one feed, and the number of entries of each."""

kept: Memo[str] = Memo(weight_of, number=64, size=8 * 1024 * 1024)
FORMATS = {"feed-atom": (atom.TYPE, atom.of_posts), "feed-json": (json_feed.TYPE, json_feed.of_posts)}
"""Type of a feed and the function that writes it, by the name of its address."""


def of_event(event: Event, name: str, view: str, before: int | None, addresses: Addresses) -> str:
    """A feed of the event: its first page, which is kept, or the one before a change."""

    def make() -> str:
        """The feed with placeholders for addresses."""
        with for_everybody(settings.LANGUAGE_CODE):
            found = items.page(event, view, before)
            about = _about(event, name, view, before, found.more)
            return FORMATS[name][1](about, found.shown, found.removed, STAND_IN).decode()

    key = (settings.BUILD, site().name, event.pk, event.epoch, event.head, name, view)
    return addresses.put_into(make() if before is not None else kept.get(key, make))


def _about(event: Event, name: str, view: str, before: int | None, more: int | None) -> About:
    first = STAND_IN.to(name, event.slug)

    def at(place: int | None) -> str:
        """Address of the page that begins before this change."""
        asked = {name: str(value) for name, value in (("view", view), ("before", place)) if value not in {ALL, None}}
        return f"{first}?{urlencode(asked)}" if asked else first

    return About(
        title=line(event.title),
        subtitle=safe(event.description),
        id=STAND_IN.id_of(event, *([] if view == ALL else [view])),
        page=STAND_IN.event(event),
        here=at(before),
        first=at(None),
        next=at(more) if more is not None else "",
        updated=event.changed_at,
    )


def of_events(events: list[Event], addresses: Addresses) -> bytes:
    """An Atom feed of these events."""
    about = _of_site("events-atom", events, addresses)
    return _plain(lambda: atom.of_events(about, events, addresses))


def of_live(events: list[Event], addresses: Addresses) -> bytes:
    """An Atom feed of the newest entries of these live events, of any of them."""
    by_pk = {event.pk: event for event in events[:LIVE_EVENTS]}
    newest = [
        Entry.objects.visible().filter(event=pk).order_by("-position").values("pk")[:NEWEST_OF_EACH] for pk in by_pk
    ]
    parts = [Entry.objects.filter(pk__in=keys).order_by() for keys in newest]
    entries = list(parts[0].union(*parts[1:], all=True)) if parts else []
    for entry in entries:
        entry.event = by_pk[entry.event_id]
    give(entries)
    entries.sort(key=lambda entry: (entry.published_at, entry.pk), reverse=True)
    about = _of_site("live-atom", events, addresses)
    return _plain(lambda: atom.of_posts(about, entries[: items.PAGE], [], addresses))


def _of_site(name: str, events: list[Event], addresses: Addresses) -> About:
    here = addresses.to(name)
    updated = max((event.changed_at for event in events), default=EPOCH)
    return About(
        title=site().name, id=addresses.id_of(name), page=addresses.to("home"), here=here, first="", updated=updated
    )


def _plain(make: Callable[[], bytes]) -> bytes:
    with for_everybody(settings.LANGUAGE_CODE):
        return make()
