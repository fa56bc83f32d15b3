"""Drafts: entries that hosts have not published yet, and those that are published at a set time."""

from datetime import datetime
from typing import TYPE_CHECKING, Self, Unpack, cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.models.accounts.account import Account, signed_in
from feeds.models.event.events import Event
from feeds.models.event.history import Overtaken, sole
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.verbs import Verb
from feeds.models.post.arguments import About, Composed
from feeds.models.post.cards import words_in
from feeds.models.post.headings import Headed
from feeds.models.post.words import NAME_MAX

if TYPE_CHECKING:
    from feeds.models.post.entries import Entry


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> Self:
        """Drafts that are not deleted."""
        return self.filter(deleted_at=None)

    def deleted_before(self, moment: datetime) -> Self:
        """Drafts that were deleted before this moment, which nobody can bring back."""
        return self.filter(deleted_at__lt=moment)


class Draft(Headed):
    """An entry that a host has composed but not published. Only hosts see it. It takes no number of the event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=NAME_MAX)
    text = models.TextField(blank=True)
    pin = models.BooleanField(default=False)
    card = models.JSONField(null=True, help_text="what it carries, as data")
    version = models.PositiveIntegerField(default=1, help_text="number of times it was saved")
    saved_at = models.DateTimeField()
    publish_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True, help_text="time at which it could not be published")
    deleted_at = models.DateTimeField(null=True)
    submission = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  ("" is not unique)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["publish_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.says[:60]}"

    @property
    def element_id(self) -> str:
        """Id of its element on the desk."""
        return f"draft-{self.pk}"

    @property
    def subject(self) -> Subject:
        """The draft as the log stores it, without its words."""
        return Subject(Kind.DRAFT, self.name)

    @property
    def due(self) -> dict[str, str]:
        """Its set time as a detail for the log; nothing without one."""
        return {"publish_at": self.publish_at.isoformat()} if self.publish_at else {}

    @property
    def card_words(self) -> str:
        """The words of what it carries, in one line."""
        return " · ".join(words_in(self.card).get("card", "").split("\n"))

    def _save(self) -> None:
        self.version += 1
        self.save()

    def current(self) -> Self:
        """The row as it is now. Raises `Overtaken` if it is gone."""
        return self._open_row(self.event, None)

    def _last_act(self, event: Event) -> str:
        """Message to a host who comes after the last act on this draft."""
        last = event.acts.filter(post=self.element_id).first()
        return str(last.already) if last else _("This draft is gone.")

    def _open_row(self, event: Event, seen: int | None) -> Self:
        """The row under the event's lock. Raises `Overtaken` if it is gone, or has changed since the version `seen`."""
        row = sole(event.drafts.open().filter(pk=self.pk))
        if row is None:
            raise Overtaken(self._last_act(event))
        if seen is not None and row.version != seen:
            raise Overtaken(_("Somebody has changed this draft in the meantime."))
        return cast("Self", row)

    def _still_open(self, event: Event, by: Account | None, verb: Verb, seen: int | None) -> Self | None:
        """Like `_open_row`, but None if this host has just done the same, as with a second tap."""
        try:
            return self._open_row(event, seen)
        except Overtaken:
            if by and event.has_just(by, verb, self):
                return None
            raise

    def revise(
        self, *, by: Account, seen: int | None, publish_at: datetime | None = None, **composed: Unpack[Composed]
    ) -> Self:
        """Save it with other contents, as a draft of this host, and a time at which to publish it or none.

        Returns the row. Raises `Overtaken` if somebody has changed it since the version `seen`, or it is gone.
        """
        with self.event.changing() as event:
            row = self._open_row(event, seen)
            was_due = row.due
            for name, value in composed.items():
                setattr(row, name, value)
            row.by, row.saved_at = signed_in(by), timezone.now()
            row.missed_at = row.publish_at = None
            row._save()
            if publish_at:
                row.schedule(event, publish_at, by=by)
            elif was_due:
                event.note(by, Verb.UNSCHEDULED, row, **was_due)
                event.expect_entry()
        return row

    def schedule(self, event: Event, publish_at: datetime, *, by: Account) -> None:
        """Publish it at this time. Raises `Closed` if the event takes no posts now. Only inside `changing()`."""
        event.require_open(by_host=True)
        Draft.objects.filter(pk=self.pk).update(publish_at=publish_at)
        event.note(by, Verb.SCHEDULED, self, publish_at=publish_at.isoformat())
        event.expect_entry()

    def unschedule(self, *, by: Account) -> None:
        """Do not publish it by itself; it stays as a draft. Raises `Overtaken` if that is done, or it is gone."""
        with self.event.changing() as event:
            row = self._open_row(event, None)
            if row.publish_at is None:
                if not event.has_just(by, Verb.UNSCHEDULED, self):
                    raise Overtaken(self._last_act(event))
                return
            was_due, row.publish_at = row.due, None
            row._save()
            event.note(by, Verb.UNSCHEDULED, row, **was_due)
            event.expect_entry()

    def publish(self, *, by: Account | None, seen: int | None = None) -> "Entry | None":
        """Publish it under its author's name, on behalf of the host `by`, or of the clock as of its time.

        Returns the entry; None if the same host has just done that. Raises `Closed`, and `Overtaken` if it is gone or
        has changed since the version `seen`.
        """
        with self.event.changing() as event:
            if not (row := self._still_open(event, by, Verb.PUBLISHED, seen)):
                return None
            about: About = {"user": row.by or event.owner, "markdown": True, "happened_at": row.happened_at}
            about["words"] = {"headline": row.headline, "minute": row.minute}
            about["card"] = row.card
            if by is None and row.publish_at:
                about["at"] = row.publish_at
            entry = event.publish(row.name, row.text, pin=row.pin, moment=row.moment, host=by, **about)
            row._leave(event, by)
        return entry

    def take(self, event: Event, *, by: Account | None, seen: int | None = None) -> None:
        """Delete it because it was published. Only inside `changing()`. Raises `Overtaken` like `publish`."""
        if row := self._still_open(event, by, Verb.PUBLISHED, seen):
            row._leave(event, by)

    def _leave(self, event: Event, by: Account | None) -> None:
        """Delete the row of a published draft, and say so in the log."""
        if by:
            event.note(by, Verb.PUBLISHED, self)
        else:
            event.note_automatic(Verb.PUBLISHED, self)
        self.delete()
        event.expect_entry()

    def delete_by(self, by: Account, *, seen: int | None = None) -> None:
        """Delete it, which can be undone. Raises `Overtaken` like `publish`."""
        with self.event.changing() as event:
            if row := self._still_open(event, by, Verb.DELETED, seen):
                event.note(by, Verb.DELETED, row, draft=row.pk)
                row.deleted_at = timezone.now()
                row._save()
                event.expect_entry()

    def miss(self) -> None:
        """Keep it as a draft, since its time has come and the event takes no posts. Only inside `changing()`."""
        Draft.objects.filter(pk=self.pk).update(
            publish_at=None, missed_at=self.publish_at, version=models.F("version") + 1
        )
