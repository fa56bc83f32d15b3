"""Absolute addresses of an event's pages, and ids that stay the same when those change."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from feeds.memo import path_of
from feeds.models import Entry, Event, Post

OWNED_SINCE = "2026"
"""Year in every id: RFC 4151 wants a date at which its host name belonged to this site."""


@dataclass(frozen=True)
class Addresses:
    """Addresses for others, below the origin of this site: “https://live.example.org”."""

    origin: str

    @property
    def host(self) -> str:
        """Name of the host, as ids have it."""
        return (urlsplit(self.origin).hostname or "").replace(":", "-")

    def to(self, name: str, *args: object) -> str:
        """Address of the page with this name and these arguments."""
        return self.origin + path_of(name, *args)

    def event(self, event: Event) -> str:
        """Address of the event's page, in its usual order and view."""
        return self.to("event", event.slug)

    def post(self, post: Post) -> str:
        """Address of a post: an entry's own page, and a comment's place on that of its entry."""
        entry = post if isinstance(post, Entry) else post.entry  # type: ignore[attr-defined]
        page = self.to("entry", post.event.slug, entry.pk)
        return page if entry is post else f"{page}?from={post.position}#{post.element_id}"

    def put_into(self, kept: str) -> str:
        """The same text with these addresses and ids in place of those of `STAND_IN`."""
        return kept.replace(STAND_IN.origin, self.origin).replace(STAND_IN.host, self.host)

    def id_of(self, *of: Event | Post | str) -> str:
        """Id of something that no change of its address changes (RFC 4151), such as “tag:example.org,2026:event/3”."""
        named = (each if isinstance(each, str) else f"{each._meta.model_name}/{each.pk}" for each in of)
        return f"tag:{self.host},{OWNED_SINCE}:{'/'.join(named)}"


STAND_IN = Addresses(f"https://{uuid.uuid4().hex}.invalid")
"""Addresses in what is kept for others: with those of the request, anybody could choose a key."""
