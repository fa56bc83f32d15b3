"""Characters that look like others, of any script, style or kind of symbol.

`look` gives the letters that a character can be mistaken for in any text (“confusables”, UTS #39, and Unicode's own
decompositions). `loose_look` gives the letter that playful spelling uses it for, as in “Ho§t” or “4nn”.
"""

import re
from functools import cache, lru_cache

from confusable_homoglyphs.utils import load

from feeds.values import words

# Letters in circles, squares and flags, small capitals, letters with a stroke: Unicode decomposes none of them.
_LETTER_BY_NAME = re.compile(
    r"(?:LATIN (?:CAPITAL|SMALL) LETTER|LATIN LETTER SMALL CAPITAL|REGIONAL INDICATOR SYMBOL LETTER) "
    r"([A-Z])(?: WITH .+)?$"
)
# Turned letters, and letters of ancient scripts in Italy and Asia Minor that have the names and shapes of Latin ones.
_LOOSELY_BY_NAME = re.compile(
    r"(?:LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL )?"
    r"(?:TURNED|REVERSED|SIDEWAYS|INVERTED|OPEN|BARRED|SCRIPT|BLACKLETTER|HALF|LONG|STIRRUP|INSULAR|TAILLESS|BROKEN) "
    r"|(?:OLD ITALIC|LYDIAN|LYCIAN|CARIAN) LETTER )([A-Z])(?= |$)"
)
_COPTIC = re.compile(r"COPTIC (?:CAPITAL|SMALL) LETTER (?:OLD COPTIC |DIALECT-P )?(\w+)")
_COPTIC_NAMES = """
ALFA:a VIDA:b GAMMA:r DALDA:a EIE:e SOU:s ZATA:z HATE:h THETHE:o IAUDA:i KAPA:k LAULA:a MI:m NI:n KSI:e O:o PI:n RO:p
SIMA:s TAU:t UA:y FI:o KHI:x PSI:y OOU:w SHEI:w FEI:q HORI:s GANGIA:x SHIMA:o DEI:t
"""
_COPTIC_LETTERS = dict(pair.split(":") for pair in _COPTIC_NAMES.split())
_ALPHABETS = {
    # Thai and Hebrew, Chinese, Yi, Cherokee, runes
    **dict(zip("ค๒ς๔єђเןкɭ๓ภ๏קгรՇยשฬאץչ", "abcdehijklmnoprstuvwxyz", strict=True)),
    **dict(zip("卂乃匚乇千卄丨ﾌフҜㄥ爪几ㄖ卩尺丂ㄒㄩ山乂ㄚ乙", "abcefhijjklmnoprstuwxyz", strict=True)),
    **dict(zip("ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꀘ꒒ꂵꈤꂦꉣꆰꋪꌗ꓄ꀎ꒦ꅏꊼꌩꁴ", "abcdefghijklmnopqrstuvwxyz", strict=True)),
    **dict(zip("ᏗᏰፈᎴᏋᎦᎶᏂᎥᏠᏦᏝᎷᏁᎧᎮᎤᏒᏕᏖᏬᏉᏇጀᎩፚ", "abcdefghijklmnopqrstuvwxyz", strict=True)),
    **dict(zip("ᚨᚫᛒᚲᛞᛖᚠᚷᚺᚻᛁᛃᛚᛗᚾᛟᛈᚱᛊᛋᛏᚢᚹᚣᛉ", "aabcdefghhijlmnoprsstuwyz", strict=True)),
}
"""Letters of other scripts that whole alphabets are made of, where Unicode's table has no entry for them."""
_LIKE_LETTERS = {
    **dict(zip("1345789@$§!|¡+26°†‡", "ieastbgasslilt" + "zbott", strict=True)),  # as in “Ho§t” and “4nn”
    **dict(zip("¢£¥€฿₡₢₣₤₥₦₩₫₭₮₱₲₳₴₵₸₹₺₽₿₪₠", "clyebccflmnwdktpgasctrlpbne", strict=True)),
    **dict(zip("∀∂∃∈∉∋∏∐∑√∝∞∧∨∩∪∫∅⊂⊃⊆⊕⊖⊗⊘⊙⊥⋀⋁⋂⋃×", "adeeeenusvaoavnusoccc" + "oooootavnux", strict=True)),
    **dict(zip("ΓΔΛΞΠΣΨΩαβγδεηθιλμνξπςτφχψω", "raaensyoabydenoiaunents" + "oxyw", strict=True)),
    **dict(zip("БДИЙЛПСЦЧЯбвгдзийклмнпстцчшщэюяєҥҡ", "baeenncuyrbbraenukamhnstuywweorenk", strict=True)),
    **dict(zip("ⲤⲥϹϲⲈⲉ", "ssssee", strict=True)),  # for which Unicode's table has other letters
    **dict(zip("ᗩᗷᑕᗪᗴᖴᘜᕼᒍᛕᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ", "abcdefghjklmnpqrsuvw", strict=True)),
    **dict(zip("ʌᴧɅɑəʘɔʃʒɩɪʀʟɴɢʜʏʁɓɖɗɠɦɲŋʂʈɱ", "aaaaeocsziirlnghyrbddghnnstm", strict=True)),
    **dict(zip("ٮڡٯں", "بفقن", strict=True)),  # with their dots left out
}
"""Letters of other alphabets, digits and symbols that playful spelling uses for Latin letters, beyond UTS #39."""

