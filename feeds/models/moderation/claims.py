"""Claims: waiting posts that a host is looking at, as the other hosts are told for a minute."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from feeds.models.accounts.account import Account, name_of, signed_in
from feeds.models.event.events import Event
from feeds.models.post.states import PostState

if TYPE_CHECKING:
    from feeds.models.post.posts import Post

LASTS = timedelta(seconds=60)
"""Time for which a claim is told."""


class ClaimQuerySet(models.QuerySet["Claim"]):
    def current(self) -> Self:
        """Claims that have not expired."""
        return self.filter(at__gt=timezone.now() - LASTS)

    def of_others(self, host: Account) -> Self:
        """Current claims of the other hosts, the earliest first, with their accounts."""
        return self.current().exclude(by=host.pk).select_related("by").order_by("at", "pk")


class Claim(models.Model):
    """A host looks at a post that waits. It keeps nobody from a decision, and readers see nothing of it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="claims", db_index=False)
    post = models.CharField(max_length=40, help_text="id of the element on the page")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "post", "by"], name="claim_once")]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.post}"

    @property
    def by_name(self) -> str:
        """The host's name."""
        return name_of(self.by)

    @classmethod
    def make(cls, post: "Post", *, by: Account) -> None:
        """Tell the other hosts for a minute that this host looks at a post, if it waits. Expired claims go."""
        claims = cls.objects.filter(event=post.event)
        claims.filter(at__lte=timezone.now() - LASTS).delete()
        if post.state == PostState.WAITING:
            claims.update_or_create(
                event=post.event, post=post.element_id, by=signed_in(by), defaults={"at": timezone.now()}
            )
