"""Atom feeds (RFC 4287) with comments (RFC 4685), removals (RFC 6721) and further pages (RFC 5005)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, rfc3339_date

from feeds.models import Comment, Entry, Event, Post
from feeds.outlets.addresses import Addresses
from feeds.outlets.items import Removal
from feeds.outlets.texts import content, line, safe, title_of
from feeds.values.site import site

TYPE = "application/atom+xml; charset=utf-8"
THREADS, TOMBSTONES = "http://purl.org/syndication/thread/1.0", "http://purl.org/atompub/tombstones/1.0"


@dataclass(frozen=True)
class About:
    """The feed itself. Its addresses are absolute."""

    title: str
    id: str
    page: str
    """Address of the page for people."""
    here: str
    first: str
    updated: datetime
    subtitle: str = ""
    next: str = ""
    """Address of the next page; "" on the last one."""


class _Feed(Atom1Feed):
    """Django's feed with what the other specifications add."""

    def root_attributes(self) -> dict[str, str]:
        """Namespaces of the root."""
        return super().root_attributes() | {"xmlns:thr": THREADS, "xmlns:at": TOMBSTONES}

    def latest_post_date(self) -> datetime:
        """The time of the last change, removals included."""
        updated: datetime = self.feed["updated"]
        return updated

    def add_root_elements(self, handler: Any) -> None:
        """The usual elements, the other pages, and what was removed."""
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "Commentary")
        for rel in ("first", "next"):
            if self.feed[rel]:
                handler.addQuickElement(
                    "link", "", {"rel": rel, "href": self.feed[rel], "type": "application/atom+xml"}
                )
        for each, when in self.feed["removed"]:
            handler.addQuickElement("at:deleted-entry", "", {"ref": each, "when": rfc3339_date(when)})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The usual elements, the text as HTML, and the entry that a comment answers."""
        super().add_item_elements(handler, item)
        if item["html"]:
            handler.addQuickElement("content", item["html"], {"type": "html"})
        if item["replies"]:
            handler.addQuickElement("thr:total", str(item["replies"]))
        if item["to"]:
            ref, href = item["to"]
            handler.addQuickElement("thr:in-reply-to", "", {"ref": ref, "href": href, "type": "text/html"})


def of_posts(about: About, shown: Sequence[Post], removed: Sequence[Removal], addresses: Addresses) -> bytes:
    """A feed of entries and comments, and of removals."""
    gone = [(addresses.id_of(each.post.event, each.post), each.at) for each in removed]
    feed = _begun(about, gone)
    for post in shown:
        entry = post.entry if isinstance(post, Comment) else None
        answered = (addresses.id_of(post.event, entry), addresses.post(entry)) if entry else None
        tags = [name for name, is_so in (("moment", getattr(post, "moment", "")), ("host", post.by_host)) if is_so]
        feed.add_item(
            title=title_of(post),
            link=addresses.post(post),
            description=None,  # type: ignore[arg-type]  # left out then
            unique_id=addresses.id_of(post.event, post),
            author_name=line(post.name),
            pubdate=post.published_at,
            updateddate=post.edited_at or post.published_at,
            categories=tags,
            html=content(post),
            replies=post.replies if isinstance(post, Entry) else 0,
            to=answered,
        )
    return _written(feed)


def of_events(about: About, events: Sequence[Event], addresses: Addresses) -> bytes:
    """A feed of events, each with its description."""
    feed = _begun(about, [])
    for event in events:
        feed.add_item(
            title=line(event.title),
            link=addresses.event(event),
            description=safe(event.description) or None,  # type: ignore[arg-type]  # left out then
            unique_id=addresses.id_of(event),
            author_name=site().name,
            pubdate=min(event.starts_at, event.changed_at),
            updateddate=event.changed_at,
            categories=[str(event.state)],
            html="",
            replies=0,
            to=None,
        )
    return _written(feed)


def _begun(about: About, removed: list[tuple[str, datetime]]) -> _Feed:
    return _Feed(
        title=about.title,
        link=about.page,
        description="",
        subtitle=about.subtitle or None,
        feed_url=about.here,
        feed_guid=about.id,
        updated=about.updated,
        first=about.first,
        next=about.next,
        removed=removed,
    )


def _written(feed: _Feed) -> bytes:
    file = io.BytesIO()
    feed.write(file, "utf-8")
    return file.getvalue()
