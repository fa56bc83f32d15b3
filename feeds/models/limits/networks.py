"""What is known of the networks that posts come from: a keyed hash, for 30 days."""

import hmac
import secrets
from datetime import date

from django.core.cache import cache
from django.db import models
from django.utils import timezone

from feeds.values.addresses import Address, network_of

ASKED_EVERY = 60
"""Seconds for which a process remembers the day's key."""


class NetworkKeyQuerySet(models.QuerySet["NetworkKey"]):
    def disguise(self, address: Address | None) -> str:
        """What is kept of an address: the same for all of its network on one day (UTC), and nothing to go back by.

        Who cannot be told apart by address counts as one network. Not inside a transaction that may be rolled
        back: the day's first call makes the key.
        """
        return self.keyed(str(network_of(address)) if address else "")

    def keyed(self, text: str) -> str:
        """The day's hash of something that shall not be known from it."""
        key = self._of(timezone.now().date()).encode()
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()

    def _of(self, day: date) -> str:
        name = f"network-key-{day}"
        key: str | None = cache.get(name)
        if key is None:
            key = self.get_or_create(day=day, defaults={"key": secrets.token_hex(32)})[0].key
            cache.set(name, key, ASKED_EVERY)
        return key


class NetworkKey(models.Model):
    """What the networks of one day are hashed with. Without it nobody can try out which network a hash was."""

    day = models.DateField(unique=True)
    key = models.CharField(max_length=64)

    objects = NetworkKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.day)
