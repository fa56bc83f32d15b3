"""What hosts have removed, where it was: for hosts alone, and without its words."""

from dataclasses import dataclass

from feeds.models import Comment, Entry, Event
from feeds.runs import Run, neighbour
from feeds.variants import Variant

LATEST = 20
"""So many entries, and comments, are put into open pages. A page that is loaded has all in its range."""


@dataclass(frozen=True)
class Gap:
    entry: Entry
    before: Entry | None
    """What a page must show to have room for it; None for the first."""


def with_removed(event: Event, variant: Variant, run: Run, *, first: bool) -> list[Entry]:
    """The entries of a run and those removed from it, and the same of comments. `first`: nothing comes before it."""
    shown = run.entries
    removed = variant.among(Entry.objects.removed_by_hosts().filter(event=event))
    head, tail = (shown[0].position, shown[-1].position) if shown else (None, None)
    if head and not first:
        removed = removed.filter(**{"position__gte" if variant.is_oldest_first else "position__lte": head})
    if tail and run.more is not None:
        removed = removed.filter(**{"position__lte" if variant.is_oldest_first else "position__gte": tail})
    for comment in Comment.objects.removed_by_hosts().filter(entry__in=[entry.pk for entry in shown]):
        entry = next(entry for entry in shown if entry.pk == comment.entry_id)
        entry.shown_comments = sorted([*entry.shown_comments, comment], key=lambda each: each.position)
    return sorted([*shown, *removed], key=lambda each: each.position, reverse=not variant.is_oldest_first)


def latest_gaps(event: Event, variant: Variant) -> tuple[list[Gap], list[Comment]]:
    """The latest removed entries and comments, to be put into pages that were open before."""
    entries = variant.among(Entry.objects.removed_by_hosts().filter(event=event)).order_by("-removed_at")[:LATEST]
    comments = Comment.objects.removed_by_hosts().filter(event=event, entry__removed_at=None).order_by("-removed_at")
    return [Gap(entry, neighbour(entry, variant, event.head)) for entry in entries], list(comments[:LATEST])
