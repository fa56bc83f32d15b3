"""Names that visitors cannot post under: a host's, a lookalike of one, and one that reads like a host's badge.

Two names count as the same if a reader could mistake one for the other. Case, spacing, punctuation, accents and
invisible characters make no difference, nor do letters that only look alike (“confusables”, UTS #39).

A clear claim is refused, with a sentence at the field. A name that may as well be somebody's own (“Jan Host”, “Kirsten
Høst”, “4nn” where Ann hosts) waits for a host, who approves it once. `Event.protected_names` lists the names of hosts,
`readings` decides what counts as the same, and `host_titles` lists what hosts are called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.access import lookalikes, readings
from feeds.access.host_titles import CLAIM, FILLERS, MAYBE, NAMES_TOO, Title, known_titles, without_spaces
from feeds.models import Event
from feeds.values import words

DOUBTFUL = gettext_noop("The name looks like a host's.")
"""The reason why a post under such a name waits."""
_LONG = 7
"""Least length of a title that is found within one word: “annmoderator”."""
_ENDINGS = ("s", "es", "e", "n", "en", "in", "innen", "i", "y", "ы", "и", "ка")
_DENIALS = {"un", "in", "non", "ex"}
_OVERRIDE = re.compile("[\u202d\u202e]")
_AROUND = "0123456789 ._-"
# Parts of names that are written in one word with the next, which still begins with a capital.
_PARTICLE = re.compile(r"\b(?:Mc|Mac|De|Di|Du|El|Fitz|La|Le|Van)(?=[A-Z])")
# Usual names: words with spaces, hyphens and apostrophes between them, and initials.
_USUAL = re.compile(r"[^\W_]+(?:(?:\. ?| |[-'’])[^\W_]+)*\.?")


@dataclass(frozen=True)
class Verdict:
    """The refusal for a visitor's name ("": none), and whether a post under it waits."""

    refusal: str = ""
    is_doubtful: bool = False


def refusal(name: str, event: Event) -> str:
    """The reason why a visitor cannot use this name in this event, and what to do; "" if they can. At most three
    queries."""
    return judge(name, event).refusal


def judge(name: str, event: Event) -> Verdict:
    """Judges whether a visitor can use this name in this event. At most three queries."""
    if _OVERRIDE.search(name):
        return Verdict(
            _("This name has invisible characters that turn its letters around. Type it again without them.")
        )
    claims = dict(_claims(name))
    if badge := next((title.word for title, is_clear in claims.items() if is_clear), ""):
        said = _("“%(name)s” looks like the name of a host. Leave out “%(badge)s”, or sign in if you host this event.")
        return Verdict(said % {"name": name, "badge": badge})
    hosts = event.protected_names()
    if any(_is_taken(name, taken) for taken in hosts):
        said = _("“%(name)s” is the name of a host, or too similar to one. Choose another, or sign in if it is yours.")
        return Verdict(said % {"name": name})
    return Verdict(is_doubtful=bool(claims) or any(_may_be_taken(name, taken) for taken in hosts))


def refusal_for_host(name: str, event: Event, user: User) -> str:
    """The reason why a host cannot use this name: it is another host's; "" if they can."""
    if any(
        readings.looks(name) & readings.looks(taken) and not _is_another_name(name, taken)
        for taken in event.names_of_others(user)
    ):
        return _("“%(name)s” is the name of another host, or too similar to one. Choose another.") % {"name": name}
    return ""


def _is_taken(name: str, taken: str) -> bool:
    """Whether a name is a host's, a disguise of it, or that with a title: “0lga”, “olgahost”."""
    of_name, of_host = readings.looks(name), readings.looks(taken)
    if of_name & of_host:
        return not _is_another_name(name, taken)
    if _joined(of_name | readings.looks(name.strip(_AROUND)), of_host) & _titles().keys():
        return True
    return _is_disguised(name) and _alike(name, taken)


