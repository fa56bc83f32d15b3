"""Composing entries as hosts do: saved phrases, pin and key moment in one go, drafts, and entries for a set time."""

from datetime import datetime
from typing import TYPE_CHECKING, Unpack, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account, signed_in
from feeds.models.event.history import sole
from feeds.models.event.phrases import PHRASE_MAX, PHRASES_MAX, Phrase, phrases_in, validate_phrases
from feeds.models.event.posting import Closed, TakesPosts
from feeds.models.moderation.verbs import Verb
from feeds.models.post.arguments import About, Composed

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.post.drafts import Draft, DraftQuerySet
    from feeds.models.post.entries import Entry

DRAFTS_MAX = 30
"""Drafts of an event, scheduled entries included."""


class Composing(TakesPosts):
    """Entries that hosts compose, their drafts, and the time at which the next scheduled entry is due."""

    title: "models.CharField[str, str]"
    drafts: "DraftQuerySet"

    phrases = models.TextField(
        gettext_lazy("phrases"),
        max_length=PHRASES_MAX * (PHRASE_MAX + 1),
        blank=True,
        default="",
        db_default="",
        validators=[validate_phrases],
        help_text=gettext_lazy(
            "One per line, at most 12. They fill the composer in. A * before a phrase makes it a pinned key moment. "
            "{home} and {away} stand for the sides in a title such as “Rovers – City”."
        ),
    )
    entry_due_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def saved_phrases(self) -> list[Phrase]:
        """The phrases that the composer offers."""
        return phrases_in(self.phrases, self.title)

    def publish(
        self,
        name: str,
        text: str,
        *,
        pin: bool = False,
        moment: str = "",
        host: Account | None = None,
        draft: "Draft | None" = None,
        seen: int | None = None,
        **about: Unpack[About],
    ) -> "Entry":
        """Add an entry and return it, or the entry that the same submission has made before.

        A host can `pin` it at once, or make it a key moment: its author, or another `host`. It can take the place of a
        `draft`, of which the host has `seen` this version. Raises `Closed`; `Overtaken` for the draft; for a visitor's
        post also `TooOften`.
        """
        by = host or about.get("user")
        entry: Entry
        if by is None:
            entry = self.add(self.entries, name, text, **about)
            return entry
        with self.changing() as event:
            entry = self.add(self.entries, name, text, **about)
            if entry.position > event.head:  # else the same submission made it before
                if draft:
                    draft.take(cast("Event", event), by=by, seen=seen)
                if moment:
                    entry.mark(moment, by=by)
                if pin:
                    entry.pin(by=by)
        return entry

    def draft(
        self,
        *,
        by: Account,
        publish_at: datetime | None = None,
        submission: str | None = None,
        **composed: Unpack[Composed],
    ) -> "Draft":
        """Keep what a host has composed, for all hosts; with `publish_at`, publish it at that time.

        Returns it, or the draft that the same submission has made before. Raises `Closed` if there are too many, or if
        an event that is over could not publish it.
        """
        with self.changing() as event:
            if submission and (earlier := sole(event.drafts.filter(submission=submission))):
                kept: Draft = earlier
                return kept
            if event.drafts.open().count() >= DRAFTS_MAX:
                raise Closed(_("There are %(n)s drafts. Publish or delete some first.") % {"n": DRAFTS_MAX})
            draft: Draft = event.drafts.create(
                by=signed_in(by), saved_at=timezone.now(), submission=submission, **composed
            )
            if publish_at:
                draft.schedule(cast("Event", event), publish_at, by=by)
        return draft

    def expect_entry(self) -> None:
        """Note when the next scheduled entry is due. Only inside `changing()`."""
        due = self.drafts.open().aggregate(due=models.Min("publish_at"))["due"]
        type(self)._default_manager.filter(pk=self.pk).update(entry_due_at=due)

    def keep_time(self, until: datetime | None = None) -> None:
        """Start, end and publish what is due, in this order of time. Makes no query if nothing is."""
        now = until or timezone.now()
        while self.entry_due_at and self.entry_due_at <= now:
            super().keep_time(self.entry_due_at)
            with self.changing() as event:
                event._publish_due(now)
            self.refresh_from_db()
        super().keep_time(now)

    def _publish_due(self, now: datetime) -> None:
        """Publish the first scheduled entry that is due, as of its time, or say why it could not be published."""
        due = self.drafts.open().filter(publish_at__lte=now)
        if draft := due.order_by("publish_at", "pk").first():  # None if another process was faster
            try:
                draft.publish(by=None)
            except Closed:
                draft.miss()
                self.note_automatic(Verb.MISSED, draft, details=draft.due)
        self.expect_entry()
