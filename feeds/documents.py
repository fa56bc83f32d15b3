"""An event with all its posts as one JSON document, to keep or to move elsewhere: see docs/export.md.

It tells nothing of visitors but what they wrote: no browser, no network, no session. Two exports of the same
event, or of one and its copy, are the same text but for the address and the owner.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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
"""Fields of an event that are in its document as they are in the database."""


def pieces(event: Event) -> Iterator[str]:
    """The document in pieces, one for each entry. What is published after `event` was read is not in it."""
    entries = list(event.entries.filter(position__lte=event.head).order_by("position"))
    comments: dict[int, list[Comment]] = defaultdict(list)
    for comment in event.comments.filter(position__lte=event.head).order_by("position"):
        comments[comment.entry_id].append(comment)
    kept = [*entries, *(comment for entry in entries for comment in comments[entry.pk])]
    numbers = {position: number for number, position in enumerate(sorted(post.position for post in kept), 1)}

    head = {"format": FORMAT, "version": VERSION, "event": _about(event)}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": ['
    for index, entry in enumerate(entries):
        written = _post(entry, numbers)
        if "text" in written:
            pinned = entry.pk == event.pinned_id
            written |= {"moment": entry.moment, "pinned": pinned, "reactions": entry.counts}
        written["comments"] = [_post(comment, numbers) for comment in comments[entry.pk]]
        yield ("," if index else "") + "\n" + json.dumps(written, ensure_ascii=False)
    yield "\n]}\n"


def _about(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ABOUT} | {
        "address": event.slug,
        "starts_at": _time(event.starts_at),
        "ended_at": _time(event.ended_at),
        "logo": base64.b64encode(event.picture.content).decode() if event.logo else "",
        "owner": event.owner.get_username(),
        "hosts": sorted(host.get_username() for host in event.hosts.all()),
    }


def _post(post: Entry | Comment, numbers: dict[int, int]) -> dict[str, Any]:
    times = {"position": numbers[post.position], "published_at": _time(post.published_at)}
    if post.removed_at and post.held != Held.WAITING:
        return times | {"removed_at": _time(post.removed_at)}
    return times | {
        "edited_at": _time(post.edited_at),
        "name": post.name,
        "text": post.text,
        "by_host": post.by_host,
        "markdown": post.markdown,
        "waiting": post.hold_reason if post.held else "",
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
