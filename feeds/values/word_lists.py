"""Lists of words that hosts watch for, found in texts and masked in them."""

import re
from itertools import accumulate

from feeds.values.words import belongs_to_last, fold


class WordList:
    """A list of words, one a line, that are found in texts as `fold` compares them, only as whole words.

    In a script without spaces between words, such as Chinese, they are found anywhere. Each word costs one substring
    search in C, without a regular expression.
    """

    def __init__(self, lines: str) -> None:
        words = {word for line in lines.splitlines() if (word := fold(line))}
        self._needles = {_needle(word): word for word in sorted(words)}

    def found_in(self, text: str) -> set[str]:
        """The listed words that a text contains."""
        if not self._needles or not text:
            return set()
        seen = _with_edges(f" {fold(text)} ")
        return {word for needle, word in self._needles.items() if needle in seen}

    def mask(self, text: str) -> str:
        """The text with a star for each character of a listed word.

        A word stays if its characters cannot be told from their neighbours, as in a script that joins them.
        """
        if not self.found_in(text):
            return text
        clusters = _clusters(text)
        folded, owners = _folded(clusters)
        if folded != fold(text):
            return text
        for owner, is_listed in zip(owners, self._listed(folded), strict=False):  # no part of a word is beyond the end
            if is_listed and not clusters[owner].isspace():
                clusters[owner] = "*"
        return "".join(clusters)

    def _listed(self, folded: str) -> bytearray:
        """For each character of a folded text, 1 if it is part of a listed word, else 0."""
        seen = _with_edges(f" {folded} ")
        indexes = list(accumulate((char != "\0" for char in seen), initial=-1))  # of the character after each place
        listed = bytearray(len(folded))
        for needle in self._needles:
            start = seen.find(needle)
            while start >= 0:
                first, end = indexes[start], indexes[start + len(needle)]
                listed[first:end] = b"\1" * (end - first)
                start = seen.find(needle, start + 1)
        return listed


_EDGE_OF_WORD = re.compile(r"(?<=[^\W_])(?=[\W_])|(?<=[\W_])(?=[^\W_])")


def _with_edges(text: str) -> str:
    """The text with U+0000, which no folded text contains, at each beginning and end of a word."""
    return _EDGE_OF_WORD.sub("\0", text)


def _needle(word: str) -> str:
    before, after = ("\0" if _has_case(char) else "" for char in (word[0], word[-1]))
    return before + _with_edges(word) + after


def _has_case(char: str) -> bool:
    return char.upper() != char.lower() or char.isdigit()


def _clusters(text: str) -> list[str]:
    """The text in parts, each a character with the marks and invisible characters that follow it."""
    clusters: list[str] = []
    for char in text:
        if clusters and belongs_to_last(char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _folded(clusters: list[str]) -> tuple[str, list[int]]:
    """The parts folded one by one, and for each character of that the index of its part."""
    folded, owners = "", []
    for index, cluster in enumerate(clusters):
        part = fold(cluster) or " "
        if part == " " and (not folded or folded.endswith(" ")):
            continue
        folded += part
        owners += [index] * len(part)
    return folded.rstrip(" "), owners
