"""Slowing down who guesses. Tries are counted per network address, and per address and what is guessed at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.http import HttpRequest
from django.utils.translation import gettext as _

from feeds import addresses
from feeds.addresses import client_address
from feeds.models import Attempt, NetworkKey, in_words

AT_ONE_THING, FROM_ONE_NETWORK = 5, 20
PER = timedelta(minutes=1)


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the /64 of an IPv6 one, which is what one customer has."""
    address = client_address(request)
    return str(address if address is None or address.version == 4 else addresses.network_of(address))


@dataclass(frozen=True)
class Tries:
    """What somebody tries from one network: `what` they do, and `at` whose name or address (empty: nobody's)."""

    what: str
    network: str
    at: str = ""
    per: timedelta = PER

    @classmethod
    def of(cls, request: HttpRequest, what: str, at: str = "", per: timedelta = PER) -> Self:
        return cls(what, network_of(request), at.casefold(), per)

    def _key(self, at: str) -> str:
        return NetworkKey.objects.keyed(f"{self.network}\0{at}")

    def wait(self) -> int:
        """Count one more; returns in how many seconds there may be one, 0 for now."""
        seconds = Attempt.objects.wait(self.what, self._key(""), limit=FROM_ONE_NETWORK, per=self.per)
        if self.at and not seconds:
            seconds = Attempt.objects.wait(self.what, self._key(self.at), limit=AT_ONE_THING, per=self.per)
        return seconds

    def went_well(self) -> None:
        """Who knew what is right has not guessed: that does not count, nor do those before at the same thing."""
        Attempt.objects.take_back(self.what, self._key(""))
        if self.at:
            Attempt.objects.take_back(self.what, self._key(self.at), all_of_them=True)


def too_many(seconds: int) -> str:
    """What to tell who has to wait for so long."""
    return _("These were too many tries. Try again in %(wait)s.") % {"wait": in_words(seconds)}
