"""Numbers of people who read each event now."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Sum
from django.utils import timezone

LISTED = 500
"""Browsers that a process lists for an event, so that no other process counts their other tabs: at most 6 KB."""


class PresenceQuerySet(models.QuerySet["Presence"]):
    def current(self) -> Self:
        """Reports of processes that are still alive: each repeats its report every 15 s."""
        return self.filter(seen_at__gt=timezone.now() - timedelta(seconds=40))

    def report(self, process: str, readers: Mapping[int, Collection[int]]) -> dict[int, int]:
        """Store which browsers read each event in this process; returns each event's readers in all processes.

        `readers` maps the event's primary key to the numbers of the browsers. A browser with tabs in several processes
        is counted by the process whose name comes first.
        """
        now = timezone.now()
        others: dict[int, set[int]] = {}
        earlier = self.current().filter(event__in=readers, process__lt=process)
        for event, browsers in earlier.values_list("event", "browsers"):
            others.setdefault(event, set()).update(browsers)
        self.filter(seen_at__lt=now - timedelta(minutes=5)).delete()
        self.filter(process=process).exclude(event__in=readers).delete()
        self.bulk_create(
            [
                Presence(
                    process=process,
                    event=pk,
                    readers=len(set(browsers) - others.get(pk, set())),
                    browsers=sorted(browsers)[:LISTED],
                    seen_at=now,
                )
                for pk, browsers in readers.items()
            ],
            update_conflicts=True,
            unique_fields=["process", "event"],
            update_fields=["readers", "browsers", "seen_at"],
        )
        return self.readers_of(readers)

    def readers_of(self, events: Iterable[int]) -> dict[int, int]:
        """Number of readers in all processes by the event's primary key; events without a report are missing."""
        found = self.current().filter(event__in=list(events)).order_by()
        sums: Iterable[tuple[int, int]] = found.values_list("event").annotate(n=Sum(F("readers")))
        return dict(sums)


class Presence(models.Model):
    """Number of readers of an event in one process. It is not content: it takes no number and is never replayed."""

    process = models.CharField(max_length=32)
    event = models.PositiveBigIntegerField(help_text="the event's primary key; it may be gone by now")
    readers = models.PositiveIntegerField()
    browsers = models.JSONField(default=list, help_text="numbers of the first of them: see access.browser_of")
    seen_at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "event"], name="presence_of_process")]
        indexes = [models.Index(fields=["event", "seen_at"], name="presence_in_event")]

    def __str__(self) -> str:
        return f"{self.readers} of {self.event} in {self.process}"
