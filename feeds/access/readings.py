"""Readings of a name: its words as Unicode's table has them, and as people who play with letters would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from feeds.access import lookalikes
from feeds.values import words

LOOK_MAX = 640
"""Characters of a name's look that are compared. Only a name made to cost time has more."""

_SIGNS = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm"}

# A sign in the place of a letter. Hyphens, points and apostrophes are usual in names and do not count.
_GAP = re.compile(r"(?<=[^\W_])(?:_|[^\w\s.'’&/|-])(?=[^\W_])")


@dataclass(frozen=True)
class Word:
    """A word of a name as it looks, and its characters as they were typed."""

    look: str
    source: str


def without_signs(name: str) -> str:
    """The name with spaces for punctuation, some of which looks like a letter but is not meant as one: “Ann |HOST|”."""
    return "".join(" " if words.category(char) in _SIGNS else char for char in name)


def _without_ornaments(name: str) -> str:
    """The name with spaces for signs that Unicode counts as letters: “Ann™”."""
    return "".join(" " if words.is_ornament(char) else char for char in name)


def without_numbers(name: str) -> str:
    """The name with spaces for digits: “Host1”."""
    return re.sub(r"\d+", " ", without_signs(name))


@lru_cache(maxsize=4096)
def looks(name: str) -> set[str]:
    """Spellings that a name can be mistaken for. Two names with one in common are confusable."""
    found = {"".join(word.look for word in reading) for reading in _readings(name)}
    if not name.isascii() and (plainer := _without_ornaments(name)) != name:
        found |= {"".join(word.look for word in reading) for reading in _readings(plainer)}
    return found - {""} or {words.fold(name)}


@lru_cache(maxsize=4096)
def words_in(name: str) -> tuple[frozenset[str], ...]:
    """The words of a name, as typed and in small letters."""
    return tuple(frozenset(word.look for word in reading) for reading in _readings(without_signs(name))[:2])


@lru_cache(maxsize=4096)
def loose_looks(name: str) -> set[str]:
    """Spellings that a playful reader sees in a name, beyond Unicode's table; empty for plain letters."""
    if name.isascii() and name.isalpha():
        return set()
    return {"".join(word.look for word in reading) for reading in _loose_readings(name)} - {""}


@lru_cache(maxsize=4096)
def coarse_looks(name: str) -> set[str]:
    """`looks` in the form that can be compared with `loose_looks`."""
    return set(map(lookalikes.coarse, looks(name)))


@lru_cache(maxsize=4096)
def turned_looks(name: str) -> set[str]:
    """Spellings of a name with its family name first, or its words in another such order."""
    found: set[str] = set()
    for reading in _readings(name) if " " in name else ():
        each = [word.look for word in reading[:9]]
        found |= {"".join(each[at:] + each[:at]) for at in range(1, len(each))}
    return found


@lru_cache(maxsize=4096)
def gaps(name: str) -> list[tuple[str, str]]:
    """For “h*st” and the like, the texts before and after the sign that replaces a letter; the first four words
    only."""
    found = []
    for word in name.split()[:4]:
        if len(word) > 3 and len(parts := _GAP.split(word)) == 2:
            before, after = ("".join(each.look for each in read_words(part)) for part in parts)
            found.append((before, after))
    return found


def all_readings(name: str) -> Iterator[tuple[bool, list[Word]]]:
    """Each reading of a name, also without signs and digits, with whether it is a loose one."""
    for each in dict.fromkeys((name, without_signs(name), without_numbers(name))):
        yield from ((False, reading) for reading in _readings(each))
    if not (name.isascii() and name.replace(" ", "").isalpha()):
        yield from ((True, reading) for reading in _loose_readings(name))


def _loose_readings(name: str) -> list[list[Word]]:
    """Readings with letters for every sign that can replace one, and with an “o” for every picture: “H⚽st”."""
    name = lookalikes.with_shapes(name)
    with_pictures = "".join("o" if words.is_picture(char) else char for char in name)
    return [reading for each in dict.fromkeys((name, with_pictures)) for reading in _readings(each, loose=True)]


@lru_cache(maxsize=1024)
def _readings(name: str, *, loose: bool = False) -> list[list[Word]]:
    """The words of a name as typed, in small letters and in capitals: the look of a letter depends on its case."""
    return [
        read_words(name, loose=loose),
        *(read_words(each, loose=loose, cased=False) for each in (name.lower(), name.upper())),
    ]


def read_words(name: str, *, loose: bool = False, cased: bool = True) -> list[Word]:
    """The words of a name, as many as `LOOK_MAX` has room for."""
    found: list[Word] = []
    look, source, before, length = "", "", "", 0
    for char in words.composed(words.without_invisible(name)):
        if words.is_mark(char):
            seen = lookalikes.look(char) if _is_vowel_of(before, char) else ""
        else:
            seen = (lookalikes.loose_look(char) if loose else "") or lookalikes.look(char)
            # “AnnHost” and “Annᴴᵒˢᵗ” are two words to a reader.
            if before and (words.is_styled(char) != words.is_styled(before) or (char.isupper() and before.islower())):
                seen = f" {seen}" if not loose else seen
            before = char
        length += len(seen)
        if length > LOOK_MAX:
            break
        *ended, seen = seen.split(" ")
        for each in ended:
            found.append(_word(look + each, source + (char if each else ""), loose, cased))
            look = source = ""
        look, source = look + seen, source + (char if seen else "")
    return [word for word in (*found, _word(look, source, loose, cased)) if word.look]


def _word(look: str, source: str, loose: bool, cased: bool) -> Word:
    look = lookalikes.form(look, is_as_typed=cased)
    return Word(lookalikes.coarse(look) if loose else look, source)


def _is_vowel_of(base: str, mark: str) -> bool:
    """Whether a mark is part of the word, as vowels are in Devanagari or Thai, and not an added accent."""
    same_script = base and words.script(base) == words.script(mark)
    return bool(same_script) and not words.is_added_accent(mark)
