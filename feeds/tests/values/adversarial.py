"""Texts that are made to cost time: of what is long when it is taken apart, and of what a parser has to go back for."""

import random
from collections.abc import Iterator

UNITS = [
    *(
        "*",
        "**",
        "* ",
        "*a ",
        "a*",
        "**a* ",
        '*"a ',
        "_",
        "__a ",
        "~",
        "[",
        "![",
        "](",
        "[[a]",
        "[a](",
        "[`",
        "*[",
        "[a](https://a.org) ",
    ),
    *(
        "[](https://a.org)",
        "[a](https://a.org/(",
        "[*a](https://a.org)* ",
        "`",
        "`a ",
        "` ",
        "``a`",
        "```\n",
        "``` x\n",
        "~~~\n",
    ),
    *(
        "<",
        "<a ",
        "<https://a.org>",
        "&",
        "&amp;",
        "\\",
        "\\*",
        "> ",
        "> a\n",
        "> > ",
        ">\n",
        "- ",
        "- a\n",
        "- - ",
        "-\n",
        "1. a\n",
        "1. ",
    ),
    *("x\n- a\n- b\n", "  - a\n", "- a\n * b\n", "1. a\n\n", "\n", "\n\n", " ", "\t", "a\t", "=\n", "|", "#", "# a\n"),
    *(
        "http://",
        "https://a.org ",
        "https://a.org/(a)",
        "http://a/" + "[(" * 9,
        "a.b",
        "a@",
        "a@b.c ",
        "mailto:",
        "www.",
        "www.a.b/",
        "a-",
    ),
    *("//", ":", ".", "a.com ", "x.com@", "a.com/a.", "https://a.org。", "t.me/", "www.a-"),
    *(
        "\ufdfa",
        "\ufdfb",
        "㌀",
        "①",
        "ﬃ",
        "ŉ",
        "ΰ",
        "ß",
        "İ",
        "\u0301",
        "e\u0301",
        "\u0344",
        "a\u0323\u0307",
        "\u200b",
        "\u3164",
        "\u2800",
    ),
    *(
        "\u202e",
        "🏴\U000e0067\U000e007f",
        "👩\u200d🚀",
        "한",
        "\u1112\u1161\u11ab",
        "禁",
        "Ａ",
        "𝐇",
        "ⲎⲞⲤⲦ",
        "§",
        "\x02",
        "\x85",
        "\ufffd",
    ),
    *("a", "aA", "a ", "H o s t ", "host", "ho st ", "co-", "m", "vv", "rn", "A.", "'", "’", "-", "1", "0"),
]
"""Pieces that such a text repeats."""


def texts(length: int) -> Iterator[tuple[str, str]]:
    """Each with a name, and as long as a limit lets it be."""
    for unit in UNITS:
        yield ascii(unit[:20]), (unit * length)[:length]
    yield "deeper and deeper", "".join(" " * depth + "- a\n" for depth in range(0, 200, 2))[:length]
    yield "quote in quote", "".join("> " * depth + "a\n" for depth in range(60))[:length]
    yield "more and more backticks", "".join("`" * count + " " for count in range(1, 99))[:length]
    yield "more and more stars", "".join("*" * count + "a " for count in range(1, 99))[:length]
    chance = random.Random(7)
    for number in range(60):
        some = chance.sample(UNITS, chance.randint(2, 6))
        yield f"random {number}", "".join(chance.choices(some, k=length))[:length]
