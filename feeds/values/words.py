"""Text that people wrote, to Unicode: what is cleaned, what counts as blank, and which texts are the same.

Names, posts, titles, searches, lists of blocked words, the admin and imports all ask here, so that none of them has a
notion of its own. `clean` is what is stored; `is_blank` is what nobody can see; `fold` is what lists of words compare;
`plain` takes “sean” for “Seán” as well, and `spellings` has all that a search compares: “OBrien” is “O’Brien”. What
merely *looks* like something else is for `feeds.access.impersonation`.

Every function takes time in proportion to its text, and no result is more than `GROWTH` times as long.
"""

import re
import unicodedata
from functools import lru_cache

GROWTH = 4
"""Characters that one may become at most: U+FDFA would be eighteen of them, and stays what it is."""

# Unicode's Default_Ignorable_Code_Point: what shows nothing by itself.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# What is empty on purpose: blank Braille, fillers of Hangul and others, an empty note head, blank hieroglyphs, the
# place of an object that did not come along, room between the signs of SignWriting.
_WIDE_BLANKS = "\u2800\u3164\uffa0\ufffc"
_OTHER_BLANKS = "\U0001d159\U00013441\U00013442\U00016fe4\U0001da7f\U0001da80"
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters, halves of characters and code points that are none: nothing of anybody's words.
_NOTHING = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[\s" + _WIDE_BLANKS + "]+")
# What makes a word longer and says nothing: Arabic, Syriac and others stretch the line between two letters with it.
_STRETCH = "\u0640\u07fa\u0883\u0884\u0885\u180a"
_IGNORED = re.compile(f"[{_IGNORABLE}{_OTHER_BLANKS}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_IGNORED_IN_WORDS = re.compile(_IGNORED.pattern[:-1] + _STRETCH + "]")
# At the ends of a text: not the joiners, selectors and tags that an emoji or a word may end with.
_EDGES = "".join(
    map(chr, (*range(9, 14), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, 0x180E, *range(0x2000, 0x200C), 0x2028, 0x2029))
)
_EDGES += "\u202f\u205f\u2060\u3000\ufeff\u115f\u1160" + _WIDE_BLANKS
# Hebrew has marks of its own for what most keyboards only have as quotation marks and hyphens; so has Armenian.
_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′ʹʻʼʽˈ`´＇׳՚ʾʿꞌ", "'") | dict.fromkeys("“”„‟″«»＂〝〞״", '"'))
_TYPED = _QUOTES | str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－־֊᠆", "-"))
# One letter that keyboards for Arabic and for Persian, Urdu or Kurdish have as two.
_SAME_BY_CUSTOM = str.maketrans({"ى": "ي", "ے": "ي", "ة": "ه", "ۃ": "ه", "ٱ": "ا"})
_SAME_LETTERS = str.maketrans(dict.fromkeys("ی", "ي") | dict.fromkeys("کڪ", "ك") | dict.fromkeys("ہھەۀۂ", "ه"))
# Letters that Unicode does not take apart, and that are typed without their stroke where a keyboard has none.
_UNMARKED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
VOICED = "\u3099\u309a"
"""The marks of kana that make another sound of one."""
# How letters are written where a keyboard does not have them, in German and in the North.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa"})
_QUOTES_INSIDE = re.compile(r"""(?<=\w)['"](?=\w)|(?<=\w)'(?= \w)""")
_HYPHENS_INSIDE = re.compile(r"(?<=\w)-(?=\w)")


def clean(text: str, *, lines: bool = True) -> str:
    """The same words as they are stored: one kind of line end, nothing that no page can show, no blanks around.

    What slides, terminals and editors leave in a text (a vertical tab, a form feed, U+0085) is a line end there, and
    one here; other control characters stand for nothing. Without `lines` all ends of lines are spaces.
    """
    text = _NOTHING.sub("", one_line_end(text))
    if not lines:
        text = re.sub(r"[\n\t]+", " ", text)
    return text.strip(_EDGES)


def one_line_end(text: str) -> str:
    """With the same end for every line."""
    return _LINE_ENDS.sub("\n", text)


def has_halves(text: str) -> bool:
    """Whether it has halves of characters, which no encoding can store."""
    return bool(_HALVES.search(text))


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of it: spaces, fillers, marks without a letter, invisible characters."""
    return not any(map(_is_visible, text))


@lru_cache(maxsize=4096)
def _is_visible(char: str) -> bool:
    if _IGNORED.match(char) or _SPACES.match(char):
        return False
    # Unassigned here may be an emoji that is newer than this Python; private ones are seen as a box at least.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me", "Mc"}


def is_number(char: str) -> bool:
    """Whether a character has a value, in any script: 5, ½, Ⅷ, 五."""
    return unicodedata.numeric(char, None) is not None


def is_word(text: str) -> bool:
    """Whether there is a letter, a digit or a symbol to look for once it is folded."""
    return any(unicodedata.category(char)[0] in "LNS" for char in fold(text))


def without_invisible(text: str) -> str:
    """Text as it is read: what shows nothing or only stretches a word is not there, what shows a gap is a space."""
    return text if text.isascii() and text.isprintable() else _IGNORED_IN_WORDS.sub("", _SPACES.sub(" ", text))


def typed(text: str) -> str:
    """Text as a keyboard has it, case and accents included: for what somebody types off to confirm something."""
    text = unicodedata.normalize("NFC", without_invisible(unicodedata.normalize("NFC", text)).translate(_TYPED))
    return " ".join(text.split())


def fold(text: str) -> str:
    """Text as words are compared.

    Without case, width, styles of letters, invisible characters, runs of spaces, and whichever quotation marks,
    apostrophes, dashes, digits and forms of Arabic letters a keyboard makes. Accents count: “schon” is another word
    than “schön”.
    """
    if text.isascii() and "`" not in text:
        return " ".join(without_invisible(text).lower().split())
    text = unicodedata.normalize("NFC", "".join(map(_compatible, typed(text))))
    return " ".join(without_invisible(text).translate(_TYPED).split())


