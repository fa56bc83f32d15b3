"""States of frames, and of everything else that is only ever sent to open pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from feeds.access.rules import Banned
from feeds.forms import JumpForm
from feeds.gallery.live import FROM, LIVE
from feeds.gallery.samples import (
    BEFORE,
    CURSOR,
    LONG_NAME,
    RTL_NAME,
    START,
    WORDS,
    comment,
    entries,
    entry,
    event,
    variant,
)
from feeds.gallery.states import PAGE, Made, shows
from feeds.models import Entry, Event, PostState
from feeds.timeline.frames import Frame
from feeds.timeline.gaps import CommentGap, EntryGap
from feeds.timeline.replies import Brought, Replies, Tidied


def _frame(of: Event | None = None, **changes: object) -> dict[str, Any]:
    return LIVE | {"event": of or event(moments=2, pinned=True), "guard": FROM} | changes


@shows("partials/live/frame")
def _frames() -> Iterator[Made]:
    of = event()
    made, remark = entry(of, comments=1), comment(entry(of))
    yield "an entry was published", _frame(newest=[made])
    yield "one came back", _frame(appeared=[(entry(of, shown=115), entry(of, pk=8, position=116))])
    yield "on another day", _frame(newest=[made], days_meet=True)
    yield "several were published", _frame(newest=[made, entry(of, pk=9, position=117)])
    yield "oldest first", _frame(appeared=[(made, None)], variant=variant(order="oldest"))
    yield "a comment", _frame(replies=Replies(brought=[Brought(remark)], counted=[remark.entry]))
    yield "a comment was edited", _frame(replies=Replies(revised=[remark]))
    long, next_one = entry(of, comments=Entry.NEWEST, replies=11), comment(entry(of), pk=21, position=111)
    tidied = Tidied(long, long.shown_comments)
    yield "a comment, and more than pages show", _frame(replies=Replies(brought=[Brought(remark)], tidied=[tidied]))
    yield (
        "as many comments again as pages show",
        _frame(replies=Replies(brought=[Brought(remark, if_missing=True)], tidied=[Tidied(entry(of, replies=10), [])])),
    )
    came_back = Brought(comment(entry(of), shown=115), next_one, is_further_back=True)
    yield "an old comment came back", _frame(replies=Replies(brought=[came_back], tidied=[tidied]))
    yield "edited", _frame(revised=[made])
    yield "edited, for hosts", _frame(revised=[made], variant=variant().for_hosts())
    yield "reacted to", _frame(recounted=[made])
    yield "removed", _frame(removed=[entry(of, state=PostState.REMOVED)])
    yield "removed before a host saw it", _frame(removed=[entry(of, state=PostState.REJECTED)])
    yield "approved", _frame(newest=[made], approved=[made])
    yield "no longer a key moment", _frame(left=[made])
    yield "the event changed", _frame(event_changed=True)
    yield "the event changed, for hosts", _frame(event_changed=True, variant=variant().for_hosts())
    yield "wherever the page is", _frame(guard="", event_changed=True)
    yield (
        "much has changed",
        _frame(event_changed=True, reset=True, entries=entries(of, 2), older=50, jump=JumpForm(of, None)),
    )


@shows("partials/live/removed_frame")
def _removals() -> Iterator[Made]:
    of = event()
    first, second = (entry(of, pk=n, position=100 + n, state=PostState.REMOVED) for n in (7, 8))
    about = LIVE | {"event": of}
    yield "the first of all", about | {"entry_gaps": [EntryGap(second, None)], "comment_gaps": []}
    yield "after another", about | {"entry_gaps": [EntryGap(first, second)], "comment_gaps": []}
    yield "oldest first", about | {"entry_gaps": [EntryGap(second, first)], "variant": variant(order="oldest")}
    remark, next_one = comment(entry(of), state=PostState.REMOVED), comment(entry(of), pk=21, position=111)
    yield "a comment", about | {"comment_gaps": [CommentGap(remark)]}
    yield (
        "a comment that is further back than pages show",
        about | {"comment_gaps": [CommentGap(remark, next_one, True)]},
    )


@shows("partials/live/typing_frame", "partials/live/typing_over_frame")
def _typing() -> Iterator[Made]:
    yield "an entry", {"place": 0}
    yield "a comment", {"place": 7}


@shows("partials/live/gone_frame")
def _farewells() -> Iterator[Made]:
    yield "taken offline", {}, PAGE
    yield "banned for good", {"banned": Banned(None)}, PAGE
    yield "banned for a time, with a note", {"banned": Banned(START + timedelta(days=1), WORDS)}, PAGE


@shows("partials/live/changes")
def _polls() -> Iterator[Made]:
    frame = Frame(BEFORE, CURSOR, html="")
    about = LIVE | {"event": event(), "frame": frame, "state": "polling", "after": BEFORE}
    yield "news", about
    yield "nothing new", about | {"frame": None}
    yield "one of one's own, and a post to find", about | {"own": True, "fragment": entry()}
    yield "the socket is silent", about | {"silent": True}
    yield "event over", about | {"over": True, "frame": replace(frame, over=True)}


@shows("partials/live/announcement")
def _announcements() -> Iterator[Made]:
    yield "one entry", {"news": 1, "latest": "Paul"}
    yield "several", {"news": 12, "latest": LONG_NAME}
    yield "right to left", {"news": 3, "latest": RTL_NAME}
