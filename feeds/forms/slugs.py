"""Addresses of new events: free ones, also where others take them at the same moment."""

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator

from django.db import IntegrityError

from feeds.models import Event
from feeds.models.event.events import RESERVED_SLUGS

TRIES = 5
"""Addresses that are tried where others take them at the same moment."""


def free_slug(wanted: str, event: Event | None = None) -> str:
    """This address, or the first with a number behind it, that no other event has or had."""
    numbered = (f"{wanted[:50].rstrip('-')}-{number}" for number in itertools.count(2))
    return next(
        slug
        for slug in itertools.chain([wanted], numbered)
        if slug not in RESERVED_SLUGS and Event.objects.at(slug) in (None, event)
    )


def free_slugs(wanted: str) -> Iterator[str]:
    """Free ones to try one after the other, since somebody may take one meanwhile; the last is nobody else's."""
    for _try in range(TRIES):
        yield free_slug(wanted)
    yield f"{wanted[:50].rstrip('-')}-{uuid.uuid4().hex[:8]}"


def put_at_first(slugs: Iterable[str], submission: str | None, put: Callable[[str], Event]) -> Event | None:
    """Put an event at the first of these addresses, or return the one that the same submission made meanwhile.

    `put` raises `IntegrityError` where somebody took the address just now; None where somebody took all of them.
    """
    for slug in slugs:
        try:
            return put(slug)
        except IntegrityError:
            if earlier := Event.objects.made_by(submission):
                return earlier
    return None
