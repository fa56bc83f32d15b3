"""Where somebody is signed in: the browsers an account is open in, for its owner to see and to end."""

import re
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import models
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.models.accounts.account import Account

SEEN = "seen"
"""Where a session says for which hour it is in the list, so that nothing is asked or written until the next."""

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
    """As it is stored: as in “Firefox on Windows”, as far as a browser says what it is."""
    browser = next((name for sign, name in BROWSERS.items() if re.search(sign, user_agent)), UNKNOWN)
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


class SignInQuerySet(models.QuerySet["SignIn"]):
    def current(self) -> Self:
        return self.filter(session__expire_date__gt=timezone.now())

    def see(self, user: Account, session: Any, user_agent: str) -> None:
        """Write down that this user is here in this session: at sign-in, and then at most once an hour."""
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
        """Sign these out, except the session with the key `but`."""
        ended = self.exclude(session=but) if but else self
        Session.objects.filter(pk__in=list(ended.values_list("session", flat=True))).delete()


class SignIn(models.Model):
    """One session of Django's, and whose it is. It goes when the session does: by signing out, or by `end`."""

    # A session may end while a request of its own is writing this: that is no error.
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
        """The browser, in the reader's language."""
        browser, on, system = self.browser.partition(" on ")
        return _("%(browser)s on %(system)s") % {"browser": _(browser), "system": _(system)} if on else _(browser)


@receiver(user_logged_in)
def _signed_in(request: Any, user: Account, **_: Any) -> None:
    SignIn.objects.see(user, request.session, request.META.get("HTTP_USER_AGENT", ""))
