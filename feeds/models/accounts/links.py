"""Links that open an account, once: to sign in, or to set a new password."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db import models
from django.dispatch import receiver
from django.utils import timezone

from feeds.models.accounts.account import Account, signed_in
from feeds.models.event.events import Event
from feeds.models.event.history import sole

KEPT = 10
"""Links of one kind that an account can have; a new one deletes the oldest."""


def _lasts() -> timedelta:
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


class LinkQuerySet(models.QuerySet["Link"]):
    def good(self, kind: str, token: str) -> "Link | None":
        """The link of this kind with this token if it works now, else None. Reads only."""
        since = timezone.now() - _lasts()
        links = self.select_related("user", "event", "made_by").filter(made_at__gt=since, user__is_active=True)
        link = sole(links.filter(kind=kind, digest=_digest(kind, token)))
        return link if link and link.state == _state(link.user) else None

    def lock(self, kind: str, token: str) -> "Link | None":
        """The link as from `good`, with its account locked so that this transaction can spend it.

        Of several simultaneous requests, with any links to one account, only one gets its link.
        """
        account = self.filter(digest=_digest(kind, token)).values("user")
        locked = get_user_model().objects.select_for_update(no_key=True).filter(pk__in=account)
        return self.good(kind, token) if locked else None

    def spend(self, user: Account) -> None:
        """Delete all links to this account, of every kind."""
        self.filter(user=user.pk).delete()

    def tidy(self) -> Self:
        """Links that have expired."""
        return self.filter(made_at__lte=timezone.now() - _lasts())


def _digest(kind: str, token: str) -> str:
    """Digest of a token for one kind of link, so that the address of another kind does not know the token."""
    return hashlib.sha256(f"{kind}\0{token}".encode("utf-8", "surrogatepass")).hexdigest()


def _state(user: Account) -> str:
    """Digest of the password and the e-mail address: however they are changed, the change ends all links."""
    user = signed_in(user)
    return hashlib.sha256(f"{user.pk}\0{user.password}\0{user.email}".encode()).hexdigest()


class Link(models.Model):
    """A link for one person and one purpose. Only its receiver has the token in it; this row recognises it.

    It is a row rather than a signed token for two reasons. Deleting the row spends the link, and only one request
    can do that. The row also names its maker, whose rights are checked again when it is used.
    """

    class Kind(models.TextChoices):
        SIGN_IN = "sign-in"
        RESET = "reset"

    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=64, help_text="of the account, when the link was made")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="links")
    made_at = models.DateTimeField(db_index=True)
    # Set for a link that an event's owner made for a host. It is deleted with either of them.
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="links")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} link for {self.user}"

    @classmethod
    def make(cls, kind: str, user: Account, *, event: Event | None = None, by: Account | None = None) -> str:
        """Create a link to this account and return its token, which is not stored.

        `event` and `by`: the event and its owner, if an owner makes the link for a host.
        """
        token = secrets.token_urlsafe(32)
        about = {"user": user, "event": event, "made_by": by}
        if event:  # an owner's new link replaces the one before
            cls.objects.filter(kind=kind, user=user, event__isnull=False).delete()
        cls.objects.create(kind=kind, digest=_digest(kind, token), state=_state(user), made_at=timezone.now(), **about)
        # Count links by mail apart, so that they do not push out an owner's: anybody can ask for mail.
        same = cls.objects.filter(kind=kind, user=user, event__isnull=event is None)
        cls.objects.filter(pk__in=list(same.values_list("pk", flat=True)[KEPT:])).delete()
        return token


@receiver(user_logged_in)
def _signed_in(user: Account, **_: object) -> None:
    """Delete the account's links at sign-in, when they are no longer needed."""
    Link.objects.spend(user)
