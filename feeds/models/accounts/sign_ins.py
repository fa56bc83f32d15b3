"""Sign-ins of an account: the browsers it is open in, for its owner to see and to sign out."""

import re
from typing import Self

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.models.accounts.account import Account

SEEN = "seen"
"""Name in a session under which it remembers its last hour in the list: until the next one, no query is needed."""

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "FxiOS|Firefox": "Firefox", "CriOS|Chrom": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": gettext_noop("an iPhone"),
    "iPad": gettext_noop("an iPad"),
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": gettext_noop("a Mac"),
    "Linux": "Linux",
}
UNKNOWN = gettext_noop("A browser")


def browser_in_words(user_agent: str) -> str:
    """Browser and system as they are stored, such as “Firefox on Windows”, taken from the header User-Agent."""
    browser = next((name for sign, name in BROWSERS.items() if re.search(sign, user_agent)), UNKNOWN)
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


class SignInQuerySet(models.QuerySet["SignIn"]):
    def current(self) -> Self:
        """Sign-ins whose session has not expired."""
        return self.filter(session__expire_date__gt=timezone.now())

    def see(self, user: Account, session: SessionBase, user_agent: str) -> None:
        """Record that this user is active in this session: at sign-in, and then at most once an hour."""
        if session.session_key is None:
            session.save()
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        seen = f"{hour:%Y-%m-%d %H} {session.session_key}"
        if session.get(SEEN) == seen:
            return
        session[SEEN] = seen
        now = {"user_id": user.pk, "last_seen": hour, "browser": browser_in_words(user_agent)}
        self.update_or_create(session_id=session.session_key, defaults=now, create_defaults=now | {"first_seen": hour})

    def end(self, *, but: str | None = None) -> None:
        """Sign these browsers out, except the session with the key `but`."""
        ended = self.exclude(session=but) if but else self
        Session.objects.filter(pk__in=list(ended.values_list("session", flat=True))).delete()


class SignIn(models.Model):
    """A Django session and the account it belongs to. It is deleted with the session: by signing out, or by `end`."""

    # No constraint: a session may end while one of its requests is writing this row, which is not an error.
    session = models.OneToOneField(Session, models.CASCADE, db_constraint=False, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins")
    browser = models.CharField(max_length=60)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(help_text="by the hour")

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-last_seen", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} with {self.browser}"

    @property
    def in_words(self) -> str:
        """Browser and system in the reader's language."""
        browser, on, system = self.browser.partition(" on ")
        return _("%(browser)s on %(system)s") % {"browser": _(browser), "system": _(system)} if on else _(browser)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Account, **_: object) -> None:
    SignIn.objects.see(user, request.session, request.META.get("HTTP_USER_AGENT", ""))
