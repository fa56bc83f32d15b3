"""The person behind a request: an account or none, and the browser."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from feeds.models import NAME_MAX, Event
from feeds.models.accounts.account import Account

EARLIER_COOKIE = "commentary_visitor"
COOKIE = f"{settings.COOKIE_PREFIX}{EARLIER_COOKIE}"
_EARLIER_SALT = "feeds.visitor"
_SALT = f"{_EARLIER_SALT}{settings.COOKIE_PREFIX}"
"""Over https the salt differs. A neighbouring site in the domain could plant a cookie of the earlier name; that one
yields no new one."""


@dataclass(frozen=True)
class Visitor:
    """A browser, known by a signed cookie: a random id, and the name it last posted under."""

    id: str
    name: str = ""

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> "Visitor":
        """The visitor with these cookies; a new one if ours is missing or forged.

        Before the site used https, or prefixed its cookies, browsers got one under the earlier name. It stays valid
        until the next page replaces it.
        """
        return (
            cls._signed(cookies.get(COOKIE, ""), _SALT)
            or cls._signed(cookies.get(EARLIER_COOKIE, ""), _EARLIER_SALT)
            or cls(uuid.uuid4().hex)
        )

    @classmethod
    def _signed(cls, cookie: str, salt: str) -> "Visitor | None":
        try:
            value = signing.loads(cookie, salt=salt)
            return cls(str(value["id"])[:32], str(value["name"])[:NAME_MAX])
        except (signing.BadSignature, KeyError, TypeError):
            return None

    def remember(self, response: HttpResponse) -> None:
        """Sets the visitor's cookie on the response, for a year."""
        response.set_cookie(
            COOKIE,
            signing.dumps({"id": self.id, "name": self.name}, salt=_SALT),
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def browser_of(cookies: Mapping[str, str]) -> int:
    """Number that all tabs of one browser share, 32 bits; 0 if its cookies do not tell. It cannot be reversed.

    It is made from the CSRF cookie, which every live page sets: readers who never posted have it, and it needs no
    verification.
    """
    token = cookies.get(settings.CSRF_COOKIE_NAME, "")
    return int.from_bytes(salted_hmac("feeds.browser", token).digest()[:4]) or 1 if token else 0


@dataclass(frozen=True)
class Person:
    """The person behind a request: an account, or an anonymous one, and the browser."""

    user: Account
    visitor: Visitor
    reads_a_page: bool = False
    """Whether the request is for a whole page, whose address may be an event's earlier one; not a form or a
    fragment."""
    events: list[Event] = field(default_factory=list, compare=False, repr=False)
    """Events that this person was let into; see `feeds.middleware.signposts`."""

    @classmethod
    def of(cls, request: HttpRequest) -> "Person":
        """The person behind this request, cached on it: without a cookie, every call would make a new visitor."""
        person = getattr(request, "_person", None)
        if not isinstance(person, cls):
            reads = request.method in {"GET", "HEAD"} and not getattr(request, "htmx", None)
            person = cls(request.user, Visitor.of(request.COOKIES), reads)
            vars(request)["_person"] = person
        return person

    def hosts(self, event: Event) -> bool:
        """Whether this person runs the event, as its owner or an invited host."""
        return self.user.is_authenticated and Event.objects.run_by(self.user).filter(pk=event.pk).exists()

    def owns(self, event: Event) -> bool:
        """Whether this person owns the event, or is staff who may change every event; false for its other hosts."""
        return bool(self.user.is_authenticated and self.user.is_active) and (
            self.user.pk == event.owner_id or self.user.has_perm("feeds.change_event")
        )

    def wrote(self) -> Q:
        """Filter for posts and reactions from this browser and, if signed in, by this account from any browser."""
        return Q(visitor=self.visitor.id) | (Q(user=self.user.pk) if self.user.is_authenticated else Q())
