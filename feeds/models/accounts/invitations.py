"""Invitations: links that make a person a host of an event, once."""

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from feeds.models.accounts.account import Account
from feeds.models.event.events import Event
from feeds.models.event.history import sole
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.verbs import Verb

LASTS = timedelta(days=3)
FOR_MAX = 60
"""Characters of the name that an invitation is meant for."""


class Spent(Exception):
    """The invitation is no longer valid. The message tells the person with the link why, and what to do."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unused(self) -> Self:
        """Invitations that were neither accepted nor withdrawn, and have not expired."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def open(self) -> Self:
        """Unused invitations whose maker may still invite: the owner, a host, or staff with `feeds.change_event`."""
        hosts = Event.hosts.through.objects.filter(event=OuterRef("event"), user=OuterRef("made_by"))
        staff = get_user_model()._default_manager.with_perm("feeds.change_event")
        may = Q(made_by=F("event__owner")) | Exists(hosts) | Q(made_by__in=staff.values("pk"))
        return self.unused().filter(may, made_by__is_active=True)

    def named(self) -> list[str]:
        """Names that valid or accepted invitations are meant for: the latest 100, the latest first."""
        good = Q(used_at__isnull=False) | Q(expires_at__gt=timezone.now())
        return list(
            self.filter(good, withdrawn_at=None).exclude(meant_for="").values_list("meant_for", flat=True)[:100]
        )

    def with_token(self, token: str) -> "Invitation | None":
        """The invitation with this token, valid or not; None if there is none."""
        return sole(self.select_related("event", "made_by").filter(digest=digest_of(token)))


def digest_of(token: str) -> str:
    """SHA-256 of a token in hexadecimal, which is all the database has of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _token_for(user: Account | None, event: Event, meant_for: str, key: str) -> str:
    """Token that is the same each time a form is sent, so that it need not be stored. Only this server can make it."""
    about = repr((user and user.pk, event.pk, meant_for, key))
    digest = salted_hmac("feeds.invitation", about, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Invitation(models.Model):
    """A link for one person. Only its receiver has the token in it; this row stores the digest that recognises it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    meant_for = models.CharField(max_length=FOR_MAX, blank=True, help_text="whom hosts take it to be for")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"for {self.meant_for or 'somebody'}"

    @property
    def subject(self) -> Subject:
        """The invitation as the log stores it."""
        return Subject(Kind.INVITATION, self.meant_for)

    @classmethod
    def make(cls, event: Event, *, by: Account | None, meant_for: str = "", key: str = "") -> str:
        """Create an invitation and return its token.

        With `key`, the form's key, sending the form again returns the same token; it cannot be had in any other way.
        Raises `Spent` if the invitation made with this key is no longer valid.
        """
        token = _token_for(by, event, meant_for, key) if key else secrets.token_urlsafe(32)
        now = timezone.now()
        with event.changing() as locked:
            if earlier := sole(cls.objects.filter(digest=digest_of(token))):
                earlier.require_open()
                return token
            cls.objects.create(
                event=locked,
                digest=digest_of(token),
                meant_for=meant_for,
                made_by=by,
                made_at=now,
                expires_at=now + LASTS,
            )
            locked.note(by, Verb.INVITED, Subject(Kind.INVITED, meant_for))
        return token

    def require_open(self) -> None:
        """Raises `Spent` if the invitation can no longer be accepted."""
        if self.used_at:
            raise Spent(_("This invitation has already been accepted. If that was you, sign in."))
        if self.withdrawn_at:
            raise Spent(_("This invitation was withdrawn. Ask its sender for a new one."))
        if self.expires_at <= timezone.now():
            raise Spent(_("This invitation is older than three days. Ask its sender for a new one."))
        if not Invitation.objects.open().filter(pk=self.pk).exists():
            raise Spent(
                _("The host who sent this invitation cannot invite anybody now. Ask another host for a new one.")
            )

    def accept(self, user: User) -> None:
        """Make this user a host; readers see it at once. Raises `Spent`, also for the loser of a race."""
        with self.event.changing() as event:
            row = Invitation.objects.get(pk=self.pk)
            row.require_open()
            Invitation.objects.filter(pk=self.pk).update(used_by=user, used_at=timezone.now())
            event.welcome(user)
            event.note(user, Verb.ACCEPTED, row.subject)
            event.take_note_of(event.take_number())

    def withdraw(self, *, by: Account | None) -> None:
        """Withdraw the invitation on behalf of the host `by`. Raises `Spent` if it is no longer valid."""
        with self.event.changing() as event:
            row = Invitation.objects.get(pk=self.pk)
            row.require_open()
            Invitation.objects.filter(pk=self.pk).update(withdrawn_at=timezone.now())
            event.note(by, Verb.WITHDREW, row.subject)
