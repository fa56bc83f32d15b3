"""How the words of visitors become HTML."""

from datetime import datetime

import nh3
from django import template
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from feeds.models import KINDS, Entry, Event, Post

register = template.Library()


@register.filter
def written(text: str) -> SafeString:
    """Escaped text with paragraphs, line breaks and links; nothing a visitor types becomes an attribute.

    Escaping alone would do. nh3 then lets through only what these filters make, so that a flaw in one
    of them still harms nobody, and sets `rel`: search engines give links from visitors no credit.
    """
    html = urlize(linebreaks(text, autoescape=True), nofollow=True)
    return mark_safe(  # noqa: S308
        nh3.clean(
            html,
            tags={"p", "br", "a"},
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener",
        )
    )


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "heading", "lheading", "hr", "html_block", "html_inline", "reference"]
)


@register.filter
def marked_up(text: str) -> SafeString:
    """Markdown, of which hosts have paragraphs, emphasis, links, lists, quotes and code. nh3 has the last word."""
    return mark_safe(  # noqa: S308
        nh3.clean(
            _markdown.render(text),
            tags={"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre"},
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener",
        )
    )


@register.filter
def words(post: Post) -> SafeString:
    """A post's text, as its author meant it."""
    return marked_up(post.text) if post.markdown else written(post.text)


@register.filter
def reactions(entry: Entry, event: Event) -> list[tuple[str, str, str, int]]:
    """What one can react to an entry with: kind, picture, word, and how many did."""
    shown = ((kind, *KINDS[kind]) for kind in event.kinds)
    return [(kind, picture, str(word), entry.counts.get(kind, 0)) for kind, picture, word in shown]


@register.filter
def clock(moment: datetime, event: Event) -> str:
    """The time in the event's zone; with the date where it is not the day the event starts."""
    zone = event.tz
    local, start = moment.astimezone(zone), event.starts_at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == start.date() else f"{local.day} {local:%b, %H:%M}"


@register.filter
def in_zone(moment: datetime, event: Event) -> datetime:
    """The same moment as the clock shows it in the event's zone, zone name included."""
    return moment.astimezone(event.tz)


@register.filter
def when(moment: datetime) -> str:
    """Date and time in full, in the moment's own zone and with that zone's name."""
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M} {moment:%Z}"
