"""Reactions to entries, and the time at which their numbers may be published.

A tap writes a row and says that the entry's numbers are out of date. It takes no lock that another visitor's tap would
wait for long. `Entry.publish_counts` publishes the numbers, at most twice a second however many people tap.
"""

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account
from feeds.models.limits.rates import MINUTE, TooOften

if TYPE_CHECKING:
    from feeds.models.event.hosts import Hosted
    from feeds.models.post.entries import Entry

KINDS = {
    "like": ("👍", gettext_lazy("Like")),
    "love": ("❤️", gettext_lazy("Love")),
    "laugh": ("😂", gettext_lazy("Funny")),
    "wow": ("😮", gettext_lazy("Surprised")),
    "sad": ("😢", gettext_lazy("Sad")),
    "clap": ("👏", gettext_lazy("Applause")),
    "fire": ("🔥", gettext_lazy("Fire")),
    "party": ("🎉", gettext_lazy("Celebrate")),
}
"""Reactions that hosts can choose from: the picture and the word for each, by name.

The names are stored in the database and in exports, and are part of style sheets' addresses.
"""
KINDS_MAX = 5
DEFAULT_KINDS = "like love laugh clap"

APART = timedelta(seconds=0.55)
"""Usual time between two publications of one entry's numbers: short, so that the last tap is shown soon."""
WINDOW = timedelta(seconds=1.05)
"""Least time between one publication and the next but one, so that no second has three."""


class Reaction(models.Model):
    """One visitor's reaction of one kind to one entry. Tapping again deletes it."""

    entry = models.ForeignKey("Entry", models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=10)
    visitor = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "visitor"], name="reaction_of_visitor"),
            models.UniqueConstraint(fields=["entry", "kind", "user"], name="reaction_of_user"),
        ]
        indexes = [models.Index(fields=["visitor", "entry"], name="reaction_visitor")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.entry_id}"


class TallyQuerySet(models.QuerySet["Tally"]):
    def make_due(self, entry_pk: int) -> None:
        """Say that the numbers of this entry are out of date, in the transaction of the tap.

        The row is written whatever it says. So the tap waits for a concurrent publication, which may not have seen it,
        and a publication waits for the tap.
        """
        while not self.filter(pk=entry_pk).update(due=True):
            self.bulk_create([Tally(entry_id=entry_pk)], ignore_conflicts=True)

    def left_over(self) -> Self:
        """Tallies that should have been published by now, but whose process has ended."""
        return self.filter(due=True).exclude(last__gt=timezone.now() - WINDOW)


class Tally(models.Model):
    """State of the numbers that pages show for an entry: whether they are out of date, and when they were published."""

    entry = models.OneToOneField("Entry", models.CASCADE, primary_key=True)
    due = models.BooleanField(default=False)
    last = models.DateTimeField(null=True)
    last_but_one = models.DateTimeField(null=True)
    before = models.JSONField(default=dict, help_text="numbers of an imported entry, of nobody here")

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["due"], condition=models.Q(due=True), name="tally_due")]

    def __str__(self) -> str:
        return str(self.entry_id)

    def wait(self, now: datetime, *, at_once: bool) -> float:
        """Seconds until the numbers may be published; 0 for now.

        `at_once`: a person requests a page that will not update itself, so only `WINDOW` counts.
        """
        waits = [timedelta(0)]
        if self.last_but_one:
            waits.append(min(WINDOW, self.last_but_one + WINDOW - now))  # another machine's clock may be ahead
        if self.last and not at_once:
            waits.append(min(APART, self.last + APART - now))
        return max(waits).total_seconds()

    def count(self) -> dict[str, int]:
        """Number of reactions of each kind, those of an imported entry included; kinds without any are missing."""
        counts = dict(self.before)
        found = Reaction.objects.filter(entry=self.entry_id).order_by().values_list("kind").annotate(n=Count("pk"))
        for kind, number in found:
            counts[kind] = counts.get(kind, 0) + number
        return counts


