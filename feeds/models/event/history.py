"""An event's history: its numbers, one per change, and the epochs they belong to."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import Signal, receiver
from django.http import Http404

logger = logging.getLogger(__name__)


class Gone(Http404):
    """It was removed or deleted in the meantime, so there is nothing to change. Uncaught, the answer is 404."""


class Overtaken(Exception):
    """Somebody else was faster, so nothing was done. The message tells who did what."""


EPOCHS = 64
"""Earlier epochs an event remembers; a page from an older one has its list replaced."""
_heads: dict[str, int] = {}
"""The head that this process left behind, by epoch."""


class _Memory:
    """Which epochs this process calls its own, as long as the database is the one that they were written to."""

    own = ""
    database = ""

    def begin(self) -> None:
        self.own = f"e{uuid.uuid4().hex[:8]}"  # a letter first: cursors are CSS identifiers as well
        _heads.clear()

    def recognise(self, database: str) -> None:
        """Forget all epochs where another database has taken the place of the one that was there."""
        if self.database and self.database != database:
            logger.warning("Another database is in the place of the one that was there: was a backup restored?")
            self.begin()
        self.database = database


_memory = _Memory()
_memory.begin()


@receiver(connection_created)
def _recognise(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """With each new connection. Whoever puts a backup in PostgreSQL's place makes the database or its tables again.

    A process could not tell otherwise that numbers were forgotten which another process had given.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT oid, to_regclass('feeds_event')::oid FROM pg_database WHERE datname = current_database()"
            )
            database, table = cursor.fetchone()
        if table:  # there are tables, that is
            _memory.recognise(f"{database}-{table}")


changed = Signal()
"""Sent after the commit of a change, with `event`, the primary key: `feeds.apps` connects what wakes readers."""


def new_epoch() -> str:
    """A random name for a stretch of an event's history, from which this process knows its own."""
    return f"{_memory.own}{uuid.uuid4().hex[:6]}"


M = TypeVar("M", bound=models.Model)


def sole(rows: models.QuerySet[M]) -> M | None:
    """The one row there can be, or None. `first()` would sort it, which takes half as long again."""
    return next(iter(rows.order_by()[:1]), None)


class History(models.Model):
    """What has a history: every change takes the next number, under a lock on the row that counts them."""

    head = models.PositiveBigIntegerField(default=0, editable=False)
    epoch = models.CharField(max_length=20, default=new_epoch, editable=False)
    earlier_epochs = models.JSONField(default=list, editable=False)  # [[name, its last number], …]
    seq = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @contextmanager
    def changing(self) -> Iterator[Self]:
        """Yields a fresh copy of the event under its row lock; ask it for a number per changed row.

        The head moves and readers are woken if a number was taken; an exception gives the numbers
        back, so there are no gaps. Raises `Gone` when the event was deleted meanwhile.
        """
        with transaction.atomic():
            # no_key: rows that refer to the event can still be inserted beside the lock.
            event = sole(type(self)._default_manager.select_for_update(no_key=True).filter(pk=self.pk))
            if event is None:
                raise Gone
            head = event.head
            yield event
            if event.head != head:
                event._continue_from(head)
                transaction.on_commit(partial(changed.send, type(self), event=self.pk))

    def _continue_from(self, head: int) -> None:
        """Write the numbers taken since `head` to the database, and begin a new epoch where need be.

        The database may have been restored from a backup, and then goes on with numbers that pages out there
        know already, for other changes. A process cannot see that, so it begins an epoch of its own when it
        first changes an event, or finds it further back than it left it. Pages of another history are known
        by that, whatever the head has become meanwhile.
        """
        names = [self.epoch, *(name for name, _ in self.earlier_epochs)]
        begun = any(name.startswith(_memory.own) for name in names)
        if not begun or head < _heads.pop(self.epoch, 0):
            self.earlier_epochs = [*self.earlier_epochs, [self.epoch, head]][-EPOCHS:]
            self.epoch = new_epoch()
        _heads[self.epoch] = self.head
        fields = {"head": self.head, "epoch": self.epoch, "earlier_epochs": self.earlier_epochs}
        type(self)._default_manager.filter(pk=self.pk).update(**fields)

    def has_reached(self, epoch: str, seq: int) -> bool:
        """Whether this is a place in the event's own history, not in one that was left behind by a restored backup."""
        if epoch == self.epoch:
            return seq <= self.head
        return any(name == epoch and seq <= end for name, end in self.earlier_epochs)

    def take_number(self) -> int:
        """The next number of the event. Only inside `changing()`, on the event it yields."""
        self.head += 1
        return self.head

    def begin_anew(self) -> None:
        """Let every open page show the event anew, as it is right now. Only inside `changing()`."""
        self.epoch, self.earlier_epochs = new_epoch(), []

    def take_note_of(self, number: int) -> int:
        """With this number the event's own part of the page changes, too. Only inside `changing()`."""
        type(self)._default_manager.filter(pk=self.pk).update(seq=number)
        return number
