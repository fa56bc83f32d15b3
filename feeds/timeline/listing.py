"""Runs of entries: the entries that a page lists, without a gap."""

from dataclasses import dataclass

from django.db.models import QuerySet

from feeds.forms import AT, BEFORE, SINCE, Place
from feeds.models import Entry, Event
from feeds.timeline.paging import page_of
from feeds.timeline.threads import give_newest
from feeds.timeline.variants import Variant

PAGE = 50
"""Entries on a page."""
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
        entries, more = _beyond(event, variant, None)
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
    found, ascending = run(event, variant, place), variant.is_oldest_first
    while found.more is not None and (found.more < reach if ascending else found.more > reach):
        rest = run(event, variant, Place(SINCE if ascending else BEFORE, found.more))
        found = Run(found.entries + rest.entries, rest.more, found.back)
    return found


def around(
    event: Event, variant: Variant, position: int, after: int = AROUND
) -> tuple[list[Entry], int | None, int | None]:
    """The entry at a position with a few before and after it, and the positions to continue from, back and forward."""
    one = 1 if variant.is_oldest_first else -1
    before, back = _beyond(event, variant, position, backward=True, limit=AROUND)
    rest, more = _beyond(event, variant, position - one, limit=1 + after)
    return before + rest, back, more


def _all(event: Event, variant: Variant) -> QuerySet[Entry]:
    return variant.among(Entry.objects.visible().filter(event=event))


def _beyond(
    event: Event, variant: Variant, position: int | None, *, backward: bool = False, limit: int | None = None
) -> tuple[list[Entry], int | None]:
    """The entries next to a position, in the order of the page, and where to continue if there are more."""
    limit = PAGE if limit is None else limit
    entries = _ahead(_all(event, variant), variant, position, backward=backward)
    page, more = page_of(entries, limit)
    page = page[::-1] if backward else page
    for entry in page:
        entry.event = event
    give_newest(page)
    return page, more


def _end(event: Event, variant: Variant, last: list[Entry], *, backward: bool = False) -> int | None:
    """The position of the last entry of a run; None if there are no more beyond it."""
    position = last[0].position if last else None
    if position is None or not _ahead(_all(event, variant), variant, position, backward=backward).exists():
        return None
    return position


def _ahead(
    entries: QuerySet[Entry], variant: Variant, position: int | None, *, backward: bool = False
) -> QuerySet[Entry]:
    """Entries that follow a position in the order of the page, or against it; the nearest first."""
    ascending = variant.is_oldest_first != backward
    if position is not None:
        entries = entries.filter(position__gt=position) if ascending else entries.filter(position__lt=position)
    return entries.order_by("position" if ascending else "-position")


def neighbour(entry: Entry, variant: Variant, end: int) -> Entry | None:
    """The entry right above this one on a page that is at `end`; None for the first on the page.

    A page shows entries from its top without a gap. So it has room for an entry if it shows the one above it. That one
    may reappear later itself, which does not count here.
    """
    others = variant.among(Entry.objects.visible().filter(event=entry.event_id), end)
    return _ahead(others, variant, entry.position, backward=True).first()
