"""Names that visitors cannot post under: a host's, what looks like one, and what reads like a host's badge.

Two names are the same here if a reader could take one for the other: whatever their case, spacing, punctuation
and accents, with invisible characters, or with letters that only look like those (“confusables”, UTS #39).

A clear claim is refused, with a sentence at the field. What may as well be somebody's name (“Jan Host”, “Kirsten
Høst”, “4nn” where Ann hosts) waits for a host, who lets it through once. `Event.protected_names` says which names are
a host's; what counts as the same is `_looks` and `_loose_looks`; and what hosts are called is in `feeds.titles`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from confusable_homoglyphs.utils import load
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds import words
from feeds.models import Event
from feeds.titles import CLAIM, NAMES_TOO, Title, known_titles, without_spaces

DOUBTFUL = gettext_noop("Its author's name could be taken for a host's.")
"""Why a post waits that is under such a name."""
LOOK_MAX = 640
"""Characters of what a name looks like that are compared. No name has more but one that is made to cost time."""

_OVERRIDE = re.compile("[\u202d\u202e]")
_SIGNS = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm"}
# Letters in circles, squares and flags, small capitals, letters with a stroke: Unicode decomposes none of them.
_LETTER_BY_NAME = re.compile(
    r"(?:LATIN (?:CAPITAL|SMALL) LETTER|LATIN LETTER SMALL CAPITAL|REGIONAL INDICATOR SYMBOL LETTER) "
    r"([A-Z])(?: WITH .+)?$"
)
# Names as people have them: words with spaces, hyphens and apostrophes between them, and initials.
_USUAL = re.compile(r"[^\W_]+(?:(?:\. ?| |[-'’])[^\W_]+)*\.?")
# One letter that two look like. The longer form stands for both, so that “vvv” has one form whatever it was.
_SEVERAL = str.maketrans({"m": "rn", "w": "vv", "d": "cl"})
_LIKE_LETTERS = {
    **dict(zip("134578@$§€£¢¥+!|¡", "ieastbasselcytiii", strict=True)),  # as in “Ho§t” and “4nn”
    **dict(zip("ΓΔΛΞΠΣΨΩαβγδεηθιλμνξπςτφχψω", "raaensyoabydenoiaunents" + "oxyw", strict=True)),
    **dict(zip("БДИЙЛПСЦЧЯбвгдзийклмнпстцчшщэюяєҥҡ", "baeenncuyrbbraenukamhnstuywweorenk", strict=True)),
    **dict(zip("ⲤⲥϹϲⲖⲗⲠⲡⲚⲛⲈⲉⲆⲇⲘⲙⲢⲣⲨⲩ", "ssssaannnneeaammppyy", strict=True)),
    **dict(zip("ᗩᗷᑕᗪᗴᖴᘜᕼᒍᛕᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ", "abcdefghjklmnpqrsuvw", strict=True)),
}
"""What letters of other alphabets, digits and symbols are used for by who plays with them; beside what UTS #39 has."""


@dataclass(frozen=True)
class Verdict:
    """What is said to who posts under a name, and whether such a post waits."""

    refusal: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True)
class _Word:
    """What a word of a name looks like, and its characters as they are."""

    look: str
    source: str


def refusal(name: str, event: Event) -> str:
    """Why a visitor cannot use this name in this event, and what to do; "" if they can. At most three queries."""
    return judge(name, event).refusal


def judge(name: str, event: Event) -> Verdict:
    """Whether a visitor can use this name in this event. At most three queries."""
    if _OVERRIDE.search(name):
        return Verdict(
            _("This name has invisible characters that turn its letters around. Type it again without them.")
        )
    claims = dict(_claims(name))
    if badge := next((title.word for title, is_clear in claims.items() if is_clear), ""):
        said = _("“%(name)s” reads like a host of this event: leave out “%(badge)s”. If you host it, sign in first.")
        return Verdict(said % {"name": name, "badge": badge})
    hosts = event.protected_names()
    if any(_looks(name) & _looks(taken) or (_is_disguised(name) and _alike(name, taken)) for taken in hosts):
        said = _("“%(name)s” is or looks like the name of a host of this event: choose another. If it is you, sign in.")
        return Verdict(said % {"name": name})
    return Verdict(is_doubtful=bool(claims) or any(_alike(name, taken) for taken in hosts))


