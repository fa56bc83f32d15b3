"""Events, entries and comments, and the verbs that change them.

Every change takes the next number of its event (the event's *head*) under the event's row lock and
stamps it on the row it changed as `seq`, in one transaction; readers are woken after the commit.
What a browser missed is then `seq > cursor`, whatever made it miss it. `save()` has no side effects:
only the verbs are live.
"""

import hashlib
import uuid
import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from feeds import wakeups

NAME_MAX, ENTRY_MAX, COMMENT_MAX = 60, 2000, 1000
AUTHOR_MAY_CHANGE_FOR = timedelta(minutes=10)


class Closed(Exception):
    """The event takes no such post now. The message tells the visitor why."""


class Gone(Exception):
    """The row was removed in the meantime, so there is nothing to change."""


def new_epoch() -> str:
    """A random name for an event's history. It begins with a letter, so that it is a CSS identifier as well."""
    return f"e{uuid.uuid4().hex[:12]}"


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"“{value}” is not a time zone. Choose one such as Europe/Berlin.")


def submission_digest(visitor: str, form_key: str, kind: str, target: int, text: str) -> str:
    """What makes two submissions the same one: same browser, same rendered form, same place, same text.

    The text counts, because a form that a frame brought has the same key in each of a visitor's tabs:
    two different texts must both be kept.
    """
    return hashlib.sha256("\0".join([visitor, form_key, kind, str(target), text]).encode()).hexdigest()


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
        return self.filter(slug=slug).first() or self.filter(former_slugs__slug=slug).first()

    def with_counts(self) -> Self:
        """Adds `entry_count` and `readers`, the readers connected to any process now."""
        entries = Entry.objects.visible().filter(event=OuterRef("pk")).order_by().values("event")
        readers = Presence.objects.current().filter(event=OuterRef("pk")).order_by().values("event")
        return self.annotate(
            entry_count=Coalesce(Subquery(entries.annotate(n=Count("pk")).values("n")), 0),
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
        "address", max_length=60, unique=True, help_text="The last part of the event's address: letters, digits, “-”."
    )
    description = models.TextField(max_length=1000, blank=True)
    starts_at = models.DateTimeField("start")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.DRAFT)
    posting = models.CharField(max_length=10, choices=Posting, default=Posting.OPEN)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_events")
    hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="hosted_events", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    head = models.PositiveBigIntegerField(default=0, editable=False)
    epoch = models.CharField(max_length=20, default=new_epoch, editable=False)
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
        back, so there are no gaps. Raises `Event.DoesNotExist` when the event was deleted meanwhile.
        """
        with transaction.atomic():
            # no_key: rows that refer to the event can still be inserted beside the lock.
            event = Event.objects.select_for_update(no_key=True).get(pk=self.pk)
            head = event.head
            yield event
            if event.head != head:
                Event.objects.filter(pk=self.pk).update(head=event.head)
                transaction.on_commit(partial(wakeups.wake, self.pk))

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

    def publish(
        self,
        name: str,
        text: str,
        *,
        visitor: str = "",
        user: Any = None,
        submission: str | None = None,
        at: datetime | None = None,
    ) -> "Entry":
        """Add an entry and return it, or the entry that this very submission made before.

        `user` is the host who posts it, None for a visitor. Raises `Closed`.
        """
        with self.changing() as event:
            if submission and (earlier := Entry.objects.filter(submission=submission).first()):
                return earlier
            event.require_open(by_host=user is not None)
            number = event.take_number()
            return Entry.objects.create(
                event=event,
                seq=number,
                position=number,
                shown=number,
                name=name,
                text=text,
                visitor=visitor,
                user=user,
                by_host=user is not None,
                submission=submission,
                published_at=at or timezone.now(),
            )

    def configure(self, **fields: Any) -> None:
        """Set fields of the event (title, posting, visibility, …); readers see it at once."""
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

    def start(self) -> None:
        """Go live; also the way back for an event that was ended by mistake."""
        self.configure(state=self.State.LIVE, ended_at=None)

    def end(self) -> None:
        if self.state != self.State.ENDED:
            self.configure(state=self.State.ENDED, ended_at=timezone.now())


class FormerSlug(models.Model):
    """An address an event had before. Links to it, and pages opened under it, keep working."""

    slug = models.SlugField(max_length=60, unique=True)
    event = models.ForeignKey(Event, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


P = TypeVar("P", bound="Post")


class PostQuerySet(models.QuerySet[P]):
    def visible(self) -> Self:
        return self.filter(removed_at=None)

    def changed_within(self, start: int, end: int) -> Self:
        """Rows whose state a reader at `start` needs to get to `end`.

        Also those that appeared in between and changed again later: their number lies beyond `end`,
        but what hangs on them (an entry's comments) does not.
        """
        return self.filter(Q(seq__gt=start, seq__lte=end) | Q(shown__gt=start, shown__lte=end))


class Post(models.Model):
    """What an entry and a comment have in common."""

    event = models.ForeignKey(Event, models.CASCADE)
    seq = models.PositiveBigIntegerField(help_text="number of the last change of this row")
    position = models.PositiveBigIntegerField(help_text="number at creation; sorts the page, never changes")
    shown = models.PositiveBigIntegerField(help_text="number of the change that last made it appear to readers")
    name = models.CharField(max_length=NAME_MAX, blank=True)
    text = models.TextField(blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False)
    visitor = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    submission = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  ("" is not unique)
    by_host = models.BooleanField(default=False, editable=False)
    published_at = models.DateTimeField(editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def _stamp(self, number: int, **fields: Any) -> int:
        type(self)._default_manager.filter(pk=self.pk).update(seq=number, **fields)
        return number

    @contextmanager
    def _changing(self) -> Iterator[tuple["Event", Self]]:
        """The event's lock and this row as it is under the lock."""
        with self.event.changing() as event:
            yield event, type(self)._default_manager.get(pk=self.pk)

    def revise(self, text: str, name: str | None = None) -> int:
        """Replace the text (and the name, where one is given). Raises `Gone` when it was removed.

        Like `retract` and `restore` it returns the number of the change, or the row's last one when
        there was nothing to change.
        """
        name = self.name if name is None else name
        with self._changing() as (event, row):
            if row.removed_at:
                raise Gone
            if (row.text, row.name) == (text, name):
                return row.seq
            return row._stamp(event.take_number(), text=text, name=name, edited_at=timezone.now())

    def retract(self, *, erase: bool = False) -> int:
        """Remove it for every reader.

        With `erase` (its author removes it, or an owner erases it) the words leave the database at
        once; without, a host can `restore` them. Removing again changes nothing, erasing still erases.
        """
        with self._changing() as (event, row):
            if row.removed_at and not (erase and row.text):
                return row.seq
            words = {"text": "", "name": ""} if erase else {}
            return row._stamp(event.take_number(), removed_at=row.removed_at or timezone.now(), **words)

    def restore(self) -> int:
        """Show it again where it was. Raises `Gone` when its words are erased."""
        with self._changing() as (event, row):
            if not row.text:
                raise Gone
            if not row.removed_at:
                return row.seq
            number = event.take_number()
            return row._stamp(number, removed_at=None, shown=number)

    @property
    def kind(self) -> str:
        return str(self._meta.model_name)

    @property
    def element_id(self) -> str:
        """The id of its element in every page and frame; ids inside it begin with this one."""
        return f"{self.kind}-{self.pk}"

    def author_may_change_until(self) -> datetime:
        return self.published_at + AUTHOR_MAY_CHANGE_FOR


class Entry(Post):
    objects = PostQuerySet["Entry"].as_manager()

    class Meta:
        ordering = ["-position"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["event", "position"], name="entry_position")]
        indexes = [
            models.Index(fields=["event", "seq"], name="entry_seq"),
            models.Index(fields=["event", "shown"], name="entry_shown"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        """Its place on the event's page."""
        return f"{self.event.get_absolute_url()}#{self.element_id}"

    @property
    def permalink(self) -> str:
        return reverse("entry", args=[self.event.slug, self.pk])

    def comment(
        self,
        name: str,
        text: str,
        *,
        visitor: str = "",
        user: Any = None,
        submission: str | None = None,
        at: datetime | None = None,
    ) -> "Comment":
        """Add a comment and return it, like `Event.publish`. Raises `Closed`, and `Gone` for a removed entry."""
        with self.event.changing() as event:
            if submission and (earlier := Comment.objects.filter(submission=submission).first()):
                return earlier
            event.require_open(by_host=user is not None)
            if not Entry.objects.visible().filter(pk=self.pk).exists():
                raise Gone
            number = event.take_number()
            return Comment.objects.create(
                event=event,
                entry=self,
                seq=number,
                position=number,
                shown=number,
                name=name,
                text=text,
                visitor=visitor,
                user=user,
                by_host=user is not None,
                submission=submission,
                published_at=at or timezone.now(),
            )


class Comment(Post):
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="comments")

    objects = PostQuerySet["Comment"].as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["event", "position"], name="comment_position")]
        indexes = [
            models.Index(fields=["event", "seq"], name="comment_seq"),
            models.Index(fields=["event", "shown"], name="comment_shown"),
            models.Index(fields=["entry", "position"], name="comment_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        """Its place on its entry's page, which has it however old the entry is."""
        return f"{reverse('entry', args=[self.event.slug, self.entry_id])}#{self.element_id}"


class PresenceQuerySet(models.QuerySet["Presence"]):
    def current(self) -> Self:
        """Reports of processes that are still alive: they repeat theirs every 15 s."""
        return self.filter(seen_at__gt=timezone.now() - timedelta(seconds=40))

    def report(self, process: str, readers: dict[int, int]) -> dict[int, int]:
        """Say how many readers each event has in this process; returns the sums over all processes."""
        now = timezone.now()
        self.filter(seen_at__lt=now - timedelta(minutes=5)).delete()
        self.filter(process=process).exclude(event__in=readers).delete()
        alive = Event.objects.filter(pk__in=readers).values_list("pk", flat=True)
        self.bulk_create(
            [Presence(process=process, event_id=pk, readers=readers[pk], seen_at=now) for pk in alive],
            update_conflicts=True,
            unique_fields=["process", "event"],
            update_fields=["readers", "seen_at"],
        )
        sums: Iterable[tuple[int, int]] = (
            self.current().filter(event__in=readers).values_list("event").annotate(n=Sum(F("readers")))
        )
        return dict(sums)


class Presence(models.Model):
    """How many readers an event has in one process. Not content: it has no number and is never replayed."""

    process = models.CharField(max_length=32)
    event = models.ForeignKey(Event, models.CASCADE, related_name="presence")
    readers = models.PositiveIntegerField()
    seen_at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "event"], name="presence_of_process")]

    def __str__(self) -> str:
        return f"{self.readers} of {self.event_id} in {self.process}"
