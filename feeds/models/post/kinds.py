"""Kinds of posts: one list, in which every model of a post is registered when it is defined."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from feeds.models.post.posts import Post

kinds: "dict[str, type[Post]]" = {}
"""Model of each kind by the name of the kind: “entry”, “comment”."""


class PostKey(NamedTuple):
    """A post as named by an address: `entries/18`, `comments/7`."""

    model: "type[Post]"
    pk: int


def kind_of(model: "type[Post]") -> str:
    """Name of this kind: “entry”."""
    return model.__name__.lower()


def plural_of(model: "type[Post]") -> str:
    """Name of an event's posts of this kind, in addresses and as an attribute: “entries”."""
    return str(model._meta.default_related_name)
