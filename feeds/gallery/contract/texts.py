"""Texts that are the same in every language, since no tag translates them."""

import re
from collections.abc import Iterator

from feeds.gallery.contract.elements import Elements, Fault
from feeds.gallery.contract.sources import Rendered

_WORD = re.compile(r"[^\W\d_]{2,}")
_SAID = re.compile(r"""\s(?:alt|title|placeholder|aria-label|data-otherwise)\s*=\s*("[^"]*"|'[^']*')""")
_NAMES = {"Commentary", "htmx", "Markdown"}
"""Words that are the same in every language."""


def untranslated(result: Rendered, page: Elements) -> Iterator[Fault]:
    """Plain words of templates that people see or hear."""
    spans = [*page.texts]
    for element in page.all:
        tag = page.text[element.start : element.inside]
        spans += [(element.start + said.start(1), element.start + said.end(1)) for said in _SAID.finditer(tag)]
    literals = iter(sorted((literal.start, literal.end) for literal in result.literals))
    literal = next(literals, None)
    for start, end in sorted(spans):
        while literal and literal[1] <= start:
            literal = next(literals, None)
        while literal and literal[0] < end:
            yield from _plain(page.text, max(start, literal[0]), min(end, literal[1]))
            if literal[1] > end:
                break
            literal = next(literals, None)


def _plain(text: str, start: int, end: int) -> Iterator[Fault]:
    part = re.sub(r"&#?\w+;", lambda entity: " " * len(entity[0]), text[start:end])
    if '="' in part:  # attributes, which some template includes in a tag
        return
    words = [word for word in _WORD.finditer(part) if word[0] not in _NAMES]
    if words:
        said = " ".join(text[start + words[0].start() : end].split()).rstrip('"')[:40]
        yield Fault(start + words[0].start(), f"“{said}” is the same in every language. Put it into {{% translate %}}.")
