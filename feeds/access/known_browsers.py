"""Browsers in which an account was used before: strangers who guess its password do not keep it out of those."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpResponse

COOKIE = f"{settings.COOKIE_PREFIX}commentary_known"
_SALT = "feeds.access.known_browsers-browser"
ACCOUNTS = 5
"""Accounts that a browser is known for at most, the latest ones."""
LASTS = 365 * 24 * 3600


@dataclass(frozen=True)
class Known:
    """A signed cookie: a random id, and the keys of accounts that were signed in here. It opens nothing: whoever has
    it may try passwords as often as somebody on a network of their own."""

    id: str
    accounts: tuple[int, ...] = ()

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> "Known":
        try:
            value = signing.loads(cookies.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
            return cls(str(value["id"])[:32], tuple(map(int, value["accounts"]))[:ACCOUNTS])
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return cls(uuid.uuid4().hex)

    def has(self, name: str) -> bool:
        """Whether the account with this name was signed in here."""
        users = get_user_model().objects
        return bool(self.accounts) and users.filter(pk__in=self.accounts).filter(username=name).exists()

    def remember(self, user: Any, response: HttpResponse) -> None:
        """Know this account here from now on."""
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
