"""Changes while pages are open, and what frames replace then: “What is refreshed when” in docs/designers.md."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.safestring import mark_safe

from feeds.gallery.cards import POLL
from feeds.gallery.live import LIVE
from feeds.gallery.samples import FORM_KEY, START, WORDS, comment, entry, event, variant
from feeds.gallery.states import Values
from feeds.models import Entry, Event, Post, PostState
from feeds.models.post.cards import made_of
from feeds.timeline.variants import Variant

_EVENT = ("#event", "#notices", "#about", "#pinned", "#moments", "#moment-count", "#heartbeat", ".unpin", "head")
_ENTRY = ("#entry-7-body", "#entry-7-tools")
_THREAD = (">.say", "#entry-7-earlier", "#comment-*")
EDITED: Values = {
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

LIST = mark_safe('<article id="entry-7" data-position="7"></article>')
"""The list of a page, which gets it as HTML."""


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
        for change in _of_entry():
            yield "partials/entry/entry.html", _seen(change, seen_as)
        for change in _of_its_event():
            yield "partials/entry/entries.html", _seen(change, seen_as)
        for change in _of_comment():
            yield "partials/comment/comment.html", _seen(change, seen_as)
    for template, change in _of_lists():
        yield template, change
    for page in ("event/event.html", "event/wall.html"):
        for change in _of_page():
            yield page, change


def _seen(change: Change, seen_as: Variant) -> Change:
    change.before["variant"] = seen_as  # in place, since several changes begin with the same values
    return replace(change, after=change.after | {"variant": seen_as})


def _shown(of: Post) -> Values:
    """Values of a post with which its template shows it."""
    return {"event": of.event, of.kind: of, "form_key": FORM_KEY}


def _of_entry() -> Iterator[Change]:
    before, marked, reacted = (
        _shown(entry(comments=2, visitor="v")),
        _shown(entry(comments=2, visitor="v", moment="Ignition")),
        _shown(entry(comments=2, visitor="v", counts={"like": 3, "clap": 1})),
    )
    asked, voted = (_shown(made) for made in (entry(visitor="v"), entry(visitor="v")))
    for shown, number in ((asked, 1), (voted, 2)):
        made_of(shown["entry"], POLL | {"votes": [number, 0, 0], "voters": number})
    none, one, three, ten = (_shown(entry(comments=each, visitor="v")) for each in (0, 1, 3, Entry.NEWEST))
    yield Change("an entry is marked as a key moment", before, marked, _ENTRY)
    yield Change("an entry is edited", before, _shown(entry(comments=2, visitor="v", **EDITED)), _ENTRY)
    yield Change("readers react to an entry", before, reacted, (">.reactions",))
    yield Change("readers vote on a poll", asked, voted, (">.carried",))
    yield Change("the first comment comes", none, one, _THREAD)
    yield Change("a comment comes", before, three, _THREAD)
    more = _shown(entry(comments=Entry.NEWEST, visitor="v", replies=11))
    yield Change("more comments come than pages show", ten, more, _THREAD)


def _of_its_event() -> Iterator[Change]:
    """Changes of an event, on which nothing of its entries may depend but the link to unpin one."""
    before = _listed(event())
    for when, fields in OF_EVENT.items():
        yield Change(when, before, _listed(event(**fields)), (".unpin",))


def _listed(of: Event) -> Values:
    """Values of a list with an entry of that event."""
    return {"event": of, "entries": [entry(of, comments=1)], "form_key": FORM_KEY}


def _of_comment() -> Iterator[Change]:
    before = _shown(comment(entry(), visitor="v"))
    edited = {key: value for key, value in EDITED.items() if key in {"text", "edited_at"}}
    edit = _shown(comment(entry(), visitor="v", **edited))
    yield Change("a comment is edited", before, edit, ("#comment-20-body", "#comment-20-tools"))
    for when, on in (
        ("an entry is marked as a key moment", entry(moment="Ignition")),
        ("a comment comes", entry(replies=3)),
        ("readers react to an entry", entry(counts={"like": 3})),
    ):
        yield Change(when, before, _shown(comment(on, visitor="v")))


def _of_lists() -> Iterator[tuple[str, Change]]:
    """Reactions and comments do not change the event, so lists that come with it cannot tell of them."""

    reacted, commented = {"counts": {"like": 3}}, {"replies": 3}
    for template, listed in (("partials/entry/pinned.html", _pinned), ("partials/entry/moments.html", _moments)):
        yield template, Change("readers react to an entry", listed({}), listed(reacted))
        yield template, Change("a comment comes", listed({}), listed(commented))
    of = event()
    waits, refused = (
        LIVE | {"event": of, "waiting": [entry(of, text=WORDS, state=state)]}
        for state in (PostState.WAITING, PostState.REJECTED)
    )
    yield "partials/post/waiting.html", Change("a host does not approve a post", waits, refused, (">.label",))


def _pinned(fields: Values) -> Values:
    """Values of an event that has pinned an entry with these fields."""
    of = event()
    of.pinned = entry(of, **fields)
    return LIVE | {"event": of}


def _moments(fields: Values) -> Values:
    """Values of an event with an entry with these fields as a key moment."""
    of = event()
    of.moments = [entry(of, moment="Ignition", **fields)]
    return LIVE | {"event": of}


def _of_page() -> Iterator[Change]:
    before = _page(event())
    for when, fields in OF_EVENT.items():
        yield Change(when, before, _page(event(**fields)), _EVENT)
    yield Change("an entry comes", before, _page(event(), number=43), _EVENT)


def _page(of: Event, *, number: int = 42) -> Values:
    """Values of the page of an event with this number of entries. The list is tried by itself."""
    of.entry_count = number
    code = {"address": ["live.example.org"], "code": ""}
    return LIVE | code | {"event": of, "entries": LIST, "older": 50}