def _may_be_taken(name: str, taken: str) -> bool:
    """Whether a name could be mistaken for a host's, or has all its words, but may be somebody's own as well."""
    of_name, of_host, loose = readings.looks(name), readings.looks(taken), readings.loose_looks(name)
    return bool(
        of_name & (of_host | readings.turned_looks(taken))
        or any(len(rest) > 3 for rest in _joined(of_name, of_host) & _fillers())
        or (loose and _alike(name, taken))
        or (loose and _joined(loose, readings.coarse_looks(taken)) & _loose_titles().keys())
        or any(_fits(gap, look) for gap in readings.gaps(name) for look in of_host)
        or _has_all_words(name, taken)
    )


def _fits(gap: tuple[str, str], look: str) -> bool:
    before, after = gap
    return len(look) == len(before) + len(after) + 1 and look.startswith(before) and look.endswith(after)


def _has_all_words(name: str, taken: str) -> bool:
    """Whether it contains a host's name of several words, or one of a single word with only fillers beside it."""
    return any(
        of_host <= of_name and (len(of_host) > 1 or of_name - of_host <= _fillers())
        for of_name, of_host in zip(readings.words_in(name), readings.words_in(taken), strict=True)
        if of_host
    )


def _is_another_name(name: str, taken: str) -> bool:
    """Whether it has only plain letters, and other ones than the host's: “Lan” is not “Ian”, nor is “Hạ” “Hà”."""
    seen = _PARTICLE.sub("", _seen(name))
    is_plain = _USUAL.fullmatch(seen) and all(
        (part.isupper() or part[1:].islower() or part[1:] == "")
        and words.plain(part).isascii()
        and not any(words.is_styled(char) or char.isdigit() for char in part)
        for part in re.findall(r"[^\W_]+", seen)
    )
    return bool(is_plain) and _letters(name) != _letters(taken)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, words.fold(name)))


def _joined(of_name: set[str], of_host: set[str]) -> set[str]:
    """The parts before or after a host's name in a name that begins or ends with it."""
    pairs = [(whole, part) for whole in of_name for part in of_host if 2 < len(part) < len(whole)]
    before = {whole.removesuffix(part) for whole, part in pairs if whole.endswith(part)}
    return before | {whole.removeprefix(part) for whole, part in pairs if whole.startswith(part)}


def _claims(name: str) -> Iterator[tuple[Title, bool]]:
    """Titles of hosts in a name, the clear ones last, each with whether it clearly claims to be a host."""
    found: dict[Title, bool] = {}
    for is_loose, words_of in readings.all_readings(name):
        titles, longest = _loose_titles() if is_loose else _titles(), _longest_title()
        counts = [*map(_counts, words_of)]
        for start in range(len(words_of)):
            look = ""
            for end in range(start, len(words_of)):
                look += words_of[end].look
                if len(look) > longest:
                    break
                if title := titles.get(look) or (_longer_title(look) if start == end and not is_loose else None):
                    part = words_of[start : end + 1]
                    if len(part) > 1 and len(title.word) < 4 and title.word.upper() != title.word.lower():
                        continue  # somebody's initials
                    others = sum(counts) - sum(counts[start : end + 1])
                    found[title] = found.get(title, False) or _is_clear(title, part, name, others, is_loose)
    folded = lookalikes.form(words.fold(name).replace(" ", ""))
    for title in without_spaces():
        if lookalikes.form(title.word) in folded:
            found.setdefault(title, False)
    for gap in readings.gaps(name):
        if gapped := _gapped_titles().get(gap):
            found.setdefault(gapped, False)
    yield from sorted(found.items(), key=lambda each: (each[1], each[0].word))


def _counts(word: readings.Word) -> bool:
    """Whether a word makes a title beside it part of a name or a phrase, as “the” and other fillers do not."""
    return any(map(str.isalpha, word.source)) and word.look not in _fillers()


