"""Markup by hosts changes looks, never facts."""

import random
import re
from html import unescape

import pytest

from feeds.values.markup import marked_up, written


def html(text):
    return str(marked_up(text)).replace("\n", "")


def seen(text):
    """The words and elements that a reader sees."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br>|</p>|</li>|</blockquote>", "\n", html(text))))


AS_TYPED = [
    *("45. Minute: Tor!", "1986. What a year.", "10.", "1) one\n2) two", "01. a\n02. b", "1. a\n1. b", "45. a\n90. b"),
    *("- 5 degrees", "- 5 degrees\n- 7 degrees", "-5\n-6", "- €5\n- €6", "+ 3 minutes", "+ Ann\n+ Bob", "* only one"),
    *(
        "* 5 stars\n* 6 stars",
        "- one",
        "-\n-",
        "- - -",
        "- - -\n- - -",
        "* * *",
        "***",
        "---",
        "___",
        "Goal\n===",
        "Goal\n---",
    ),
    *("# 1 in the charts", "## Two", "> 5 goals", ">5", ">= 3", "> > 5", ">:(", "> 5 goals\n> many", ">", "a > b"),
    *(
        "3*2*1",
        "2 * 3 * 4",
        "a*b*c",
        "5*3 = 15, 2*4 = 8",
        "**kwargs",
        "**kwargs and **args",
        "Price* and cost*",
        "(*) and (*)",
    ),
    *("'*' and '*'", "*.py and *.js", "**/*.py", "/* a */", "-*- coding -*-", "a **b**c", "*a", "a*", "* a*", "*a *"),
    *("__init__", "_a_", "snake_case_name", "~~gone~~", "~~~\na\n~~~", "==a==", "^a^", "|a|b|\n|-|-|\n|1|2|"),
    *(
        "&copy; &amp; &#65; &lt;b&gt;",
        r"C:\*",
        r"¯\_(ツ)_/¯",
        r"\*a\*",
        "a\\\nb",
        "<b>a</b>",
        "<!-- a -->",
        "<a@b>",
        "a <- b",
    ),
    *(
        "[1]: https://example.org",
        "[1] and [a][b]",
        "[2](3)",
        "[a](b)",
        "[a](//example.org)",
        "[a](javascript:alert(1))",
    ),
    *('[a](https://example.org "title")', "[a](https://user@example.org)", "it`s 5 o`clock", "a`b`c", "```a\nb", "```"),
    *(
        "\"straight\" -- 'quotes' ... (c) (tm)",
        "1. e4 e5 2. Sf3",
        "2. Bundesliga",
        "6:3, 6:4",
        "5 > 3 < 8",
        "$5 *$6",
        "%*d %*s",
    ),
    *("- ½ °C\n- ¾ °C", "- US$5\n- US$6", "- CHF 5\n- CHF 6", "- $ 5\n- $ 6", "- R$5\n- R$6", "- kr. 5\n- kr. 6"),
    *("- €\u00a05\n- €\u00a06", "- chf 5\n- eur 6", "- Ⅷ\n- Ⅶ", "- 五度\n- 六度", "- ٥ a\n- ٦ b", "- ² a\n- ³ b"),
    *("- ∞ a\n- 5 b", "- (½) a\n- (¼) b", "- USD -5\n- USD -6", "> ½ of them", "> US$5m", "> CHF 5", "> 五", "> Ⅷ"),
    *("> half", "> half of them left", "> Half of them left.", "> Hälfte weg.", "> expected"),
    *("> five\n> six", "> ½ of us\n> ¾ of them", "> la moitié", "> 半分。", "> great goal", "> π", "> Berlin"),
    *("- a\n* b", "1. a\n3. c", "3. a\n2. b", "a\n- b", "- a\n\n\ntext\n\n- b", "- a\ntext\n- b"),
]


@pytest.mark.parametrize("text", AS_TYPED)
def test_numbers_and_signs_are_seen_as_they_were_typed(text):
    assert seen(text).strip("\n") == re.sub(r"\n\n+", "\n", text)
    assert set(re.findall(r"<(\w+)", html(text))) <= {"p", "br", "a"}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("*a*, **b** and ***c***", "<p><em>a</em>, <strong>b</strong> and <em><strong>c</strong></em></p>"),
        ("**Goal!** 2:1", "<p><strong>Goal!</strong> 2:1</p>"),
        ("„*Tor*“, (*Tor*) *„Tor“*!", "<p>„<em>Tor</em>“, (<em>Tor</em>) <em>„Tor“</em>!</p>"),
        ("**🎉 Yes 🎉**", "<p><strong>🎉 Yes 🎉</strong></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("45. a\n46. b", '<ol start="45"><li>a</li><li>b</li></ol>'),
        ("0. a\n1. b", '<ol start="0"><li>a</li><li>b</li></ol>'),
        ("1. a\n2. b\n45. Minute", "<ol><li>a</li><li>b</li></ol><p>45. Minute</p>"),
        ("- a\n  - b\n  - c\n- d", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"),
        ("- a\n  - b\n- c", "<ul><li>a<br>- b</li><li>c</li></ul>"),
        ("So far:\n- a\n- b\nThen: 2:1", "<p>So far:</p><ul><li>a</li><li>b</li></ul><p>Then: 2:1</p>"),
        ("So far:\n3. a\n4. b", '<p>So far:</p><ol start="3"><li>a</li><li>b</li></ol>'),
        ("> Go!\nSaid who?", "<blockquote><p>Go!</p></blockquote><p>Said who?</p>"),
        ("> “nice one”, she said.", "<blockquote><p>“nice one”, she said.</p></blockquote>"),
        ("> The half is over!", "<blockquote><p>The half is over!</p></blockquote>"),
        ("> great goal\n> by Ann", "<blockquote><p>great goal<br>by Ann</p></blockquote>"),
        ("> and then\n> half of them left", "<blockquote><p>and then<br>half of them left</p></blockquote>"),
        ("- Day 1\n- Day 2", "<ul><li>Day 1</li><li>Day 2</li></ul>"),
        ("- UTC\n- CHF", "<ul><li>UTC</li><li>CHF</li></ul>"),
        ("> - a\n> - b", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote>"),
        ("`a*b` and ``c`d``", "<p><code>a*b</code> and <code>c`d</code></p>"),
        ("```\na  *b*\n- c\n```", "<pre><code>a  *b*- c</code></pre>"),
        ("```py\na\n```", "<pre><code>pya</code></pre>"),
        ("[a *b*](https://example.org/)", '<p><a href="https://example.org/" rel="noopener">a <em>b</em></a></p>'),
        ("![a](https://example.org/b.png)", '<p>!<a href="https://example.org/b.png" rel="noopener">a</a></p>'),
        (
            "*see https://example.org/a_b_c*",
            '<p><em>see <a href="https://example.org/a_b_c" rel="noopener">https://example.org/a_b_c</a></em></p>',
        ),
        (
            "[https://one.example/](https://two.example/)",
            '<p><a href="https://two.example/" rel="noopener">https://one.example/</a></p>',
        ),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
    ],
)
def test_what_is_markup(text, made):
    assert html(text) == made


def test_the_start_of_a_list_is_a_number_and_nothing_else_reaches_its_tag():
    assert html("999999999. a\n1000000000. b") == "<p>999999999. a<br>1000000000. b</p>"
    assert html("7. a\n8. <b start=9 onclick=x>") == '<ol start="7"><li>a</li><li>&lt;b start=9 onclick=x&gt;</li></ol>'


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_typed_its_numbers_are_seen(seed):
    """In random texts of what Markdown is made of: every digit, in its order."""
    chance = random.Random(seed)
    parts = [
        "1. ",
        "2. ",
        "45. ",
        "3",
        "*",
        "**",
        "_",
        "- ",
        "> ",
        "#",
        "`",
        "```",
        "\n",
        "\n\n",
        "  ",
        "a",
        "é",
        "[",
        "]",
        ")",
    ]
    parts += ["\\", "&amp;", "<", ">", "|", "~", "+ ", "5 ", "https://example.org/6", "!", "\t", "é"]
    for _each in range(400):
        text = "".join(chance.choices(parts, k=chance.randint(1, 30)))
        shown = html(text)
        while "<ol" in shown:
            shown = re.sub(r'<ol(?: start="(\d+)")?>((?:(?!<ol).)*?)</ol>', _numbered, shown)
        assert re.findall(r"\d", re.sub(r"<[^>]*>", "", shown)) == re.findall(r"\d", text), text


def _numbered(match):
    number = int(match[1] or 1)
    parts = re.split("(<li>)", match[2])
    for index, part in enumerate(parts):
        if part == "<li>":
            parts[index], number = f"{number}. ", number + 1
    return "".join(parts)


def test_the_preview_says_what_the_publication_says(event, as_hugo):
    text = "45. Minute: 3*2*1\n- 5 degrees\n\nSee https://example.org/a。"
    previewed = as_hugo.post("/events/match/host/preview/", {"text": text}).content.decode()
    as_hugo.post("/events/match/entries/", {"name": "Hugo", "text": text, "markdown": "1"})
    published = as_hugo.get("/events/match/").content.decode()
    expected = str(marked_up(text))
    assert "45. Minute: 3*2*1<br>" in expected
    assert (expected in previewed, expected in published) == (True, True)


def test_lines_of_visitors_stay_lines():
    assert str(written("a\r\nb\n\n<c>")) == "<p>a<br>b</p>\n\n<p>&lt;c&gt;</p>"