class Taps(models.Model):
    """Number of taps by a visitor or network in one minute of the clock, stored so that all processes see it."""

    key = models.CharField(max_length=64, primary_key=True, help_text="a visitor's id, or a network in disguise")
    minute = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "taps"

    def __str__(self) -> str:
        return f"{self.number} at {self.minute}"


def all_by(visitor: str, event: "Hosted") -> models.QuerySet[Reaction]:
    """This visitor's reactions in an event; none for "", the id of unknown visitors."""
    return Reaction.objects.filter(entry__event=event.pk, visitor=visitor) if visitor else Reaction.objects.none()


def take_back(reactions: models.QuerySet[Reaction], event: "Hosted") -> list[list[Any]]:
    """Delete these reactions and update pages; returns a list of [entry's key, kind], which `give_back` takes.

    Only inside `changing()`.
    """
    taken = [list(each) for each in reactions.values_list("entry", "kind")]
    reactions.delete()
    _count(taken, event)
    return taken


def give_back(taken: list[list[Any]], visitor: str, event: "Hosted") -> None:
    """Restore a visitor's reactions from the result of `take_back`, on visible entries. Only inside `changing()`."""
    there = set(event.entries.visible().filter(pk__in={pk for pk, _kind in taken}).values_list("pk", flat=True))
    rows = [Reaction(entry_id=pk, kind=kind, visitor=visitor) for pk, kind in taken if pk in there]
    Reaction.objects.bulk_create(rows, ignore_conflicts=True)
    _count(taken, event)


def _count(changed: list[list[Any]], event: "Hosted") -> None:
    for entry in event.entries.filter(pk__in={pk for pk, _kind in changed}):
        Tally.objects.make_due(entry.pk)
        entry.count(event)


_COUNT = """
INSERT INTO {table} (key, minute, number) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET
  number = CASE WHEN {table}.minute = excluded.minute THEN {table}.number + 1 ELSE 1 END, minute = excluded.minute
RETURNING key, number
"""


def require_few_taps(visitor: str, network: str) -> None:
    """Count a tap by this visitor and from this network. Raises `TooOften`, which must roll back the transaction."""
    limits = {visitor: settings.REACTIONS_PER_MINUTE, network: settings.REACTIONS_PER_NETWORK}
    limits = {key: limit for key, limit in limits.items() if key and limit}
    if not limits:
        return
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    # SQL by hand: Django has no upsert that adds to the stored value, and each of two queries costs a tenth of a tap.
    sql = _COUNT.format(table=Taps._meta.db_table, rows=", ".join(["(%s, %s, 1)"] * len(limits)))
    at = connection.ops.adapt_datetimefield_value(minute)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for key in limits for value in (key, at)])
        taps: dict[str, int] = dict(cursor.fetchall())
    for key, limit in limits.items():
        if taps[key] > limit:
            said = (
                _("You are reacting very fast. Try again in {}.")
                if key == visitor
                else _("Many people on your network are reacting right now. Try again in {}.")
            )
            raise TooOften(said, (minute + MINUTE - now).total_seconds())


one_tap = threading.Lock()
"""Lock for the taps of this process, where the next one continues at once.

Without it they would sleep and retry in SQLite, and hold a connection each in PostgreSQL.
"""


def toggle(entry: "Entry", kind: str, *, visitor: str, user: Account | None = None, network: str = "") -> None:
    """Add this visitor's reaction, or delete it if it is there; two at once count as one. Raises `TooOften`."""
    by = models.Q(visitor=visitor) | (models.Q(user=user) if user else models.Q())
    with one_tap, transaction.atomic():
        require_few_taps(visitor, network)
        if not Reaction.objects.filter(by, entry=entry, kind=kind).delete()[0]:
            row = Reaction(entry=entry, kind=kind, visitor=visitor, user_id=user.pk if user else None)
            Reaction.objects.bulk_create([row], ignore_conflicts=True)
        Tally.objects.make_due(entry.pk)
