"""Readable colours: an event's accent on the papers of the style sheets in use (WCAG 2.2, 1.4.3)."""

import colorsys
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

READABLE = 4.5
"""Contrast that text needs with its background."""
PAPERS = ("paper", "card", "fresh")
"""Tokens of the backgrounds of text and links. The fourth, --accent-soft, is made from the accent."""
LIGHT, DARK = 0, 1
INKS = ("#ffffff", "#000000")
STEPS = 200
"""Number of lightnesses that are tried."""

_HEX = r"#[0-9a-f]{6}"
_TOKEN = re.compile(
    rf"--(?P<name>[a-z0-9-]+)\s*:\s*(?:light-dark\(\s*(?P<light>{_HEX})\s*,\s*(?P<dark>{_HEX})\s*\)|(?P<both>{_HEX}))\s*[;}}]",
    re.IGNORECASE,
)

Tokens = dict[str, tuple[str, str]]
"""A token's colour in light and in dark."""


@dataclass(frozen=True)
class Shades:
    """An accent in one scheme, with the colours that go with it."""

    accent: str
    ink: str
    """Text on the accent."""
    soft: str
    """A paper with a touch of the accent."""


def luminance(colour: str) -> float:
    """Relative luminance of a colour such as "#0b6157", from 0 (black) to 1 (white)."""

    def linear(part: float) -> float:
        """A colour's part in linear light."""
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(linear, _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(accent: str, papers: list[str]) -> float:
    """The accent's contrast with the paper that it is hardest to read on."""
    return min(contrast(accent, paper) for paper in papers)


def is_readable(accent: str, papers: list[str]) -> bool:
    """Whether text of this colour can be read on each of these papers."""
    return least_contrast(accent, papers) >= READABLE


def nearest_readable(accent: str, papers: list[str]) -> str:
    """The same hue, only as much lighter or darker as needed. If no lightness is readable, the one with most
    contrast."""
    if is_readable(accent, papers):
        return accent
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(accent))
    tried = sorted((step / STEPS for step in range(STEPS + 1)), key=lambda each: abs(each - lightness))
    ladder = [_written(colorsys.hls_to_rgb(hue, each, saturation)) for each in tried]
    found = next((each for each in ladder if is_readable(each, papers)), None)
    return found or max(ladder, key=lambda each: least_contrast(each, papers))


def shades(accent: str, scheme: int) -> Shades:
    """An event's accent for the style sheet. It is readable even if the theme has changed since it was chosen."""
    accent = nearest_readable(accent, papers(scheme))
    ink = max(INKS, key=lambda each: contrast(each, accent))
    card, *others = (tokens()[name][scheme] for name in ("card", "ink", "quiet"))
    mixed = (_mixed(card, accent, share / 100) for share in (16, 12, 8, 5, 3))
    fits = (each for each in mixed if all(contrast(each, on) >= READABLE for on in (accent, *others)))
    return Shades(accent, ink, next(fits, card))


def papers(scheme: int = LIGHT) -> list[str]:
    """Colours of the papers in the style sheets in use."""
    return [tokens()[name][scheme] for name in PAPERS]


def tokens() -> Tokens:
    """Colours in tokens.css, overridden by the theme's style sheet if there is one."""
    files = [Path(found) for name in ("tokens.css", "theme.css") if (found := finders.find(name))]
    return _read(tuple((path, path.stat().st_mtime_ns) for path in files))


@cache
def _read(files: tuple[tuple[Path, int], ...]) -> Tokens:
    found: Tokens = {}
    for path, _changed in files:
        for match in _TOKEN.finditer(path.read_text()):
            both = match["both"]
            found[match["name"]] = (match["light"] or both, match["dark"] or both)
    return found


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_parts(one), _parts(other), strict=True)
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return _written((red, green, blue))
