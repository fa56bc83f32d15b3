"""Rate limits for guessing passwords and links: per network, per network and name, per name across networks.

Somebody who guesses is slowed down, and nobody is locked out by that: a browser in which an account was used before has
limits of its own (see known.py), which strangers cannot use up.
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
"""At one name from all networks together, however many somebody has."""


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the /64 of an IPv6 one, which is what one customer has."""
    address = client_address(request)
    return str(address if address is None or address.version == 4 else addresses.network_of(address))


@dataclass(frozen=True)
class Limit:
    """At most so many tries at one thing: `key` says by whom and at what."""

    key: str
    most: int
    per: timedelta = PER
    clears: bool = False
    """Whether one that goes well makes those before it count no more."""


@dataclass(frozen=True)
class Tries:
    """Tries of one kind, such as "sign-in", and all limits that hold for them."""

    what: str
    limits: tuple[Limit, ...]

    @classmethod
    def of(cls, request: HttpRequest, what: str, at: str = "", per: timedelta = PER) -> Self:
        """From this request's network, at this name or address (empty: nobody's)."""
        network, at = network_of(request), fold(at)
        limits = [Limit(f"{network}\0", FROM_ONE_NETWORK, per)]
        if at:
            everywhere = max(EVERYWHERE_PER, 6 * per)
            limits += [Limit(f"{network}\0{at}", AT_ONE_THING, per, clears=True)]
            limits += [Limit(f"\0{at}", EVERYWHERE, everywhere)]
        return cls(what, tuple(limits))

    @classmethod
    def to_sign_in(cls, request: HttpRequest, name: str) -> Self:
        """At the password of the account with this name, which this browser may have been signed in to before."""
        known = Known.of(request.COOKIES)
        if known.has(name):
            return cls.by_one("sign-in", f"{known.id}\0{name}")
        return cls.of(request, "sign-in", name)

    @classmethod
    def by_one(cls, what: str, who: str) -> Self:
        """By somebody who is known otherwise than by a network."""
        hourly = Limit(f"hourly\0{who}", EVERYWHERE, timedelta(hours=1), clears=True)
        return cls(what, (Limit(f"by\0{who}", AT_ONE_THING, clears=True), hourly))

    @classmethod
    def with_link(cls, what: str, pk: int) -> Self:
        """By whoever has this link, whose network others may use up."""
        return cls(what, (Limit(f"link\0{pk}", FROM_ONE_NETWORK),))

    def wait(self) -> int:
        """Count one more; returns in how many seconds there may be one, 0 for now."""
        for limit in self.limits:
            key = NetworkKey.objects.keyed(limit.key)
            if seconds := Attempt.objects.wait(self.what, key, limit=limit.most, per=limit.per):
                return seconds
        return 0

    def went_well(self) -> None:
        """Who knew what is right has not guessed: that does not count, nor do those before at the same thing."""
        for limit in self.limits:
            Attempt.objects.take_back(self.what, NetworkKey.objects.keyed(limit.key), all_of_them=limit.clears)


def too_many(seconds: int) -> str:
    """What to tell who has to wait for so long."""
    return _("These were too many tries. Try again in %(wait)s.") % {"wait": in_words(seconds)}
