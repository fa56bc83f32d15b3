"""Export of an event with all its posts as one JSON document, to keep or to move elsewhere: see docs/export.md.

It has nothing about visitors but their words: no browser, network or session. Two exports of the same event, or of one
and its copy, differ only in the address and the owner.
"""

import base64
import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any

from django.db import connection, transaction

from feeds.models import Entry, Event, Post, PostState
from feeds.models.post.cards import give
from feeds.models.post.kinds import kinds, plural_of
from feeds.models.post.querysets import PostQuerySet

FORMAT, VERSION = "commentary-event", 1
ABOUT = (
    "title",
    "description",
    "status_line",
    "time_zone",
    "state",
    "posting",
    "comments_open",
    "auto_start",
    "auto_end_hours",
    "slow_mode",
    "blocked_words",
    "masked_words",
    "refused_words",
    "report_limit",
    "reactions",
    "show_readers",
    "show_typing",
    "phrases",
    "accent",
    "logo_alt",
)
"""Fields of an event that the document has as they are in the database."""


CHUNK = 200
"""Posts that are read at once; those under them follow one by one."""


@contextmanager
def snapshot() -> Iterator[None]:
    """Makes all reads in the block see the same moment. It never blocks writers."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:  # by hand: `atomic` takes the lock for writing
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def write(event_pk: int, file: IO[bytes], *, until: Callable[[], bool] = lambda: False) -> None:
    """Writes an event's document to a file as fast as the database goes; stops once `until` returns true."""
    with snapshot():
        for piece in pieces(Event.objects.get(pk=event_pk)):
            if until():
                return
            file.write(piece.encode())


def pieces(event: Event) -> Iterator[str]:
    """The document in pieces, of which few are in memory. Posts published after `event` was read are left out."""
    of_kind = {kind: _in_order(event, model) for kind, model in kinds.items()}
    places = [array("Q", posts.values_list("position", flat=True).iterator(2000)) for posts in of_kind.values()]

    def number(post: Post) -> int:
        """The post's number among all posts, counted without gaps."""
        return sum(bisect_right(positions, post.position) for positions in places)

    head = {"format": FORMAT, "version": VERSION, "event": _about(event)}
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for kind, model in kinds.items():
        if not model.parent:
            yield f', "{plural_of(model)}": ['
            yield from _listed(kind, of_kind, number)
            yield "\n]"
    yield "}\n"


def _in_order(event: Event, model: type[Post]) -> PostQuerySet[Post]:
    posts: PostQuerySet[Post] = getattr(event, plural_of(model)).filter(position__lte=event.head)
    return posts.order_by("position")


def _listed(kind: str, of_kind: Mapping[str, PostQuerySet[Post]], number: Callable[[Post], int]) -> Iterator[str]:
    """Posts of a kind that is under no other, each with the posts under it."""
    under = {each: posts for each, posts in of_kind.items() if posts.model.parent == kind}
    last, separator = 0, "\n"
    while chunk := list(of_kind[kind].filter(position__gt=last)[:CHUNK]):
        give([post for post in chunk if isinstance(post, Entry)])
        answers = [_Answers(posts, kind, chunk) for posts in under.values()]
        for post in chunk:
            yield separator + json.dumps(_post(post, number(post)), ensure_ascii=False)[:-1]
            for each in answers:
                yield f', "{plural_of(each.model)}": ['
                between = ""
                for answer in each.to(post):
                    yield between + json.dumps(_post(answer, number(answer)), ensure_ascii=False)
                    between = ", "
                yield "]"
            yield "}"
            separator = ",\n"
        last = chunk[-1].position


class _Answers:
    """Posts of one kind under successive ones, read once and one by one."""

    def __init__(self, posts: PostQuerySet[Post], parent: str, under: list[Post]) -> None:
        self.model = posts.model
        self._key = f"{parent}_id"
        found = posts.filter(**{f"{parent}__in": under}).order_by(f"{parent}__position", "position")
        self._rows = found.iterator(500)
        self._next = next(self._rows, None)

    def to(self, post: Post) -> Iterator[Post]:
        """Read those under this post, after those under the ones before it."""
        while self._next and getattr(self._next, self._key) == post.pk:
            yield self._next
            self._next = next(self._rows, None)


def _about(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ABOUT} | {
        "address": event.slug,
        "starts_at": _time(event.starts_at),
        "ended_at": _time(event.ended_at),
        "logo": base64.b64encode(event.picture.content).decode() if event.logo else "",
        "owner": event.owner.get_username(),
        "hosts": sorted(host.get_username() for host in event.hosts.all()),
    }


def _post(post: Post, number: int) -> dict[str, Any]:
    times = {"position": number, "published_at": _time(post.published_at)}
    if not post.is_shown and post.state != PostState.WAITING:
        return times | {"removed_at": _time(post.removed_at)}
    told: dict[str, Any] = times | {
        "edited_at": _time(post.edited_at),
        **post.words,
        "by_host": post.by_host,
        "markdown": post.markdown,
        "waiting": post.hold_reason if post.state == PostState.WAITING else "",
    }
    if isinstance(post, Entry):
        told |= {"happened_at": _time(post.happened_at), "moment": post.moment}
        told |= {"pinned": post.pk == post.event.pinned_id, "reactions": post.counts}
        told |= {"card": post.card.data} if post.card else {}
    return told


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
