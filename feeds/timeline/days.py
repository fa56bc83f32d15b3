"""Days of entries: whether those of several days come together on a page, which then needs static/days.css."""

from collections.abc import Sequence

from feeds.models import Entry, Event
from feeds.timeline.order import ahead, arranged
from feeds.timeline.variants import Variant


def meet(entries: Sequence[Entry], event: Event) -> bool:
    """Whether these entries are of several days in the event's zone."""
    return len({entry.published_at.astimezone(event.tz).date() for entry in entries}) > 1


def meet_around(entries: Sequence[Entry], event: Event, variant: Variant) -> bool:
    """Whether these entries, and those right before and after them on pages of this variant, are of several days."""
    if not entries:
        return False
    others = variant.among(event.entries.visible()).only("published_at")
    first, *_, last = [*arranged(entries, variant)] * 2
    near = [ahead(others, variant, first.place, backward=True).first(), ahead(others, variant, last.place).first()]
    return meet([*entries, *filter(None, near)], event)
