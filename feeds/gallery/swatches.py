"""Swatches: the colours of the style sheets in use on each paper, with their contrast (WCAG 2.2, 1.4.3 and 1.4.11)."""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.values.colours import DARK, LIGHT, READABLE, contrast, tokens

PAPERS = ("paper", "card", "raised", "fresh", "accent-soft")
AUTHORS = tuple(f"author-{number}" for number in range(1, 7))
TEXTS = ("ink", "quiet", "accent", "live", "danger", "moment", "good", "warn", *AUTHORS)
FILLED = (("accent-ink", "accent"), ("card", "danger"), ("card", "live"), *(("card", each) for each in AUTHORS))
"""Text on what is filled with a colour: buttons, the badge, and the circles of authors."""
EDGE = "field"
"""The border of fields: no text, so less contrast is enough."""
VISIBLE = 3.0
"""Contrast that the border of a control needs."""


@dataclass(frozen=True)
class Swatch:
    """One colour on another, in one scheme."""

    name: str
    on: str
    colour: str
    paper: str
    least: float = READABLE

    @property
    def contrast(self) -> float:
        """The contrast with one decimal, rounded down: 4.46 is not 4.5."""
        return int(contrast(self.colour, self.paper) * 10) / 10

    @property
    def is_low(self) -> bool:
        """Whether it has less contrast than it needs."""
        return contrast(self.colour, self.paper) < self.least


@dataclass(frozen=True)
class Scheme:
    """The swatches of one scheme: a row for each colour with its swatch on each paper, and those of `FILLED`."""

    name: str
    rows: list[tuple[str, str, list[Swatch]]]
    filled: list[Swatch]


def schemes() -> Iterator[Scheme]:
    """The swatches in light and in dark."""
    found = tokens()
    for name, at in (("light", LIGHT), ("dark", DARK)):
        rows = [(text, found[text][at], [_swatch(text, paper, at) for paper in PAPERS]) for text in (*TEXTS, EDGE)]
        yield Scheme(name, rows, [_swatch(text, paper, at) for text, paper in FILLED])


def _swatch(text: str, paper: str, at: int) -> Swatch:
    found = tokens()
    return Swatch(text, paper, found[text][at], found[paper][at], VISIBLE if text == EDGE else READABLE)
