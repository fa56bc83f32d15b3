"""Polls: a question with a few options, on which each browser has one vote.

A vote writes a row and says that the numbers of the entry are out of date, as a reaction does. So it is counted and
published like one: see `feeds.models.post.reactions`.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account
from feeds.models.event.history import Gone
from feeds.models.event.posting import Closed
from feeds.models.moderation.suspicions import is_blocked
from feeds.models.moderation.verbs import Verb
from feeds.models.post.cards import Card, CardData
from feeds.models.post.reactions import Tally, one_tap, require_few_taps
from feeds.values.addresses import Address

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.event.hosts import Hosted
    from feeds.models.post.entries import Entry

OPTIONS_MIN, OPTIONS_MAX, OPTION_MAX = 2, 10, 80
"""Options of a poll, and characters of one."""
MINUTES_MAX = 7 * 24 * 60
"""Minutes after which a poll can close by itself."""


class Results(models.TextChoices):
    """Moment at which readers see the numbers. Hosts always see them."""

    VOTED = "voted", gettext_lazy("After they vote")
    CLOSED = "closed", gettext_lazy("When the poll is closed")
    NEVER = "never", gettext_lazy("Never, only hosts see them")


class Row(NamedTuple):
    """An option of a poll, as pages show it."""

    place: int
    """Its place among the options, from 0."""
    option: str
    number: int
    """Votes for it."""
    percent: int
    """Share of the people who voted, from 0 to 100."""


class Poll(Card):
    """A poll on an entry, whose words are the question."""

    is_counted = has_tools = True

    options = models.JSONField(default=list)
    several = models.BooleanField(default=False)
    results = models.CharField(max_length=10, choices=Results, default=Results.VOTED)
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    numbers = models.JSONField(default=list, help_text="votes for each option, as pages show them")
    voters = models.PositiveIntegerField(default=0, help_text="people who voted, as pages show it")
    before = models.JSONField(default=dict, help_text="numbers of an imported poll, of nobody here")

    class Meta:
        indexes = [
            models.Index(
                fields=["closes_at"], condition=models.Q(closed_at=None, closes_at__isnull=False), name="poll_closes"
            )
        ]

    @classmethod
    def made_of(cls, entry: "Entry", data: CardData) -> Self:
        """A poll; `minutes` in `data` count from the publication of the entry."""
        minutes, before = data.get("minutes"), {name: data[name] for name in ("votes", "voters") if name in data}
        return cls(
            entry=entry,
            options=data["options"],
            several=data["several"],
            results=data["results"],
            closes_at=entry.published_at + timedelta(minutes=minutes) if minutes else _moment(data.get("closes_at")),
            closed_at=_moment(data.get("closed_at")),
            numbers=before.get("votes") or [0] * len(data["options"]),
            voters=before.get("voters", 0),
            before=before,
        )

    @property
    def data(self) -> CardData:
        """The poll with its numbers, without anybody who voted."""
        return {
            "kind": self.kind,
            "options": self.options,
            "several": self.several,
            "results": self.results,
            "closes_at": _written(self.closes_at),
            "closed_at": _written(self.closed_at),
            "votes": self.numbers,
            "voters": self.voters,
        }

    @classmethod
    def words_in(cls, data: CardData) -> str:
        """The options."""
        return "\n".join(data["options"])

    @property
    def is_closed(self) -> bool:
        """Whether nobody can vote, now or because the event is over."""
        return self.closed_at is not None or self.entry.event.is_over

    @property
    def readers_see(self) -> str:
        """Readers who see the numbers now: “all”, “voted” (once they have voted) or “none”."""
        if self.results == Results.NEVER:
            return "none"
        if self.is_closed:
            return "all"
        return "voted" if self.results == Results.VOTED else "none"

    @property
    def rows(self) -> list[Row]:
        """The options with their numbers."""
        percents = [round(100 * number / self.voters) if self.voters else 0 for number in self.numbers]
        return [Row(place, *row) for place, row in enumerate(zip(self.options, self.numbers, percents, strict=True))]

    def vote(
        self,
        place: int,
        *,
        visitor: str,
        user: Account | None = None,
        network: str = "",
        address: Address | None = None,
    ) -> None:
        """Vote for the option in this place, or take this vote back; `Entry.publish_counts` updates pages.

        A vote for another option replaces it, unless people can choose several. Raises `Closed`, `TooOften`, and `Gone`
        if the entry was removed.
        """
        if not self.entry.is_shown:
            raise Gone
        if user is None and is_blocked(self.entry.event.blocked_networks, address):
            raise Closed(_("Votes from your network are blocked here. You can still read."))
        if not 0 <= place < len(self.options):
            raise Closed(_("This poll does not have that option. Reload the page to see its options."))
        by = models.Q(visitor=visitor) | (models.Q(user=user) if user else models.Q())
        with one_tap, transaction.atomic():
            require_few_taps(visitor, network)
            Tally.objects.make_due(self.pk)  # first, so that it waits while somebody closes the poll
            self._require_open()
            theirs = Vote.objects.filter(by, poll=self.pk)
            chosen = 0
            for vote in theirs:
                chosen |= vote.choices
            bit = 1 << place
            chosen = chosen ^ bit if self.several or chosen == bit else bit
            theirs.delete()
            if chosen:
                row = Vote(poll=self, choices=chosen, visitor=visitor, user_id=user.pk if user else None)
                Vote.objects.bulk_create([row], ignore_conflicts=True)

    def _require_open(self) -> None:
        """Raises `Closed` if the poll is closed by now."""
        now = Poll.objects.get(pk=self.pk)
        if now.closed_at or (now.closes_at and now.closes_at <= timezone.now()) or self.entry.event.is_over:
            raise Closed(_("This poll is closed."))

    def count(self) -> bool:
        """Count the votes, those of an imported poll included. A closed poll keeps its numbers."""
        if self.closed_at:
            return False
        voters, numbers = self.before.get("voters", 0), list(self.before.get("votes") or [0] * len(self.options))
        found = Vote.objects.filter(poll=self.pk).order_by().values_list("choices").annotate(n=models.Count("pk"))
        for choices, number in found:
            voters += number
            for place in range(len(numbers)):
                numbers[place] += number if choices >> place & 1 else 0
        if (voters, numbers) == (self.voters, self.numbers):
            return False
        self.voters, self.numbers = voters, numbers
        Poll.objects.filter(pk=self.pk).update(voters=voters, numbers=numbers)
        return True

    def close(self, *, by: Account | None = None) -> int:
        """Close the poll; returns the number of the change. Raises `Gone`, and `Overtaken` if it was closed before."""
        with self.entry._changing() as (event, row):
            if not row.is_shown:
                raise Gone
            poll = Poll.objects.get(pk=self.pk)
            if poll.closed_at:
                return row._overtaken(by, Verb.POLL_CLOSED)
            event.note(by, Verb.POLL_CLOSED, row, closes_at=_written(poll.closes_at))
            return poll._close(event, row)

    def _close(self, event: "Event", entry: "Entry") -> int:
        """Count the last votes, and close. Only inside `changing()`."""
        Tally.objects.filter(pk=self.pk).update(due=False)  # waits for concurrent votes
        self.count()
        Poll.objects.filter(pk=self.pk).update(closed_at=timezone.now())
        return entry._stamp(event)

    def reopen(self, *, by: Account | None = None, closes_at: datetime | None = None) -> int:
        """Open the poll again, until a host closes it or this moment.

        Raises like `close`, and `Closed` if the event is over.
        """
        with self.entry._changing() as (event, row):
            if not row.is_shown:
                raise Gone
            if event.is_over:
                raise Closed(_("This event has ended, so nobody can vote."))
            if not Poll.objects.get(pk=self.pk).closed_at:
                return row._overtaken(by, Verb.POLL_REOPENED)
            event.note(by, Verb.POLL_REOPENED, row, closes_at=None)
            Poll.objects.filter(pk=self.pk).update(closed_at=None, closes_at=closes_at)
            return row._stamp(event)

    @classmethod
    def end_with(cls, event: "Event") -> None:
        """Close the event's open polls."""
        for poll in cls.objects.filter(entry__event=event.pk, closed_at=None).select_related("entry"):
            poll._close(event, poll.entry)

    @classmethod
    def keep_up(cls) -> None:
        """Close polls whose time has come."""
        due = cls.objects.filter(closed_at=None, closes_at__lte=timezone.now()).select_related("entry__event")
        for poll in due.order_by("closes_at")[:100]:
            with poll.entry._changing() as (event, row):
                fresh = cls.objects.get(pk=poll.pk)
                if fresh.closed_at is None:  # else another process was faster
                    fresh._close(event, row)

    @classmethod
    def forget(cls, visitor: str, event: "Hosted") -> None:
        """Delete this visitor's votes in the event, and count again in polls that are still open."""
        votes = Vote.objects.filter(poll__entry__event=event.pk, visitor=visitor)
        on = list(votes.values_list("poll", flat=True))
        votes.delete()
        for entry in event.entries.filter(pk__in=on):
            entry.count(event)


class Vote(models.Model):
    """One visitor's vote on a poll: a bit for each option, the first option in the lowest one."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes", db_index=False)
    choices = models.PositiveSmallIntegerField()
    visitor = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "visitor"], name="vote_of_visitor"),
            models.UniqueConstraint(fields=["poll", "user"], name="vote_of_user"),
        ]
        indexes = [models.Index(fields=["visitor", "poll"], name="vote_visitor")]

    def __str__(self) -> str:
        return f"{self.choices} on {self.poll_id}"

    @property
    def places(self) -> list[int]:
        """Places of the chosen options."""
        return [place for place in range(OPTIONS_MAX) if self.choices >> place & 1]


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
