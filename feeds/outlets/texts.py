"""Texts of people for other programs: plain, and without characters that would reach into what stands around them."""

import re
from datetime import UTC, datetime

from django.utils.html import format_html
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
    """The words of a post below its title, without markup, with their line ends."""
    html = _LINE_ENDS.sub("\n", _BLOCK_ENDS.sub("\n\n", str(words(post))))
    return re.sub(r"\n{3,}", "\n\n", safe(without_markup(html))).strip()


def title_of(post: Post) -> str:
    """The title of a post in one line: its own, else how its text begins."""
    own = post.title if isinstance(post, Entry) else ""
    return line(own or plain(post))


def machine(moment: datetime) -> str:
    """A moment as every format for programs has it (RFC 3339), to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def content(post: Post) -> str:
    """The words of a post as HTML that is safe anywhere: its text, else its title."""
    html = str(words(post)) or format_html("<p>{}</p>", title_of(post))
    return f'<div dir="auto">{html}</div>'
