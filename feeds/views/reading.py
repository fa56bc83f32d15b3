"""The reader's place on an event's page. Only the page keeps it: answers depend on nothing but the request."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import Cursor, parse_number
from feeds.views import HtmxRequest
from feeds.views.caching import never_kept

COUNTED = 100
"""Highest number of unread entries that a page shows."""


@require_safe
def reading(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET answers `?at=` with the reading state of a page, which is at the cursor `after`.

    - `below`, `pause`: hold new entries back.
    - `follow`, `top`: show them again; `top` came into view.
    - `line`: count the entries so far as read, after a tap on “3 new entries”; later ones are held back again.
    - `end`: the end of the list came into view, with the oldest first.
    - `count`: the ten numbers from `start` on.
    """
    event = rules.event_for(Person.of(request), slug)
    if not request.htmx:
        return redirect(event)
    at, cursor = request.GET.get("at"), Cursor.parse(request.GET.get("after"))
    seq = cursor.seq if cursor else event.head
    start = min(COUNTED, (parse_number(request.GET.get("start")) or 0) // 10 * 10)
    if at == "end":
        context = at_the_end(seq)
        return _answer(request, "reading_answer", context | {"event": event, "at": at})
    held = request.GET.get("mode") if at in {"line", "count"} else {"below": "below", "pause": "paused"}.get(at or "")
    left = f"line-{parse_number((request.GET.get('line') or '').removeprefix('line-')) or 0}"
    context = {
        "event": event,
        "at": at,
        "pressed": at in {"pause", "follow"},
        "mode": held if held in {"below", "paused", "end"} else "following",
        "line": left if at == "count" else f"line-{seq}",
        "left": left,
        "position": f"{seq}.5",  # between what the page had and what comes
        "start": start,
        "starts": range(0, COUNTED + 1, 10),
        "counts": range(start, start + 10 if start < COUNTED else start),
    }
    return _answer(request, "unread" if at == "count" else "reading_answer", context)


def at_the_end(seq: int) -> dict[str, Any]:
    """Context of a page with the oldest entries first whose end was in view; `seq` is its last change."""
    line = {"mode": "end", "line": f"line-{seq}", "position": f"{seq}.5"}
    return line | {"start": 0, "starts": range(0, COUNTED + 1, 10), "counts": range(10)}


def held(asked: QueryDict) -> dict[str, Any]:
    """Reading state that a page sends when it reloads itself; empty if it sends none."""
    line = parse_number(asked.get("line", "").removeprefix("line-"))
    if line is None or asked.get("mode") not in {"below", "paused", "end"}:
        return {}
    return at_the_end(line) | {"mode": asked["mode"]}


def _answer(request: HtmxRequest, partial: str, context: dict[str, Any]) -> HttpResponse:
    return never_kept(render(request, f"partials/reading/{partial}.html", context))
