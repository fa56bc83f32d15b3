"""States of whole pages, and of the wall."""

from collections.abc import Iterator
from typing import Any

import segno
from django.utils.safestring import mark_safe

from feeds.forms import EventForm, JumpForm, RulesForm, SignInForm
from feeds.forms.embedding import Frame
from feeds.gallery.desk import busy_desk, desk
from feeds.gallery.forms import switches
from feeds.gallery.live import ADDRESSES, LIVE
from feeds.gallery.samples import FORM_KEY, LONG, LOOKS, ONE_WORD, RTL, WORDS, entries, entry, event, user, variant
from feeds.gallery.states import HOSTS, LOST, PAGE, WALL, Made, rendered, shows
from feeds.gallery.tools import FOR_HOSTS
from feeds.models import Ban, Event, PostState
from feeds.outlets.embed import snippet
from feeds.outlets.texts import content
from feeds.timeline.threads import Thread

OLGA = user()
ARABIC = "ar"
"""A language that is written from right to left. It has Django's texts, and none of ours."""


def _listed(of: Event, number: int = 6, **more: object) -> str:
    shown = {"event": of, "entries": entries(of, number), "form_key": FORM_KEY} | more
    return rendered("partials/entry/entries.html", shown)


def _page(of: Event | None = None, number: int = 6, **more: object) -> dict[str, Any]:
    of = of or event(moments=3, pinned=True)
    seen_as = more.get("variant", variant())
    usual = {"event": of, "entries": _listed(of, number, variant=seen_as), "older": 50, "jump": JumpForm(of, None)}
    return LIVE | usual | {"variant": seen_as} | more


@shows("event/event")
def _event_pages() -> Iterator[Made]:
    yield "live", _page(), PAGE
    yield "empty", _page(event(), 0, older=None), PAGE
    yield "connection lost", _page(), LOST
    yield "as a host sees it", _page(hosting=True, user=OLGA, variant=variant().for_hosts()), PAGE
    yield "a post waits", _page(waiting=[entry(state=PostState.WAITING)], remembered="Paul"), PAGE
    yield "oldest first", _page(variant=variant(order="oldest")), PAGE
    yield "a status line", _page(event(moments=3, pinned=True, status_line="2–1 · 64'")), PAGE
    yield "scheduled", _page(event(state=Event.State.SCHEDULED), 0, older=None), PAGE
    yield "event over", _page(event(state=Event.State.ENDED), resting=True, shared=True, older=None), PAGE
    yield "one word", _page(event(title=ONE_WORD[:120], description=ONE_WORD)), PAGE
    yield "right to left", _page(event(title=RTL, description=RTL)), PAGE
    yield "a colour and a logo of its own", _page(event(moments=3, pinned=True, **LOOKS)), PAGE
    yield "twenty key moments", _page(event(moments=20)), PAGE
    yield "a right-to-left page", _page(event(title=RTL, description=RTL, moments=3, pinned=True)), PAGE, ARABIC


@shows("desk/desk")
def _desk_pages() -> Iterator[Made]:
    for name, beside in (("quiet", desk()), ("busy", busy_desk())):
        yield name, _page(**FOR_HOSTS) | {"hosting": True, "desk": True, "user": OLGA} | switches() | beside, PAGE
    wrong = switches() | {"rules": RulesForm({"posting": ""}, instance=event())}
    yield "rules wrong", _page(**FOR_HOSTS) | {"hosting": True, "desk": True, "user": OLGA} | wrong | desk(), PAGE
    yield (
        "with a preview",
        _page(**FOR_HOSTS) | {"hosting": True, "desk": True, "preview": WORDS} | wrong | desk(),
        PAGE,
    )


@shows("partials/desk/desk_state")
def _desk_states() -> Iterator[Made]:
    yield "busy", busy_desk() | switches(), HOSTS


@shows("post/entry")
def _entry_pages() -> Iterator[Made]:
    of = event()
    made = entry(of, comments=2, text=LONG)
    around = [entry(of, pk=8, position=108), made, entry(of, pk=6, position=106)]
    yield "among others", _page(of) | {"entry": made, "around": around}, PAGE
    long = entry(of, comments=12, replies=4000)
    long.thread = Thread(long.shown_comments, 110, 121)
    yield "opened at a comment", _page(of) | {"entry": long, "around": [long]}, PAGE
    yield "removed meanwhile", _page(of) | {"entry": made, "around": around[:1]}, PAGE


