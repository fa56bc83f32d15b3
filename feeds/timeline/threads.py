"""Threads: the comments on an entry that a page shows, either the newest few or a run around a place.

Nothing here reads more of a long thread than it returns.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from feeds.forms import AT, BEFORE, SINCE, Place
from feeds.models import Comment, Entry
from feeds.models.post.querysets import PostQuerySet
from feeds.timeline.paging import page_of

PAGE = 100
"""Comments on a page of them."""
STEP = 50
"""Comments that HTMX loads at a time."""
AROUND = 5
"""Comments shown before the one that a reader jumps to."""
OPENED = 300
"""Number of opened comments that a page gets again when it reloads itself; it links to the others."""


@dataclass(frozen=True)
class Thread:
    """Successive comments, in order."""

    comments: list[Comment]
    earlier: int | None
    """Position to page back from; None if it begins with the first comment."""
    later: int | None = None
    """Position to page on from; None if it ends with the newest comment."""


def give_newest(entries: Collection[Entry]) -> None:
    """Sets `.shown_comments` of each entry to its newest visible comments, in one query."""
    found = newest([entry for entry in entries if entry.replies])
    for entry in entries:
        entry.shown_comments = found[entry.pk]


def newest(entries: Iterable[Entry], end: int | None = None) -> dict[int, list[Comment]]:
    """The newest visible comments on each entry, by its key; with `end`, those that appeared at that change or
    before."""
    visible = Comment.objects.visible() if end is None else Comment.objects.visible().filter(shown__lte=end)
    on = {entry.pk: entry for entry in entries}
    few = [entry for entry in on.values() if not entry.is_long]
    many = [entry for entry in on.values() if entry.is_long]
    last = [visible.filter(entry=entry).order_by("-position").values("pk")[: Entry.NEWEST] for entry in many]
    parts = [Comment.objects.filter(pk__in=keys).order_by() for keys in last]
    if few:
        parts.append(visible.filter(entry__in=few).order_by())
    found: defaultdict[int, list[Comment]] = defaultdict(list)
    for comment in parts[0].union(*parts[1:], all=True) if parts else ():
        comment.entry = on[comment.entry_id]
        found[comment.entry_id].append(comment)
    for pk, comments in found.items():
        found[pk] = sorted(comments, key=lambda comment: comment.position)[-Entry.NEWEST :]
    return found


def thread(entry: Entry, place: Place) -> Thread:
    """A page of the comments on an entry: those before a place, after it, or from it on.

    A page that ends with the newest comment has at least as many as other pages, since frames add to it, too.
    """
    if place.way == BEFORE and (found := before(entry, place.position, PAGE)).comments:
        return Thread(found.comments, found.earlier, _end(entry, found.comments[-1:]))
    start = {AT: place.position - 1, SINCE: place.position, BEFORE: 0}[place.way]
    lead = before(entry, place.position, AROUND) if place.way == AT else Thread([], None)
    rest, later = page_of(_visible(entry).filter(position__gt=start).order_by("position"), PAGE - len(lead.comments))
    comments = [*lead.comments, *_listed(entry, rest)]
    short = Entry.NEWEST - len(comments)
    if later is None and short > 0:
        lead = before(entry, comments[0].position if comments else sys.maxsize, short)
        return Thread([*lead.comments, *comments], lead.earlier)
    return Thread(comments, _end(entry, comments[:1], backward=True), later)


def open_at(entry: Entry, place: Place | None, floor: int | None = None) -> None:
    """Lets an entry show the comments at a place, or its newest, and earlier ones down to the position `floor`."""
    newest = entry.shown_comments
    found = thread(entry, place) if place else Thread(newest, _end(entry, newest[:1], backward=True))
    first = found.comments[0].position if found.comments else sys.maxsize
    if floor is not None and floor < first:
        more = _visible(entry).filter(position__gte=floor, position__lt=first).order_by("-position")[:OPENED]
        comments = [*_listed(entry, more)[::-1], *found.comments]
        found = Thread(comments, _end(entry, comments[:1], backward=True), found.later)
    entry.thread, entry.shown_comments = found, found.comments


def before(entry: Entry, position: int | None, limit: int | None = None) -> Thread:
    """The last comments before a position, STEP at most; for None, the newest and a step more."""
    limit = STEP if limit is None else limit
    comments = _visible(entry)
    if position is None:
        limit += Entry.NEWEST
    else:
        comments = comments.filter(position__lt=position)
    found, earlier = page_of(comments.order_by("-position"), limit)
    return Thread(_listed(entry, found)[::-1], earlier)


def may_have_been_long(entry: Entry) -> bool:
    """Whether it has had more comments than pages show, including removed ones."""
    comments = Comment.objects.filter(entry=entry.pk).order_by("position").values("pk")
    return bool(comments[Entry.NEWEST : Entry.NEWEST + 1])


def next_after(comment: Comment, end: int) -> Comment | None:
    """The comment right after this one on a page that is at `end`; None for the newest."""
    beyond = _visible(comment.entry).filter(shown__lte=end, position__gt=comment.position)
    return beyond.order_by("position").first()


def _visible(entry: Entry) -> PostQuerySet[Comment]:
    return Comment.objects.visible().filter(entry=entry.pk)


def _listed(entry: Entry, comments: Iterable[Comment]) -> list[Comment]:
    """These comments, each with its entry set."""
    found = list(comments)
    for comment in found:
        comment.entry = entry
    return found


def _end(entry: Entry, last: list[Comment], *, backward: bool = False) -> int | None:
    """The position of the last comment of a run; None if there are no more beyond it.

    They are queried in order, though any would do: otherwise PostgreSQL scans another index from its beginning.
    """
    position = last[0].position if last else None
    if position is None:
        return None
    beyond = {"position__lt": position} if backward else {"position__gt": position}
    more = _visible(entry).filter(**beyond).order_by("-position" if backward else "position").values("pk")
    return position if more[:1] else None
