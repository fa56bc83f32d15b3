"""What a crowd asks for at once: rendered once in this process, and kept for who comes next.

Everything here is a function of an event and its head, since whatever changes a page takes a number.
"""

import threading
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from feeds import changes
from feeds.changes import Frame, entries_before, frame_between
from feeds.forms import Cursor
from feeds.models import Event

T = TypeVar("T")

KEPT_SECONDS = 300
STAND_INS = {name: f"{name}-{uuid.uuid4().hex}" for name in ("csrf_token", "form_key", "remembered")}
"""What stands in a kept page for the few values that differ by viewer. Nobody outside ever sees or knows them."""

_rendering = [threading.Lock() for _ in range(64)]


def once(key: tuple[object, ...], render: Callable[[], T]) -> T:
    """What `render` returned for this key, in the last minutes; those who ask while it does wait for it."""
    name = "-".join(map(str, key))
    kept: tuple[T] | None = cache.get(name)
    if kept is None:
        with _rendering[hash(name) % len(_rendering)]:
            kept = cache.get(name)
            if kept is None:
                kept = (render(),)
                cache.set(name, kept, KEPT_SECONDS)
    return kept[0]


def entries(event: Event, before: int | None, viewer: dict[str, Any]) -> tuple[SafeString, int | None]:
    """A page of entries as HTML, and the position to page on from: see `changes.entries_before`.

    `viewer` has what differs: `csrf_token`, `form_key` and `remembered`, the viewer's name.
    """

    def render() -> tuple[str, int | None]:
        found, older = entries_before(event, before)
        return render_to_string("partials/entries.html", {"event": event, "entries": found} | STAND_INS), older

    html, older = once(("entries", event.pk, event.epoch, event.head, before), render)
    for name, stand_in in STAND_INS.items():
        html = html.replace(stand_in, escape(viewer[name]))
    return mark_safe(html), older  # noqa: S308  (rendered by our template; what is put in is escaped)


def frame(event: Event, after: Cursor) -> Frame | None:
    """The frame that answers a poll: see `changes.frame_between`."""
    key = ("frame", event.pk, event.epoch, event.head, after)
    return once(key, lambda: frame_between(event.pk, after))


def whole_page(event: Event) -> str:
    """The frame for a page that is shown anew: see `changes.whole_page`."""
    return once(("whole", event.pk, event.epoch, event.head), lambda: changes.whole_page(event).html)