def refusal_for_host(name: str, event: Event, user: Any) -> str:
    """Why a host cannot use this name: it is another host's. "" if they can."""
    looks = _looks(name)
    if any(looks & _looks(taken) for taken in event.names_of_others(user)):
        return _("“%(name)s” is or looks like the name of another host of this event: choose another.") % {"name": name}
    return ""


def _claims(name: str) -> Iterator[tuple[Title, bool]]:
    """Titles of hosts that a name has, the clear ones last, each with whether it is clear that it is meant."""
    found: dict[Title, bool] = {}
    for is_loose, words_of in _all_readings(name):
        for start in range(len(words_of)):
            look = ""
            for end in range(start, len(words_of)):
                look += words_of[end].look
                if len(look) > _longest_title():
                    break
                if title := _titles().get(look):
                    part = words_of[start : end + 1]
                    if len(part) > 1 and len(title.word) < 4:  # somebody's initials
                        continue
                    others = any(
                        any(map(str.isalpha, word.source)) for word in (*words_of[:start], *words_of[end + 1 :])
                    )
                    found[title] = found.get(title, False) or _is_clear(title, part, name, others, is_loose)
    folded = words.fold(name)
    for title in without_spaces():
        if title.word in folded:
            found.setdefault(title, False)
    yield from sorted(found.items(), key=lambda each: (each[1], each[0].word))


def _is_clear(title: Title, part: list[_Word], name: str, others: bool, is_loose: bool) -> bool:
    """Whether somebody who writes a title like this means it, and is not just called so."""
    source = "".join(word.source for word in part)
    if is_loose:
        return _is_disguised(source)
    is_spelled_out = len(part) > 1 and all(len(word.source) == 1 for word in part)
    if len(part) > 1 and not is_spelled_out:
        return title.kind == CLAIM and (len(part) == title.parts or len(title.word) > 4)
    if title.kind != NAMES_TOO:
        return title.kind == CLAIM
    if _is_accented(source):  # Høst
        return False
    if _USUAL.fullmatch(_seen(name)) and len(_words(name)) <= len(re.findall(r"[^\W_]+", _seen(name))):
        return is_spelled_out or not others
    return True


def _seen(name: str) -> str:
    return words.together(words.without_invisible(name)).strip()


def _is_accented(word: str) -> bool:
    """Whether it is of Latin letters some of which have accents or strokes, as many languages have them."""
    if word.isascii() or not word.isalpha() or any(map(words.is_styled, word)):
        return False
    return words.plain(word).isascii() and not _is_disguised(word)


def _is_disguised(word: str) -> bool:
    """Whether letters of several scripts, or letters and symbols, make one word: nobody is called so."""
    for each in word.split():
        scripts = {words.script(char) for char in each if char.isalpha() and not words.is_styled(char)}
        has_symbol = any(char in _LIKE_LETTERS and not char.isalnum() for char in each)
        if ("LATIN" in scripts and len(scripts) > 1) or (
            has_symbol and scripts and not any(map(words.is_styled, each))
        ):
            return True
    return False


def _alike(name: str, taken: str) -> bool:
    """Whether letters, digits and symbols that somebody used for others make these the same."""
    return bool(_loose_looks(name) & (_looks(taken) | _loose_looks(taken)))


@cache
def _titles() -> dict[str, Title]:
    found: dict[str, Title] = {}
    for title in known_titles():
        for look in _looks(title.word):
            found.setdefault(look, title)
    return found


