"""Days of entries: whether those of several days come together on a page, which then needs static/days.css."""

from collections.abc import Sequence
from datetime import date

from feeds.memo import Memo
from feeds.models import Entry, Event

others: Memo[bool] = Memo(lambda _: 1, number=1024, size=1024)
"""Whether an event has entries of another day than this one. Of one that comes later, its own frame tells the pages."""


def meet(entries: Sequence[Entry], event: Event) -> bool:
    """Whether these entries are of several days in the event's zone."""
    return len({_day(entry, event) for entry in entries}) > 1


def meet_others(entries: Sequence[Entry], event: Event) -> bool:
    """Whether these entries, with the others that pages of the event may show, are of several days."""
    if not entries or meet(entries, event):
        return bool(entries)
    day = _day(entries[0], event)
    return others.get((event.pk, event.epoch, event.time_zone, day), lambda: _has_others(event, day))


def _has_others(event: Event, day: date) -> bool:
    by_time = event.entries.visible().order_by("published_at").only("published_at")
    ends = [entry for entry in (by_time.first(), by_time.reverse().first()) if entry]
    found = any(_day(entry, event) != day for entry in ends)
    if found:
        others.clear()  # the other day may have been alone until now
    return found


def _day(entry: Entry, event: Event) -> date:
    return entry.published_at.astimezone(event.tz).date()
