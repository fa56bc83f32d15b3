"""Who may not take part in an event, and until when."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feeds.models.events import Event
from feeds.models.posts import NAME_MAX

NOTE_MAX = 200


class BanQuerySet(models.QuerySet["Ban"]):
    def current(self) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))


class Ban(models.Model):
    """One browser, by its visitor's id, in one event. `Event.ban` makes it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="bans")
    visitor = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_MAX, help_text="the name on the post it was for")
    note = models.CharField(max_length=NOTE_MAX, blank=True, help_text="what the visitor is told")
    until = models.DateTimeField(null=True, blank=True, help_text="empty: for good")
    banned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    banned_at = models.DateTimeField()

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-banned_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "visitor"], name="ban_once")]

    def __str__(self) -> str:
        return f"{self.name} in {self.event}"

    def lift(self, *, by: Any = None) -> None:
        """The visitor may come back. Takes a number like the ban, so that every process knows."""
        with self.event.changing() as event:
            event.note(by, "lifted the ban of", self.name)
            self.delete()
            Event.objects.filter(pk=event.pk).update(seq=event.take_number(), has_bans=event.bans.exists())
