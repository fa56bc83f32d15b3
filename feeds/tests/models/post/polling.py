"""Polls, and voting on them."""

from feeds.models import Poll
from feeds.tests.helpers import HTMX

POLL = {"kind": "poll", "options": ["Rovers", "City", "Nobody"], "several": False, "results": "voted", "minutes": None}


def ask(event, user, text="Who scores next?", **how):
    """An entry of this host with a poll."""
    return event.publish("Hugo", text, user=user, card=POLL | how)


def vote(client, entry, place, *, htmx=True, **options):
    """Press the button of an option."""
    headers = HTMX if htmx else {}
    path = f"/events/{entry.event.slug}/react/"
    return client.post(path, {f"vote-{entry.pk}-{place}": ""}, headers=headers, **options)


def numbers(entry):
    """Votes for each option, and the people who voted, as pages show them."""
    poll = Poll.objects.get(pk=entry.pk)
    return poll.numbers, poll.voters