# Shapes that several characters make, and letters that look like two others. The latter are only small ones: nobody
# takes “DARA” for “CLARA”.
_DRAWN = {"()": "o", "[]": "o", "{}": "o", "<>": "o", "/\\": "a", "\\/": "v", "|-|": "h", "|\\|": "n", "|_|": "u"}
_DRAWN_PATTERN = re.compile("|".join(re.escape(each) for each in sorted(_DRAWN, key=len, reverse=True)))
_SEVERAL = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_COARSELY = str.maketrans("ic", "ls")
# Chinese characters that titles are written with in China, in Taiwan or in Japan.
_SAME_IN_CHINESE = str.maketrans(
    "會員辦組織運營営務眾眾幹編輯導聯繫權總監製責總", "会员办组织运营营务众众干编辑导联系权总监制责总"
)


def form(seen: str, *, is_as_typed: bool = False) -> str:
    """The one form that everything of the same look shares. As typed, two small letters may look like one."""
    if is_as_typed:
        for several, one in _SEVERAL:
            seen = seen.replace(several, one)
    return seen.casefold().translate(_SAME_IN_CHINESE)


def coarse(seen: str) -> str:
    """The form for loose reading, where “!” may be an “i” or an “l”, and “Ⲥ” a “c” or an “s”."""
    return seen.translate(_COARSELY)


def with_shapes(name: str) -> str:
    """The name with letters for shapes drawn with several characters: “h()st”."""
    return name if name.isalnum() else _DRAWN_PATTERN.sub(lambda found: _DRAWN[found[0]], name)


@lru_cache(maxsize=4096)
def look(char: str) -> str:
    """The plain letters that a character looks like, a space for a character that is not a letter."""
    one_form = "".join(map(words.same_letter, words.decomposed(_letter_in(char))))
    prototypes = "".join(_prototypes().get(each, each) for each in one_form)
    seen = ""
    for each in words.decomposed("".join(map(_letter_in, prototypes))):
        if each.isalnum() or (words.is_mark(each) and not words.is_added_accent(each)):
            seen += each
        elif not words.is_mark(each):
            seen += " "
    return seen


@lru_cache(maxsize=4096)
def loose_look(char: str) -> str:
    """The letter that a character is used for; "" if it is used for no other."""
    if letter := _LIKE_LETTERS.get(char):
        return letter
    if (seen := look(char)).isascii() and seen.isalpha():
        return ""
    if letter := _ALPHABETS.get(char, "") or _by_name(char):
        return letter
    forms = (*words.decomposed(char), *_prototypes().get(char, ""))
    return next(filter(None, map(_loose_prototypes().get, forms)), "")


@lru_cache(maxsize=4096)
def is_symbol_for_letter(char: str) -> bool:
    """Whether a character is a symbol that is used for a letter."""
    return not char.isalnum() and bool(loose_look(char))


def _letter_in(char: str) -> str:
    """The letter that a character is a form of, judging by its Unicode name; else the character."""
    if char.isascii() or not (letter := _LETTER_BY_NAME.search(words.name_of(char))):
        return char
    return letter[1].lower() if "SMALL LETTER" in letter[0] else letter[1]


def _by_name(char: str) -> str:
    name = words.name_of(char)
    if letter := _LOOSELY_BY_NAME.match(name):
        return letter[1].lower()
    coptic = _COPTIC.match(name)
    return _COPTIC_LETTERS.get(coptic[1], "") if coptic else ""


@cache
def _loose_prototypes() -> dict[str, str]:
    """`_LIKE_LETTERS`, extended by the characters that stand for those in Unicode's table and are not plain letters."""
    found = {_prototypes().get(char, char): letter for char, letter in _LIKE_LETTERS.items() if not char.isascii()}
    return {char: letter for char, letter in found.items() if not char.isascii()} | _LIKE_LETTERS


@cache
def _prototypes() -> dict[str, str]:
    """For each character that looks like another, the one that represents all of that look.

    The package has Unicode's table in both directions: from a prototype to its lookalikes, and from each of these to
    it.
    """
    table = {char: [each["c"] for each in alike] for char, alike in load("confusables.json").items()}
    found = {}
    for char, alike in table.items():
        if len(alike) == 1 and len(char) == 1:
            pair = sorted([char, alike[0]], key=lambda each: (not each.isascii(), -len(each), each))
            found[char] = alike[0] if len(table.get(alike[0], ())) > 1 else pair[0]
    several = dict(_SEVERAL)
    return {char: several.get(prototype, prototype) for char, prototype in found.items() if char not in words.VOICED}
