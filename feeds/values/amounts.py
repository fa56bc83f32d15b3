"""Amounts at the beginning of a text. A sign before one belongs to it: “- US$5” is a loss, “> half” is more than
half."""

import re

from feeds.values import words

_CODES = {
    *("ca", "approx", "circa", "dm", "euro", "eur", "usd", "gbp", "chf", "fr", "sfr", "kr", "kč", "kc", "zł", "zl"),
    *("ft", "lei", "lv", "лв", "rm", "rp", "rs", "re", "tl", "руб", "грн", "ksh", "tsh", "ush", "r", "s", "tk", "ر.س"),
}
"""Currencies written with letters, and words that make a number inexact."""
_IN_WORDS = {
    *("half", "third", "quarter", "double", "twice", "triple", "thrice", "a", "an", "one", "two", "three"),
    *("four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy"),
    *("eighty", "ninety", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "dozen"),
    *("dozens", "zero", "average", "expected", "most", "all", "none", "usual", "par"),
    *("halb", "halbe", "halber", "halbes", "hälfte", "drittel", "viertel", "doppelt", "doppelte", "ein", "eine"),
    *("einer", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
    *("elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn", "zwanzig"),
    *("dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig", "hundert", "hunderte", "tausend"),
    *("tausende", "million", "millionen", "milliarde", "milliarden", "dutzend", "dutzende", "null", "durchschnitt"),
    *("un", "une", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf", "dix", "cent", "mille"),
    *("moitié", "mitad", "metà", "media", "mezzo", "uno", "dos", "tres", "due", "tre", "cento", "cien", "mil"),
}
"""First words of amounts in the commonest languages of hosts. In other languages a single line is only a quotation
if it has a capital and punctuation."""
_SIGNS = re.compile(r"[^\w\s]*")
_CODE = re.compile(r"[^\W\d_]{1,6}\.?|ر\.س\.?")


def begins(text: str) -> bool:
    """Whether a text begins with a number, in any digits, or with money."""
    rest = _without_signs(text)
    if _is_number(rest):
        return True
    code = _CODE.match(rest)
    if not code:
        return False
    behind = rest[code.end() :]
    is_money = behind[:1] != "" and words.category(behind[0]) == "Sc"
    is_code = code[0].rstrip(".").lower() in _CODES or re.fullmatch("[A-Z]{3}", code[0])
    return bool((is_money or is_code) and _is_number(_without_signs(behind)))


def begins_in_words(text: str) -> bool:
    """Whether the first word may be that of an amount, as in “half of them”."""
    first = re.match(r"\W*([^\W\d_]+)", text)
    return first is not None and first[1].lower() in _IN_WORDS


def _without_signs(text: str) -> str:
    """The text behind signs such as “+”, “$” or “~”, and behind a space after them."""
    rest = text
    for _each in range(2):
        rest = _SIGNS.sub("", rest, count=1).lstrip(" \t\u00a0\u202f\u2009")
    return rest


def _is_number(text: str) -> bool:
    return text[:1] != "" and (text[0] == "∞" or words.is_number(text[0]))
