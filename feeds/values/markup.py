"""Words of people as HTML: plain ones of visitors, marked up ones of hosts.

Markup is for looks and must not change what was said: “45. Minute” stays the 45th, `3*2*1` keeps its stars. So this is
less than Markdown. A list has two lines at least, and its numbers count up as they were typed; “- 5 degrees” is below
zero, and “> half of them” more than that: a quotation has two lines, or one that is surely a sentence. Emphasis is of
whole words, by stars alone. Nothing is an escape or an entity. What is not markup by these rules is seen as it was
typed, to the character.
"""

import re
import sys
from bisect import bisect_right
from types import SimpleNamespace
from typing import Any

import nh3
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt, helpers
from markdown_it.rules_block import StateBlock, fence, list_block
from markdown_it.rules_block.blockquote import blockquote
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from feeds.values import amounts, words
from feeds.values.links import Link, links_in

_NEAR = 20
"""Lines of backticks alone among which one that ends code is looked for."""
_SCHEMES = {"http", "https", "mailto"}


def written(text: str) -> SafeString:
    """Escaped text with paragraphs, line breaks and links; nothing a visitor types becomes an attribute.

    Escaping alone would do. nh3 then lets through only what is made here, so that a flaw in it
    still harms nobody, and sets `rel`: search engines give links from visitors no credit.
    """
    html = linebreaks(_linked(text), autoescape=False)
    return mark_safe(  # noqa: S308
        nh3.clean(
            html,
            tags={"p", "br", "a"},
            attributes={"a": {"href"}},
            url_schemes=_SCHEMES,
            link_rel="nofollow ugc noopener",
        )
    )


def _linked(text: str) -> SafeString:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts, done = [], 0
    for link in links_in(text):
        parts.append((conditional_escape(text[done : link.start]), _anchor(text, link)))
        done = link.end
    return format_html_join("", "{}{}", [*parts, (text[done:], "")])


def _anchor(text: str, link: Link) -> SafeString:
    return format_html('<a href="{}">{}</a>', link.href, text[link.start : link.end])


def marked_up(text: str) -> SafeString:
    """Text of a host, of which paragraphs, emphasis, links, lists, quotes and code are seen. nh3 has the last word."""
    return mark_safe(  # noqa: S308
        nh3.clean(
            _markdown.render(text, {"shape": Shape(text)}),
            tags={"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre"},
            attributes={"a": {"href"}, "ol": {"start"}},
            attribute_filter=_numbers_alone,
            url_schemes=_SCHEMES,
            link_rel="noopener",
        )
    )


def _numbers_alone(tag: str, name: str, value: str) -> str | None:
    return value if name != "start" or re.fullmatch("[0-9]{1,9}", value, re.ASCII) else None


