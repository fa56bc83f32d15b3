"""Linked data of pages: a live blog and its entries, as schema.org describes them for search engines (JSON-LD)."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from feeds.memo import Memo, for_everybody, weight_of
from feeds.models import Entry, Event, Post
from feeds.models.post.cards import give
from feeds.outlets.addresses import STAND_IN, Addresses
from feeds.outlets.texts import line, machine, plain, safe, title_of
from feeds.timeline.listing import FIRST
from feeds.values.site import site

_ESCAPED = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


updates: Memo[str] = Memo(weight_of, number=64, size=4 * 1024 * 1024)


def block(data: dict[str, Any]) -> SafeString:
    """The data as the contents of a <script> element, which no text in it can end."""
    return mark_safe(_written(data))  # noqa: S308  (without “<”)


def live_blog(event: Event, addresses: Addresses) -> SafeString:
    """The block of an event with its newest entries: those of hosts as updates, those of visitors as comments.

    The entries are the same for everybody, and are kept; at most one query reads them.
    """
    kept = updates.get((settings.BUILD, event.pk, event.epoch, event.head), lambda: _entries(event))
    return mark_safe(_written(_head(event, addresses))[:-1] + "," + addresses.put_into(kept)[1:])  # noqa: S308  (without “<”)


def _written(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)


def _entries(event: Event) -> str:
    entries = list(event.entries.visible().order_by("-position")[:FIRST])
    for entry in entries:
        entry.event = event
    give(entries)
    with for_everybody(settings.LANGUAGE_CODE):
        told = [
            (entry.by_host, _update(entry, STAND_IN) if entry.by_host else _comment(entry, STAND_IN))
            for entry in entries
        ]
    of_hosts, of_visitors = ([each for by_host, each in told if by_host is which] for which in (True, False))
    return _written({"liveBlogUpdate": of_hosts, "comment": of_visitors})


def _head(event: Event, addresses: Addresses) -> dict[str, Any]:
    started = event.state != Event.State.SCHEDULED
    return {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": addresses.id_of(event),
        "headline": line(event.title),
        "url": addresses.event(event),
        "mainEntityOfPage": addresses.event(event),
        **_described(event),
        "datePublished": machine(min(event.starts_at, event.changed_at) if started else event.changed_at),
        "dateModified": machine(event.changed_at),
        "coverageStartTime": machine(event.starts_at),
        **({"coverageEndTime": machine(event.ended_at)} if event.is_over and event.ended_at else {}),
        "isAccessibleForFree": True,
        "about": _about(event, addresses),
        "author": [_person(name) for name in event.people],
        "publisher": {"@type": "Organization", "name": site().name, "url": addresses.origin + "/"},
        **({"image": addresses.origin + event.logo_url} if event.logo else {}),
    }


def single(entry: Entry, addresses: Addresses) -> dict[str, Any]:
    """An entry on its own page, with the comments that the page shows, and the live blog that it is a part of."""
    shown = [comment for comment in entry.shown_comments if comment.is_shown]
    made = _update(entry, addresses) if entry.by_host else _comment(entry, addresses)
    event = {"@type": "LiveBlogPosting", "@id": addresses.id_of(entry.event), "url": addresses.event(entry.event)}
    part = {"isPartOf": event | {"headline": line(entry.event.title)}}
    answers = {"comment": [_comment(comment, addresses) for comment in shown]} if shown else {}
    return {"@context": "https://schema.org"} | made | part | answers


def _described(event: Event) -> dict[str, str]:
    return {"description": safe(event.description)} if event.description else {}


def _about(event: Event, addresses: Addresses) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": line(event.title),
        "startDate": machine(event.starts_at),
        **({"endDate": machine(event.ended_at)} if event.is_over and event.ended_at else {}),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": addresses.event(event)},
    }


def _update(entry: Entry, addresses: Addresses) -> dict[str, Any]:
    text = plain(entry)
    return {
        "@type": "BlogPosting",
        "@id": addresses.id_of(entry.event, entry),
        "headline": title_of(entry),
        **_dated(entry, addresses),
        "articleBody": text or title_of(entry),
        **({"commentCount": entry.replies} if entry.replies else {}),
    }


def _comment(post: Post, addresses: Addresses) -> dict[str, Any]:
    return {"@type": "Comment", **_dated(post, addresses), "text": plain(post) or title_of(post)}


def _dated(post: Post, addresses: Addresses) -> dict[str, Any]:
    return {
        "url": addresses.post(post),
        "datePublished": machine(post.published_at),
        **({"dateModified": machine(post.edited_at)} if post.edited_at else {}),
        "author": _person(post.name),
    }


def _person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": line(name)}