@lru_cache(maxsize=1024)
def _longer_title(look: str) -> Title | None:
    """The title inside a word, beside an article, an ending or a name."""
    if len(look) < 4:
        return None
    article = next(filter(look.startswith, _articles()), "")
    if article and (title := _titles().get(look.removeprefix(article))):
        return title
    ends = [look.removesuffix(ending) for ending in _ENDINGS if look.endswith(ending)] if len(look) > 4 else []
    if len(look) > _LONG:
        ends += [look[:at] for at in range(_LONG, len(look))]
        ends += [look[at:] for at in range(1, len(look) - _LONG + 1) if look[:at] not in _DENIALS]
    for end in ends:
        if len(end) > 3 and (title := _titles().get(end)) and title.kind == CLAIM:
            return Title(title.word, MAYBE, title.parts)
    return None


def _is_clear(title: Title, part: list[readings.Word], name: str, others: int, is_loose: bool) -> bool:
    """Whether a title written like this is meant as one, and is not just somebody's name."""
    source = "".join(word.source for word in part)
    if is_loose:
        return _is_disguised(source)
    is_usual = _USUAL.fullmatch(_seen(name)) and len(readings.read_words(name)) <= len(
        re.findall(r"[^\W_]+", _seen(name))
    )
    is_spelled_out = len(part) > 1 and all(len(word.source) == 1 for word in part)
    if len(part) > 1 and not is_spelled_out:
        is_of_styles = any(map(words.is_styled, source)) and not all(map(words.is_styled, source))
        return is_of_styles or (title.kind == CLAIM and (len(part) == title.parts or len(title.word) > 4))
    if title.kind != NAMES_TOO:  # in a longer phrase it may be about anything: “Official Charts Fan”
        return title.kind == CLAIM and not (is_usual and not is_spelled_out and others > 1)
    if _is_accented(source):  # Høst
        return False
    return not is_usual or is_spelled_out or not others


def _seen(name: str) -> str:
    return words.composed(words.without_invisible(name)).strip()


def _is_accented(word: str) -> bool:
    """Whether it has only Latin letters, some of them with accents or strokes, as is usual in many languages."""
    if word.isascii() or not word.isalpha() or any(map(words.is_styled, word)):
        return False
    return words.plain(word).isascii() and not _is_disguised(word)


def _is_disguised(word: str) -> bool:
    """Whether one word mixes letters of several scripts, or letters and symbols, as names never do."""
    for each in word.split():
        scripts = {words.script(char) for char in each if char.isalpha() and not words.is_styled(char)}
        has_symbol = any(map(lookalikes.is_symbol_for_letter, each))
        if ("LATIN" in scripts and len(scripts) > 1) or (
            has_symbol and scripts and not any(map(words.is_styled, each))
        ):
            return True
    return False


def _alike(name: str, taken: str) -> bool:
    """Whether two names are the same after replacing letters, digits and symbols that are used for others."""
    loose = readings.loose_looks(name)
    return bool(loose) and bool(
        loose & ({*map(lookalikes.coarse, readings.looks(taken))} | readings.loose_looks(taken))
    )


@cache
def _titles() -> dict[str, Title]:
    found: dict[str, Title] = {}
    for title in known_titles():
        for look in readings.looks(title.word):
            found.setdefault(look, title)
    return found


@cache
def _loose_titles() -> dict[str, Title]:
    return {lookalikes.coarse(look): title for look, title in _titles().items()}


@cache
def _gapped_titles() -> dict[tuple[str, str], Title]:
    """Titles with one letter missing, by the texts before and after it."""
    long = {look: title for look, title in _titles().items() if len(look) > 3 and look.isascii()}
    return {(look[:at], look[at + 1 :]): title for look, title in long.items() for at in range(1, len(look) - 1)}


@cache
def _fillers() -> set[str]:
    return {look for word in FILLERS.split() for look in readings.looks(word)}


@cache
def _articles() -> tuple[str, ...]:
    """Looks of the articles that Arabic and Hebrew join to the next word."""
    return tuple(look for article in ("ال", "ה") for look in readings.looks(article))


@cache
def _longest_title() -> int:
    return max(map(len, _titles()))