def plain(text: str) -> str:
    """As `fold`, without accents as well: what somebody types who is looking for a name or for words."""
    folded = fold(text)
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded).translate(_UNMARKED).translate(_SAME_BY_CUSTOM)
    return unicodedata.normalize("NFC", "".join(char for char in apart if not _is_accent(char)))


def spellings(text: str) -> tuple[str, ...]:
    """All that somebody may type who looks for this, as `plain` has it; they find it who have one in common.

    “Jean-Luc” may be “jean luc” or “jeanluc”, “O’Brien” “obrien”, and “Søren” “soren” or “soeren”.
    """
    folded = fold(text)
    found = [plain(folded), plain(folded.translate(_WRITTEN_OUT))]
    for each in found[:2]:
        joined = _QUOTES_INSIDE.sub("", each)
        found += [_HYPHENS_INSIDE.sub(" ", joined), _HYPHENS_INSIDE.sub("", joined)]
    return tuple(each for each in dict.fromkeys(found) if each)


def search_key(name: str, text: str) -> str:
    """All spellings of a name and of words, one a line, for a search; without what a database finds as they are."""
    as_they_are = {each.lower() for each in (name, text) if each.isascii()}
    lines = dict.fromkeys((*spellings(name), *spellings(text)))
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
    """Whether it is a mark of a script that is read without it; vowels of Indic scripts, say, are part of a word."""
    return bool(unicodedata.combining(char)) and not 0x0900 <= ord(char) <= 0x0FFF and char not in VOICED


def category(char: str) -> str:
    """The general category of a character, as in “Lu”."""
    return unicodedata.category(char)


def is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def apart(text: str) -> str:
    """Letters and their marks one by one, and letters of other styles and widths as plain ones."""
    return unicodedata.normalize("NFKD", text)


def together(text: str) -> str:
    """Letters with their marks."""
    return unicodedata.normalize("NFC", text)


def is_styled(char: str) -> bool:
    """Whether it is another form of a plain character, as in 𝐇, ᴴ, Ｈ, or a picture."""
    return unicodedata.category(char) == "So" or unicodedata.normalize("NFKC", char) != char


def is_ornament(char: str) -> bool:
    """Whether it may stand beside a name and be no part of it, though Unicode takes it for letters, as ™ and ª."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    return unicodedata.category(char) == "So" or kind in {"<super>", "<sub>", "<font>", "<circle>", "<square>"}


def same_letter(char: str) -> str:
    """The one of several letters that differ by keyboard or by custom, as the Arabic and the Persian kaf."""
    return char.translate(_SAME_LETTERS).translate(_SAME_BY_CUSTOM)


def is_picture(char: str) -> bool:
    """Whether it is an emoji or a sign that is no other form of a letter."""
    return unicodedata.category(char) == "So" and not unicodedata.decomposition(char)


def is_accent_of_its_own(mark: str) -> bool:
    """Whether a mark has a place above or below any letter, as accents have; vowels of a script have none.

    Nor have the marks that make “ポスト” of “ホスト”.
    """
    return unicodedata.combining(mark) != 0 and mark not in VOICED


@lru_cache(maxsize=4096)
def called(char: str) -> str:
    """The name of a character; "" where it has none."""
    return unicodedata.name(char, "")


def script(char: str) -> str:
    """The first word of its name, which for letters is their script."""
    return called(char).partition(" ")[0]


class Blocked:
    """A list of words, one a line, to be found in texts as `fold` compares them, each as no part of another word.

    Where a script has no spaces between words, such as Chinese, also inside. Finding takes one search for each word
    in the text, which C does, and no regular expression.
    """

    def __init__(self, lines: str) -> None:
        words = {word for line in lines.splitlines() if (word := fold(line))}
        self._needles = {_needle(word): word for word in sorted(words)}

    def found_in(self, text: str) -> set[str]:
        if not self._needles or not text:
            return set()
        seen = _with_edges(f" {fold(text)} ")
        return {word for needle, word in self._needles.items() if needle in seen}


_EDGE_OF_WORD = re.compile(r"(?<=[^\W_])(?=[\W_])|(?<=[\W_])(?=[^\W_])")


def _with_edges(text: str) -> str:
    """With U+0000, which no folded text has, where a word begins or ends."""
    return _EDGE_OF_WORD.sub("\0", text)


def _needle(word: str) -> str:
    before, after = ("\0" if _has_case(char) else "" for char in (word[0], word[-1]))
    return before + _with_edges(word) + after


def _has_case(char: str) -> bool:
    return char.upper() != char.lower() or char.isdigit()
