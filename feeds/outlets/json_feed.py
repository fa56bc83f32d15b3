"""JSON Feed 1.1 of an event. Removals and numbers of changes are in its extension `_commentary`."""

import json
from collections.abc import Sequence
from typing import Any

from feeds.models import Comment, Entry, Post
from feeds.outlets.addresses import Addresses
from feeds.outlets.atom import About
from feeds.outlets.items import Removal
from feeds.outlets.texts import content, line, machine, plain

TYPE = "application/feed+json; charset=utf-8"


def of_posts(about: About, shown: Sequence[Post], removed: Sequence[Removal], addresses: Addresses) -> bytes:
    """A feed of entries and comments, and of removals."""
    gone = [{"id": addresses.id_of(each.post.event, each.post), "when": machine(each.at)} for each in removed]
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.title,
        "home_page_url": about.page,
        "feed_url": about.here,
        **({"description": about.subtitle} if about.subtitle else {}),
        **({"next_url": about.next} if about.next else {}),
        "_commentary": {"updated": machine(about.updated), "removed": gone},
        "items": [_item(post, addresses) for post in shown],
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def _item(post: Post, addresses: Addresses) -> dict[str, Any]:
    title = line(post.title) if isinstance(post, Entry) else ""
    tags = [name for name, is_so in (("moment", getattr(post, "moment", "")), ("host", post.by_host)) if is_so]
    own: dict[str, Any] = {"seq": post.seq, "kind": post.kind}
    if isinstance(post, Comment):
        own["in_reply_to"] = addresses.id_of(post.event, post.entry)
    return {
        "id": addresses.id_of(post.event, post),
        "url": addresses.post(post),
        **({"title": title} if title else {}),
        "content_html": content(post),
        "content_text": plain(post) or title,
        "date_published": machine(post.published_at),
        "date_modified": machine(post.edited_at or post.published_at),
        "authors": [{"name": line(post.name)}],
        **({"tags": tags} if tags else {}),
        "_commentary": own,
    }
