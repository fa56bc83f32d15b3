"""Runs of entries: the entries that a page lists, without a gap."""

from dataclasses import dataclass

from django.db.models import QuerySet

from feeds.forms import AT, BEFORE, SINCE, Place
from feeds.models import Entry, Event
from feeds.models.post.cards import give
from feeds.timeline import order
from feeds.timeline.paging import page_of
from feeds.timeline.threads import give_newest
from feeds.timeline.variants import Variant

FIRST = 25
"""Entries on a page that begins at the top: a few screens on a phone, soon there where the network is slow."""
PAGE = 50
"""Entries on any other page, and with which a page is continued."""
AROUND = 3
"""Entries shown before the one that a reader jumps to; on its own page also after it."""


@dataclass(frozen=True)
class Run:
    """Successive entries of a page, and where to continue."""

    entries: list[Entry]
    """Entries with their newest comments, in the order of the page."""
    more: int | None
    """Position to continue from in the order of the page; None at its end."""
    back: int | None = None
    """Position to go back from; None if the run begins where the page does."""


def run(event: Event, variant: Variant, place: Place | None = None) -> Run:
    """A page of visible entries: the first one, or the one at `place`."""
    if place is None:
        entries, more = _beyond(event, variant, None, limit=FIRST)
        return Run(entries, more)
    if place.way == AT:
        entries, back, more = around(event, variant, place.position, after=PAGE - AROUND - 1)
    elif (place.way == SINCE) == variant.is_oldest_first:
        entries, more = _beyond(event, variant, place.position)
        back = _end(event, variant, entries[:1], backward=True)
    else:
        entries, back = _beyond(event, variant, place.position, backward=True)
        more = _end(event, variant, entries[-1:])
    return Run(entries, more, back)


def run_to(event: Event, variant: Variant, place: Place | None, reach: int) -> Run:
    """A run extended to the position `reach`, as a page has it that was scrolled that far."""
    found = run(event, variant, place)
    while found.more is not None and order.is_before(found.more, reach, variant):
        rest = run(event, variant, Place(SINCE if variant.is_oldest_first else BEFORE, found.more))
        found = Run(found.entries + rest.entries, rest.more, found.back)
    return found


def around(
    event: Event, variant: Variant, place: int, after: int = AROUND
) -> tuple[list[Entry], int | None, int | None]:
    """The entry at a place with a few before and after it, and the places to continue from, back and forward."""
    before, back = _beyond(event, variant, place, backward=True, limit=AROUND)
    rest, more = _beyond(event, variant, place, with_it=True, limit=1 + after)
    return before + rest, back, more


def _all(event: Event, variant: Variant) -> QuerySet[Entry]:
    return variant.among(Entry.objects.visible().filter(event=event))


def _beyond(
    event: Event, variant: Variant, place: int | None, *, limit: int | None = None, **which: bool
) -> tuple[list[Entry], int | None]:
    """The entries next to a place, in the order of the page, and where to continue if there are more.

    `which`: see `order.ahead`.
    """
    limit = PAGE if limit is None else limit
    entries = order.ahead(_all(event, variant), variant, place, **which)
    page, more = page_of(entries, limit)
    page = order.arranged(page, variant)
    for entry in page:
        entry.event = event
    give_newest(page)
    give(page)
    return page, more


def _end(event: Event, variant: Variant, last: list[Entry], *, backward: bool = False) -> int | None:
    """The place of the last entry of a run; None if there are no more beyond it."""
    place = last[0].place if last else None
    if place is None or not order.ahead(_all(event, variant), variant, place, backward=backward).exists():
        return None
    return place


def neighbour(entry: Entry, variant: Variant, end: int) -> Entry | None:
    """The entry right above this one on a page that is at `end`; None for the first on the page.

    A page shows entries from its top without a gap. So it has room for an entry if it shows the one above it. That one
    may reappear later itself, which does not count here.
    """
    others = variant.among(Entry.objects.visible().filter(event=entry.event_id), end)
    return order.ahead(others, variant, entry.place, backward=True).first()
