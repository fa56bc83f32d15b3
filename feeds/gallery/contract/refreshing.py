"""Refreshing of open pages: what frames replace is cut out of a template before and after a change; the rest is equal.

The changes are in changes.py. A part that depends on one and that no frame replaces would stay on open pages as it was.
"""

import re
from collections.abc import Hashable, Iterator
from functools import partial

from django.template.base import FilterExpression
from django.template.defaulttags import NowNode

from feeds.gallery.contract.changes import Change, changes
from feeds.gallery.contract.elements import Element, Elements
from feeds.gallery.contract.includes import named_by
from feeds.gallery.contract.parts import nodes
from feeds.gallery.contract.sources import Rendered, Sources
from feeds.gallery.contract.wording import at
from feeds.gallery.states import State

_LIVE_PAGES = ("event/event.html", "event/wall.html", "post/entry.html", "desk/desk.html", "partials/live/frame.html")
_RENEWED = ("partials/live/heartbeat", "partials/live/rest")
"""Beginnings of the names of templates that come again by themselves."""
_PASSING = {"timesince", "timeuntil", "naturaltime", "random", "now"}
_SPACE = re.compile(r"\s*")
_CURE = "Move it into an element that is replaced then: see “What is refreshed when” in docs/designers.md."


def unrefreshed(sources: Sources) -> Iterator[str]:
    """Parts of templates that go stale on open pages, as sentences."""
    told: set[str] = set()
    tried = list(changes())
    begun = [id(each.before) for _, each in tried]
    for number, (template, each) in enumerate(tried):
        before, after = ("before", begun.index(begun[number])), ("after", number)
        for said in sources.look(after, partial(_tried, template, each, sources, before)):
            place = said.partition(": ")[0]
            if place not in told:
                told.add(place)
                yield said
    yield from _passing(sources)


def _tried(template: str, change: Change, sources: Sources, begun: Hashable) -> Iterator[str]:
    """Parts that go stale after one change. `begun`: key of what is shown before it, the same for several changes."""
    (shown,) = sources.look(begun, lambda: iter([State(template, change.when, change.before).render(sources)]))
    before = Rendered(shown, sources)
    after = Rendered(State(template, change.when, change.after).render(sources), sources)
    if before.html != after.html:
        for path, line, said in _stale(_Rest(before, change), _Rest(after, change), change):
            yield at(path, line, said)


class _Rest:
    """The parts of a template that no frame replaces, and where each part of it stands."""

    def __init__(self, rendered: Rendered, change: Change) -> None:
        page = Elements(rendered.html)
        self.is_whole = not page.faults
        self._rendered = rendered
        self._pieces: list[tuple[int, int]] = []
        at_char = 0
        for start, end in [*sorted(_cut(page, change)), (len(rendered.html),) * 2]:
            if start > at_char:
                self._pieces.append((at_char, start))
            at_char = max(at_char, _SPACE.match(rendered.html, end).end())  # type: ignore[union-attr]
        self.html = "".join(rendered.html[start:end] for start, end in self._pieces)

    def place(self, offset: int) -> tuple[str, int]:
        """File and line of what stands there."""
        for start, end in self._pieces:
            if offset < end - start:
                return self._rendered.place(start + offset)
            offset -= end - start
        return self._rendered.place(len(self._rendered.html))


def _cut(page: Elements, change: Change) -> Iterator[tuple[int, int]]:
    for element in page.all:
        for which in change.replaced:
            if _is_meant(element, which.removeprefix(">")):
                is_inner = which.startswith(">")
                yield (element.inside, element.end_inside) if is_inner else (element.start, element.end)


def _is_meant(element: Element, which: str) -> bool:
    identity = element.attributes.get("id", "")
    if which.endswith("*"):
        return identity.startswith(which[1:-1])
    return {"#": identity == which[1:], ".": which[1:] in element.classes()}.get(which[0], element.tag == which)


def _stale(before: _Rest, after: _Rest, change: Change) -> Iterator[tuple[str, int, str]]:
    if before.html == after.html or not (before.is_whole and after.is_whole):
        return
    start = _alike(before.html, after.html)
    same = _alike(before.html[start:][::-1], after.html[start:][::-1])
    shown = max(before, after, key=lambda rest: len(rest.html))
    said = " ".join(shown.html[start : len(shown.html) - same].partition("<")[0].split())
    yield *shown.place(start), f"“{said[:40]}” changes when {change.when}, and no frame replaces it. {_CURE}"


def _alike(one: str, other: str) -> int:
    """Number of characters at the beginning that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (char, another) in pairs if char != another), min(len(one), len(other)))


def _passing(sources: Sources) -> Iterator[str]:
    """Times that pass on a live page: nothing happens then, so no frame comes."""
    seen: set[str] = set()
    waiting = list(_LIVE_PAGES)
    while waiting:
        name = waiting.pop()
        if name in seen or name.startswith(_RENEWED) or not sources.path(name):
            continue
        seen.add(name)
        waiting += sources.look(("named by", name), partial(_named_by, name, sources))
        yield from sources.look(("passing", name), partial(_passing_in, name, sources))


def _named_by(name: str, sources: Sources) -> Iterator[str]:
    return (each for each, _ in named_by(sources.get_template(name)))


def _passing_in(name: str, sources: Sources) -> Iterator[str]:
    for part, line in nodes(sources.get_template(name).nodelist, (FilterExpression, NowNode)):
        functions = [function.__name__ for function, _ in getattr(part, "filters", [])]
        named = [each.removesuffix("_filter") for each in functions] or ["now"] * isinstance(part, NowNode)
        for passing in (each for each in named if each in _PASSING):
            said = f"what {passing} says changes with time alone, and no frame replaces it then."
            yield at(sources.path(name), line, f"{said} Show the time itself, as time_of does.")
