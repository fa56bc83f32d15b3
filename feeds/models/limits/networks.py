"""Keyed hashes of the networks that posts come from, kept for 30 days."""

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
        """Hash of the address's network, in hexadecimal: the same all day (UTC), and not reversible.

        All visitors without an address share one hash. Must not run in a transaction that may be rolled back: the
        day's first call creates the key.
        """
        return self.keyed(str(network_of(address)) if address else "")

    def keyed(self, text: str) -> str:
        """Hash of a secret text with the key of the day, in hexadecimal."""
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
    """The key of one day's hashes. Once it is deleted, nobody can find a hash's network by trying all of them."""

    day = models.DateField(unique=True)
    key = models.CharField(max_length=64)

    objects = NetworkKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.day)
