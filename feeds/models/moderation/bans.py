"""Bans: visitors that an event keeps out, and until when."""

import logging
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feeds.models.accounts.account import Account
from feeds.models.event.events import Event
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.verbs import Verb
from feeds.models.post.words import NAME_MAX

logger = logging.getLogger(__name__)

NOTE_MAX = 200
"""Characters of the message to a banned visitor."""


class BanQuerySet(models.QuerySet["Ban"]):
    def current(self) -> Self:
        """Bans that have not expired."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))


class Ban(models.Model):
    """A ban of one browser, known by its visitor id, from one event. `Event.ban` creates it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="bans")
    visitor = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_MAX, blank=True, help_text="the name on the post it was for; empty: erased")
    note = models.CharField(max_length=NOTE_MAX, blank=True, help_text="what the visitor is told")
    until = models.DateTimeField(null=True, blank=True, help_text="empty: for good")
    banned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    banned_at = models.DateTimeField()

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-banned_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "visitor"], name="ban_once")]

    def __str__(self) -> str:
        return f"{self.visitor_name} in {self.event}"

    @property
    def visitor_name(self) -> str:
        """The visitor's name, or words that say it was erased."""
        return str(self.subject)

    @property
    def subject(self) -> Subject:
        """The visitor as the log stores them."""
        return Subject(Kind.VISITOR, self.name)

    @property
    def terms(self) -> dict[str, str]:
        """End (ISO 8601, or "" for good) and note of the ban, for the log, so that the ban can be restored."""
        return {"until": self.until.isoformat() if self.until else "", "note": self.note}

    def is_much_like(self, until: datetime | None, note: str) -> bool:
        """Whether the ban has this note and about this end. A second click moves the end by a moment."""
        if self.until is None or until is None:
            return self.until == until and self.note == note
        return abs(self.until - until) < timedelta(minutes=1) and self.note == note

    def lift(self, *, by: Account | None = None) -> None:
        """Lift the ban on behalf of the host `by`. Takes a number, as the ban did, so that every process knows."""
        with self.event.changing() as event:
            posts = (posts.filter(visitor=self.visitor).first() for posts in event.posts())
            wrote = next((post.element_id for post in posts if post), "")  # finds the visitor when this is undone
            event.note(by, Verb.UNBANNED, self.subject, **({"wrote": wrote, **self.terms} if wrote else {}))
            logger.info("Ban lifted: ban %s, in “%s”.", self.pk, event.slug)
            self.delete()
            Event.objects.filter(pk=event.pk).update(seq=event.take_number(), has_bans=event.bans.exists())