class Shape:
    """Which lines of a text are quoted, begin a list, go on with one, or close code; by their number."""

    _ITEM = re.compile(r"( *)(?:([-*])|([1-9][0-9]{0,8}|0)\.)( +)(\S.*)")
    _MARKER = re.compile(r"(?:[-+*]|\d+[.)])(?:\s|$)")

    def __init__(self, text: str) -> None:
        self.quoted: set[int] = set()
        self.items: set[int] = set()
        self.first: set[int] = set()
        self.closing: list[tuple[int, int]] = []
        self._runs: dict[int, _Run] = {}
        lines = text.split("\n")
        self._find_quotes(lines)
        for number, line in enumerate(lines):
            self._find_item(number, line)
        self._end_runs(0)

    def closes(self, start: int, end: int, ticks: int) -> bool:
        """Whether a line between these ends code that so many backticks begin."""
        after = bisect_right(self.closing, (start, sys.maxsize))
        behind = self.closing[after : after + _NEAR]
        return any(number < end and length >= ticks for number, length in behind)

    def _find_quotes(self, lines: list[str]) -> None:
        """Neighbours that begin with “> ”, none of which says that something is more than an amount."""
        block: list[int] = []
        for number, line in enumerate([*lines, ""]):
            if line.lstrip(" ").startswith(">"):
                block.append(number)
                continue
            said = [lines[each].lstrip(" ")[1:] for each in block]
            if all(map(self._may_be_quoted, said)) and _is_quotation([each.lstrip("> \t") for each in said]):
                self.quoted.update(block)
            block = []

    def _may_be_quoted(self, said: str) -> bool:
        inside = said.lstrip("> \t")
        return not inside or (said[0] in " \t" and _has_words(inside) and not amounts.begins(inside))

    def _find_item(self, number: int, line: str) -> None:
        marks = re.match(r" {0,3}(?:> ?)+", line)
        quotes, text = (marks[0].count(">"), line[marks.end() :]) if marks else (0, line)
        text = text.expandtabs(4).rstrip()
        if not text:
            return
        if len(text.strip()) > 2 and not text.strip().strip("`"):
            self.closing.append((number, len(text.strip())))
        indent = len(text) - len(text.lstrip(" "))
        item = self._ITEM.fullmatch(text)
        if not item or not self._is_item(item):
            self._end_runs(indent, but_within=not self._MARKER.match(text.lstrip(" ")))
            return
        self._end_runs(indent + 1)
        kind, count, run = f"{quotes}{item[2] or '.'}", int(item[3] or 0), self._runs.get(indent)
        if not run or run.kind != kind or (item[3] and count != run.count + 1):
            self._end_runs(indent)
            run = self._runs[indent] = _Run(kind)
        run.count, run.inside = count, item.start(5)
        run.lines.append(number)

    def _is_item(self, item: re.Match[str]) -> bool:
        """Whether it says something, and does not say that something is below zero."""
        said = item[5]
        if self._MARKER.match(said) or not _has_words(said):
            return False
        return bool(item[3]) or not amounts.begins(said)

    def _end_runs(self, indent: int, *, but_within: bool = False) -> None:
        """Lists that are not indented less than this go no further, but those of which such a line is a part."""
        for at in [at for at, run in self._runs.items() if (indent < run.inside if but_within else at >= indent)]:
            lines = self._runs.pop(at).lines
            if len(lines) > 1:
                self.items.update(lines)
                self.first.add(lines[0])


class _Run:
    """Lines that may be a list: of which kind, the last number, where its text begins."""

    def __init__(self, kind: str) -> None:
        self.kind, self.count, self.inside = kind, 0, 0
        self.lines: list[int] = []


def _is_quotation(lines: list[str]) -> bool:
    """Whether these lines surely are one. Where they might say “more than”, the sign has to stay visible."""
    said = [line for line in lines if line.strip()]
    if all(map(amounts.begins_in_words, said)):
        return False
    return len(said) > 1 or _is_sentence(said[0])


def _is_sentence(line: str) -> bool:
    """With a capital or a quotation mark in front and its punctuation behind: “> Go!”, but not “> expected”."""
    begins = line.lstrip("*`[(")[:1]
    return (begins.isupper() or begins in set("\"'„“‚‘«»‹›「『")) and bool(re.search(r"[.!?…。！？][^\w\s]*\s*$", line))


def _has_words(said: str) -> bool:
    return any(char.isalnum() or words.category(char) == "So" for char in said)


def _shape(state: StateBlock | StateInline) -> Shape:
    shape: Shape = state.env["shape"]
    return shape


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if start not in _shape(state).items:
        return False
    if silent and start in _shape(state).first and state.parentType == "paragraph":
        return True  # whatever its number: it is a list for sure
    return list_block(state, start, end, silent)


def _end_of_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends a list before a line that is none of its items, be it that its number is not the next one."""
    return silent and (start in _shape(state).first or start not in _shape(state).items)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return start in _shape(state).quoted and blockquote(state, start, end, silent)


def _outside(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends a paragraph of a quote or of an item where the next line is not marked or indented as part of it."""
    return silent and state.sCount[start] < state.blkIndent


def _end_of_quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return silent and start not in _shape(state).quoted


