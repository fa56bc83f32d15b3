"""Embedding of an event in other sites: the code to paste, and its description by oEmbed 1.0."""

from xml.etree import ElementTree

from django.utils.html import format_html
from django.utils.safestring import SafeString

from feeds.models import Event
from feeds.outlets.addresses import Addresses
from feeds.outlets.texts import line
from feeds.values.site import site

WIDTH, HEIGHT, LEAST = 600, 640, 120
"""Pixels of a frame unless a site wants it smaller, and the least it can want."""
KEPT = 3600
"""Seconds for which a site may keep the description."""

Data = dict[str, str | int]


def snippet(event: Event, addresses: Addresses, *, width: int | None = None, height: int = HEIGHT) -> SafeString:
    """The HTML element with which a site embeds the event. Without a width it is as wide as its place."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        addresses.to("embed", event.slug),
        line(event.title),
        "100%" if width is None else width,
        height,
    )


def oembed(event: Event, addresses: Addresses, *, picture: str, width: int | None, height: int | None) -> Data:
    """The description of an event for a site that allows at most this many pixels.

    `picture`: address of the share picture; "" for an event that is not listed.
    """
    wide = max(LEAST, min(WIDTH, width or WIDTH))
    high = max(LEAST, min(HEIGHT, height or HEIGHT))
    thumbnail: Data = {"thumbnail_url": picture, "thumbnail_width": 1200, "thumbnail_height": 630} if picture else {}
    made: Data = {
        "version": "1.0",
        "type": "rich",
        "title": line(event.title),
        "provider_name": site().name,
        "provider_url": f"{addresses.origin}/",
        "cache_age": KEPT,
        "html": str(snippet(event, addresses, width=wide, height=high)),
        "width": wide,
        "height": high,
    }
    return made | thumbnail


def as_xml(data: Data) -> bytes:
    """A description as XML."""
    root = ElementTree.Element("oembed")
    for name, value in data.items():
        ElementTree.SubElement(root, name).text = str(value)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
