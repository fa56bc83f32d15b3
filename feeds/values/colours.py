"""Colours that can be read: an event's accent on the papers of the style sheets that are in use (WCAG 2.2, 1.4.3)."""

import colorsys
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

READABLE = 4.5
"""Contrast that text needs on what is behind it."""
PAPERS = ("paper", "card", "fresh")
"""Tokens of what text and links lie on; the fourth, --accent-soft, is made from the accent."""
LIGHT, DARK = 0, 1
INKS = ("#ffffff", "#000000")
STEPS = 200
"""Lightnesses that are tried."""

_HEX = r"#[0-9a-f]{6}"
_TOKEN = re.compile(
    rf"--(?P<name>[a-z-]+)\s*:\s*(?:light-dark\(\s*(?P<light>{_HEX})\s*,\s*(?P<dark>{_HEX})\s*\)|(?P<both>{_HEX}))\s*[;}}]",
    re.IGNORECASE,
)

Tokens = dict[str, tuple[str, str]]
"""What a token is in light and in dark."""


@dataclass(frozen=True)
class Shades:
    """An accent in one scheme, with what goes with it."""

    accent: str
    ink: str
    """On the accent."""
    soft: str
    """A paper with a touch of it."""


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(linear, _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(accent: str, papers: list[str]) -> float:
    """With the one on which it is hardest to read."""
    return min(contrast(accent, paper) for paper in papers)


def is_readable(accent: str, papers: list[str]) -> bool:
    return least_contrast(accent, papers) >= READABLE


def nearest_readable(accent: str, papers: list[str]) -> str:
    """The same hue, as much lighter or darker as it has to be; on papers where none can be read, what comes closest."""
    if is_readable(accent, papers):
        return accent
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(accent))
    tried = sorted((step / STEPS for step in range(STEPS + 1)), key=lambda each: abs(each - lightness))
    ladder = [_written(colorsys.hls_to_rgb(hue, each, saturation)) for each in tried]
    found = next((each for each in ladder if is_readable(each, papers)), None)
    return found or max(ladder, key=lambda each: least_contrast(each, papers))


def shades(accent: str, scheme: int) -> Shades:
    """For the style sheet: readable in any case, also where the theme has become another since it was chosen."""
    accent = nearest_readable(accent, papers(scheme))
    ink = max(INKS, key=lambda each: contrast(each, accent))
    card, *others = (tokens()[name][scheme] for name in ("card", "ink", "quiet"))
    mixed = (_mixed(card, accent, share / 100) for share in (16, 12, 8, 5, 3))
    fits = (each for each in mixed if all(contrast(each, on) >= READABLE for on in (accent, *others)))
    return Shades(accent, ink, next(fits, card))


def papers(scheme: int = LIGHT) -> list[str]:
    """Those of the style sheets that are in use."""
    return [tokens()[name][scheme] for name in PAPERS]


def tokens() -> Tokens:
    """Colours in tokens.css, and in the theme's style sheet where there is one."""
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
