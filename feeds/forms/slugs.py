"""Free addresses for new events, even if others take them at the same moment."""

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator

from django.db import IntegrityError

from feeds.models import Event
from feeds.models.event.address import RESERVED_SLUGS

TRIES = 5
"""Addresses to try if others take them at the same moment."""


def free_slug(wanted: str, event: Event | None = None) -> str:
    """This address, or the first numbered one, that no other event has or had; `event` is the one it is for."""
    numbered = (f"{wanted[:50].rstrip('-')}-{number}" for number in itertools.count(2))
    return next(
        slug
        for slug in itertools.chain([wanted], numbered)
        if slug not in RESERVED_SLUGS and Event.objects.at(slug) in (None, event)
    )


def free_slugs(wanted: str) -> Iterator[str]:
    """Addresses to try in turn, since somebody may take one meanwhile. The last is random and so surely free."""
    for _try in range(TRIES):
        yield free_slug(wanted)
    yield f"{wanted[:50].rstrip('-')}-{uuid.uuid4().hex[:8]}"


def put_at_free_slug(slugs: Iterable[str], submission: str | None, put: Callable[[str], Event]) -> Event | None:
    """Puts an event at the first of these addresses that is free, or returns the one that the same submission made
    meanwhile.

    `put` raises `IntegrityError` if somebody has just taken the address. None if all of them were taken.
    """
    for slug in slugs:
        try:
            return put(slug)
        except IntegrityError:
            if earlier := Event.objects.made_by(submission):
                return earlier
    return None
