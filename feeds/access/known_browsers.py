"""Browsers that an account has been used in: strangers who guess its password cannot lock it out of those."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpResponse

COOKIE = f"{settings.COOKIE_PREFIX}commentary_known"
_SALT = "feeds.known-browser"
"""Part of the signature of cookies that browsers have for a year, so it stays wherever this module is."""
ACCOUNTS = 5
"""Number of accounts that a browser is known for, the latest ones."""
LASTS = 365 * 24 * 3600
"""Lifetime of the cookie in seconds."""


@dataclass(frozen=True)
class Known:
    """A signed cookie: a random id, and the keys of accounts that have signed in here.

    It opens nothing. A stolen one only allows as many tries at passwords as a network of one's own.
    """

    id: str
    accounts: tuple[int, ...] = ()

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> "Known":
        """The browser with these cookies; a new one if ours is missing, forged or too old."""
        try:
            value = signing.loads(cookies.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
            return cls(str(value["id"])[:32], tuple(map(int, value["accounts"]))[:ACCOUNTS])
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return cls(uuid.uuid4().hex)

    def has(self, name: str) -> bool:
        """Whether the account with this user name has signed in here."""
        users = get_user_model().objects
        return bool(self.accounts) and users.filter(pk__in=self.accounts).filter(username=name).exists()

    def remember(self, user: User, response: HttpResponse) -> None:
        """Sets the cookie on the response, with this account as the latest one; not if it is in the cookie already."""
        if user.pk in self.accounts:
            return
        accounts = [user.pk, *self.accounts][:ACCOUNTS]
        response.set_cookie(
            COOKIE,
            signing.dumps({"id": self.id, "accounts": accounts}, salt=_SALT),
            max_age=LASTS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
