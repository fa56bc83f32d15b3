"""A database as it is after years. SQL fills it within seconds; the models would take minutes.

One event has most of it. Around it are thousands of others with their hosts and logs. Only for measurements and
tests: no change is numbered, and no reader is told.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

LONG_THREAD = "the long thread"
"""Text of the entry with a large share of all comments."""


@dataclass(frozen=True)
class Size:
    entries: int = 100_000
    comments: int = 500_000
    events: int = 10_000
    thread: int = 4_000
    """Comments on the newest entry."""

    def __str__(self) -> str:
        return f"{self.entries:,} entries, {self.comments:,} comments, {self.events:,} events"


POST = "event_id, seq, position, shown, moved, name, text, user_id, visitor, by_host, published_at, removed_at, state, "
POST += "hold_reason, network, markdown"

ENTRIES = """
INSERT INTO feeds_entry ({post}, moment, counts, counted, marked)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
SELECT {event}, i, i, CASE WHEN {held} THEN 0 ELSE i END, 0, 'Visitor ' || (i % 500),
  CASE WHEN i = {number} THEN '{thread}' ELSE 'Entry number ' || i || ', and what there is to say of it.' END,
  CASE WHEN {by_host} THEN {user} END, CASE WHEN {by_host} THEN '' ELSE 'visitor-' || (i % 500) END, {by_host}, {at},
  CASE WHEN {removed} OR {held} THEN {at} END, {state}, '',
  CASE WHEN {by_host} THEN '' ELSE 'network-' || (i % 90) END, {by_host},
  CASE WHEN i % 10 = 3 THEN 'Moment ' || i ELSE '' END, '{{}}', 0, CASE WHEN i % 10 = 3 THEN i ELSE 0 END
FROM n
"""

COMMENTS = """
INSERT INTO feeds_comment ({post}, entry_id)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
SELECT {event}, {entries} + i, {entries} + i, CASE WHEN {held} THEN 0 ELSE {entries} + i END, 0,
  'Visitor ' || (i % 500), 'Comment number ' || i || ', and what there is to say of it.', NULL,
  'visitor-' || (i % 500), {false}, {at},
  CASE WHEN {removed} OR {held} THEN {at} END, {state}, '',
  'network-' || (i % 90), {false},
  (SELECT e.id FROM feeds_entry e WHERE e.event_id = {event}
    AND e.position = CASE WHEN i > {number} - {thread} THEN {entries} ELSE 1 + (i * 7919) % {entries} END)
FROM n
"""

REPLIES = """
UPDATE feeds_entry SET replies = (
  SELECT COUNT(*) FROM feeds_comment c WHERE c.entry_id = feeds_entry.id AND c.state = 'shown'
) WHERE event_id = {event}
"""

ACTS = """
INSERT INTO feeds_act (event_id, at, by_id, by_name, verb, subject, post, details)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
SELECT {event}, {at}, {user}, 'Olga', 'removed', '{{"kind": "entry", "name": "Visitor"}}', 'entry-' || i, '{{}}' FROM n
"""

COPIES = """
INSERT INTO feeds_event ({columns})
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
SELECT {values} FROM n, feeds_event WHERE feeds_event.id = {event}
"""


def fill(event: Any, size: Size) -> None:
    """Fill this event, which must be empty, and make copies of it beside it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _statements(event, size):
            cursor.execute(statement)
    event.head = event.seq = size.entries + size.comments
    type(event).objects.filter(pk=event.pk).update(head=event.head, seq=event.head)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _statements(event: Any, size: Size) -> list[str]:
    lite = connection.vendor == "sqlite"
    words: dict[str, Any] = {"post": POST, "event": event.pk, "user": event.owner_id, "entries": size.entries}
    words |= {"thread": min(size.thread, size.comments // 2), "false": 0 if lite else "false"}
    # Each at a place that a page without an index would search for a long time.
    removed = f"i < {size.entries // 10} AND i % 2 = 0"
    held = "(i % 50 = 7)"
    flags = {
        "by_host": f"(i % 10 = 0 AND i < {size.entries // 2})",
        "removed": f"({removed})",
        "held": held,
        "state": f"CASE WHEN {held} THEN 'waiting' WHEN {removed} THEN 'removed' ELSE 'shown' END",
    }
    return [
        ENTRIES.format_map(words | flags | {"thread": LONG_THREAD, "number": size.entries, "at": _at(size.entries)}),
        COMMENTS.format_map(words | flags | {"number": size.comments, "at": _at(size.comments)}),
        REPLIES.format_map(words),
        ACTS.format_map(words | {"number": size.entries // 10, "at": _at(size.entries // 10)}),
        *([COPIES.format_map(words | {"number": size.events} | _copied(event, lite))] if size.events else []),
    ]


def _at(number: int) -> str:
    """A moment for the i-th of this many rows: one a second, and the last one an hour ago."""
    if connection.vendor == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 hour', (i - {number}) || ' seconds')"
    return f"now() - interval '1 hour' + (i - {number}) * interval '1 second'"


def _copied(event: Any, lite: bool) -> dict[str, str]:
    """Columns of an event and their values in its copies: of a hundred, three are live and ten are drafts."""
    values = {
        field.column: field.column for field in event._meta.concrete_fields if field.column not in {"id", "pinned_id"}
    }
    hours = "strftime('%Y-%m-%d %H:%M:%f', starts_at, (i * 37 % 9000) || ' hours')"
    values |= {
        "slug": "'copy-' || i",
        "title": "'Event number ' || i",
        "starts_at": hours if lite else "starts_at + (i * 37 % 9000) * interval '1 hour'",
        "state": "CASE WHEN i % 100 < 3 THEN 'live' WHEN i % 100 < 50 THEN 'scheduled' ELSE 'ended' END",
        "visibility": "CASE WHEN i % 10 = 0 THEN 'draft' ELSE 'public' END",
        "epoch": "'e' || i",
    }
    return {"columns": ", ".join(values), "values": ", ".join(values.values())}