def _code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines between two of three backticks. What stands behind the first ones is seen, too."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    ticks = len(line) - len(line.lstrip("`"))
    if ticks < 3 or not _shape(state).closes(start, end, ticks) or not fence(state, start, end, silent):
        return False
    if not silent:
        token = state.tokens[-1]
        said, token.info = token.info.strip(), ""
        token.content = f"{said}\n{token.content}" if said else token.content
    return True


def _ticks(state: StateInline, silent: bool) -> bool:
    """Code between as many backticks as it begins with, none of which is inside a word, as in “5 o`clock”."""
    if state.src[state.pos] != "`":
        return False
    start, end = state.pos, state.pos
    while end < state.posMax and state.src[end] == "`":
        end += 1
    marker = state.src[start:end]
    close = re.compile(f"(?<!`){marker}(?!`)").search(state.src, end, state.posMax)
    inside = start and state.src[start - 1].isalnum()
    if inside or not close or (close.end() < len(state.src) and state.src[close.end()].isalnum()):
        if not silent:
            state.append_pending(marker)
        state.pos = end
        return True
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.markup, token.content = marker, state.src[end : close.start()].replace("\n", " ")
    state.pos = close.end()
    return True


def _stars(state: StateInline, silent: bool) -> bool:
    """Stars around words and sentences, never inside a word: `3*2*1` and `**kwargs` are what they are."""
    start = end = state.pos
    while end < state.posMax and state.src[end] == "*":
        end += 1
    if silent or end == start:
        return False
    before = state.src[start - 1] if start else " "
    after = state.src[end] if end < len(state.src) else " "
    opens, closes = _may_open(before, after), _may_close(before, after)
    for _each in range(end - start):
        state.push("text", "", 0).content = "*"
        state.delimiters.append(Delimiter(ord("*"), end - start, len(state.tokens) - 1, -1, opens, closes))
    state.pos = end
    return True


def _may_open(before: str, after: str) -> bool:
    """Whether emphasis begins between these: at a word, or at a quotation mark or bracket that begins one."""
    if not (before.isspace() or before in "\"'/:" or words.category(before) in {"Ps", "Pi", "Pf", "Pd"}):
        return False
    begins = after in "\"'#@`¡¿§&+-–−" or words.category(after) in {"Ps", "Pi", "Pf", "Sc"}
    return _is_word(after) or (begins and before.isspace())


def _may_close(before: str, after: str) -> bool:
    """Whether it ends between these: behind a word or its punctuation, and not before another letter."""
    if before.isspace() or words.category(before) == "Ps" or _is_letter(after):
        return False
    return before not in "\"'" or after.isspace() or after in ".,;:!?)"


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_" or words.is_mark(char)


def _is_word(char: str) -> bool:
    return char.isalnum() or words.category(char) in {"So", "Co", "Cn"}


def _bare(state: StateInline, silent: bool) -> bool:
    """An address as it is, which is a link; before all else, so that no star in it is emphasis."""
    link = _bare_links(state).get(state.pos)
    if not link or link.end > state.posMax or state.linkLevel:
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": link.href}
        state.push("text", "", 0).content = state.src[link.start : link.end]
        state.push("link_close", "a", -1)
    state.pos = link.end
    return True


def _bare_links(state: StateInline) -> dict[int, Link]:
    kept: dict[str, dict[int, Link]] = state.env.setdefault("links", {})
    if state.src not in kept:
        kept[state.src] = {link.start: link for link in links_in(state.src)}
    return kept[state.src]


def _text(state: StateInline, silent: bool) -> bool:
    """Text up to what may be markup or a link."""
    found = state.md.inline.terminator_re.search(state.src, state.pos)
    end = found.start() if found else state.posMax
    end = min([end, *(start for start in _bare_links(state) if state.pos < start < end)])
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _is_address(href: str) -> bool:
    return bool(re.match(r"(?i)https?://[^/@\s]+(?:/|\?|#|$)|mailto:[^\s@]+@[^\s@]+$", href))


def _no_title(*args: Any) -> Any:
    """Links have no title, which would be words that nobody sees."""
    return SimpleNamespace(ok=False, pos=0, str="")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 20})
    parser.enable(["blockquote", "fence", "list", "emphasis", "balance_pairs", "link", "newline", "backticks"])
    block, inline = parser.block.ruler, parser.inline.ruler
    block.at("fence", _code, {"alt": ["paragraph", "blockquote", "list"]})
    block.at("blockquote", _quote, {"alt": ["paragraph", "blockquote", "list"]})
    block.at("list", _list, {"alt": ["paragraph", "blockquote"]})
    block.before("list", "end of list", _end_of_list, {"alt": ["list"]})
    block.before("list", "end of quote", _end_of_quote, {"alt": ["blockquote"]})
    block.before("list", "outside", _outside, {"alt": ["paragraph"]})
    inline.at("backticks", _ticks)
    inline.at("emphasis", _stars)
    inline.at("text", _text)
    inline.before("text", "bare address", _bare)
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkDestination=helpers.parseLinkDestination,
        parseLinkTitle=_no_title,
    )
    parser.validateLink = _is_address  # type: ignore[method-assign,assignment]
    return parser


_markdown = _parser()
