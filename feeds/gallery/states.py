"""States of templates, and the functions that make them."""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine, engines
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import lazy
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from feeds.gallery.samples import HOW, REQUEST, STRANGER

ALONE, PAGE, HOSTS, OWN, LOST, WALL = "alone", "page", "hosts", "own", "lost", "wall"
"""Surroundings of a partial that the style sheet looks at: none; a page with its own <main>; a host's page; the
author's page; a page without connection; the wall."""

HEIGHTS = {
    **dict.fromkeys(
        (
            f"partials/{name}.html"
            for name in ("live/resume", "live/cursor", "live/socket", "post/action", "post/by", "desk/hosting")
        ),
        120,
    ),
    **dict.fromkeys(
        (
            f"partials/{name}.html"
            for name in ("entry/entry_form", "desk/people", "entry/entries", "post/ban_form", "wall/wall")
        ),
        560,
    ),
}

Values = dict[str, Any]

_chosen: ContextVar[Engine | None] = ContextVar("chosen", default=None)
"""The engine that renders a state, if it is not the one in use."""


@dataclass(frozen=True)
class State:
    """One state of one template; for `around` see above. `language`: the one it is in, if not that of the viewer."""

    template: str
    name: str
    context: Values
    around: str = ALONE
    language: str = ""

    @property
    def slug(self) -> str:
        """The state's name in addresses."""
        return slugify(self.name)

    @property
    def is_page(self) -> bool:
        """Whether the template is a whole page."""
        return not self.template.startswith("partials/") and not self.is_mail

    @property
    def is_mail(self) -> bool:
        """Whether the template is plain text, which is sent by mail."""
        return self.template.endswith(".txt")

    @property
    def is_ordinary(self) -> bool:
        """Whether it differs from another state only in words, so that the contract can skip it."""
        return self.name in HOW and self.name not in {"plain", "by a host, in Markdown", "edited", "the day before"}

    @property
    def height(self) -> int:
        """Its height in the gallery, in pixels."""
        return 900 if self.is_page or self.template == "partials/desk/desk.html" else HEIGHTS.get(self.template, 260)

    def render(self, engine: Engine | None = None, **more: object) -> str:
        """The HTML that a view would make; `more` overrides the state's context. `engine`: not the one in use."""
        usual = {"request": REQUEST, "user": STRANGER, "csrf_token": "sample"}
        chosen = _chosen.set(engine)
        try:
            with translation.override(self.language or translation.get_language()):
                return _rendered(self.template, usual | self.context | more)
        finally:
            _chosen.reset(chosen)


def _rendered(template: str, context: Values) -> SafeString:
    engine = _chosen.get()
    html = engine.get_template(template).render(Context(context)) if engine else render_to_string(template, context)
    return mark_safe(html)  # noqa: S308  (rendered by our template)


def rendered(template: str, context: Values) -> SafeString:
    """HTML of a template as a part of a state, made with it: the gallery lists hundreds of states and shows none of
    them itself."""
    made: dict[tuple[Engine | None, str], SafeString] = {}

    def once() -> SafeString:
        """Renders it for each engine and language once, as pages ask for their list several times."""
        key = _chosen.get() or engines["django"].engine, translation.get_language()  # type: ignore[attr-defined]
        if key not in made:
            made.clear()
            made[key] = _rendered(template, context)
        return made[key]

    return lazy(once, SafeString)()


Made = tuple[str, Values] | tuple[str, Values, str] | tuple[str, Values, str, str]
_MAKERS: dict[str, Callable[[], Iterable[Made]]] = {}


def shows(*templates: str) -> Callable[[Callable[[], Iterable[Made]]], Callable[[], Iterable[Made]]]:
    """Decorator for a function that yields the states of these templates, each as the fields of a `State`."""

    def remember(make: Callable[[], Iterable[Made]]) -> Callable[[], Iterable[Made]]:
        """Registers the function."""
        for template in templates:
            _MAKERS[template if template.endswith(".txt") else f"{template}.html"] = make
        return make

    return remember


def templates() -> list[str]:
    """Names of all templates with states, partials first."""
    return sorted(_MAKERS, key=lambda name: (not name.startswith("partials/"), name))


def states_of(template: str) -> Iterator[State]:
    """The states of a template, made at each call: rendering one may change it."""
    for name, context, *around in _MAKERS[template]():
        yield State(template, name, context, *around)
