"""Names that belong to the hosts of an event, those of former hosts included."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone

from feeds.models.accounts.account import Account
from feeds.models.event.events import Event

NAME_MAX = 150


class Byline(models.Model):
    """A name under which a host has posted, or which a host had while running the event.

    Posts cannot answer that: there may be a hundred thousand of them, and a host's post can be removed or erased.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="bylines")
    name = models.CharField(max_length=NAME_MAX)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="the first account that had it; none, if it came with an import",
    )
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["-used_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="byline_once")]
        indexes = [models.Index(fields=["event", "-used_at"], name="byline_latest")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, event: Event, names: Iterable[str], user: Account | None = None) -> None:
        """Protect these names in the event from now on, in one statement. `user`: the host they belong to, if known."""
        now = timezone.now()
        owner = user.pk if user else None
        named = [name[:NAME_MAX] for name in dict.fromkeys(names) if name]
        kept = [Byline(event=event, name=name, user_id=owner, used_at=now) for name in named]
        Byline.objects.bulk_create(
            kept, batch_size=500, update_conflicts=True, unique_fields=["event", "name"], update_fields=["used_at"]
        )