@cache
def _longest_title() -> int:
    return max(map(len, _titles()))


def _without_signs(name: str) -> str:
    """With spaces for punctuation, some of which looks like a letter where it is none: “Ann |HOST|”."""
    return "".join(" " if words.category(char) in _SIGNS else char for char in name)


def _without_numbers(name: str) -> str:
    """With spaces for digits: “Host1”."""
    return re.sub(r"\d+", " ", _without_signs(name))


@lru_cache(maxsize=1024)
def _looks(name: str) -> set[str]:
    """What a name can be taken for. Two names that have one in common are confusable."""
    whole = {"".join(word.look for word in reading) for reading in _readings(name)}
    return whole if "" not in whole else {words.fold(name)}


@lru_cache(maxsize=1024)
def _loose_looks(name: str) -> set[str]:
    """What it can be taken for by who reads it in another way than Unicode's table; nothing for plain letters."""
    if name.isascii() and name.isalpha():
        return set()
    return {"".join(word.look for word in reading) for reading in _readings(name, loose=True)} - {""}


def _all_readings(name: str) -> Iterator[tuple[bool, list[_Word]]]:
    for each in dict.fromkeys((name, _without_signs(name), _without_numbers(name))):
        yield from ((False, reading) for reading in _readings(each))
    if not (name.isascii() and name.replace(" ", "").isalpha()):
        yield from ((True, reading) for reading in _readings(name, loose=True))


def _readings(name: str, *, loose: bool = False) -> list[list[_Word]]:
    """The words of a name as it is, in small letters and in capitals: what a letter looks like depends on its case."""
    return [_words(each, loose=loose) for each in (name, name.lower(), name.upper())]


def _words(name: str, *, loose: bool = False) -> list[_Word]:
    """Its words, of which there are as many as `LOOK_MAX` has room for."""
    found: list[_Word] = []
    look, source, before, length = "", "", "", 0
    for char in words.together(words.without_invisible(name)):
        if words.is_mark(char):
            seen = _look(char) if _is_vowel_of(before, char) else ""
        else:
            seen = _LIKE_LETTERS.get(char, "") if loose else ""
            seen = seen or _look(char)
            # “AnnHost” and “Annᴴᵒˢᵗ” are two words to a reader.
            if before and (words.is_styled(char) != words.is_styled(before) or (char.isupper() and before.islower())):
                seen = f" {seen}" if not loose else seen
            before = char
        length += len(seen)
        if length > LOOK_MAX:
            break
        *ended, seen = seen.split(" ")
        for each in ended:
            found.append(_Word(_form(look + each), source + (char if each else "")))
            look = source = ""
        look, source = look + seen, source + (char if seen else "")
    return [word for word in (*found, _Word(_form(look), source)) if word.look]


def _form(look: str) -> str:
    return look.casefold().translate(_SEVERAL)


def _is_vowel_of(base: str, mark: str) -> bool:
    """Whether a mark is part of the word, as vowels are in Devanagari or Thai, and not an accent somebody put on it."""
    same_script = base and words.script(base) == words.script(mark)
    return bool(same_script) and not words.is_accent_of_its_own(mark)


@lru_cache(maxsize=4096)
def _look(char: str) -> str:
    """The plain letters that a character looks like, a space for what is no letter."""
    prototypes = "".join(_prototypes().get(each, each) for each in words.apart(_letter_in(char)))
    seen = ""
    for each in words.apart("".join(map(_letter_in, prototypes))):
        if each.isalnum() or (words.is_mark(each) and not words.is_accent_of_its_own(each)):
            seen += each
        elif not words.is_mark(each):
            seen += " "
    return seen


def _letter_in(char: str) -> str:
    """The letter that a character is a form of by its name."""
    if char.isascii() or not (letter := _LETTER_BY_NAME.search(words.called(char))):
        return char
    return letter[1].lower() if "SMALL LETTER" in letter[0] else letter[1]


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
