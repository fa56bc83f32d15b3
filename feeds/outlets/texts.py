"""Texts of people for other programs: plain, and without characters that would reach into what stands around them."""

import re
from datetime import UTC, datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from feeds.models import Entry, Post
from feeds.templatetags.commentary import words
from feeds.values.markup import without_markup

LINE_MAX = 110
"""Characters of a text in one line."""
# XML 1.0 has no place for these, not even as references. The last are marks of direction that a text may leave open.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_BLOCK_ENDS = re.compile(r"</(?:p|ul|ol|blockquote|pre)>\s*")
_LINE_ENDS = re.compile(r"<br>\s*|</li>\s*")


def safe(text: str) -> str:
    """The text without control characters and marks of direction; line ends and tabs stay."""
    return _UNWANTED.sub("", text)


def line(text: str, most: int = LINE_MAX) -> str:
    """The text in one line of at most this many characters."""
    return Truncator(" ".join(safe(text).split())).chars(most)


def plain(post: Post) -> str:
    """The words of a post below its title and those of its card, without markup, with their line ends."""
    return "\n".join(filter(None, (_text(post), *(f"– {each}" for each in _on_card(post)))))


def _on_card(post: Post) -> list[str]:
    """The words on an entry's card, such as the options of a poll."""
    card = post.card if isinstance(post, Entry) else None
    return [line(each) for each in card.words_in(card.data).splitlines() if each.strip()] if card else []


def _text(post: Post) -> str:
    html = _LINE_ENDS.sub("\n", _BLOCK_ENDS.sub("\n\n", str(words(post))))
    return re.sub(r"\n{3,}", "\n\n", safe(without_markup(html))).strip()


def title_of(post: Post) -> str:
    """The title of a post in one line: its own, else how its text begins."""
    own = post.title if isinstance(post, Entry) else ""
    return line(own or _text(post) or plain(post))


def machine(moment: datetime) -> str:
    """A moment as every format for programs has it (RFC 3339), to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def content(post: Post) -> SafeString:
    """The words of a post as HTML that is safe anywhere: its text, else its title."""
    html = str(words(post)) or format_html("<p>{}</p>", title_of(post))
    card = format_html_join("", "<li>{}</li>", ((each,) for each in _on_card(post)))
    made = f'<div dir="auto">{html}{f"<ul>{card}</ul>" if card else ""}</div>'
    return mark_safe(safe(made))  # noqa: S308  (both parts are)
