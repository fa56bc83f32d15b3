"""Style sheets: what browsers leave out in silence, often with everything below it."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import tinycss2
from django.conf import settings
from tinycss2.ast import AtRule, Declaration, Node, ParseError, QualifiedRule

from feeds.gallery.contract.attributes import ELSEWHERE
from feeds.gallery.contract.wording import at, did_you_mean
from feeds.gallery.tried_templates import files

_PIECE = re.compile(
    r"""/\*.*?(?:\*/|\Z) | "(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z) | '(?:\\.|[^'\\\n])*(?:'|(?=\n)|\Z)
        | url\(\s*[^"'\s)][^)\n]*\) | [{}();\[\]]""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_PAIRS = {"}": "{", ")": "(", "]": "["}
_WITH_RULES = {"media", "supports", "layer", "container", "scope", "starting-style", "document"}
_DESCRIPTORS = {
    "font-face": "ascent-override descent-override font-display line-gap-override size-adjust src unicode-range",
    "property": "syntax inherits initial-value",
    "counter-style": "system symbols additive-symbols negative prefix suffix range pad fallback speak-as",
    "page": "size marks bleed page-orientation",
    "font-palette-values": "base-palette override-colors",
    "view-transition": "navigation types",
    "position-try": "",
}
_AT_RULES = {*_WITH_RULES, *_DESCRIPTORS, "import", "keyframes", "charset", "namespace", "font-feature-values"}

Said = Iterator[tuple[int, str]]


@lru_cache(512)
def faults(text: str) -> tuple[tuple[int, str], ...]:
    """Faults of a style sheet: lines and sentences."""
    found = list(_unpaired(text))
    if not found:
        found = list(_rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))
    return tuple(dict.fromkeys(sorted(found)))


def problems(texts: dict[str, str] | None = None) -> list[str]:
    """The problems of all style sheets, as sentences. `texts`: theirs by their paths; without it, those on the disk."""
    if texts is None:
        texts = {path: Path(path).read_text(errors="replace") for path in paths()}
    return [at(path, line, said) for path, text in sorted(texts.items()) for line, said in faults(text)]


def paths() -> list[str]:
    """Paths of all style sheets that pages can load: ours, and those of the theme."""
    folders = [Path(each).absolute() for each in (*settings.STATICFILES_DIRS, settings.THEME_DIR) if each]
    found = {path: folder for folder in folders for path in files(folder) if path.endswith(".css")}
    return sorted(path for path, folder in found.items() if not Path(path).is_relative_to(folder / "templates"))


@cache
def _properties() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("properties.txt").read_text().split())


class _Block:
    """A bracket that waits for its other one, and where it and its rule begin."""

    def __init__(self, bracket: str, line: int, before: str) -> None:
        self.bracket, self.line, self.before = bracket, line, " ".join(before.split())

    @property
    def is_of_style(self) -> bool:
        """Whether it holds declarations."""
        return self.bracket == "{" and not self.before.startswith("@")


def _unpaired(text: str) -> Said:
    """Brackets, strings and comments that are not closed, or that close nothing."""
    waiting: list[_Block] = []
    suspect: tuple[_Block, int] | None = None
    begun = 0
    for match in _PIECE.finditer(text):
        piece, line = match[0], text.count("\n", 0, match.start()) + 1
        if piece.startswith("/*") and (len(piece) < 4 or not piece.endswith("*/")):
            yield line, "the comment is not closed. Add */."
        elif piece[0] in "\"'" and (len(piece) < 2 or piece[-1] != piece[0]):
            yield line, f"the quote in {piece[:40]} is not closed. Add a {piece[0]} where it ends."
        elif piece in {"{", "(", "["}:
            block = _Block(piece, line, re.sub(r"/\*.*?\*/", "", text[begun : match.start()], flags=re.DOTALL))
            outer = waiting[-1] if waiting else None
            if outer and outer.is_of_style and block.is_of_style and "&" not in block.before and not suspect:
                suspect = outer, line
            waiting.append(block)
        elif piece in _PAIRS:
            if waiting and waiting[-1].bracket == _PAIRS[piece]:
                waiting.pop()
            elif piece == "}" and any(each.bracket == "{" for each in waiting):
                while waiting[-1].bracket != "{":
                    opened = waiting.pop()
                    yield opened.line, f"the {opened.bracket} is not closed. Add its other one."
                waiting.pop()
            else:
                yield line, f"{piece} closes nothing. Remove it, or add the {_PAIRS[piece]} that it is for."
        if piece in "{};":
            begun = match.end()
    if waiting:
        block, before = suspect or (next((each for each in waiting if each.bracket == "{"), waiting[0]), 0)
        where = f" before line {before}" if before else ""
        closing = next(closing for closing, opening in _PAIRS.items() if opening == block.bracket)
        yield block.line, f"the {block.bracket} of “{block.before[:60]}” is not closed. Add {closing}{where}."


def _rules(rules: list[Node]) -> Said:
    for rule in rules:
        if isinstance(rule, ParseError):
            yield rule.source_line, f"browsers cannot read this: {rule.message}. Compare it with the lines around it."
        elif isinstance(rule, QualifiedRule):
            yield from _contents(rule.content, "")
        elif isinstance(rule, AtRule):
            yield from _at_rule(rule)


def _at_rule(rule: AtRule) -> Said:
    name = rule.lower_at_keyword
    if name not in _AT_RULES and not name.startswith("-"):
        near = did_you_mean(f"@{name}", (f"@{each}" for each in _AT_RULES))
        yield rule.source_line, f"there is no @{name}.{near or ' Remove it.'}"
    if name == "import":
        yield from _addresses(rule.prelude, strings=True)
    if rule.content is None:
        return
    if name in _WITH_RULES:
        yield from _contents(rule.content, "")
    elif name == "keyframes":
        yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
    elif name in _DESCRIPTORS:
        yield from _contents(rule.content, name)


def _contents(content: list[Node], at_rule: str) -> Said:
    """Faults of a block with declarations or rules."""
    for part in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if isinstance(part, Declaration):
            yield from _declaration(part, at_rule)
        else:
            yield from _rules([part])


def _declaration(part: Declaration, at_rule: str) -> Said:
    name, line = part.lower_name, part.source_line
    yield from _addresses(part.value)
    if name.startswith("-"):
        return
    known = _properties() | frozenset(_DESCRIPTORS.get(at_rule, "").split())
    if name not in known:
        yield line, f"browsers know no property {name}.{did_you_mean(name, known) or ' Remove it.'}"
    if not [each for each in part.value if each.type not in {"whitespace", "comment"}]:
        yield line, f"{name} has no value. Add one, or remove it."
    for before, colon in zip(part.value, part.value[1:], strict=False):
        if colon.type == "literal" and colon.value == ":" and before.type == "ident" and at_rule != "font-face":
            yield before.source_line, f"a ; is missing before {before.value}. Add it."


def _addresses(tokens: list[Node], *, strings: bool = False) -> Said:
    """Addresses of files that pages must not load."""
    for token in tokens:
        inner = getattr(token, "arguments", None) if token.type == "function" else getattr(token, "content", None)
        if token.type == "url" or (strings and token.type == "string"):
            if ELSEWHERE.match(token.value):
                said = f"{token.value[:80]} is on another server, and pages forbid to load that."
                yield (
                    token.source_line,
                    f'{said} Put the file into the theme\'s folder, and write url("/static/its-name").',
                )
        elif isinstance(inner, list):
            is_address = token.type == "function" and token.lower_name in {"url", "src", "image-set"}
            yield from _addresses(inner, strings=is_address)
