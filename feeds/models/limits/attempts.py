"""Recent attempts, such as to sign in, counted in the database so that all processes see them."""

from datetime import timedelta
from math import ceil

from django.db import connection, models, transaction
from django.utils import timezone

KEPT = timedelta(days=1)
"""Age at which an attempt is deleted."""


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def wait(self, what: str, key: str, *, limit: int, per: timedelta) -> int:
        """Count an attempt at `what` by `key`, at most `limit` of them within `per`.

        Returns 0 if it was counted; else the seconds until the next attempt is possible.
        """
        with transaction.atomic():
            self._queue_up(what, key)
            now = timezone.now()
            recent = self.filter(what=what, key=key, at__gt=now - per).order_by("-at").values_list("at", flat=True)
            latest = list(recent[:limit])
            if len(latest) == limit:
                return max(1, ceil((latest[-1] + per - now).total_seconds()))
            self.create(what=what, key=key, at=now)
            self.filter(at__lt=now - KEPT).delete()
        return 0

    def _queue_up(self, what: str, key: str) -> None:
        """Let concurrent attempts run one after the other, so that each sees the earlier ones.

        SQLite allows only one writer anyway.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what} {key}"])

    def take_back(self, what: str, key: str, *, all_of_them: bool = False) -> None:
        """Delete the latest attempt at `what` by `key`, or all of them, because it succeeded."""
        counted = self.filter(what=what, key=key).order_by("-at").values_list("pk", flat=True)
        self.filter(pk__in=list(counted if all_of_them else counted[:1])).delete()


class Attempt(models.Model):
    """One attempt at something, under the key it is counted by."""

    what = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["what", "key", "at"], name="attempt_recent")]

    def __str__(self) -> str:
        return f"{self.what} by {self.key}"
