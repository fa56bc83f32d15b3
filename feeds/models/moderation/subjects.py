"""Subjects of acts, such as a post or a visitor: as data for the log, and as words in the reader's language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.db import models
from django.utils.translation import gettext_lazy, ngettext

from feeds.models.post.kinds import kinds

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Kind(models.TextChoices):
    """Kinds of subjects that are not posts: the stored value, the words for one without a name, and for one with a
    name. Of a post, the name of its kind is stored; see `Post.wording`."""

    named: "StrPromise | str"
    """Words for a subject with a name, which goes where `%(name)s` is."""

    def __new__(cls, value: str, named: "StrPromise | str" = "%(name)s") -> Self:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.named = named
        return kind

    POST = "post", gettext_lazy("a post")
    POSTS = "posts", ""
    VISITOR = "visitor", gettext_lazy("an erased visitor")
    VISITORS = "visitors", ""
    ALL_BY_VISITOR = "all_by_visitor", gettext_lazy("everything by a visitor")
    HOST = "host", gettext_lazy("an erased visitor")
    INVITED = "invited", gettext_lazy("somebody")
    INVITATION = "invitation", gettext_lazy("the invitation for %(name)s"), gettext_lazy("the invitation for somebody")
    DRAFT = "draft", gettext_lazy("the draft by %(name)s"), gettext_lazy("a draft")
    SETTING = "setting", ""
    OTHER = "other", ""


class Noted(Protocol):
    """Something that acts can be on and that is found by an id, such as a post."""

    @property
    def element_id(self) -> str:
        """Id of its element on pages."""

    @property
    def subject(self) -> "Subject":
        """Its name in the log."""


ERASED = gettext_lazy("an erased post")
HOST_NAME_MAX = 150
"""Characters of a host's name in the log; a full name can be longer."""
PEOPLE = (Kind.POSTS, Kind.VISITOR, Kind.HOST, Kind.INVITED, Kind.OTHER)
"""Kinds that may have the name of a visitor whose traces are erased. Acts on posts are found by the post instead."""


@dataclass(frozen=True)
class Subject:
    """Something in an event, by its kind and a name: a person's, a field's for a setting. Erasing empties the name.

    `number` says how many there are, for the kinds that are several.
    """

    kind: str
    """A `Kind`, or the name of a kind of post."""
    name: str = ""
    number: int = 0

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Subject | None":
        """The subject stored as this data; None for an act on the event as a whole."""
        if not data:
            return None
        kind, name = data.get("kind", ""), data.get("name", "")
        return cls(kind if kind in kinds or kind in Kind.values else Kind.OTHER, name, data.get("number", 0))

    @property
    def data(self) -> dict[str, str | int]:
        """The subject as the log stores it."""
        return {"kind": str(self.kind), "name": self.name} | ({"number": self.number} if self.number else {})

    @property
    def lookup(self) -> dict[str, str | int]:
        """Query conditions that find the acts on this subject."""
        return {f"subject__{key}": value for key, value in self.data.items()}

    def __str__(self) -> str:
        if model := kinds.get(self.kind):
            return str(model.wording.subject) % {"name": self.name} if self.name else str(ERASED)
        kind = Kind(self.kind)
        if kind == Kind.VISITORS:
            return ngettext("%(n)s visitor", "%(n)s visitors", self.number) % {"n": self.number}
        if kind == Kind.POSTS and self.name:
            return ngettext("%(n)s post by %(name)s", "%(n)s posts by %(name)s", self.number) % {
                "n": self.number,
                "name": self.name,
            }
        if kind == Kind.POSTS:
            return ngettext("%(n)s post", "%(n)s posts", self.number) % {"n": self.number}
        return str(kind.named) % {"name": self.name} if self.name else str(kind.label)
