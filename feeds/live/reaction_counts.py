"""Publishing the counts of reactions a moment after the last tap, by the process that took it.

If that process dies meanwhile, the tick of another one finds what it left: see `chores`.
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


class ReactionCounts:
    """Entries whose counts this process will publish."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Task[None]] = {}
        """A task for each entry that is waited for, by its primary key."""
        self._tapped: set[int] = set()
        """Entries that were tapped since their counts were read."""

    def will_be_published(self, entry: Entry) -> bool:
        """Whether a task waits to publish this entry's counts, and will count what is in the database by now.

        Called in a request's thread. The task stops waiting first and then looks for taps, so one of both sees it.
        """
        self._tapped.add(entry.pk)
        return entry.pk in self._waiting

    def publish_soon(self, entry: Entry, seconds: float) -> None:
        """Publish an entry's counts after this many seconds. Called in a request's thread, which does not wait."""
        if server := loop.get():
            server.call_soon_threadsafe(self._wait_for, entry.pk, seconds)

    def _wait_for(self, entry_pk: int, seconds: float) -> None:
        if entry_pk not in self._waiting:
            self._waiting[entry_pk] = asyncio.create_task(self._publish(entry_pk, seconds))

    async def _publish(self, entry_pk: int, seconds: float) -> None:
        try:
            while seconds > 0:
                await asyncio.sleep(seconds)
                self._tapped.discard(entry_pk)
                seconds = await database.in_thread(publish_now)(entry_pk)
        except DatabaseError as error:  # it is away; the tick does it when it is back
            logger.warning("The reactions to entry %s cannot be counted: %s", entry_pk, error)
            self._tapped.discard(entry_pk)
        finally:
            self._waiting.pop(entry_pk, None)
        if entry_pk in self._tapped:
            self._wait_for(entry_pk, APART.total_seconds())


def publish_now(entry_pk: int) -> float:
    """Publish an entry's counts unless that was done a moment ago. Returns the seconds until it may be done, or 0."""
    for entry in Entry.objects.select_related("event").filter(pk=entry_pk):
        with suppress(Gone):
            return entry.publish_counts()
    return 0


def publish_left_over() -> None:
    """Publish what processes that died had still to publish. One query where there is nothing."""
    for tally in Tally.objects.left_over().order_by("last")[:100]:
        publish_now(tally.pk)