def _wall(of: Event | None = None, number: int = 6, **more: object) -> dict[str, Any]:
    code = segno.make_qr("https://live.example.org/events/petrel-7/", error="m")
    drawn = code.svg_inline(dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    joined = {"address": ["live.example.org", "events", "petrel-7"], "code": mark_safe(drawn)}  # noqa: S308
    return _page(of, number) | {"form_key": "", "frame": ""} | joined | more


@shows("event/wall", "partials/wall/wall", "partials/wall/wall_again", "partials/wall/join")
def _walls() -> Iterator[Made]:
    yield "live", _wall(event(pinned=True)), WALL
    yield "empty", _wall(event(), 0), WALL
    yield "event over", _wall(event(state=Event.State.ENDED), resting=True), WALL
    yield "a status line", _wall(event(pinned=True, status_line="2–1 · 64'")), WALL
    yield "one word", _wall(event(title=ONE_WORD[:120], status_line=ONE_WORD[:40])), WALL
    yield "a colour and a logo of its own", _wall(event(pinned=True, **LOOKS)), WALL
    yield "a right-to-left wall", _wall(event(title=RTL, pinned=True)), WALL, ARABIC


@shows("event/embed")
def _embedded() -> Iterator[Made]:
    usual = {"frame": Frame(), "accent_url": "", "shared": True}
    yield "live", _page(event(pinned=True)) | usual, PAGE
    yield "empty", _page(event(), 0) | usual, PAGE
    yield "five entries, dark, a colour", _page() | usual | {"frame": Frame(5, "dark", "#7a0b56")}, PAGE
    yield "event over", _page(event(state=Event.State.ENDED), resting=True) | usual, PAGE
    yield "right to left", _page(event(title=RTL, description=RTL)) | usual, PAGE


@shows("event/entries")
def _fragments() -> Iterator[Made]:
    for name, listed in (("some", entries(event(), 6)), ("none", [])):
        made = [(each, content(each)) for each in listed]
        yield name, {"event": event(), "entries": made, "origin": ADDRESSES.origin}


@shows("event/share")
def _sharing() -> Iterator[Made]:
    for name, fields, more in (
        ("embedded by every site", {"embedding": "everybody"}, {}),
        ("embedded by some sites", {"embedding": "sites", "embedding_sites": "https://club.example"}, {}),
        ("not embedded", {}, {}),
        ("a draft, as a host sees it", {"visibility": Event.Visibility.DRAFT}, {"hosting": True}),
    ):
        of, names = event(**fields), ("feed-atom", "feed-json", "calendar", "entries-html")
        outlets = {each.replace("-", "_"): ADDRESSES.to(each, of.slug) for each in names}
        shown = {"address": ADDRESSES.event(of), "code": _wall()["code"], "outlets": outlets}
        yield name, {"event": of, "snippet": snippet(of, ADDRESSES)} | shown | more, PAGE


@shows("home/home")
def _home() -> Iterator[Made]:
    for name, sections in (
        ("some events", {"live": [event()], "over": [event(pk=2, state="ended")]}),
        ("no events", {}),
    ):
        shown = {"sections": sections, "more": {}, "user": user()}
        yield name, {"events": rendered("partials/event/events.html", shown)}, PAGE


@shows("home/events")
def _event_lists() -> Iterator[Made]:
    over = [event(pk=2, state="ended"), event(pk=3, state="ended", title=LONG[:120])]
    yield "a page of many", {"name": "over", "events": over, "more": "2026-07-04T18:00:00.000000Z~3"}, PAGE
    yield "none are left", {"name": "over", "events": []}, PAGE


@shows("account/sign_in")
def _sign_ins() -> Iterator[Made]:
    yield "fresh", {"form": SignInForm()}, PAGE
    yield "empty", {"form": SignInForm(data={})}, PAGE


@shows("event/event_form")
def _event_forms() -> Iterator[Made]:
    fresh = {"form_key": FORM_KEY, "user": OLGA}
    yield "new", fresh | {"form": EventForm()}, PAGE
    yield "nothing filled in", fresh | {"form": EventForm({"slug": "new"})}, PAGE
    of = event(**LOOKS)
    of._prefetched_objects_cache["bans"] = Ban.objects.none()  # type: ignore[attr-defined]
    about = {"event": of, "user": OLGA, "owns": True}
    yield "settings, with a logo", about | {"form": EventForm(instance=of)}, PAGE
    wrong = EventForm({"slug": "new", "title": "Petrel 7", "accent": "#ffff00"}, instance=event(**LOOKS))
    yield "a colour that cannot be read", about | {"form": wrong}, PAGE


@shows("problem")
def _problem_pages() -> Iterator[Made]:
    kept = {
        "title": "That is not allowed",
        "advice": "You have signed in or out since this form loaded.",
        "typed": WORDS,
    }
    yield "with what was typed", kept, PAGE
    yield "not found", {"title": "Page not found", "advice": "The link may be wrong."}, PAGE
