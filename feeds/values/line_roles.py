"""Roles of a host's lines, found before the parser runs: which ones are quoted, begin a list or end code."""

import re
import sys
from bisect import bisect_right

from feeds.values import amounts, words

_NEAR = 20
"""Number of following lines of backticks that are tried as the end of code."""


class LineRoles:
    """The numbers of a text's lines that are quoted, items of a list, the first item of one, or may end code."""

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
        """Whether a line between `start` and `end` ends code that began with this many backticks."""
        after = bisect_right(self.closing, (start, sys.maxsize))
        behind = self.closing[after : after + _NEAR]
        return any(number < end and length >= ticks for number, length in behind)

    def _find_quotes(self, lines: list[str]) -> None:
        """Finds neighbouring lines that begin with “> ”, unless one of them means “more than” an amount."""
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
        quoting = re.match(r" {0,3}(?:> ?)+", line)
        quotes, text = (quoting[0].count(">"), line[quoting.end() :]) if quoting else (0, line)
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
        """Whether it has words and does not mean a number below zero."""
        said = item[5]
        if self._MARKER.match(said) or not _has_words(said):
            return False
        return bool(item[3]) or not amounts.begins(said)

    def _end_runs(self, indent: int, *, but_within: bool = False) -> None:
        """Ends the lists that are not indented less than this, except those that the line is a part of."""
        for at in [at for at, run in self._runs.items() if (indent < run.inside if but_within else at >= indent)]:
            lines = self._runs.pop(at).lines
            if len(lines) > 1:
                self.items.update(lines)
                self.first.add(lines[0])


class _Run:
    """Lines that may be a list: its kind, the last number, and the column where its text begins."""

    def __init__(self, kind: str) -> None:
        self.kind, self.count, self.inside = kind, 0, 0
        self.lines: list[int] = []


def _is_quotation(lines: list[str]) -> bool:
    """Whether these lines are surely a quotation. If they might mean “more than”, the sign has to stay visible."""
    said = [line for line in lines if line.strip()]
    if all(map(amounts.begins_in_words, said)):
        return False
    return len(said) > 1 or _is_sentence(said[0])


def _is_sentence(line: str) -> bool:
    """Whether it begins with a capital or a quotation mark and ends with punctuation: “> Go!”, but not “> expected”."""
    begins = line.lstrip("*`[(")[:1]
    return (begins.isupper() or begins in set("\"'„“‚‘«»‹›「『")) and bool(re.search(r"[.!?…。！？][^\w\s]*\s*$", line))


def _has_words(said: str) -> bool:
    return any(char.isalnum() or words.category(char) == "So" for char in said)
