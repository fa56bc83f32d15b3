"""Filling and deleting an event in steps, so that others can use the database in between."""

import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import models, transaction
from django.utils import timezone

from feeds.models import sqlite
from feeds.models.accounts.account import Account
from feeds.models.event.history import Gone
from feeds.models.event.protection import Protected
from feeds.models.moderation.verbs import Verb
from feeds.models.post.kinds import kinds

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.post.entries import Entry
    from feeds.models.post.posts import Post

STEP = 500
"""Rows that are written or deleted at once."""
PAUSE = 0.05
"""Seconds between two steps, in which others can use the database."""
AT_ONCE = 3.0
"""Seconds for which a host who deletes an event waits; the rest is deleted in the background."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


def batched(rows: list[T]) -> Iterator[list[T]]:
    """Successive parts of a list, each of at most `STEP` rows."""
    return (rows[start : start + STEP] for start in range(0, len(rows), STEP))


class Filled(Protected):
    """Import of an event with all its posts, and its deletion."""

    former_slugs: Any

    submission = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  ("" is not unique)
    unfinished_at = models.DateTimeField(null=True, editable=False)
    """When somebody last put something in, or began to delete it. Such an event does not exist for anybody yet, or no
    longer."""

    class Meta:
        abstract = True

    def take_in(self, posts: "Iterable[Post]", pinned: "Entry | None" = None) -> None:
        """Fill this new event with posts of all kinds, none of them saved yet, a few at a time.

        Their `position` gives the order of publication, in which they get new numbers. Nobody may see the event before
        `complete`.
        """
        posts = sorted(posts, key=lambda post: post.position)
        for number, post in enumerate(posts, 1):
            post.take_place(cast("Event", self), number)
        for model in kinds.values():  # those that others are under come first
            theirs = [post for post in posts if isinstance(post, model)]
            for post in theirs if model.parent else ():
                setattr(post, model.parent, getattr(post, model.parent))  # it has a key only now
            for some in batched(theirs):
                with self.filling():
                    model._default_manager.bulk_create(some)
                    model.taken_in(some)
        with self.filling():
            self.keep_bylines(post.name for post in posts if post.by_host)
        self.head = len(posts)
        self.pinned = pinned

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Context of one step, in a transaction, which renews the lease; others can use the database after it."""
        with transaction.atomic():
            yield
            type(self)._base_manager.filter(pk=self.pk).update(unfinished_at=timezone.now())
        time.sleep(PAUSE)

    def complete(self, slug: str, *, by: Account | None, verb: Verb, submission: str | None = None) -> None:
        """Publish the filled event at this address. Raises `Gone` if it was deleted meanwhile.

        `by` and `verb`: the host who made it, and the act for the log. `submission`: digest of the form's submission.
        """
        with transaction.atomic():
            self.note(by, verb)
            fields: dict[str, Any] = {"slug": slug, "unfinished_at": None, "pinned": self.pinned, "head": self.head}
            fields["submission"] = submission
            if self.pinned:
                fields["seq"] = self.head
            if not type(self)._base_manager.filter(pk=self.pk).update(**fields):
                raise Gone

    def destroy(self) -> None:
        """Delete the event with all its rows. It disappears at once, from open pages at the next tick.

        Its addresses are free at once. Its rows are deleted a few at a time. After `AT_ONCE` seconds, or a crash,
        `tidy` deletes the rest.
        """
        with self.changing() as event:  # so that nothing can be added meanwhile
            type(self)._base_manager.filter(pk=event.pk).update(
                unfinished_at=LONG_AGO,
                slug=f"{uuid.uuid4().hex}-deleted",
                submission=None,
                visibility="draft",
                pinned=None,
            )
            event.former_slugs.all().delete()
            event.invitations.all().delete()
        self.clear(seconds=AT_ONCE)

    def clear(self, *, seconds: float = inf) -> None:
        """Delete an unfinished event in steps, for about this many seconds; what is left then, a later call deletes."""
        until = time.monotonic() + seconds
        for rows in (*reversed(self.posts()), self.reports, self.acts):  # comments before the entries they are on
            while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:STEP]):
                with transaction.atomic():
                    sqlite.erased()
                    rows.filter(pk__in=keys).delete()
                if time.monotonic() > until:
                    return
                if len(keys) == STEP:
                    time.sleep(PAUSE)
        with transaction.atomic():
            sqlite.erased()
            self.delete()
