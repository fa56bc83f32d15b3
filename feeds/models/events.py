"""Events: who may see and post what, their history, and its numbers."""

import uuid
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from feeds import wakeups
from feeds.models.presence import Presence

if TYPE_CHECKING:
    from feeds.models.bans import Ban
    from feeds.models.posts import Entry, Post


RESERVED_SLUGS = {"new"}
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


class Gone(Http404):
    """It was removed or deleted in the meantime, so there is nothing to change. Uncaught, the answer is 404."""


class Closed(Exception):
    """The event takes no such post now. The message tells the visitor why."""


EPOCHS = 64
"""Earlier epochs an event remembers; a page from an older one has its list replaced."""
_THIS_PROCESS = f"e{uuid.uuid4().hex[:8]}"  # a letter first: cursors are CSS identifiers as well
_heads: dict[str, int] = {}
"""The head that this process left behind, by epoch."""


def new_epoch() -> str:
    """A random name for a stretch of an event's history, from which this process knows its own."""
    return f"{_THIS_PROCESS}{uuid.uuid4().hex[:6]}"


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"“{value}” is not a time zone. Choose one such as Europe/Berlin.")


def validate_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(f"“{value}” is an address of Commentary itself. Choose another.")


def validate_start(value: datetime) -> None:
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValidationError(f"Choose a day between {EARLIEST_YEAR} and {LATEST_YEAR}.")


M = TypeVar("M", bound=models.Model)


def sole(rows: models.QuerySet[M]) -> M | None:
    """The one row there can be, or None. `first()` would sort it, which takes half as long again."""
    return next(iter(rows.order_by()[:1]), None)


