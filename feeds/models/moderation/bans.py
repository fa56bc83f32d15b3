"""Who may not take part in an event, and until when."""

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
from feeds.models.post.posts import NAME_MAX

logger = logging.getLogger(__name__)

NOTE_MAX = 200


class BanQuerySet(models.QuerySet["Ban"]):
    def current(self) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))


class Ban(models.Model):
    """One browser, by its visitor's id, in one event. `Event.ban` makes it."""

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
        """How long and with which words, for the log, in case it shall be so again."""
        return {"until": self.until.isoformat() if self.until else "", "note": self.note}

    def is_much_like(self, until: datetime | None, note: str) -> bool:
        """Whether it says the same but for a moment, which is what a second click makes of it."""
        if self.until is None or until is None:
            return self.until == until and self.note == note
        return abs(self.until - until) < timedelta(minutes=1) and self.note == note

    def lift(self, *, by: Account | None = None) -> None:
        """The visitor may come back. Takes a number like the ban, so that every process knows."""
        with self.event.changing() as event:
            posts = (posts.filter(visitor=self.visitor).first() for posts in event.posts())
            wrote = next((post.element_id for post in posts if post), "")  # by which they can be found again
            event.note(by, Verb.UNBANNED, self.subject, **({"wrote": wrote, **self.terms} if wrote else {}))
            logger.info("Ban lifted: ban %s, in “%s”.", self.pk, event.slug)
            self.delete()
            Event.objects.filter(pk=event.pk).update(seq=event.take_number(), has_bans=event.bans.exists())
