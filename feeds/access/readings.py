"""What a name can be read as: its words, as Unicode's table and as who plays with letters would have them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from feeds.access import lookalikes
from feeds.values import words

LOOK_MAX = 640
"""Characters of what a name looks like that are compared. No name has more but one that is made to cost time."""

_SIGNS = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm"}

# A sign where a letter may be; hyphens, points and apostrophes are signs that names have there.
_GAP = re.compile(r"(?<=[^\W_])(?:_|[^\w\s.'’&/|-])(?=[^\W_])")


@dataclass(frozen=True)
class Word:
    """What a word of a name looks like, and its characters as they are."""

    look: str
    source: str


def without_signs(name: str) -> str:
    """With spaces for punctuation, some of which looks like a letter where it is none: “Ann |HOST|”."""
    return "".join(" " if words.category(char) in _SIGNS else char for char in name)


def _without_ornaments(name: str) -> str:
    """With spaces for signs that Unicode takes for letters: “Ann™”."""
    return "".join(" " if words.is_ornament(char) else char for char in name)


def without_numbers(name: str) -> str:
    """With spaces for digits: “Host1”."""
    return re.sub(r"\d+", " ", without_signs(name))


@lru_cache(maxsize=4096)
def looks(name: str) -> set[str]:
    """What a name can be taken for. Two names that have one in common are confusable."""
    found = {"".join(word.look for word in reading) for reading in _readings(name)}
    if not name.isascii() and (plainer := _without_ornaments(name)) != name:
        found |= {"".join(word.look for word in reading) for reading in _readings(plainer)}
    return found - {""} or {words.fold(name)}


@lru_cache(maxsize=4096)
def words_in(name: str) -> tuple[frozenset[str], ...]:
    """Its words as they are and in small letters."""
    return tuple(frozenset(word.look for word in reading) for reading in _readings(without_signs(name))[:2])


@lru_cache(maxsize=4096)
def loose_looks(name: str) -> set[str]:
    """What it can be taken for by who reads it in another way than Unicode's table; nothing for plain letters."""
    if name.isascii() and name.isalpha():
        return set()
    return {"".join(word.look for word in reading) for reading in _loose_readings(name)} - {""}


@lru_cache(maxsize=4096)
def coarse_looks(name: str) -> set[str]:
    """`looks`, to be compared with `loose_looks`."""
    return set(map(lookalikes.coarse, looks(name)))


@lru_cache(maxsize=4096)
def turned_looks(name: str) -> set[str]:
    """What it can be taken for with its family name first, or another order of that kind."""
    found: set[str] = set()
    for reading in _readings(name) if " " in name else ():
        each = [word.look for word in reading[:9]]
        found |= {"".join(each[at:] + each[:at]) for at in range(1, len(each))}
    return found


@lru_cache(maxsize=4096)
def gaps(name: str) -> list[tuple[str, str]]:
    """For “h*st” and its like what is before and after the sign that stands for a letter, of a few words."""
    found = []
    for word in name.split()[:4]:
        if len(word) > 3 and len(parts := _GAP.split(word)) == 2:
            before, after = ("".join(each.look for each in read_words(part)) for part in parts)
            found.append((before, after))
    return found


def all_readings(name: str) -> Iterator[tuple[bool, list[Word]]]:
    for each in dict.fromkeys((name, without_signs(name), without_numbers(name))):
        yield from ((False, reading) for reading in _readings(each))
    if not (name.isascii() and name.replace(" ", "").isalpha()):
        yield from ((True, reading) for reading in _loose_readings(name))


def _loose_readings(name: str) -> list[list[Word]]:
    """Its readings with letters for whatever may stand for one, and those with an “o” for every picture: “H⚽st”."""
    name = lookalikes.with_shapes(name)
    with_pictures = "".join("o" if words.is_picture(char) else char for char in name)
    return [reading for each in dict.fromkeys((name, with_pictures)) for reading in _readings(each, loose=True)]


@lru_cache(maxsize=1024)
def _readings(name: str, *, loose: bool = False) -> list[list[Word]]:
    """The words of a name as it is, in small letters and in capitals: what a letter looks like depends on its case."""
    return [
        read_words(name, loose=loose),
        *(read_words(each, loose=loose, cased=False) for each in (name.lower(), name.upper())),
    ]


def read_words(name: str, *, loose: bool = False, cased: bool = True) -> list[Word]:
    """Its words, of which there are as many as `LOOK_MAX` has room for."""
    found: list[Word] = []
    look, source, before, length = "", "", "", 0
    for char in words.together(words.without_invisible(name)):
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
    """Whether a mark is part of the word, as vowels are in Devanagari or Thai, and not an accent somebody put on it."""
    same_script = base and words.script(base) == words.script(mark)
    return bool(same_script) and not words.is_accent_of_its_own(mark)
