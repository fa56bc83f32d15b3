"""Text that people wrote, by Unicode's rules: how it is cleaned, when it is blank, and which texts are equal.

Names, posts, titles, searches, lists of blocked words, the admin and imports all use these functions, so that they
agree:
- `clean` gives the text that is stored
- `is_blank` tells texts without anything visible
- `fold` gives the form in which lists of words are compared
- `plain` also ignores accents: “sean” is “Seán”
- `spellings` has every form that a search compares: “OBrien” is “O’Brien”

Texts that only *look* alike are the business of `feeds.access.impersonation`. Every function takes time proportional to
its text, and no result is more than `GROWTH` times as long.
"""

import re
import unicodedata
from functools import lru_cache

GROWTH = 4
"""Characters that one may become at most. U+FDFA would become eighteen, so it stays as it is."""

# Unicode's Default_Ignorable_Code_Point: invisible by themselves.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Blank on purpose: blank Braille, fillers of Hangul and others, an empty note head, blank hieroglyphs, the place of an
# object that is missing, space between the signs of SignWriting.
_WIDE_BLANKS = "\u2800\u3164\uffa0\ufffc"
_OTHER_BLANKS = "\U0001d159\U00013441\U00013442\U00016fe4\U0001da7f\U0001da80"
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters and code points that are not characters.
_NOTHING = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[\s" + _WIDE_BLANKS + "]+")
# Only makes a word longer: Arabic, Syriac and others stretch the line between two letters with it.
_STRETCH = "\u0640\u07fa\u0883\u0884\u0885\u180a"
_IGNORED = re.compile(f"[{_IGNORABLE}{_OTHER_BLANKS}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_IGNORED_IN_WORDS = re.compile(_IGNORED.pattern[:-1] + _STRETCH + "]")
# Stripped from the ends of a text. Joiners, selectors and tags stay: an emoji or a word may end with them.
_EDGES = "".join(
    map(chr, (*range(9, 14), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, 0x180E, *range(0x2000, 0x200C), 0x2028, 0x2029))
)
_EDGES += "\u202f\u205f\u2060\u3000\ufeff\u115f\u1160" + _WIDE_BLANKS
# Hebrew and Armenian have their own marks, which most keyboards only have as quotation marks and hyphens.
_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′ʹʻʼʽˈ`´＇׳՚ʾʿꞌ", "'") | dict.fromkeys("“”„‟″«»＂〝〞״", '"'))
_TYPED = _QUOTES | str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－־֊᠆", "-"))
# The same letter, which differs between keyboards for Arabic and for Persian, Urdu or Kurdish.
_SAME_BY_CUSTOM = str.maketrans({"ى": "ي", "ے": "ي", "ة": "ه", "ۃ": "ه", "ٱ": "ا"})
_SAME_LETTERS = str.maketrans(dict.fromkeys("ی", "ي") | dict.fromkeys("کڪ", "ك") | dict.fromkeys("ہھەۀۂ", "ه"))
# Letters that Unicode does not decompose, and that other keyboards write without their stroke.
_UNMARKED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
VOICED = "\u3099\u309a"
"""Marks that turn one kana into another sound."""
# How German and Nordic letters are written on keyboards that lack them.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa"})
_QUOTES_INSIDE = re.compile(r"""(?<=\w)['"](?=\w)|(?<=\w)'(?= \w)""")
_HYPHENS_INSIDE = re.compile(r"(?<=\w)-(?=\w)")


def clean(text: str, *, lines: bool = True) -> str:
    """The same words as they are stored: one kind of line end, only printable characters, no blanks around them.

    Slides, terminals and editors use a vertical tab, a form feed or U+0085 as a line end, so each becomes one here.
    Other control characters are dropped. Without `lines`, line ends become spaces.
    """
    text = _NOTHING.sub("", one_line_end(text))
    if not lines:
        text = re.sub(r"[\n\t]+", " ", text)
    return text.strip(_EDGES)


def one_line_end(text: str) -> str:
    r"""The text with “\n” as every line end."""
    return _LINE_ENDS.sub("\n", text)


def has_halves(text: str) -> bool:
    """Whether it has unpaired surrogates, which no encoding can store."""
    return bool(_HALVES.search(text))


def is_blank(text: str) -> bool:
    """Whether nothing of it is visible: only spaces, fillers, marks without a letter, invisible characters."""
    return not any(map(_is_visible, text))


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """The lines with something in them, cleaned, each with its number as whoever wrote them counts."""
    lines = ((number, clean(line, lines=False)) for number, line in enumerate(one_line_end(text).split("\n"), 1))
    return [(number, line) for number, line in lines if not is_blank(line)]


@lru_cache(maxsize=4096)
def _is_visible(char: str) -> bool:
    if _IGNORED.match(char) or _SPACES.match(char):
        return False
    # An unassigned character may be an emoji newer than this Python; private ones show at least as a box.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me", "Mc"}


def is_number(char: str) -> bool:
    """Whether a character has a numeric value, in any script: 5, ½, Ⅷ, 五."""
    return unicodedata.numeric(char, None) is not None


def belongs_to_last(char: str) -> bool:
    """Whether a character has no place of its own: a mark, or one that is invisible."""
    return is_mark(char) or bool(_IGNORED_IN_WORDS.match(char))


def is_word(text: str) -> bool:
    """Whether the folded text has a letter, a digit or a symbol that can be searched for."""
    return any(unicodedata.category(char)[0] in "LNS" for char in fold(text))


def without_invisible(text: str) -> str:
    """Text as it is seen: invisible and stretching characters are dropped, gaps become spaces."""
    return text if text.isascii() and text.isprintable() else _IGNORED_IN_WORDS.sub("", _SPACES.sub(" ", text))


def typed(text: str) -> str:
    """Text as a keyboard types it, case and accents included, for confirming something by typing it."""
    text = unicodedata.normalize("NFC", without_invisible(unicodedata.normalize("NFC", text)).translate(_TYPED))
    return " ".join(text.split())


def fold(text: str) -> str:
    """The form in which words are compared.

    It ignores case, width, styles of letters, invisible characters and runs of spaces. It unifies quotation marks,
    apostrophes, dashes, digits and forms of Arabic letters. Accents count: “schon” is another word than “schön”.
    """
    if text.isascii() and "`" not in text:
        return " ".join(without_invisible(text).lower().split())
    text = unicodedata.normalize("NFC", "".join(map(_compatible, typed(text))))
    return " ".join(without_invisible(text).translate(_TYPED).split())


