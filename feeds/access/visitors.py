"""The person behind a request: an account or none, and the browser it comes from."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from feeds.models import NAME_MAX, Event

EARLIER_COOKIE = "commentary_visitor"
COOKIE = f"{settings.COOKIE_PREFIX}{EARLIER_COOKIE}"
_EARLIER_SALT = "feeds.visitor"
_SALT = f"{_EARLIER_SALT}{settings.COOKIE_PREFIX}"
"""Another one over https: a neighbour in the domain may plant a cookie of the earlier name, but gets no new one."""


@dataclass(frozen=True)
class Visitor:
    """A browser, known by a signed cookie: a random id, and the name it posted under last."""

    id: str
    name: str = ""

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> "Visitor":
        """The visitor with these cookies; a new one where ours is missing or forged.

        From before the site was on https, or its cookies had their names, browsers have one that holds until they get
        theirs under the present name, which is with the next page.
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
        response.set_cookie(
            COOKIE,
            signing.dumps({"id": self.id, "name": self.name}, salt=_SALT),
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def browser_of(cookies: Mapping[str, str]) -> int:
    """Number that all tabs of one browser share, 32 bits; 0 where its cookies do not tell. It cannot be turned back.

    By the CSRF cookie, which every live page sets: a reader who has never posted has it, and it needs no verifying.
    """
    token = cookies.get(settings.CSRF_COOKIE_NAME, "")
    return int.from_bytes(salted_hmac("feeds.browser", token).digest()[:4]) or 1 if token else 0


@dataclass(frozen=True)
class Person:
    """Who asks: an account, or an anonymous one, and the browser it comes from."""

    user: Any
    visitor: Visitor
    reads_a_page: bool = False
    """Whether they go to an address, which may not be that of an event any more; not a form, or a part of a page."""
    events: list[Event] = field(default_factory=list, compare=False, repr=False)
    """Events that they were let into, see `feeds.middleware.signposts`."""

    @classmethod
    def of(cls, request: HttpRequest) -> "Person":
        """Who sends this request; read from it once, since the visitor of who has no cookie is a new one each time."""
        kept: dict[str, Any] = vars(request)
        if "_person" not in kept:
            reads = request.method in {"GET", "HEAD"} and not getattr(request, "htmx", None)
            kept["_person"] = cls(request.user, Visitor.of(request.COOKIES), reads)
        person: Person = kept["_person"]
        return person

    def hosts(self, event: Event) -> bool:
        return self.user.is_authenticated and Event.objects.run_by(self.user).filter(pk=event.pk).exists()

    def owns(self, event: Event) -> bool:
        """The owner, and staff who may change every event; not its other hosts."""
        return bool(self.user.is_authenticated and self.user.is_active) and (
            self.user.pk == event.owner_id or self.user.has_perm("feeds.change_event")
        )

    def wrote(self) -> Q:
        """Posts and reactions from this browser, and from any browser those of a signed-in person."""
        return Q(visitor=self.visitor.id) | (Q(user=self.user.pk) if self.user.is_authenticated else Q())
