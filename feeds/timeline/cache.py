"""Cache of everything that a crowd asks for at once: rendered once in this process, and kept for the next requests.

Everything here is a function of an event, its head and a variant, since each change of a page takes a number. No client
chooses a key: a place in the list of entries is rendered for each request, and all cursors with the same meaning get
the same frame.
"""

import uuid
from collections.abc import Callable, Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from feeds.forms import AT, Cursor, Place
from feeds.memo import Memo, for_everybody, weight_of
from feeds.models import Event, sole
from feeds.timeline import frames
from feeds.timeline.frames import NOWHERE, Frame
from feeds.timeline.gaps import with_removed
from feeds.timeline.listing import run, run_to
from feeds.timeline.variants import Variant

Page = tuple[str, int | None, int | None]

STAND_INS = {name: f"{name}-{uuid.uuid4().hex}" for name in ("csrf_token", "sender")}
"""Placeholders in a cached page for the few values that differ by viewer. They are random, so nobody can send them."""

pages: Memo[Page] = Memo(lambda page: weight_of(page[0]), number=64, size=16 * 1024 * 1024)
lists: Memo[SafeString] = Memo(weight_of, number=64, size=4 * 1024 * 1024)
kept_frames: Memo[Frame | None] = Memo(
    lambda frame: weight_of(frame.html) if frame else 0, number=256, size=16 * 1024 * 1024
)


def home(version: str, language: str, render: Callable[[], SafeString]) -> SafeString:
    """The home page's lists, shared by everybody with the same `version`, a digest of everything in them."""

    def render_for_everybody() -> SafeString:
        """The lists in this language, whatever the request."""
        with for_everybody(language):
            return render()

    return lists.get((settings.BUILD, version, language), render_for_everybody)


def entries(
    event: Event,
    variant: Variant,
    place: Place | None,
    viewer: Mapping[str, object],
    *,
    reach: int | None = None,
    most: int | None = None,
) -> tuple[SafeString, int | None, int | None]:
    """A page of entries as HTML, and the positions to continue from, forward and back: see `listing.run`.

    Hosts get removed posts in their places as well. `most`: entries of the first page. `reach`: extends the page to
    this position. `viewer` has the values that differ: `csrf_token`, and `sender`, as in feeds/access/senders.py.
    """

    def render() -> Page:
        """The page with placeholders for the viewer's values."""
        found = run(event, variant, place) if reach is None else run_to(event, variant, place, reach)
        listed = with_removed(event, variant, found, first=found.back is None) if variant.hosts else found.entries
        listed = listed[:most] if place is None and reach is None else listed
        context: dict[str, object] = {"event": event, "entries": listed, "variant": variant} | STAND_INS
        if place and place.way == AT:
            context["here"] = place.position
        with for_everybody(variant.language):
            return render_to_string("partials/entry/entries.html", context), found.more, found.back

    if place is None:
        key = (settings.BUILD, event.pk, event.epoch, event.head, variant, reach, most)
        html, more, back = pages.get(key, render)
    else:
        html, more, back = render()
    for name, stand_in in STAND_INS.items():
        html = html.replace(stand_in, escape(viewer[name]))
    return mark_safe(html), more, back  # noqa: S308  (rendered by our template; the values are escaped)


def frame(
    event: Event, after: Cursor, variant: Variant, *, end: Cursor | None = None, beyond: bool = False
) -> Frame | None:
    """The frame that brings a page at `after` to `end`, or to the head: see `frames.frame_between`."""
    start, goal = frames.meant(event, after), end or Cursor(event.epoch, event.head)
    if start == goal != after:  # from another epoch, without a change that would move it to this one
        start = NOWHERE
    key = (settings.BUILD, event.pk, goal, start, variant, beyond)
    found = kept_frames.get(
        key, lambda: frames.frame_between(event.pk, start, end, variant=variant, beyond=beyond, shared=True)
    )
    return found.at(after) if found else None


def frame_for(event_pk: int, after: Cursor, end: Cursor, variant: Variant, *, beyond: bool = False) -> Frame | None:
    """The same as `frame` for callers without the event; None if it is gone."""
    event = sole(Event.objects.filter(pk=event_pk))
    return frame(event, after, variant, end=end, beyond=beyond) if event else None


def whole_page(event: Event, variant: Variant) -> str:
    """The frame for a page that is shown from scratch: see `frames.whole_page`."""
    key = (settings.BUILD, event.pk, event.epoch, event.head, variant, "whole")
    found = kept_frames.get(key, lambda: frames.whole_page(event, variant))
    return found.html if found else ""
