"""Export of an event with all its posts as one JSON document, to keep or to move elsewhere: see docs/export.md.

It has nothing about visitors but their words: no browser, network or session. Two exports of the same event, or of one
and its copy, differ only in the address and the owner.
"""

import base64
import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any

from django.db import connection, transaction

from feeds.models import Comment, Entry, Event, Held

FORMAT, VERSION = "commentary-event", 1
ABOUT = (
    "title",
    "description",
    "time_zone",
    "state",
    "posting",
    "comments_open",
    "auto_start",
    "auto_end_hours",
    "blocked_words",
    "reactions",
    "show_readers",
    "show_typing",
    "accent",
    "logo_alt",
)
"""Fields of an event that the document has as they are in the database."""


CHUNK = 200
"""Entries that are read at once; their comments follow one by one."""


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
    entries = event.entries.filter(position__lte=event.head).order_by("position")
    comments = event.comments.filter(position__lte=event.head).order_by("position")
    places = [array("Q", posts.values_list("position", flat=True).iterator(2000)) for posts in (entries, comments)]

    def number(post: Entry | Comment) -> int:
        """The post's number among all posts, counted without gaps."""
        return sum(bisect_right(positions, post.position) for positions in places)

    head = {"format": FORMAT, "version": VERSION, "event": _about(event)}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": ['
    last, separator = 0, "\n"
    while chunk := list(entries.filter(position__gt=last)[:CHUNK]):
        replies = comments.filter(entry__in=chunk).order_by("entry__position", "position").iterator(500)
        reply = next(replies, None)
        for entry in chunk:
            yield separator + _opened(entry, number(entry), pinned=entry.pk == event.pinned_id)
            separator, between = ",\n", ""
            while reply and reply.entry_id == entry.pk:
                yield between + json.dumps(_post(reply, number(reply)), ensure_ascii=False)
                reply, between = next(replies, None), ", "
            yield "]}"
        last = chunk[-1].position
    yield "\n]}\n"


def _opened(entry: Entry, number: int, *, pinned: bool) -> str:
    """An entry up to the beginning of its comments."""
    written = _post(entry, number)
    if "text" in written:
        written |= {"moment": entry.moment, "pinned": pinned, "reactions": entry.counts}
    return json.dumps(written, ensure_ascii=False)[:-1] + ', "comments": ['


def _about(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ABOUT} | {
        "address": event.slug,
        "starts_at": _time(event.starts_at),
        "ended_at": _time(event.ended_at),
        "logo": base64.b64encode(event.picture.content).decode() if event.logo else "",
        "owner": event.owner.get_username(),
        "hosts": sorted(host.get_username() for host in event.hosts.all()),
    }


def _post(post: Entry | Comment, number: int) -> dict[str, Any]:
    times = {"position": number, "published_at": _time(post.published_at)}
    if post.removed_at and post.held != Held.WAITING:
        return times | {"removed_at": _time(post.removed_at)}
    return times | {
        "edited_at": _time(post.edited_at),
        **post.words,
        "by_host": post.by_host,
        "markdown": post.markdown,
        "waiting": post.hold_reason if post.held else "",
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