def plain(text: str) -> str:
    """`fold`, also without accents: the form in which people search for a name or for words."""
    folded = fold(text)
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded).translate(_UNMARKED).translate(_SAME_BY_CUSTOM)
    return unicodedata.normalize("NFC", "".join(char for char in apart if not _is_accent(char)))


def spellings(text: str) -> tuple[str, ...]:
    """Forms of a text, in `plain`, that somebody may type to search for it. Two texts match if they share one.

    “Jean-Luc” may be “jean luc” or “jeanluc”, “O’Brien” “obrien”, and “Søren” “soren” or “soeren”.
    """
    folded = fold(text)
    found = [plain(folded), plain(folded.translate(_WRITTEN_OUT))]
    for each in found[:2]:
        joined = _QUOTES_INSIDE.sub("", each)
        found += [_HYPHENS_INSIDE.sub(" ", joined), _HYPHENS_INSIDE.sub("", joined)]
    return tuple(each for each in dict.fromkeys(found) if each)


def search_key(*texts: str) -> str:
    """Spellings of these texts, one a line, for a search; without those that a database finds in the originals."""
    as_they_are = {each.lower() for each in texts if each.isascii()}
    lines = dict.fromkeys(line for each in texts for line in spellings(each))
    return "\n".join(line for line in lines if line not in as_they_are)


def has_words(text: str, typed_words: str) -> bool:
    """Whether a search for these words finds a text."""
    lines = "\n".join(spellings(text))
    return any(sought in lines for sought in spellings(typed_words))


@lru_cache(maxsize=4096)
def _compatible(char: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold()).translate(_SAME_LETTERS)
    if len(folded) == 1 and (digit := unicodedata.decimal(folded, None)) is not None:
        return str(digit)
    return folded if len(folded) <= GROWTH else char.casefold()


@lru_cache(maxsize=4096)
def _is_accent(char: str) -> bool:
    """Whether it is a mark that its script is readable without. Vowels of Indic scripts, say, are part of a word."""
    return bool(unicodedata.combining(char)) and not 0x0900 <= ord(char) <= 0x0FFF and char not in VOICED


def category(char: str) -> str:
    """The general category of a character, such as “Lu”."""
    return unicodedata.category(char)


def direction(char: str) -> str:
    """Unicode's direction of a character, such as “L”, “R” or “AL”; “” for one that Unicode does not know."""
    return unicodedata.bidirectional(char)


def is_mark(char: str) -> bool:
    """Whether a character is a mark, such as an accent or a vowel sign."""
    return unicodedata.category(char).startswith("M")


def decomposed(text: str) -> str:
    """The text fully decomposed (NFKD): letters and marks one by one, without styles and widths."""
    return unicodedata.normalize("NFKD", text)


def composed(text: str) -> str:
    """The text composed (NFC): letters with their marks."""
    return unicodedata.normalize("NFC", text)


def is_styled(char: str) -> bool:
    """Whether it is a picture or another form of a plain character, such as 𝐇, ᴴ or Ｈ."""
    return unicodedata.category(char) == "So" or unicodedata.normalize("NFKC", char) != char


def is_ornament(char: str) -> bool:
    """Whether it may decorate a name without being part of it, though Unicode counts it as letters, such as ™ and ª."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    return unicodedata.category(char) == "So" or kind in {"<super>", "<sub>", "<font>", "<circle>", "<square>"}


def same_letter(char: str) -> str:
    """One representative of letters that differ by keyboard or custom, such as the Arabic and the Persian kaf."""
    return char.translate(_SAME_LETTERS).translate(_SAME_BY_CUSTOM)


def is_picture(char: str) -> bool:
    """Whether it is an emoji or a sign that is not another form of a letter."""
    return unicodedata.category(char) == "So" and not unicodedata.decomposition(char)


def is_added_accent(mark: str) -> bool:
    """Whether a mark goes above or below any letter, as accents do.

    Vowels of a script do not, nor do the marks that make “ポスト” of “ホスト”.
    """
    return unicodedata.combining(mark) != 0 and mark not in VOICED


@lru_cache(maxsize=4096)
def name_of(char: str) -> str:
    """The Unicode name of a character; "" if it has none."""
    return unicodedata.name(char, "")


def script(char: str) -> str:
    """The first word of a character's name; for a letter, its script."""
    return name_of(char).partition(" ")[0]
