"""Items of feeds: what changed in an event, the latest change first, removals included.

A feed that lists entries by their age shows no edit of an older one. In the order of changes, a program that has read
on to the change it knows has missed nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import chain

from django.db.models import Q

from feeds.models import Comment, Entry, Event, Post
from feeds.models.post.cards import give
from feeds.timeline.variants import ALL, HOSTS, MOMENTS

PAGE = 50
"""Changes on one page of a feed."""
UNDER = 200
"""Comments that leave or come back with their entry, told on one page."""


@dataclass(frozen=True)
class Removal:
    """A post that readers had seen, and that is gone; without its words."""

    post: Post
    at: datetime


@dataclass(frozen=True)
class Page:
    """Successive changes of a feed."""

    shown: list[Post] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    more: int | None = None
    """Number of the change to continue before; None at the end."""


def page(event: Event, view: str = ALL, before: int | None = None) -> Page:
    """The latest changes, or those before a change. Feeds of key moments and of hosts' entries have no comments."""
    kinds = list(Post.kinds.values()) if view == ALL else [Entry]
    found = list(merge(*(_changed(event, kind, view, before) for kind in kinds), key=lambda post: -post.seq))
    rows, rest = found[:PAGE], found[PAGE:]
    _give_entries(event, rows)
    give([row for row in rows if isinstance(row, Entry)])
    rows += _with_their_entries(event, rows) if view == ALL else []
    shown = [row for row in rows if _is_in(row, view)]
    gone = [Removal(row, _left_at(event, row)) for row in rows if not _is_in(row, view)]
    return Page(shown, gone, rows[PAGE - 1].seq if rest else None)


def _changed(event: Event, kind: type[Post], view: str, before: int | None) -> list[Post]:
    """Posts of one kind that readers have seen, the last changed first; one more than a page has."""
    of_view: dict[str, dict[str, object]] = {MOMENTS: {"marked__gt": 0}, HOSTS: {"by_host": True}}
    which = of_view.get(view, {}) | ({} if before is None else {"seq__lt": before})
    posts = kind._default_manager.filter(event=event.pk, shown__gt=0).filter(**which)
    return list(posts.order_by("-seq")[: PAGE + 1])


def _is_in(post: Post, view: str) -> bool:
    """Whether the feed shows a post that it has shown before."""
    marked = view != MOMENTS or (isinstance(post, Entry) and bool(post.moment))
    return post.is_shown and marked and not post.is_under_removed


def _left_at(event: Event, post: Post) -> datetime:
    """The time at which a post left the feed: its own removal, that of its entry, or else the event's last change."""
    return post.left_at or event.changed_at


def _give_entries(event: Event, posts: Iterable[Post]) -> None:
    """Set the event of these posts, and the entries of comments, in at most one query."""
    posts = list(posts)
    comments = [post for post in posts if isinstance(post, Comment)]
    entries = {post.pk: post for post in posts if isinstance(post, Entry)}
    missing = {comment.entry_id for comment in comments} - entries.keys()
    entries |= {entry.pk: entry for entry in Entry.objects.filter(pk__in=missing)} if missing else {}
    for comment in comments:
        comment.entry = entries[comment.entry_id]
    for post in chain(posts, entries.values()):
        post.event = event


def _with_their_entries(event: Event, rows: list[Post]) -> list[Post]:
    """Comments that left the page, or came back, with these entries: they have not changed themselves."""
    moved = [
        row.pk for row in rows if isinstance(row, Entry) and row.seq != row.position and _has_left_or_returned(row)
    ]
    if not moved:
        return []
    known = {row.pk for row in rows if isinstance(row, Comment)}
    under = Comment.objects.visible().filter(Q(entry__in=moved)).exclude(pk__in=known).order_by("-seq")[:UNDER]
    comments: list[Post] = list(under)
    _give_entries(event, [*rows, *comments])
    return comments


def _has_left_or_returned(entry: Entry) -> bool:
    return not entry.is_shown or entry.shown == entry.seq
