"""Order of the entries on a page: where each is, and what is before and after it.

An entry's place is a number, `Post.place`; pages have it as `data-position`, by which browsers sort. What the database
sorts by is only here.
"""

import sys
from collections.abc import Iterable

from django.db.models import QuerySet

from feeds.models import Entry
from feeds.timeline.variants import MOMENTS, Variant


def goes_on_top(entry: Entry, variant: Variant) -> bool:
    """Whether every page of the newest entries has room for this one, wherever it ends."""
    return not variant.is_oldest_first and variant.view != MOMENTS and entry.shown == entry.position


def arranged(entries: Iterable[Entry], variant: Variant) -> list[Entry]:
    """These entries in the order of the page."""
    return sorted(entries, key=lambda entry: entry.place, reverse=not variant.is_oldest_first)


def is_before(place: int, other: int, variant: Variant) -> bool:
    """Whether a place comes before another one on the page."""
    return place < other if variant.is_oldest_first else place > other


def end(variant: Variant) -> int:
    """A place after all entries."""
    return sys.maxsize if variant.is_oldest_first else 0


def ahead(
    entries: QuerySet[Entry], variant: Variant, place: int | None, *, backward: bool = False, with_it: bool = False
) -> QuerySet[Entry]:
    """Entries that follow a place in the order of the page, or against it; the nearest first. None: all.

    `with_it`: the entry at the place comes first.
    """
    ascending = variant.is_oldest_first != backward
    if place is not None:
        beyond = ("gt" if ascending else "lt") + ("e" if with_it else "")
        entries = entries.filter(**{f"position__{beyond}": place})
    return entries.order_by("position" if ascending else "-position")


def between(
    entries: QuerySet[Entry], variant: Variant, first: int | None = None, last: int | None = None
) -> QuerySet[Entry]:
    """Entries from one place to another, in the order of the page. None: from its beginning, or to its end."""
    until = entries if last is None else ahead(entries, variant, last, backward=True, with_it=True)
    return ahead(until, variant, first, with_it=True)
