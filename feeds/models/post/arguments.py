"""Arguments of the verbs that publish a post."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from feeds.models.accounts.account import Account
from feeds.models.post.cards import CardData
from feeds.values.addresses import Address


class Heading(TypedDict, total=False):
    """Parts of an entry's heading."""

    headline: str
    minute: str
    happened_at: datetime | None
    """Time to show; None for that of publication."""


class Composed(Heading, total=False):
    """An entry that a host composes: its heading, and whether it is pinned and a key moment once it is published."""

    name: str
    text: str
    pin: bool
    moment: str
    """Label as a key moment; "" for none."""
    card: CardData | None
    """What it carries; None for nothing."""


class Written(TypedDict, total=False):
    """Fields of a new post beside its name and text."""

    visitor: str
    """Id of the visitor's browser."""
    network: str
    """Hash of the sender's network."""
    markdown: bool
    """Whether the text is Markdown, which only hosts write."""
    happened_at: datetime | None
    """Time that an entry shows; None for that of publication."""


class About(Written, total=False):
    """Arguments of `Event.publish` and `Entry.comment` beside the name and text."""

    card: CardData | None
    """What an entry carries; None for nothing."""
    words: Mapping[str, str]
    """Other fields that its author wrote, by name: see `Post.WRITTEN`."""
    user: Account | None
    """The host who posts it; None for a visitor."""
    submission: str | None
    """Digest by which a repetition is recognised."""
    at: datetime
    """Time of publication, if it is not now."""
    hold: str
    """Reason why a visitor's post must wait for a host, or ""."""
    hurried: bool
    """Whether it was sent sooner after its form was rendered than people can write."""
    address: Address | None
    """The sender's address, which is not stored."""
