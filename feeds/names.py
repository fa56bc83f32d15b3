"""Names that visitors cannot post under: a host's, what looks like one, and what reads like a host's badge.

Two names are the same here if a reader could take one for the other: whatever their case, spacing, punctuation
and accents, with invisible characters, or with letters that only look like those (“confusables”, UTS #39).
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from confusable_homoglyphs.utils import load
from django.utils.translation import gettext as _

from feeds.models import Event

BADGES = {"host", "hosts", "cohost", "moderator", "moderators", "mod", "admin", "admins", "administrator", "commentary"}
BADGES |= {
    "moderatorin",
    "moderation",
    "gastgeber",
    "gastgeberin",
    "veranstalter",
    "veranstalterin",
}  # as Germans have it
"""Words that nobody but hosts has in a name."""

# Unicode's Default_Ignorable_Code_Point: what shows nothing by itself.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_OVERRIDE = re.compile("[\u202d\u202e]")
_SIGNS = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm"}
# Letters in circles, squares and flags, small capitals, letters with a stroke: Unicode decomposes none of them.
_LETTER_BY_NAME = re.compile(
    r"(?:LATIN (?:CAPITAL|SMALL) LETTER|LATIN LETTER SMALL CAPITAL|REGIONAL INDICATOR SYMBOL LETTER) "
    r"([A-Z])(?: WITH .+)?$"
)


def refusal(name: str, event: Event) -> str:
    """Why a visitor cannot use this name in this event, and what to do; "" if they can. At most three queries."""
    if _OVERRIDE.search(name):
        return _("This name has invisible characters that turn its letters around. Type it again without them.")
    if badge := _badge_in(name):
        said = _("“%(name)s” reads like a host of this event: leave out “%(badge)s”. If you host it, sign in first.")
        return said % {"name": name, "badge": badge}
    looks = _looks(name)
    if any(looks & _looks(taken) for taken in event.protected_names()):
        said = _("“%(name)s” is or looks like the name of a host of this event: choose another. If it is you, sign in.")
        return said % {"name": name}
    return ""


def refusal_for_host(name: str, event: Event, user: Any) -> str:
    """Why a host cannot use this name: it is another host's. "" if they can."""
    looks = _looks(name)
    if any(looks & _looks(taken) for taken in event.names_of_others(user)):
        return _("“%(name)s” is or looks like the name of another host of this event: choose another.") % {"name": name}
    return ""


def _badge_in(name: str) -> str:
    """The word in a name that only hosts may have, however it is written; "" if there is none."""
    for words in (*_readings(name), *_readings(_without_signs(name))):
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                badge = _badges().get("".join(words[start:end]), "")
                # Spelled with gaps (“H o s t”) unless it is so short that it can be somebody's initials.
                if badge and (end == start + 1 or len(badge) > 3):
                    return badge
    return ""


@cache
def _badges() -> dict[str, str]:
    return {look: badge for badge in BADGES for look in _looks(badge)}


def _without_signs(name: str) -> str:
    """With spaces for punctuation, some of which looks like a letter where it is none: “Ann |HOST|”."""
    return "".join(" " if unicodedata.category(char)[:2] in _SIGNS else char for char in name)


def _looks(name: str) -> set[str]:
    """What a name can be taken for. Two names that have one in common are confusable."""
    whole = {"".join(words) for words in _readings(name)}
    return whole if "" not in whole else {_INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).strip()}


def _readings(name: str) -> list[list[str]]:
    """The words of a name as it is, in small letters and in capitals: what a letter looks like depends on its case."""
    return [_words(name), _words(name.lower()), _words(name.upper())]


def _words(name: str) -> list[str]:
    seen, before = "", ""
    for char in unicodedata.normalize("NFC", _INVISIBLE.sub("", name)):
        if unicodedata.category(char).startswith("M"):
            seen += _look(char) if _is_vowel_of(before, char) else ""
            continue
        # “AnnHost” and “Annᴴᵒˢᵗ” are two words to a reader.
        if before and (_is_styled(char) != _is_styled(before) or (char.isupper() and before.islower())):
            seen += " "
        seen += _look(char)
        before = char
    return seen.casefold().split()


def _is_vowel_of(base: str, mark: str) -> bool:
    """Whether a mark is part of the word, as vowels are in Devanagari or Thai, and not an accent somebody put on it."""
    same_script = base and unicodedata.name(base, "-").split()[0] == unicodedata.name(mark, "").partition(" ")[0]
    return bool(same_script) and unicodedata.combining(mark) == 0


def _is_styled(char: str) -> bool:
    return unicodedata.category(char) == "So" or unicodedata.normalize("NFKC", char) != char


@lru_cache(maxsize=4096)
def _look(char: str) -> str:
    """The plain letters that a character looks like, a space for what is no letter."""
    if not char.isascii() and (letter := _LETTER_BY_NAME.search(unicodedata.name(char, ""))):
        char = letter[1].lower() if "SMALL LETTER" in letter[0] else letter[1]
    prototypes = "".join(_prototypes().get(each, each) for each in unicodedata.normalize("NFKD", char))
    seen = ""
    for each in unicodedata.normalize("NFKD", prototypes):
        category = unicodedata.category(each)
        if category[0] in "LN" or (category in {"Mn", "Mc"} and not unicodedata.combining(each)):
            seen += each
        elif category[0] != "M":
            seen += " "
    return seen


@cache
def _prototypes() -> dict[str, str]:
    """For each character that looks like another one what stands for all that look so.

    The package has Unicode's table both ways: with a prototype all that look like it, with each of these the prototype.
    """
    table = {char: [each["c"] for each in alike] for char, alike in load("confusables.json").items()}
    found = {}
    for char, alike in table.items():
        if len(alike) == 1 and len(char) == 1:
            pair = sorted([char, alike[0]], key=lambda each: (not each.isascii(), -len(each), each))
            found[char] = alike[0] if len(table.get(alike[0], ())) > 1 else pair[0]
    return found
