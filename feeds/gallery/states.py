"""Which states there are of which template."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.text import slugify

from feeds.gallery.samples import HOW, REQUEST, STRANGER

ALONE, PAGE, HOSTS, OWN, LOST, WALL = "alone", "page", "hosts", "own", "lost", "wall"
"""What is around a partial that the style sheet looks at: nothing; a page of its own, which brings its own <main>; a
host's page; its author's page; a page without connection; the wall."""

HEIGHTS = {
    **dict.fromkeys(
        (f"partials/{name}.html" for name in ("resume", "cursor", "socket", "action", "by", "hosting")), 120
    ),
    **dict.fromkeys((f"partials/{name}.html" for name in ("entry_form", "people", "entries", "ban_form", "wall")), 560),
}

Context = dict[str, Any]


@dataclass(frozen=True)
class State:
    """One state of one template. `around`: see above."""

    template: str
    name: str
    context: Context
    around: str = ALONE

    @property
    def slug(self) -> str:
        return slugify(self.name)

    @property
    def is_page(self) -> bool:
        return not self.template.startswith("partials/")

    @property
    def is_ordinary(self) -> bool:
        """Whether it differs from another one in words alone, so that the contract need not look at it."""
        return self.name in HOW and self.name != "plain"

    @property
    def height(self) -> int:
        """Pixels that it has in the gallery."""
        return 900 if self.is_page or self.template == "partials/desk.html" else HEIGHTS.get(self.template, 260)

    def render(self, **more: Any) -> str:
        """As a view would; `more` takes the place of what the state says."""
        around = {"request": REQUEST, "user": STRANGER, "csrf_token": "sample", "around": self.around}
        return render_to_string(self.template, around | self.context | more)


Made = tuple[str, Context] | tuple[str, Context, str]
_MAKERS: dict[str, Callable[[], Iterable[Made]]] = {}


def shows(*templates: str) -> Callable[[Callable[[], Iterable[Made]]], Callable[[], Iterable[Made]]]:
    """Makes a function that yields (name, context) or (name, context, around) the states of these templates."""

    def remember(make: Callable[[], Iterable[Made]]) -> Callable[[], Iterable[Made]]:
        for template in templates:
            _MAKERS[f"{template}.html"] = make
        return make

    return remember


def templates() -> list[str]:
    """Names of all templates that have states, partials first."""
    return sorted(_MAKERS, key=lambda name: (not name.startswith("partials/"), name))


def states_of(template: str) -> Iterator[State]:
    """Made anew at each call: whoever renders one may change it."""
    for name, context, *around in _MAKERS[template]():
        yield State(template, name, context, *around)
