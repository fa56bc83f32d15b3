"""Rate limits for guessing passwords and links: per network, per network and name, and per name across networks.

Guessing is slowed down and never locks anybody out. A browser that an account has been used in has its own limits (see
`known_browsers`), which strangers cannot use up.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.http import HttpRequest
from django.utils.translation import gettext as _

from feeds.access.known_browsers import Known
from feeds.models import Attempt, NetworkKey, in_words
from feeds.values import addresses
from feeds.values.addresses import client_address
from feeds.values.words import fold

AT_ONE_THING, FROM_ONE_NETWORK = 5, 20
PER = timedelta(minutes=1)
EVERYWHERE, EVERYWHERE_PER = 20, timedelta(minutes=15)
"""Tries at one name from all networks together, however many networks somebody has."""


def network_of(request: HttpRequest) -> str:
    """The network of a request: an IPv4 address, or the /64 of an IPv6 one, which is what one customer has."""
    address = client_address(request)
    return str(address if address is None or address.version == 4 else addresses.network_of(address))


@dataclass(frozen=True)
class Limit:
    """At most `most` tries in `per`; `key` says by whom and at what."""

    key: str
    most: int
    per: timedelta = PER
    clears: bool = False
    """Whether a successful try also takes back the failed ones before it."""


@dataclass(frozen=True)
class Tries:
    """Tries of one kind, such as "sign-in", with every limit that applies to them."""

    what: str
    limits: tuple[Limit, ...]

    @classmethod
    def of(cls, request: HttpRequest, what: str, at: str = "", per: timedelta = PER) -> Self:
        """Tries from this request's network at one name or address (empty: none in particular)."""
        network, at = network_of(request), fold(at)
        limits = [Limit(f"{network}\0", FROM_ONE_NETWORK, per)]
        if at:
            everywhere = max(EVERYWHERE_PER, 6 * per)
            limits += [Limit(f"{network}\0{at}", AT_ONE_THING, per, clears=True)]
            limits += [Limit(f"\0{at}", EVERYWHERE, everywhere)]
        return cls(what, tuple(limits))

    @classmethod
    def to_sign_in(cls, request: HttpRequest, name: str) -> Self:
        """Tries at the password of the account with this name; by browser where the account is known, else by
        network."""
        known = Known.of(request.COOKIES)
        if known.has(name):
            return cls.by_one("sign-in", f"{known.id}\0{name}")
        return cls.of(request, "sign-in", name)

    @classmethod
    def by_one(cls, what: str, who: str) -> Self:
        """Tries by somebody identified by `who`, a key that does not depend on the network."""
        hourly = Limit(f"hourly\0{who}", EVERYWHERE, timedelta(hours=1), clears=True)
        return cls(what, (Limit(f"by\0{who}", AT_ONE_THING, clears=True), hourly))

    @classmethod
    def with_link(cls, what: str, pk: int) -> Self:
        """Tries at the link with this primary key, not limited by network, which others may use up."""
        return cls(what, (Limit(f"link\0{pk}", FROM_ONE_NETWORK),))

    def wait(self) -> int:
        """Counts one more try. Returns the seconds until the next one is allowed, 0 if this one is."""
        for limit in self.limits:
            key = NetworkKey.objects.keyed(limit.key)
            if seconds := Attempt.objects.wait(self.what, key, limit=limit.most, per=limit.per):
                return seconds
        return 0

    def take_back(self) -> None:
        """Takes back a successful try, which was not a guess, and the earlier ones at the same thing."""
        for limit in self.limits:
            Attempt.objects.take_back(self.what, NetworkKey.objects.keyed(limit.key), all_of_them=limit.clears)


def too_many(seconds: int) -> str:
    """The sentence for somebody with this many seconds to wait."""
    return _("Too many attempts. Try again in %(wait)s.") % {"wait": in_words(seconds)}
