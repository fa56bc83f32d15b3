"""An event's history: its numbers, one per change, and the epochs they belong to."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Self, TypeVar

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.functions import Now
from django.dispatch import Signal, receiver
from django.http import Http404
from django.utils import timezone

logger = logging.getLogger(__name__)


class Gone(Http404):
    """The row was removed or deleted in the meantime, so there is nothing to change. Uncaught, the response is 404."""


class Overtaken(Exception):
    """A change by somebody else came first, so nothing was done. The message names the other change."""


EPOCHS = 64
"""Earlier epochs that an event remembers. A page from an older epoch has its list replaced."""
_heads: dict[str, int] = {}
"""Last head that this process wrote, by epoch."""


class _Memory:
    """Prefix of the epochs that this process began, valid for the database that they were written to."""

    own = ""
    database = ""

    def begin(self) -> None:
        """Choose a new prefix and forget all heads."""
        self.own = f"e{uuid.uuid4().hex[:8]}"  # a letter first: cursors are CSS identifiers as well
        _heads.clear()

    def recognise(self, database: str) -> None:
        """Begin again if this database, given by an identifier, is not the one seen before."""
        if self.database and self.database != database:
            logger.warning("Another database is in the place of the one that was there: was a backup restored?")
            self.begin()
        self.database = database


_memory = _Memory()
_memory.begin()


@receiver(connection_created)
def _recognise(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Identify the PostgreSQL database at each new connection: restoring a backup recreates it or its tables.

    Otherwise a process could not tell that the restored database lacks numbers given by another process.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT oid, to_regclass('feeds_event')::oid FROM pg_database WHERE datname = current_database()"
            )
            database, table = cursor.fetchone()
        if table:  # None before the first migration
            _memory.recognise(f"{database}-{table}")


changed = Signal()
"""Signal sent after the commit of a change, with `event`, the primary key. `feeds.apps` connects the wake-ups to it."""


def new_epoch() -> str:
    """Random name for a new epoch, with the prefix by which this process recognises its own."""
    return f"{_memory.own}{uuid.uuid4().hex[:6]}"


M = TypeVar("M", bound=models.Model)


def sole(rows: models.QuerySet[M]) -> M | None:
    """The only row of a query that finds at most one, or None. `first()` would sort it and take half as long again."""
    return next(iter(rows.order_by()[:1]), None)


class History(models.Model):
    """Fields and methods of a model with a history: every change takes the next number, under a lock on its row."""

    head = models.PositiveBigIntegerField(default=0, editable=False)
    epoch = models.CharField(max_length=20, default=new_epoch, editable=False)
    earlier_epochs = models.JSONField(default=list, editable=False)  # [[name, its last number], …]
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)  # of the head

    class Meta:
        abstract = True

    @contextmanager
    def changing(self) -> Iterator[Self]:
        """Yields a fresh copy of the event under its row lock; take a number from it for each changed row.

        If a number was taken, the head moves and readers are woken. An exception gives the numbers back, so there are
        no gaps. Raises `Gone` if the event was deleted meanwhile.
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
        """Write the head to the database, and begin a new epoch if necessary; `head` is the one under the lock.

        The database may have been restored from a backup. It then gives numbers again that open pages already know
        for other changes. A process cannot see that. So it begins an epoch of its own when it first changes an event,
        or finds the head lower than it left it. Pages from another history are recognised by their epoch, whatever
        the head is by then.
        """
        names = [self.epoch, *(name for name, _ in self.earlier_epochs)]
        begun = any(name.startswith(_memory.own) for name in names)
        if not begun or head < _heads.pop(self.epoch, 0):
            self.earlier_epochs = [*self.earlier_epochs, [self.epoch, head]][-EPOCHS:]
            self.epoch = new_epoch()
        _heads[self.epoch] = self.head
        fields: dict[str, object] = {"head": self.head, "epoch": self.epoch, "earlier_epochs": self.earlier_epochs}
        fields["changed_at"] = self.changed_at = timezone.now()
        type(self)._default_manager.filter(pk=self.pk).update(**fields)

    def has_reached(self, epoch: str, seq: int) -> bool:
        """Whether this place is in the event's history, and not in one that a restored backup has discarded."""
        if epoch == self.epoch:
            return seq <= self.head
        return any(name == epoch and seq <= end for name, end in self.earlier_epochs)

    def take_number(self) -> int:
        """Take and return the next number of the event. Only inside `changing()`, on the event it yields."""
        self.head += 1
        return self.head

    def begin_epoch(self) -> None:
        """Make every open page load the event again, by forgetting all epochs. Only inside `changing()`."""
        self.epoch, self.earlier_epochs = new_epoch(), []

    def take_note_of(self, number: int) -> int:
        """Store and return a number with which the event's own part of the page changes. Only inside `changing()`."""
        type(self)._default_manager.filter(pk=self.pk).update(seq=number)
        return number
