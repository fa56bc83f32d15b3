"""What a crowd asks for at once: rendered once in this process, and kept for who comes next.

Everything here is a function of an event, its head and a variant, since whatever changes a page takes a number.
"""

import threading
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from feeds import changes
from feeds.changes import Frame, frame_between
from feeds.forms import AT, Cursor, Place
from feeds.models import Event
from feeds.removed import with_removed
from feeds.runs import run, run_to
from feeds.variants import Variant

T = TypeVar("T")

KEPT_SECONDS = 300
STAND_INS = {name: f"{name}-{uuid.uuid4().hex}" for name in ("csrf_token", "form_key", "remembered")}
"""What stands in a kept page for the few values that differ by viewer. Nobody outside ever sees or knows them."""

_rendering = [threading.Lock() for _ in range(64)]


def once(key: tuple[object, ...], render: Callable[[], T]) -> T:
    """What `render` returned for this key, in the last minutes; those who ask while it does wait for it."""
    name = "-".join(map(str, (settings.BUILD, *key)))
    kept: tuple[T] | None = cache.get(name)
    if kept is None:
        with _rendering[hash(name) % len(_rendering)]:
            kept = cache.get(name)
            if kept is None:
                kept = (render(),)
                cache.set(name, kept, KEPT_SECONDS)
    return kept[0]


def entries(
    event: Event,
    variant: Variant,
    place: Place | None,
    viewer: dict[str, Any],
    *,
    for_hosts: bool = False,
    reach: int | None = None,
) -> tuple[SafeString, int | None, int | None]:
    """A page of entries as HTML, and the positions to go on and back from: see `runs.run`.

    `for_hosts`: with what was removed, in its place. `reach`: on to this position. `viewer` has what differs:
    `csrf_token`, `form_key` and `remembered`, the viewer's name.
    """

    def render() -> tuple[str, int | None, int | None]:
        found = run(event, variant, place) if reach is None else run_to(event, variant, place, reach)
        listed = with_removed(event, variant, found, first=found.back is None) if for_hosts else found.entries
        context = {"event": event, "entries": listed} | STAND_INS
        if place and place.way == AT:
            context["here"] = place.position
        return render_to_string("partials/entries.html", context), found.more, found.back

    html, more, back = once(("entries", event.pk, event.epoch, event.head, variant, place, for_hosts, reach), render)
    for name, stand_in in STAND_INS.items():
        html = html.replace(stand_in, escape(viewer[name]))
    return mark_safe(html), more, back  # noqa: S308  (rendered by our template; what is put in is escaped)


def frame(event: Event, after: Cursor, variant: Variant) -> Frame | None:
    """The frame that answers a poll: see `changes.frame_between`."""
    key = ("frame", event.pk, event.epoch, event.head, after, variant)
    return once(key, lambda: frame_between(event.pk, after, variant=variant))


def whole_page(event: Event, variant: Variant) -> str:
    """The frame for a page that is shown anew: see `changes.whole_page`."""
    key = ("whole", event.pk, event.epoch, event.head, variant)
    return once(key, lambda: changes.whole_page(event, variant).html)
