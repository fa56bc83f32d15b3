"""Queries for posts, and the indexes and the field that serve them."""

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar, cast

from django.db import models

from feeds.models.post.states import ERASED, HELD, REMOVED, RESTORABLE, SHOWN, WAITING, PostState
from feeds.values.words import search_key, spellings

if TYPE_CHECKING:
    from feeds.models.post.posts import Post

P = TypeVar("P", bound="Post")


class PostQuerySet(models.QuerySet[P]):
    def visible(self) -> Self:
        """Posts that are shown."""
        return self.filter(SHOWN)

    def in_sight(self) -> Self:
        """Posts that readers can see: visible, and not under a removed post."""
        parent = self.model.parent
        return self.visible().filter(**{f"{parent}__state": PostState.SHOWN} if parent else {})

    def removed_by_hosts(self) -> Self:
        """Posts that hosts removed: neither waiting, nor rejected, nor erased."""
        return self.filter(REMOVED)

    def restorable(self) -> Self:
        """Posts that a host can restore, those that wait or were rejected included."""
        return self.filter(RESTORABLE)

    def held(self) -> Self:
        """Posts that wait for a host or were rejected."""
        return self.filter(HELD)

    def shown_or_waiting(self) -> Self:
        """Posts that are shown or wait for a host."""
        return self.filter(SHOWN | WAITING)

    def waiting(self) -> Self:
        """Posts that wait for a host, in no order."""
        return self.filter(WAITING).order_by()

    def from_networks(self, before: datetime) -> Self:
        """Posts from before this moment that still have the hash of their network."""
        return self.exclude(network="").filter(published_at__lt=before)

    def matching(self, words: str) -> Self:
        """Posts with these words in what their authors wrote, in any of the spellings people may search for."""
        wanted = models.Q(pk__in=())
        for sought in spellings(words):
            wanted |= models.Q(sought__contains=sought)
            for field in self.model.WRITTEN:
                wanted |= models.Q(**{f"{field}__icontains": sought})
            for card in self.model.CARDS.values():
                wanted |= models.Q(pk__in=card._default_manager.filter(words__icontains=sought).values("pk"))
        return self.filter(wanted)

    def with_words(self, words: str) -> Self:
        """Matching posts that are not erased, removed ones included, the newest first. Reads all rows."""
        return self.exclude(ERASED).matching(words).order_by("-position")

    def changed_within(self, start: int, end: int) -> list[P]:
        """Posts whose state a reader at change `start` needs to get to change `end`, sorted by position.

        This includes posts that appeared in between and changed again later. Their number lies beyond `end`, but the
        numbers of an entry's comments may not.
        """
        changed = self.filter(seq__gt=start).order_by()  # a longer condition would not use the index
        return sorted(
            (row for row in changed if row.seq <= end or any(start < number <= end for number in row.appearances)),
            key=lambda row: row.position,
        )


class SoughtField(models.TextField):
    """Words of a post in the form that a search compares, if they cannot be found as they are."""

    def pre_save(self, post: models.Model, add: bool) -> str:
        """Search key of the post, computed whenever it is saved."""
        return search_key(*cast("Post", post).words.values())


def indexes_of(kind: str, parent: str) -> list[models.Index]:
    """Indexes of a kind of post, one for each list that pages show or query often, in the order of the list.

    `parent`: the foreign key that a page's posts share. None of them is on a foreign key alone: the database would
    prefer such an index and read all posts under the key.
    """
    asked: dict[str, tuple[list[str], models.Q | None]] = {
        "seq": (["event", "seq"], None),
        "shown": (["event", "shown"], None),
        "page": ([parent, "position"], SHOWN),
        "times": (["event", "published_at"], None),
        "waiting": (["event", "published_at", "position"], WAITING),
        "removed": (["event", "-removed_at"], REMOVED),
        "gaps": (["event", "position"], REMOVED),
        "held": (["visitor", "removed_at"], HELD),
        "visitor": (["visitor", "published_at"], None),
        "user": (["user", "published_at"], None),
        "network": (["network", "published_at"], None),
        "networks": (["published_at"], ~models.Q(network="")),
    }
    return [
        models.Index(fields=fields, condition=which, name=f"{kind}_{name}") for name, (fields, which) in asked.items()
    ]
