"""States of the parts that keep a page live."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.html import format_html

from feeds.gallery.samples import (
    BEFORE,
    CURSOR,
    FORM_KEY,
    LONG_NAME,
    LOOKS,
    ONE_WORD,
    RTL,
    WORDS,
    comment,
    entries,
    entry,
    event,
    user,
    variant,
)
from feeds.gallery.states import HOSTS, LOST, Made, shows
from feeds.models import Event
from feeds.outlets import card
from feeds.outlets.addresses import Addresses
from feeds.outlets.linked_data import block

SLUG = "petrel-7"
ADDRESSES = Addresses("https://live.example.org")
FROM = f"[value={BEFORE}]"
LIVE: dict[str, Any] = {"slug": SLUG, "variant": variant(), "form_key": FORM_KEY, "cursor": CURSOR}
READING: dict[str, Any] = {"line": "line-120", "left": "line-110", "position": "120.5", "start": 0, "counts": range(10)}


@shows("partials/event/event", "partials/event/notices", "partials/event/about")
def _events() -> Iterator[Made]:
    for state in Event.State:
        yield state.value, {"event": event(state=state)}
    for posting in Event.Posting:
        yield f"posting {posting.value}", {"event": event(posting=posting)}
    yield "draft", {"event": event(visibility=Event.Visibility.DRAFT)}
    yield "a status line", {"event": event(status_line="2–1 · 64'")}
    yield "a long status line", {"event": event(title=ONE_WORD[:120], status_line=ONE_WORD[:40])}
    yield "comments off", {"event": event(comments_open=False)}
    yield "a colour and a logo of its own", {"event": event(**LOOKS)}
    yield "no description", {"event": event(description="")}
    yield "one word", {"event": event(title=ONE_WORD[:120], description=ONE_WORD)}
    yield "right to left", {"event": event(title=RTL, description=RTL)}
    yield "emoji", {"event": event(title="🚀 Petrel 7 🔥", description="👩‍🚀 🇫🇷")}
    many = event(owner=user(first_name=LONG_NAME[:30], last_name=LONG_NAME[30:]))
    many._prefetched_objects_cache = {"hosts": [user(n, f"host-{n}") for n in range(2, 9)]}  # type: ignore[attr-defined]
    yield "many hosts with long names", {"event": many}


@shows("partials/event/card")
def _cards() -> Iterator[Made]:
    for name, of in (
        ("public", event(status_line="2–1 · 64'", **LOOKS)),
        ("no description", event(description="")),
        ("unlisted", event(visibility=Event.Visibility.UNLISTED)),
        ("right to left", event(title=RTL, description=RTL)),
    ):
        yield (
            name,
            {"event": of, "card": replace(card.of_event(of, ADDRESSES), linked_data=block({"headline": of.title}))},
        )
    yield "an entry", {"event": event(), "card": card.of_entry(entry(), ADDRESSES)}
    yield "draft", {"event": event(), "card": None}


@shows("partials/event/logo")
def _logos() -> Iterator[Made]:
    yield "with words", {"event": event(**LOOKS)}
    yield "wide", {"event": event(**LOOKS | {"logo_width": 720, "logo_height": 80})}
    yield "without words", {"event": event(**LOOKS | {"logo_alt": ""})}


@shows("partials/live/heartbeat", "partials/live/heartbeat_frame")
def _heartbeats() -> Iterator[Made]:
    yield "connecting", LIVE | {"state": "connecting"}
    yield "live", LIVE | {"state": "live"}
    yield "with readers", LIVE | {"state": "live", "readers": 1234}
    yield "polling", LIVE | {"state": "polling"}
    yield "connection lost", LIVE | {"state": "live", "readers": 17}, LOST


@shows("partials/live/rest", "partials/live/rest_frame")
def _rest() -> Iterator[Made]:
    yield "event over", LIVE
    yield "loaded when it was over", LIVE | {"whole": True}
    yield "on the wall", LIVE | {"asks_itself": True}


@shows("partials/live/rest_slower")
def _long_rests() -> Iterator[Made]:
    yield "after two hours", LIVE | {"since": 496000}
    yield "after a day", LIVE | {"since": 496000, "never": True}


@shows("partials/live/back_frame")
def _reopened() -> Iterator[Made]:
    yield "reopened", LIVE


@shows("partials/live/socket")
def _sockets() -> Iterator[Made]:
    yield "on a page", LIVE | {"form_key": ""}
    yield "a new one", LIVE
    yield "in another variant", LIVE | {"variant": variant(order="oldest", view="hosts")}
    yield "where templates are watched", LIVE | {"build": "1f2e3d4c5b6a"}


@shows("partials/live/watching", "partials/live/reload_frame")
def _saving() -> Iterator[Made]:
    yield "on any page", {"build": "1f2e3d4c5b6a"}
    yield "on a page that is live", {"build": "1f2e3d4c5b6a", "own_socket": "yes"}
    yield "in the gallery", {"build": "1f2e3d4c5b6a", "still": True, "broken": ["partials/entry/entry.html, line 7: …"]}


@shows("partials/live/broken", "partials/live/broken_frame")
def _broken_templates() -> Iterator[Made]:
    yield (
        "two",
        {"broken": ["partials/entry/entry.html, line 7: Unclosed tag on line 7: 'if'.", f"base.html: {ONE_WORD}"]},
    )
    yield "nothing", {"broken": []}


@shows("partials/live/reload")
def _answers() -> Iterator[Made]:
    parts = {"head": "", "body": format_html("<p>{}</p>", WORDS)}
    yield "following", parts
    counts_at = "/events/petrel-7/reading/?at=count&mode=below&line=line-120"
    yield "a place is held", parts | {"line": "line-120", "position": "120.5", "counts_at": counts_at}


@shows("partials/live/days")
def _days() -> Iterator[Made]:
    yield "days meet", {}


@shows("partials/live/asks")
def _asks() -> Iterator[Made]:
    yield "for what waits", {"event": event(), "id": "own-asks", "position": 0}


@shows("partials/live/ask_again")
def _asking_again() -> Iterator[Made]:
    yield "where a frame cannot tell all", {"position": 120}


@shows("partials/entry/around", "partials/live/again")
def _surroundings() -> Iterator[Made]:
    of = event()
    made = entry(of, pk=7, position=107)
    around = [entry(of, pk=8, position=108), made, entry(of, pk=6, position=106)]
    yield "among others", LIVE | {"event": of, "entry": made, "around": around, "newest": around[0]}


@shows("partials/live/again")
def _answers_to_it() -> Iterator[Made]:
    yield "earlier entries", LIVE | {"event": event(), "entries": "", "older": 50}


@shows("partials/live/fragment", "partials/live/fragment_frame", "partials/live/fragment_answer")
def _fragments() -> Iterator[Made]:
    yield "an entry", {"slug": SLUG, "post": entry(), "address": "/events/petrel-7/entries/7/"}
    yield "a comment", {"slug": SLUG, "post": comment(), "address": "/events/petrel-7/entries/7/#comment-9"}


@shows("partials/live/resume")
def _resume() -> Iterator[Made]:
    yield "when the socket opens", {}
    yield "now", {"now": True}


@shows("partials/live/cursor")
def _cursors() -> Iterator[Made]:
    yield "somewhere", {"cursor": CURSOR}


@shows("partials/desk/hosting", "partials/desk/hosting_over")
def _hosting() -> Iterator[Made]:
    yield "signed in", {"event": event(), "user": user()}
    yield "signed out", {"event": event()}


@shows("partials/desk/host_bar")
def _host_bars() -> Iterator[Made]:
    for state in Event.State:
        yield state.value, {"event": event(state=state)}, HOSTS
    yield "on the desk", {"event": event(), "desk": True}, HOSTS


@shows(
    "partials/reading/reading",
    "partials/reading/reading_answer",
    "partials/reading/unread",
    "partials/reading/places",
    "partials/reading/foot",
)
def _reading() -> Iterator[Made]:
    about = {"event": event()} | READING
    yield "following", about | {"mode": "following", "at": "follow"}
    yield "further down", about | {"mode": "below", "at": "below"}
    yield "paused", about | {"mode": "paused", "at": "pause"}
    yield "read to the line", about | {"mode": "below", "at": "line"}
    yield "twenty to thirty", about | {"mode": "below", "at": "count", "start": 20, "counts": range(20, 30)}
    yield "a hundred or more", about | {"mode": "below", "at": "count", "start": 100, "counts": []}


@shows("partials/reading/seen")
def _seen() -> Iterator[Made]:
    yield "read to the end", {"event": event()} | READING | {"mode": "end"}
    yield "after the newest", {"event": event()} | READING | {"line": "line-12", "position": "12.5"}


@shows("partials/comment/earlier_comments")
def _earlier_comments() -> Iterator[Made]:
    of = event()
    made = entry(of, comments=4, replies=4000)
    about = LIVE | {"event": of, "entry": made, "comments": made.shown_comments}
    yield "there are more", about | {"guard": f"#{made.element_id}-earlier:not(.opened)", "earlier": 110}
    yield "these are the first", about | {"guard": f"#{made.element_id}-earlier[data-from='110']", "earlier": None}


@shows("partials/entry/older", "partials/entry/older_entries")
def _older() -> Iterator[Made]:
    of = event()
    about = LIVE | {"event": of, "entries": entries(of, 2), "guard": "#older[data-from='90']"}
    yield "there are earlier ones", about | {"older": 50}
    yield "all are shown", about | {"older": None}
    yield "of another day", about | {"older": 50, "days_meet": True}
    oldest = about | {"variant": variant(order="oldest")}
    yield "there are later ones", oldest | {"older": 50}
    yield "oldest first, all are shown", oldest | {"older": None}


@shows("partials/site/problem")
def _problems() -> Iterator[Made]:
    yield "network gone", {"title": "The server cannot be reached", "advice": "Send it again when you are back online."}
    yield "long", {"title": "That is not allowed", "advice": ONE_WORD}


@shows("partials/site/unsent", "partials/site/renewed", "partials/site/go_on")
def _forms_of_somebody_else() -> Iterator[Made]:
    about = {"title": "Not sent yet", "advice": WORDS, "name": "olga", "sender": "1.host"}
    token = {"csrf_token": FORM_KEY * 2}
    yield "signed out", about | {"sign_in": True}
    yield "no longer hosting", about
    yield "signed in as somebody else", about | token | {"go_on": "/go-on/", "sender_too": True}
    yield "signed in again", about | token | {"renewed": True}


@shows("partials/event/event_section")
def _sections() -> Iterator[Made]:
    yield "none", {"title": "Live now", "events": []}
    yield "some", {"title": "Live now", "events": [event(), event(pk=2, title=ONE_WORD[:120], description=ONE_WORD)]}
    yield "right to left", {"title": "Coming up", "events": [event(title=RTL, description=RTL, state="scheduled")]}
    own = [event(visibility="draft"), event(pk=2, visibility="unlisted", state="ended")]
    yield "not listed", {"title": "Yours, not listed", "events": own}
    many = event(state="ended")
    many.entry_count = many.COUNTED + 1
    yield (
        "more of them",
        {"title": "Past events", "events": [many], "name": "over", "more": "2026-07-04T18:00:00.000000Z~2"},
    )


@shows("partials/event/events")
def _homes() -> Iterator[Made]:
    yield "nothing", {"sections": {}}
    yield "nothing, signed in", {"sections": {}, "user": user()}
    over = [event(pk=n, state="ended", title=f"Petrel {n}") for n in range(3, 6)]
    coming = [event(pk=2, state="scheduled", title="Petrel 8")]
    yield "all sections", {"sections": {"live": [event()], "coming": coming, "over": over, "own": [event(pk=9)]}}


@shows("partials/event/head")
def _heads() -> Iterator[Made]:
    yield "live", LIVE | {"event": event()}
    yield "a status line", LIVE | {"event": event(status_line="2–1 · 64'")}
    yield "following", LIVE | READING | {"event": event(status_line="T+13:42"), "mode": "following", "at": "follow"}
    yield "one word", LIVE | {"event": event(title=ONE_WORD[:120], status_line=ONE_WORD[:40])}
    yield "right to left", LIVE | {"event": event(title=RTL, status_line=RTL[:40], **LOOKS)}
    yield "event over", LIVE | {"event": event(state=Event.State.ENDED), "resting": True}
    yield "connection lost", LIVE | READING | {"event": event(), "mode": "following", "at": "follow"}, LOST


@shows("partials/event/summary", "partials/event/key_moments", "partials/entry/moment_count")
def _summaries() -> Iterator[Made]:
    yield "nothing to tell", LIVE | {"event": event()}
    yield "pinned and key moments", LIVE | {"event": event(pinned=True, moments=6)}
