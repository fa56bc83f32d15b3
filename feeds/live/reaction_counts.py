"""Telling the numbers of reactions a moment later, by the process that took the last tap.

If that process dies meanwhile, the tick of another one finds what it left: see `hub`.
"""

import asyncio
import logging
from contextlib import suppress

from django.db import DatabaseError

from feeds.live import database
from feeds.models import Entry, Gone, Tally
from feeds.models.post.reactions import APART
from serving.threads import loop

logger = logging.getLogger(__name__)

_waiting: dict[int, asyncio.Task[None]] = {}
"""For each entry that is waited for here, by its primary key."""
_tapped: set[int] = set()
"""Entries that were tapped since their numbers were looked at."""


def will_be_told(entry: Entry) -> bool:
    """Whether somebody waits to publish this entry's counts, and will count what is in the database by now.

    Called in a request's thread: who waits stops waiting first and then looks at what was tapped, so one of both sees.
    """
    _tapped.add(entry.pk)
    return entry.pk in _waiting


def publish_soon(entry: Entry, seconds: float) -> None:
    """Publish an entry's counts after so many seconds. Called in a request's thread, which does not wait."""
    if server := loop.get():
        server.call_soon_threadsafe(_wait_for, entry.pk, seconds)


def _wait_for(entry_pk: int, seconds: float) -> None:
    if entry_pk not in _waiting:
        _waiting[entry_pk] = asyncio.create_task(_publish(entry_pk, seconds))


async def _publish(entry_pk: int, seconds: float) -> None:
    try:
        while seconds > 0:
            await asyncio.sleep(seconds)
            _tapped.discard(entry_pk)
            seconds = await database.in_thread(_publish_now)(entry_pk)
    except DatabaseError as error:  # it is away; the tick does it when it is back
        logger.warning("The reactions to entry %s cannot be counted: %s", entry_pk, error)
        _tapped.discard(entry_pk)
    finally:
        _waiting.pop(entry_pk, None)
    if entry_pk in _tapped:
        _wait_for(entry_pk, APART.total_seconds())


def _publish_now(entry_pk: int) -> float:
    for entry in Entry.objects.select_related("event").filter(pk=entry_pk):
        with suppress(Gone):
            return entry.publish_counts()
    return 0


def publish_left_over() -> None:
    """Publish what processes that died had still to publish. One query where there is nothing."""
    for tally in Tally.objects.left_over().order_by("last")[:100]:
        _publish_now(tally.pk)
