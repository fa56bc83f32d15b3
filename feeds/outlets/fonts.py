"""Fonts of pictures: one for each script, and the order in which a line of several scripts is drawn."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feeds.values import words

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

LATIN, PICTURES, SYMBOLS = "", "Emoji", "Symbols"
REGULAR, BOLD = 400, 700
_RIGHT_TO_LEFT = {"R", "AL"}


class Run(NamedTuple):
    """Part of a line that one font has."""

    text: str
    font: str


def runs(line: str) -> list[Run]:
    """The parts of a line in the order in which they stand, from left to right.

    A number or a sign belongs to the word before it. Within a run the layout engine puts characters in order.
    """
    found: list[Run] = []
    for char in line:
        font = _font_of(char)
        if found and (font is None or font == found[-1].font):
            found[-1] = Run(found[-1].text + char, found[-1].font)
        else:
            found.append(Run(char, font or LATIN))
    return found[::-1] if is_right_to_left(line) else found


def is_right_to_left(line: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    directions = (words.direction(char) for char in line)
    return next((each in _RIGHT_TO_LEFT for each in directions if each in {"L", *_RIGHT_TO_LEFT}), False)


def font(name: str, size: int, weight: int) -> "FreeTypeFont":
    """The font of this name, at a size in pixels."""
    from PIL import ImageFont  # noqa: PLC0415  (takes megabytes, and few requests draw)

    made = ImageFont.truetype(str(_folder() / _file(name)), size)
    made.set_variation_by_axes([weight])
    return made


def _file(name: str) -> str:
    return f"Noto{'' if name == PICTURES else 'Sans'}{name}[wght].ttf"


def _folder() -> Path:
    return Path(str(files("manimgx_fonts")))


@lru_cache(maxsize=4096)
def _font_of(char: str) -> str | None:
    """Name of the font that has a character; None if any has it, or it goes with the one before."""
    if char == " " or words.belongs_to_last(char) or (char.isascii() and not char.isalpha()):
        return None
    if 0x1F000 <= ord(char) <= 0x1FBFF:
        return PICTURES
    if words.category(char) == "So":
        return SYMBOLS
    script = words.script(char).title()
    return script if (_folder() / _file(script)).is_file() else LATIN
