"""Texts of people as HTML: plain for visitors, with markup for hosts.

Markup is decoration and must not change the meaning: “45. Minute” stays the 45th, and `3*2*1` keeps its stars. So it
is less than Markdown:
- a list has at least two lines, and its numbers count up as they were typed
- “- 5 degrees” is below zero, and “> half of them” is more than that
- a quotation has two lines, or one that is surely a sentence
- emphasis is for whole words, by stars alone
- nothing is an escape or an entity

Anything that is not markup by these rules is shown exactly as it was typed.
"""

import re
from html import unescape
from types import SimpleNamespace

import nh3
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks, strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt, helpers
from markdown_it.rules_block import StateBlock, fence, list_block
from markdown_it.rules_block.blockquote import blockquote
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from feeds.values import words
from feeds.values.line_roles import LineRoles
from feeds.values.links import Link, links_in

_SCHEMES = {"http", "https", "mailto"}


def written(text: str) -> SafeString:
    """A visitor's text as escaped HTML with paragraphs, line breaks and links; no visitor input becomes an attribute.

    Escaping alone would do. nh3 then lets only these tags through, so that a flaw here harms nobody. It also sets
    `rel`: search engines give links from visitors no credit.
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


def without_markup(html: str) -> str:
    """The words of a text that is HTML, as it was made here."""
    return unescape(strip_tags(html))


def marked_up(text: str) -> SafeString:
    """A host's text as HTML with paragraphs, emphasis, links, lists, quotes and code. nh3 has the last word."""
    return mark_safe(  # noqa: S308
        nh3.clean(
            _markdown.render(text, {"roles": LineRoles(text)}),
            tags={"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre"},
            attributes={"a": {"href"}, "ol": {"start"}},
            attribute_filter=_numbers_alone,
            url_schemes=_SCHEMES,
            link_rel="noopener",
        )
    )


def _numbers_alone(tag: str, name: str, value: str) -> str | None:
    return value if name != "start" or re.fullmatch("[0-9]{1,9}", value, re.ASCII) else None


def _roles(state: StateBlock | StateInline) -> LineRoles:
    roles: LineRoles = state.env["roles"]
    return roles


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule for lists: only lines that are items may begin one."""
    if start not in _roles(state).items:
        return False
    if silent and start in _roles(state).first and state.parentType == "paragraph":
        return True  # a list may interrupt a paragraph whatever its first number is
    return list_block(state, start, end, silent)


def _end_of_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends a list before a line that is not its next item, such as one with another number."""
    return silent and (start in _roles(state).first or start not in _roles(state).items)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return start in _roles(state).quoted and blockquote(state, start, end, silent)


def _outside(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends a paragraph of a quote or an item if the next line is not marked or indented as part of it."""
    return silent and state.sCount[start] < state.blkIndent


def _end_of_quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return silent and start not in _roles(state).quoted


def _code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule for code between two lines of three backticks. Text behind the first ones is shown, too."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    ticks = len(line) - len(line.lstrip("`"))
    if ticks < 3 or not _roles(state).closes(start, end, ticks) or not fence(state, start, end, silent):
        return False
    if not silent:
        token = state.tokens[-1]
        said, token.info = token.info.strip(), ""
        token.content = f"{said}\n{token.content}" if said else token.content
    return True


def _ticks(state: StateInline, silent: bool) -> bool:
    """The rule for code between equally many backticks, none of them inside a word, as in “5 o`clock”."""
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
    """The rule for stars around words and sentences, never inside a word: `3*2*1` and `**kwargs` stay as they are."""
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
    """Whether emphasis may begin between these two characters: at a word, or at a quotation mark or bracket before
    one."""
    if not (before.isspace() or before in "\"'/:" or words.category(before) in {"Ps", "Pi", "Pf", "Pd"}):
        return False
    begins = after in "\"'#@`¡¿§&+-–−" or words.category(after) in {"Ps", "Pi", "Pf", "Sc"}
    return _is_word(after) or (begins and before.isspace())


def _may_close(before: str, after: str) -> bool:
    """Whether emphasis may end between these two characters: behind a word or its punctuation, not before a letter."""
    if before.isspace() or words.category(before) == "Ps" or _is_letter(after):
        return False
    return before not in "\"'" or after.isspace() or after in ".,;:!?)"


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_" or words.is_mark(char)


def _is_word(char: str) -> bool:
    return char.isalnum() or words.category(char) in {"So", "Co", "Cn"}


def _bare(state: StateInline, silent: bool) -> bool:
    """The rule for plain addresses, which become links. It comes first, so that no star in one is emphasis."""
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
    """The rule for text up to the next possible markup or link."""
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


def _no_title(*args: object) -> SimpleNamespace:
    """Parses no title of a link: nobody would see its words."""
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
