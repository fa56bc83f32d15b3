"""Plain English in the interface and the documents: none of the idioms that native readers stumble over."""

import re
from pathlib import Path

import pytest

from feeds.management.commands.messages import in_sources

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
IDIOMS = {
    "again, from scratch": r"\banew\b",
    "no longer": r"\bany more\b",
    "must, will, or nothing": r"\bshall\b",
    "the number, or “this many”": r"\bso (?:many|long|much)\b(?! as)",
    "is not a …": r"\b(?<!there )(?:is|are|was) no (?!longer|need|way|limit|such)(?=\w)",
    "a noun, such as “a visitor without a cookie”": (
        r"\b(?:of|for|by|to|from|with|than|where|and|only|ask|tell) who(?:ever)?\b(?! \w+[^.!]*\?)"
    ),
    "has already been …": r"\bwas \w+ already\b",
    "“Leave empty to …”": r"\bEmpty:|\bLeft empty\b",
}
"""Better words, each with a pattern of the odd ones."""


def odd(text: str) -> list[str]:
    """The idioms in a text, each with better words."""
    return [
        f"“{found[0]}” in “{text}”: {better}"
        for better, pattern in IDIOMS.items()
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It is no key moment any more.",
        "Only who is signed in can do that.",
        "Ask whoever runs this server.",
        "This link was used already.",
        "After so many hours. Empty: never.",
    ],
)
def test_an_odd_text_is_found(text: str) -> None:
    assert odd(text)


def test_the_texts_of_the_interface_are_plain() -> None:
    texts = {text for message in in_sources() for text in (message.text, message.plural)}
    assert len(texts) > 600
    assert [each for text in sorted(texts) for each in odd(text)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_the_documents_are_plain(document: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert [each for sentence in re.split(r"(?<=[.:!?|])\s+", " ".join(prose.split())) for each in odd(sentence)] == []
