"""The page tells visitors and hosts what they can do now, and it is right."""

import itertools

import pytest

from feeds.models import Closed, Event
from feeds.models.event.posting_rules import Posting
from feeds.tests.helpers import fetch, submit

STATES, RULES = Event.State.values, Posting.values


def try_all(event, user):
    """Actions that succeed now for a host, or without a user for a visitor."""
    entry = event.entries.order_by("position").first()
    tries = {
        "post": lambda: event.publish("Rita", "Goal!", user=user, visitor="" if user else "r" * 32),
        "comment": lambda: entry.comment("Rita", "Yes!", user=user, visitor="" if user else "r" * 32),
        "react": lambda: entry.react("like", visitor="r" * 32, user=user),
    }
    for name, verb in tries.items():
        try:
            verb()
        except Closed:
            continue
        yield name


@pytest.mark.parametrize(("state", "posting"), list(itertools.product(STATES, RULES)))
@pytest.mark.parametrize("comments_open", [True, False])
def test_the_page_says_what_the_verbs_allow(event, olga, state, posting, comments_open):
    event.publish("Paul", "Kick-off")
    event.configure(state=state, posting=posting, comments_open=comments_open)
    visitors, hosts = event.visitors_may.split(), event.hosts_may.split()
    assert [name for name in visitors if name != "change"] == list(try_all(event, None))
    assert [name for name in hosts if name != "change"] == list(try_all(event, olga))


def test_what_a_visitor_can_change_ends_with_the_event_and_a_hosts_can_does_not(event, rita, as_olga):
    submit(rita, event, "Goal!")
    event.end()
    event.refresh_from_db()
    path = f"/events/match/entries/{event.entries.get().pk}/edit/"
    assert (event.visitors_may, rita.get(path).status_code) == ("", 403)
    assert (event.hosts_may, as_olga.get(path).status_code) == ("change", 200)
    assert 'data-visitors="" data-hosts="change"' in fetch(rita, "/events/match/")
