"""Reacting to an entry, and the numbers that are published."""

from datetime import timedelta

from django.utils import timezone

from feeds.models import Entry, Tally
from feeds.tests.helpers import HTMX


def tap(client, entry, kind="like", *, htmx=True, **options):
    headers = HTMX if htmx else {}
    return client.post(f"/events/{entry.event.slug}/react/", {f"{kind}-{entry.pk}": ""}, headers=headers, **options)


def quiet(entry, seconds=10):
    """Make the numbers of this entry look published these seconds ago."""
    then = timezone.now() - timedelta(seconds=seconds)
    Tally.objects.filter(pk=entry.pk).update(last=then, last_but_one=then)


def counts(entry):
    return Entry.objects.get(pk=entry.pk).counts
