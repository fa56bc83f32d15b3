"""Saved phrases of an event, with which hosts fill the composer in."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from feeds.values.words import is_blank, numbered_lines

PHRASES_MAX, PHRASE_MAX = 12, 120
MOMENT = "*"
"""A line that begins with it stands for a pinned key moment."""
_SIDES = re.compile(r"(?P<home>\S.*?)\s+(?:v|vs|v\.|vs\.|–|—|-|:)\s+(?P<away>.*\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """A phrase as the composer offers it."""

    number: int
    """Its place in the list, from 1."""
    text: str
    is_moment: bool
    """Whether it also chooses to pin the entry and to make it a key moment."""


def validate_phrases(value: str) -> None:
    """Raises `ValidationError` for too many phrases, or for the first one that is too long or has only its mark."""
    lines = numbered_lines(value)
    if len(lines) > PHRASES_MAX:
        numbers = {"number": len(lines), "limit": PHRASES_MAX}
        raise ValidationError(_("These are %(number)s phrases. Keep at most %(limit)s."), params=numbers)
    for number, line in lines:
        about = {"number": number, "line": line[:20], "limit": PHRASE_MAX}
        if len(line) > PHRASE_MAX:
            raise ValidationError(
                _("Line %(number)s, “%(line)s…”, is longer than %(limit)s characters. Shorten it."), params=about
            )
        if is_blank(line.removeprefix(MOMENT)):
            raise ValidationError(_("Line %(number)s has only a “*”. Write a phrase after it."), params=about)


def phrases_in(phrases: str, title: str) -> list[Phrase]:
    """The phrases of an event with this title. `{home}` and `{away}` stand for the two sides in “Home – Away”."""
    sides = _SIDES.fullmatch(title.strip())
    found = []
    for number, (_line, words) in enumerate(numbered_lines(phrases), 1):
        text = words.removeprefix(MOMENT).strip()
        for name, side in sides.groupdict().items() if sides else ():
            text = text.replace(f"{{{name}}}", side)
        found.append(Phrase(number, text, words.startswith(MOMENT)))
    return found
