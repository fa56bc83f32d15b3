"""Steps of a history: what can happen, and the values that it can happen with."""

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, NamedTuple

from feeds.models import KINDS, Closed, Event, Gone, Overtaken

WHICH = range(12)
"""Which one of those that are there, from the newest on."""
HOSTS = ("hugo", "olga")
AUTHORS = ("rita", "rita", "paul", "zoe", "hugo")
YES_OR_NO = (False, True)
SELDOM = (False, False, False, True)
PARTS_OF_HEADINGS = ("", "headline", "minute", "headline and minute", "late", "yesterday")
SETTINGS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "title": lambda h: {"title": h.words()},
    "description": lambda h: {"description": h.words()},
    "status line": lambda h: {"status_line": h.words()},
    "no status line": lambda h: {"status_line": ""},
    "reactions": lambda h: {"reactions": " ".join([*KINDS, *KINDS][h.said % len(KINDS) :][:3])},
    "posting open": lambda h: {"posting": "open"},
    "posting reviewed": lambda h: {"posting": "all"},
    "posting hosts": lambda h: {"posting": "hosts"},
    "posting closed": lambda h: {"posting": "closed"},
    "comments open": lambda h: {"comments_open": True},
    "comments closed": lambda h: {"comments_open": False},
    "Berlin": lambda h: {"time_zone": "Europe/Berlin"},
    "Tokyo": lambda h: {"time_zone": "Asia/Tokyo"},
    "a day later": lambda h: {"starts_at": h.event.starts_at + timedelta(days=1)},
    "address": lambda h: {"slug": f"match-{h.said % 3 + 5}"},
    "accent": lambda h: {"accent": "#7a0b56"},
    "no accent": lambda h: {"accent": ""},
    "started": lambda h: {"state": "live"},
    "live": lambda h: {"state": "live"},
    "ended": lambda h: {"state": "ended"},
    "readers shown": lambda h: {"show_readers": True, "show_typing": True},
    "readers hidden": lambda h: {"show_readers": False, "show_typing": False},
}
"""Changes of the settings, by what becomes of them."""
CHANGES = (*SETTINGS, *3 * ("posting open",), *2 * ("live", "comments open"))
"""Most of the time visitors can post."""


class Nothing(Exception):
    """There is nothing to do that with."""


class Step(NamedTuple):
    """Something that can happen in a history."""

    name: str
    verbs: tuple[str, ...]
    """Verbs of the models that it calls."""
    often: int
    """How often it happens among the others."""
    arguments: dict[str, Sequence[Any]]
    """Values that each argument can have, the simplest one first."""


def step(*verbs: str, often: int = 1, **arguments: Sequence[Any]) -> Callable[[Callable], Callable]:
    """Make a step of a method. The step returns whether anything happened: there may be nothing to do that with."""

    def of(method: Callable) -> Callable:
        @wraps(method)
        def happen(history: Any, **chosen: Any) -> bool:
            before, happened = history.event.head, False
            with suppress(Gone, Overtaken, Closed, Nothing):
                method(history, **chosen)
                happened = True
            history.event = Event.objects.get(pk=history.event.pk)
            history.look_around(before)
            return happened and not (verbs and history.event.head == before)

        happen.step = Step(method.__name__, verbs, often, arguments)  # type: ignore[attr-defined]
        return happen

    return of


def steps_of(history: type) -> dict[str, Step]:
    """Steps that this kind of history has, by name."""
    return {name: method.step for name, method in inspect.getmembers(history) if hasattr(method, "step")}


def nth(posts: Any, number: int) -> Any:
    """One of these posts, counted from the newest, and from there again where there are fewer."""
    return one_of(list(posts.order_by("-position")), number)


def one_of(found: Sequence[Any], number: int) -> Any:
    """One of these, counted from the beginning, and from there again where there are fewer. Raises `Nothing`."""
    if not found:
        raise Nothing
    return found[number % len(found)]
