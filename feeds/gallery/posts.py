"""States of entries, comments and their lists."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from feeds.gallery.composing import HEADING
from feeds.gallery.samples import (
    FORM_KEY,
    HOW,
    LONG_NAME,
    ONE_WORD,
    RTL,
    RTL_NAME,
    START,
    act,
    act_of_setting,
    comment,
    entries,
    entry,
    event,
    fresh_act,
    variant,
)
from feeds.gallery.states import HOSTS, OWN, Made, shows
from feeds.gallery.tools import FOR_HOSTS, pinned_moment
from feeds.models import Entry, Event, PostState, Verb
from feeds.models.post.kinds import PostKey
from feeds.timeline.threads import Thread

OVER = Event.State.ENDED
COUNTS = {"like": 128, "love": 3, "clap": 17}


@shows("partials/entry/entry")
def _entries() -> Iterator[Made]:
    def shown(of: Event | None = None, *, comments: int = 0, **fields: object) -> dict[str, Any]:
        """The context of an entry with these fields."""
        made = entry(of, comments=comments, **fields)
        return {"event": made.event, "entry": made, "form_key": FORM_KEY}

    for name, fields in HOW.items():
        yield name, shown(**fields)
    yield "with comments", shown(comments=9)
    yield "with more comments than pages show", shown(comments=Entry.NEWEST, replies=4000)
    yield "with reactions", shown(counts=COUNTS)
    yield "a key moment", shown(moment="Ignition")
    yield "with a headline and a minute", shown(**HEADING)
    yield "a key moment with a headline", shown(**HEADING | {"moment": "Ignition"})
    yield "a headline alone, right to left", shown(headline=RTL, text="")
    yield "of the day before, told today", shown(happened_at=START - timedelta(days=1))
    yield "as its author sees it", shown(comments=1, visitor="v"), OWN
    yield "as a host sees it", shown(comments=1, visitor="v") | FOR_HOSTS, HOSTS
    yield "pinned, and a key moment, as a host sees it", pinned_moment(), HOSTS
    yield "on its own page", shown() | {"current": True, "own_page": True}
    yield "comments off", shown(event(comments_open=False))
    yield "posting closed", shown(event(posting=Event.Posting.CLOSED), counts=COUNTS)
    yield "without reactions to choose from", shown(event(reactions=""))
    yield "event over", shown(event(state=OVER), comments=2, counts=COUNTS)


@shows("partials/comment/comments")
def _threads() -> Iterator[Made]:
    def shown(number: int = Entry.NEWEST, replies: int = 4000, thread: Thread | None = None) -> dict[str, Any]:
        """The context of an entry with this many comments on the page, and in all."""
        made = entry(comments=number, replies=replies)
        made.thread = thread
        return {"event": made.event, "entry": made}

    yield "the newest", shown()
    yield "all there are", shown(2, 2)
    yield "none", shown(0, 0)
    yield "the newest, as a host sees it", shown() | FOR_HOSTS, HOSTS
    yield "from some place on", shown(thread=Thread([], 110))
    yield "from the first on", shown(thread=Thread([], None, 119))
    yield "in between", shown(thread=Thread([], 110, 119))
    yield "on a page of them, all there are", shown(2, 2, Thread([], None))


@shows("partials/comment/earlier", "partials/comment/comment_count")
def _earlier() -> Iterator[Made]:
    made = entry(replies=4000)
    about = {"event": made.event, "entry": made}
    yield "there are more", about
    yield "some are opened", about | {"opened": True, "earlier": 110}
    yield "all are opened", about | {"opened": True, "earlier": None}
    yield "no more than pages show", about | {"entry": entry(replies=2), "opened": True}


@shows("partials/comment/comment")
def _comments() -> Iterator[Made]:
    for name, fields in HOW.items():
        made = comment(**fields)
        yield name, {"event": made.event, "comment": made}
    made = comment()
    yield "as a host sees it", {"event": made.event, "comment": made} | FOR_HOSTS, HOSTS
    made = comment(visitor="v")
    yield "as its author sees it", {"event": made.event, "comment": made}, OWN


@shows("partials/entry/say")
def _links_to_comment() -> Iterator[Made]:
    yield "no comments", {"entry": entry()}
    yield "many comments", {"entry": entry(replies=4000)}


@shows("partials/post/post_body", "partials/post/by")
def _bodies() -> Iterator[Made]:
    for name, fields in HOW.items():
        made = entry(**fields)
        yield name, {"event": made.event, "post": made}
    made = entry(**HEADING)
    yield "with a headline and a minute", {"event": made.event, "post": made}
    made = entry(**HEADING | {"moment": "Ignition"})
    yield "a key moment", {"event": made.event, "post": made}
    remark = comment()
    yield "of a comment", {"event": remark.event, "post": remark}
    made = entry(visitor="v")
    yield "as its author sees it", {"event": made.event, "post": made}, OWN
    made = entry()
    yield "as a host sees it", {"event": made.event, "post": made} | FOR_HOSTS, HOSTS


@shows("partials/reaction/reactions", "partials/reaction/reaction_buttons")
def _reactions() -> Iterator[Made]:
    every = "like love laugh wow sad clap fire party"
    for name, of, counts in (
        ("none yet", event(), {}),
        ("some", event(), COUNTS),
        ("many kinds and numbers", event(reactions=every), {kind: 10**n for n, kind in enumerate(every.split())}),
        ("event over", event(state=OVER), COUNTS),
        ("event over, and none", event(state=OVER), {}),
    ):
        yield name, {"event": of, "entry": entry(of, counts=counts), "form_key": FORM_KEY}


@shows("partials/reaction/react_form")
def _forms_of_reactions() -> Iterator[Made]:
    yield "on a page", {"event": event()}


@shows("partials/entry/entries")
def _lists() -> Iterator[Made]:
    of = event()
    yield "all that can differ", {"event": of, "entries": entries(of, len(HOW)), "form_key": FORM_KEY}
    yield "empty", {"event": of, "entries": [], "form_key": FORM_KEY}


@shows("partials/entry/pinned")
def _pinned() -> Iterator[Made]:
    yield "none", {"event": event()}
    yield "pinned", {"event": event(pinned=True)}
    yield "as a host sees it", {"event": event(pinned=True)} | FOR_HOSTS, HOSTS
    for name, fields in (HOW | {"with a headline and a minute": HEADING}).items():
        of = event()
        of.pinned = entry(of, **fields)
        yield name, {"event": of}


@shows("partials/entry/moments")
def _moments() -> Iterator[Made]:
    yield "none", {"event": event(), "variant": variant()}
    yield "three", {"event": event(moments=3), "variant": variant()}
    yield "long, right to left, emoji", {"event": event(moments=6), "variant": variant(view="moments")}


@shows("partials/post/waiting", "partials/post/held")
def _waiting() -> Iterator[Made]:
    of = event()
    waits: dict[str, Any] = {"state": PostState.WAITING, "hold_reason": "Every post in this event is reviewed."}
    yield "nothing", {"event": of, "waiting": []}
    yield "an entry waits", {"event": of, "waiting": [entry(of, **waits)]}
    yield "a comment waits", {"event": of, "waiting": [comment(entry(of), **waits)]}
    yield "not approved", {"event": of, "waiting": [entry(of, state=PostState.REJECTED)]}
    yield "one word of 300 letters", {"event": of, "waiting": [entry(of, text=ONE_WORD, **waits)]}
    yield "right to left", {"event": of, "waiting": [entry(of, text=RTL, name=RTL_NAME, **waits)]}


@shows("partials/post/removed")
def _gaps() -> Iterator[Made]:
    for name, fields in HOW.items():
        gap = entry(state=PostState.REMOVED, **fields)
        yield name, {"event": gap.event, "post": gap}, HOSTS
    remark = comment(state=PostState.REMOVED)
    yield "of a comment", {"event": remark.event, "post": remark}, HOSTS


@shows("partials/post/held_label")
def _labels() -> Iterator[Made]:
    yield "waiting", {"post": entry(state=PostState.WAITING)}
    yield "rejected", {"post": entry(state=PostState.REJECTED)}


@shows("partials/desk/preview")
def _previews() -> Iterator[Made]:
    yield "nothing written", {"text": ""}
    yield "Markdown", {"text": HOW["by a host, in Markdown"]["text"]}
    yield "one word of 300 letters", {"text": ONE_WORD}
    yield "right to left", {"text": RTL}


@shows("partials/desk/said")
def _answers() -> Iterator[Made]:
    yield "done", {"said": "Saved. Everybody sees it.", "event": event()}
    yield "can be undone", {"said": "Removed.", "event": event(), "act": fresh_act()}
    yield "can no longer be undone", {"said": "Removed.", "event": event(), "act": act()}


@shows("partials/post/changed")
def _changes() -> Iterator[Made]:
    yield "edited", {"said": "Saved. Everybody sees it.", "event": event()}
    yield "removed by a host", {"said": "Removed.", "removed": True, "event": event(), "act": fresh_act()}
    yield "another host was faster", {"said": "Hugo has already removed this.", "event": event()}


@shows("partials/reaction/reacted", "partials/post/own_posts")
def _own() -> Iterator[Made]:
    yield "on a page", {"event": event(), "form_key": FORM_KEY}
    yield "in an answer", {"event": event(), "form_key": FORM_KEY, "answered": True}


@shows("partials/desk/acts")
def _acts() -> Iterator[Made]:
    of = event()
    verbs = [
        *(Verb.EDITED, Verb.REMOVED, Verb.RESTORED, Verb.APPROVED, Verb.REJECTED, Verb.PINNED, Verb.MARKED),
        *(Verb.ENDED, Verb.REOPENED),
    ]
    yield "nothing yet", {"event": of, "acts": []}
    yield "all sorts", {"event": of, "acts": [act(verb, of=of, pk=pk) for pk, verb in enumerate(verbs, 5)]}
    yield "a setting", {"event": of, "acts": [act_of_setting("posting", "hosts", of=of)]}
    yield "undone", {"event": of, "acts": [act(of=of, undone_at=of.starts_at)]}
    undoable = fresh_act()
    yield "can be undone", {"event": undoable.event, "acts": [undoable]}
    yield "long names", {"event": of, "acts": [act(name=LONG_NAME, by_name=LONG_NAME, of=of)]}


@shows("partials/desk/decide")
def _decisions() -> Iterator[Made]:
    address = reverse("approve", args=["petrel-7", PostKey(Entry, 7)])
    yield "plain", {"address": address, "label": "Approve", "whose": " the entry by Paul", "name": ""}
    yield (
        "with a field",
        {"address": address, "label": "Approve as newest", "whose": " the entry by Paul", "name": "top"},
    )
