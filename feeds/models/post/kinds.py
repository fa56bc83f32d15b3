"""Kinds of posts: one list, which every model of a post is in by being defined."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from feeds.models.post.posts import Post

kinds: "dict[str, type[Post]]" = {}
"""Model of each kind by the name of the kind: “entry”, “comment”."""


class PostKey(NamedTuple):
    """A post as an address names it: `entries/18`, `comments/7`."""

    model: "type[Post]"
    pk: int


def plural_of(model: "type[Post]") -> str:
    """Name of the event's posts of this kind, in addresses and in Python: “entries”."""
    return str(model._meta.default_related_name)
