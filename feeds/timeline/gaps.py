"""Gaps: posts that hosts removed, as hosts see them in their places, without their words; and a list of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.models import Comment, Entry, Event, Post
from feeds.timeline import order
from feeds.timeline.listing import Run, neighbour
from feeds.timeline.threads import newest, next_after
from feeds.timeline.variants import Variant

LATEST = 20
"""The latest removed entries that are put into open pages, and the latest removed comments that leave a gap there."""
GAPS = 50
"""Removed entries on a loaded page, the first ones in its order. A flood is removed all at once, so there is a
limit."""


@dataclass(frozen=True)
class EntryGap:
    """A removed entry, and the place for it on a page."""

    entry: Entry
    before: Entry | None
    """The entry above it; a page without that one has no room for it. None for the first."""


@dataclass(frozen=True)
class CommentGap:
    """A removed comment, and the place for it on a page."""

    comment: Comment
    next: Comment | None = None
    """The comment right after it, if its entry has more comments than pages show."""
    is_further_back: bool = False
    """Whether only pages with `next` and more than the newest comments have room for it."""


def with_removed(event: Event, variant: Variant, run: Run, *, first: bool) -> list[Entry]:
    """The entries of a run together with the removed ones, and the same for comments. `first`: the run begins the
    page."""
    shown = run.entries
    removed = variant.among(Entry.objects.removed_by_hosts().filter(event=event))
    head = shown[0].place if shown and not first else None
    tail = shown[-1].place if shown and run.more is not None else None
    gaps = order.between(removed, variant, head, tail)[:GAPS]
    entries = {entry.pk: entry for entry in shown}
    for comment in latest_comments(event):
        entry = entries.get(comment.entry_id)
        if entry and not (entry.is_long and comment.position < entry.shown_comments[0].position):
            entry.shown_comments = sorted([*entry.shown_comments, comment], key=lambda each: each.position)
    return order.arranged([*shown, *gaps], variant)


def latest_gaps(event: Event, variant: Variant) -> tuple[list[EntryGap], list[CommentGap]]:
    """The latest removed entries and comments, to be put into open pages."""
    entries = Entry.objects.removed_by_hosts().filter(event=event).order_by("-removed_at")[:LATEST]
    shown = [entry for entry in entries if variant.shows(entry)]
    return [EntryGap(entry, neighbour(entry, variant, event.head)) for entry in shown], list(_comment_gaps(event))


def _comment_gaps(event: Event) -> Iterator[CommentGap]:
    comments = latest_comments(event)
    last = newest({comment.entry for comment in comments if comment.entry.is_long}, event.head)
    for comment in comments:
        if shown := last.get(comment.entry_id):
            further_back = comment.position < shown[0].position
            yield CommentGap(comment, next_after(comment, event.head), further_back)
        else:
            yield CommentGap(comment)


def latest_comments(event: Event) -> list[Comment]:
    """The latest removed comments that leave a gap on pages; not those under removed entries."""
    comments = Comment.objects.removed_by_hosts().filter(event=event).select_related("entry").order_by("-removed_at")
    return [comment for comment in comments[:LATEST] if comment.entry.is_shown]


def latest_removed(event: Event, limit: int) -> list[Post]:
    """The latest posts that hosts removed, of all kinds together, at most `limit`."""
    kinds = [posts.removed_by_hosts() for posts in event.posts()]
    found = [post for posts in kinds for post in posts.order_by("-removed_at")[:limit]]
    return sorted(found, key=lambda post: (post.removed_at, post.position), reverse=True)[:limit]


def removed_before(event: Event, position: int | None, limit: int) -> list[Post]:
    """Posts that hosts removed and can restore, the newest post first, below a position; at most `limit`."""
    found: list[Post] = []
    for posts in event.posts():
        removed = posts.removed_by_hosts()
        theirs = removed if position is None else removed.filter(position__lt=position)
        found += theirs.order_by("-position")[:limit]
    return sorted(found, key=lambda post: post.position, reverse=True)[:limit]
