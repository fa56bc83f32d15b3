"""Database work that is due at a time rather than after a request. All processes do it; done twice it does no harm."""

from django.db import connections

from feeds.live.reaction_counts import publish_left_over
from feeds.models import Event, sqlite, tidy
from feeds.models.post import cards


def keep_up() -> None:
    """Do what is due every two seconds: events, scheduled entries, numbers of reactions, cards, and SQLite's log."""
    Event.objects.keep_time()
    publish_left_over()
    cards.keep_up()
    sqlite.empty_log()


def has_abandoned() -> bool:
    """Whether somebody has left an event unfinished, which `tidy_up` deletes."""
    return Event.everything.abandoned().exists()


def tidy_up() -> None:
    """Forget what is too old. It may take long after years, so run it in a thread of its own."""
    try:
        tidy()
    finally:
        connections.close_all()  # of a thread that may never come again
