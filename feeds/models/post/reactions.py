"""Reactions to entries: who tapped what, and when their numbers may be told.

A tap writes a row and says that the entry's numbers are out of date; it takes no lock that another visitor's tap would
wait for long. `Entry.publish_counts` tells the numbers, at most twice a second however many tap.
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
"""What hosts can choose from: the picture and the word for each. The names are in the database, in addresses of style
sheets and in exports."""
KINDS_MAX = 5
DEFAULT_KINDS = "like love laugh clap"

APART = timedelta(seconds=0.55)
"""Between two publications of one entry's numbers, usually: so the last tap is told soon."""
WINDOW = timedelta(seconds=1.05)
"""Between one and the one after the next, always: in no second are there three."""


class Reaction(models.Model):
    """One visitor's reaction of one kind to one entry. It is there or not; tapping again takes it back."""

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
    def mark(self, entry_pk: int) -> None:
        """The numbers of this entry are out of date.

        In the transaction of the tap and without a look at what the row says: so it waits for a publication that is
        under way, which may not have seen the tap, and a publication waits for it.
        """
        while not self.filter(pk=entry_pk).update(due=True):
            self.bulk_create([Tally(entry_id=entry_pk)], ignore_conflicts=True)

    def left_over(self) -> Self:
        """Those that somebody should have published by now: the process that meant to is no more."""
        return self.filter(due=True).exclude(last__gt=timezone.now() - WINDOW)


class Tally(models.Model):
    """Whether the numbers that pages show of an entry are out of date, and when they were published."""

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
        """Seconds until the numbers may be published; `at_once`: somebody looks at a page that will not change."""
        waits = [timedelta(0)]
        if self.last_but_one:
            waits.append(min(WINDOW, self.last_but_one + WINDOW - now))  # another machine's clock may be ahead
        if self.last and not at_once:
            waits.append(min(APART, self.last + APART - now))
        return max(waits).total_seconds()

    def count(self) -> dict[str, int]:
        counts = dict(self.before)
        found = Reaction.objects.filter(entry=self.entry_id).order_by().values_list("kind").annotate(n=Count("pk"))
        for kind, number in found:
            counts[kind] = counts.get(kind, 0) + number
        return counts


class Taps(models.Model):
    """How often somebody tapped within a minute of the clock, counted where all processes see it."""

    key = models.CharField(max_length=64, primary_key=True, help_text="a visitor's id, or a network in disguise")
    minute = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "taps"

    def __str__(self) -> str:
        return f"{self.number} at {self.minute}"


def all_by(visitor: str, event: "Hosted") -> Any:
    """This visitor's reactions in an event. Of an unknown visitor nobody knows any."""
    return Reaction.objects.filter(entry__event=event.pk, visitor=visitor) if visitor else Reaction.objects.none()


def take_back(reactions: Any, event: "Hosted") -> list[list[Any]]:
    """Delete them and tell everybody; what `give_back` needs. Only inside `changing()`."""
    taken = [list(each) for each in reactions.values_list("entry", "kind")]
    reactions.delete()
    _count(taken, event)
    return taken


def give_back(taken: list[list[Any]], visitor: str, event: "Hosted") -> None:
    """Only inside `changing()`."""
    there = set(event.entries.visible().filter(pk__in={pk for pk, _kind in taken}).values_list("pk", flat=True))
    rows = [Reaction(entry_id=pk, kind=kind, visitor=visitor) for pk, kind in taken if pk in there]
    Reaction.objects.bulk_create(rows, ignore_conflicts=True)
    _count(taken, event)


def _count(changed: list[list[Any]], event: "Hosted") -> None:
    for entry in event.entries.filter(pk__in={pk for pk, _kind in changed}):
        Tally.objects.mark(entry.pk)
        entry.count(event)


_COUNT = """
INSERT INTO {table} (key, minute, number) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET
  number = CASE WHEN {table}.minute = excluded.minute THEN {table}.number + 1 ELSE 1 END, minute = excluded.minute
RETURNING key, number
"""


def require_few_taps(visitor: str, network: str) -> None:
    """Count one more tap by this visitor and from this network. Raises `TooOften`; then nothing shall be committed."""
    limits = {visitor: settings.REACTIONS_PER_MINUTE, network: settings.REACTIONS_PER_NETWORK}
    limits = {key: limit for key, limit in limits.items() if key and limit}
    if not limits:
        return
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    # By hand: Django has no upsert that adds to what is there, and two queries cost a tenth of a tap each.
    sql = _COUNT.format(table=Taps._meta.db_table, rows=", ".join(["(%s, %s, 1)"] * len(limits)))
    at = connection.ops.adapt_datetimefield_value(minute)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for key in limits for value in (key, at)])
        taps: dict[str, int] = dict(cursor.fetchall())
    for key, limit in limits.items():
        if taps[key] > limit:
            said = (
                _("You have reacted a lot within a minute. React again in {}.")
                if key == visitor
                else _("Many people on your network are reacting at the moment. React again in {}.")
            )
            raise TooOften(said, (minute + MINUTE - now).total_seconds())


_one_tap = threading.Lock()
"""Taps of this process wait for each other here, where the next has its turn at once: in SQLite they would sleep and
ask again, in PostgreSQL hold a connection each."""


def toggle(entry: "Entry", kind: str, *, visitor: str, user: Account | None = None, network: str = "") -> None:
    """Add this visitor's reaction, or take it back. Of two that come at once one counts. Raises `TooOften`."""
    by = models.Q(visitor=visitor) | (models.Q(user=user) if user else models.Q())
    with _one_tap, transaction.atomic():
        require_few_taps(visitor, network)
        if not Reaction.objects.filter(by, entry=entry, kind=kind).delete()[0]:
            row = Reaction(entry=entry, kind=kind, visitor=visitor, user_id=user.pk if user else None)
            Reaction.objects.bulk_create([row], ignore_conflicts=True)
        Tally.objects.mark(entry.pk)