class EventQuerySet(models.QuerySet["Event"]):
    def listed(self) -> Self:
        return self.filter(visibility=Event.Visibility.PUBLIC)

    def published(self) -> Self:
        return self.exclude(visibility=Event.Visibility.DRAFT)

    def run_by(self, user: Any) -> Self:
        """The events this user hosts. Staff who may change events host all of them."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("feeds.change_event"):
            return self
        return self.filter(Q(owner=user) | Q(pk__in=Event.hosts.through.objects.filter(user=user).values("event")))

    def at(self, slug: str) -> "Event | None":
        """The event at this address, now or formerly."""
        return sole(self.filter(slug=slug)) or sole(self.filter(former_slugs__slug=slug))

    def with_counts(self) -> Self:
        """Adds `entry_count` and `readers`, the readers connected to any process now."""
        readers = Presence.objects.current().filter(event=OuterRef("pk")).order_by().values("event")
        entries = Event.objects.filter(pk=OuterRef("pk")).order_by()
        return self.annotate(
            entry_count=Subquery(entries.annotate(n=Count("entries", filter=Q(entries__removed_at=None))).values("n")),
            readers=Coalesce(Subquery(readers.annotate(n=Sum("readers")).values("n")), 0),
        )


class Event(models.Model):
    entry_count: int
    readers: int
    """Both only on rows of `EventQuerySet.with_counts()`."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        LIVE = "live", "Live"
        ENDED = "ended", "Ended"

    class Visibility(models.TextChoices):
        DRAFT = "draft", "Draft: only hosts see it"
        UNLISTED = "unlisted", "Unlisted: whoever has the link sees it"
        PUBLIC = "public", "Public: listed on the home page"

    class Posting(models.TextChoices):
        OPEN = "open", "Open: everybody may post"
        HOSTS = "hosts", "Hosts only"
        CLOSED = "closed", "Closed: nobody may post"

    title = models.CharField(max_length=120)
    slug = models.SlugField(
        "address",
        max_length=60,
        unique=True,
        validators=[validate_slug],
        help_text="The last part of the event's address: letters, digits, “-”.",
    )
    description = models.TextField(max_length=1000, blank=True)
    starts_at = models.DateTimeField("start", validators=[validate_start])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.DRAFT)
    posting = models.CharField(max_length=10, choices=Posting, default=Posting.OPEN)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_events")
    hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="hosted_events", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    pinned = models.ForeignKey("Entry", models.SET_NULL, null=True, editable=False, related_name="+")
    has_bans = models.BooleanField(default=False, editable=False)  # most have none, and need not be searched for them

    head = models.PositiveBigIntegerField(default=0, editable=False)
    epoch = models.CharField(max_length=20, default=new_epoch, editable=False)
    earlier_epochs = models.JSONField(default=list, editable=False)  # [[name, its last number], …]
    seq = models.PositiveBigIntegerField(default=0, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["visibility", "state", "starts_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def people(self) -> list[str]:
        """Names of who runs it, the owner first."""
        users = [self.owner, *(user for user in self.hosts.all() if user != self.owner)]
        return [user.get_full_name() or user.get_username() for user in users]

    @contextmanager
    def changing(self) -> Iterator["Event"]:
        """Yields a fresh copy of the event under its row lock; ask it for a number per changed row.

        The head moves and readers are woken if a number was taken; an exception gives the numbers
        back, so there are no gaps. Raises `Gone` when the event was deleted meanwhile.
        """
        with transaction.atomic():
            # no_key: rows that refer to the event can still be inserted beside the lock.
            event = sole(Event.objects.select_for_update(no_key=True).filter(pk=self.pk))
            if event is None:
                raise Gone
            head = event.head
            yield event
            if event.head != head:
                event._continue_from(head)
                transaction.on_commit(partial(wakeups.wake, self.pk))

    def _continue_from(self, head: int) -> None:
        """Write the numbers taken since `head` to the database, and begin a new epoch where need be.

        The database may have been restored from a backup, and then goes on with numbers that pages out there
        know already, for other changes. A process cannot see that, so it begins an epoch of its own when it
        first changes an event, or finds it further back than it left it. Pages of another history are known
        by that, whatever the head has become meanwhile.
        """
        names = [self.epoch, *(name for name, _ in self.earlier_epochs)]
        begun = any(name.startswith(_THIS_PROCESS) for name in names)
        if not begun or head < _heads.pop(self.epoch, 0):
            self.earlier_epochs = [*self.earlier_epochs, [self.epoch, head]][-EPOCHS:]
            self.epoch = new_epoch()
        _heads[self.epoch] = self.head
        fields = {"head": self.head, "epoch": self.epoch, "earlier_epochs": self.earlier_epochs}
        Event.objects.filter(pk=self.pk).update(**fields)

    def has_been_at(self, epoch: str, seq: int) -> bool:
        """Whether this is a place in the event's own history, not in one that was left behind by a restored backup."""
        if epoch == self.epoch:
            return seq <= self.head
        return any(name == epoch and seq <= end for name, end in self.earlier_epochs)

    def take_number(self) -> int:
        """The next number of the event. Only inside `changing()`, on the event it yields."""
        self.head += 1
        return self.head

    def require_open(self, *, by_host: bool) -> None:
        """Raises `Closed` when such a person may not post here now."""
        if self.state == self.State.ENDED:
            raise Closed("This event has ended, so nothing can be added any more.")
        if self.posting == self.Posting.CLOSED:
            raise Closed("Posting is closed for now. Your text is kept here: try again when it is open.")
        if self.posting == self.Posting.HOSTS and not by_host:
            raise Closed("Only hosts can post in this event. Your text is kept here.")

    def publish(self, name: str, text: str, **about: Any) -> "Entry":
        """Add an entry and return it, or the entry that this very submission made before.

        `about`: `user`, the host who posts it, or `visitor`, the browser's id; `submission`, a digest that
        makes a repetition recognisable; `at`, the time where it is not now. Raises `Closed`.
        """
        entry: Entry = self.add(self.entries, name=name, text=text, **about)
        return entry

    def add(
        self,
        posts: Any,
        *,
        entry: "Entry | None" = None,
        user: Any = None,
        submission: str | None = None,
        at: datetime | None = None,
        **written: str,
    ) -> Any:
        """What publishing an entry and commenting on one have in common; `posts` is where the new row belongs."""
        with self.changing() as event:
            if submission and (earlier := sole(posts.filter(submission=submission))):
                return earlier
            event.require_open(by_host=user is not None)
            if user is None and event.ban_of(written.get("visitor", "")):
                raise Closed("A host has banned you from this event.")
            if entry and not event.entries.visible().filter(pk=entry.pk).exists():
                raise Gone
            number = event.take_number()
            return posts.create(
                event=event,
                seq=number,
                position=number,
                shown=number,
                user=user,
                by_host=user is not None,
                submission=submission,
                published_at=at or timezone.now(),
                **written,
            )

    def configure(self, **fields: Any) -> None:
        """Set fields of the event (title, posting, visibility, …); readers see it at once."""
        if state := fields.get("state"):
            fields["ended_at"] = (self.ended_at or timezone.now()) if state == self.State.ENDED else None
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        if not changed:
            return
        with self.changing() as event:
            Event.objects.filter(pk=event.pk).update(**changed, seq=event.take_number())
            if "slug" in changed:
                FormerSlug.objects.filter(slug=changed["slug"]).delete()
                FormerSlug.objects.get_or_create(slug=event.slug, defaults={"event": event})
        self.refresh_from_db()

    def announce(self) -> None:
        """Send the event's own part of the page again, after a change beside its row (who hosts it)."""
        with self.changing() as event:
            Event.objects.filter(pk=event.pk).update(seq=event.take_number())

    def ban(self, post: "Post", *, by: Any, until: datetime | None = None, note: str = "") -> int:
        """Keep whoever wrote this post from reading and posting here (for good, if `until` is None).

        Takes a number, so that it finds the visitor's open pages wherever they are connected; returns it.
        """
        with self.changing() as event:
            number = event.take_number()
            Event.objects.filter(pk=event.pk).update(seq=number, has_bans=True)
            terms = {"name": post.name, "note": note, "until": until, "banned_by": by, "banned_at": timezone.now()}
            event.bans.update_or_create(visitor=post.visitor, defaults=terms)
        return number

    def ban_of(self, visitor: str) -> "Ban | None":
        """What keeps this visitor out now."""
        return sole(self.bans.current().filter(visitor=visitor)) if self.has_bans else None

    def set_pinned(self, entry: "Entry | None", number: int) -> int:
        """Only inside `changing()`; `Entry.pin` and `Entry.unpin` are the verbs."""
        Event.objects.filter(pk=self.pk).update(pinned=entry, seq=number)
        return number

    def start(self) -> None:
        """Go live; also the way back for an event that was ended by mistake."""
        self.configure(state=self.State.LIVE)

    def end(self) -> None:
        self.configure(state=self.State.ENDED)


class FormerSlug(models.Model):
    """An address an event had before. Links to it, and pages opened under it, keep working."""

    slug = models.SlugField(max_length=60, unique=True)
    event = models.ForeignKey(Event, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug
