"""Changes while pages are open, and what frames replace then: “What is refreshed when” in docs/designers.md."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from feeds.gallery.live import LIVE
from feeds.gallery.samples import FORM_KEY, START, WORDS, comment, entry, event, variant
from feeds.gallery.states import Values, rendered
from feeds.models import Entry, Event, PostState

_EVENT = ("#event", "#notices", "#about", "#pinned", "#moments", "#moment-count", "#heartbeat", ".unpin", "head")
_ENTRY = ("#entry-7-body", "#entry-7-tools")
_THREAD = (">.say", "#entry-7-earlier", "#comment-*")
EDITED: dict[str, Any] = {
    "text": "Held at T minus 3.",
    "headline": "Hold",
    "minute": "T−3",
    "edited_at": START + timedelta(minutes=9),
}
OF_EVENT: dict[str, Values] = {
    "the status line changes": {"status_line": "2–1 · 64'"},
    "the title changes": {"title": "Petrel 8"},
    "the description changes": {"description": "The second flight."},
    "posting is closed": {"posting": Event.Posting.CLOSED},
    "comments are closed": {"comments_open": False},
    "slow mode begins": {"slow_mode": 30},
    "an entry is marked as a key moment": {"moments": 3},
    "an entry is pinned": {"pinned": True},
}


@dataclass(frozen=True)
class Change:
    """Something that changes while a page is open."""

    when: str
    before: Values
    after: Values
    replaced: tuple[str, ...] = ()
    """What frames replace then: elements by “#id”, “.class” or tag; with “>” in front, their contents alone."""


def changes() -> Iterator[tuple[str, Change]]:
    """All changes, each with the template that it is tried on."""
    for seen_as in (variant(), variant().for_hosts()):
        for change in (*_of_entry(), *_of_its_event()):
            yield "partials/entry/entry.html", _seen(change, seen_as)
        for change in _of_comment():
            yield "partials/comment/comment.html", _seen(change, seen_as)
    for template, change in _of_lists():
        yield template, change
    for page in ("event/event.html", "event/wall.html"):
        for change in _of_page():
            yield page, change


def _seen(change: Change, seen_as: object) -> Change:
    return replace(change, before=change.before | {"variant": seen_as}, after=change.after | {"variant": seen_as})


def _of_entry() -> Iterator[Change]:
    def shown(*, comments: int = 2, **fields: Any) -> Values:
        """Values of an entry with these fields."""
        made = entry(comments=comments, visitor="v", **fields)
        return {"event": made.event, "entry": made, "form_key": FORM_KEY}

    before = shown()
    yield Change("an entry is marked as a key moment", before, shown(moment="Ignition"), _ENTRY)
    yield Change("an entry is edited", before, shown(**EDITED), _ENTRY)
    yield Change("readers react to an entry", before, shown(counts={"like": 3, "clap": 1}), (">.reactions",))
    yield Change("the first comment comes", shown(comments=0), shown(comments=1), _THREAD)
    yield Change("a comment comes", before, shown(comments=3), _THREAD)
    full = shown(comments=Entry.NEWEST)
    yield Change("more comments come than pages show", full, shown(comments=Entry.NEWEST, replies=11), _THREAD)


def _of_its_event() -> Iterator[Change]:
    """Changes of an event, on which nothing of its entries may depend but the link to unpin one."""

    def shown(**fields: Any) -> Values:
        """Values of an entry in an event with these fields."""
        made = entry(event(**fields), comments=1)
        return {"event": made.event, "entry": made, "form_key": FORM_KEY}

    for when, fields in OF_EVENT.items():
        yield Change(when, shown(), shown(**fields), (".unpin",))


def _of_comment() -> Iterator[Change]:
    def shown(of: Values | None = None, **fields: Any) -> Values:
        """Values of a comment with these fields, on an entry with those."""
        made = comment(entry(**(of or {})), visitor="v", **fields)
        return {"event": made.event, "comment": made, "form_key": FORM_KEY}

    edited = {key: value for key, value in EDITED.items() if key in {"text", "edited_at"}}
    yield Change("a comment is edited", shown(), shown(**edited), ("#comment-20-body", "#comment-20-tools"))
    yield Change("an entry is marked as a key moment", shown(), shown({"moment": "Ignition"}))
    yield Change("a comment comes", shown(), shown({"replies": 3}))
    yield Change("readers react to an entry", shown(), shown({"counts": {"like": 3}}))


def _of_lists() -> Iterator[tuple[str, Change]]:
    """Reactions and comments do not change the event, so lists that come with it cannot tell of them."""

    def pinned(**fields: Any) -> Values:
        """Values of an event with a pinned entry."""
        of = event()
        of.pinned = entry(of, **fields)
        return LIVE | {"event": of}

    def moments(**fields: Any) -> Values:
        """Values of an event with a key moment."""
        of = event()
        of.moments = [entry(of, moment="Ignition", **fields)]
        return LIVE | {"event": of}

    for template, shown in (("partials/entry/pinned.html", pinned), ("partials/entry/moments.html", moments)):
        yield template, Change("readers react to an entry", shown(), shown(counts={"like": 3}))
        yield template, Change("a comment comes", shown(), shown(replies=3))
    of = event()
    waits, refused = (
        LIVE | {"event": of, "waiting": [entry(of, text=WORDS, state=state)]}
        for state in (PostState.WAITING, PostState.REJECTED)
    )
    yield "partials/post/waiting.html", Change("a host does not approve a post", waits, refused, (">.label",))


def _of_page() -> Iterator[Change]:
    def shown(*, number: int = 42, **fields: Any) -> Values:
        """Values of an event's page."""
        of = event(**fields)
        of.entry_count = number
        one = {"event": of, "entries": [entry(event())], "form_key": FORM_KEY, "variant": variant()}
        entries = rendered("partials/entry/entries.html", one)
        code = {"address": ["live.example.org"], "code": ""}
        return LIVE | code | {"event": of, "entries": entries, "older": 50}

    for when, fields in OF_EVENT.items():
        yield Change(when, shown(), shown(**fields), _EVENT)
    yield Change("an entry comes", shown(), shown(number=43), _EVENT)
