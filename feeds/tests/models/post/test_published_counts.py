"""Numbers of reactions: published twice a second at most, by one process or another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.live import reaction_counts
from feeds.models import Tally
from feeds.tests.frames import steps
from feeds.tests.helpers import now
from feeds.tests.models.post.reacting import counts, quiet, tap
from feeds.timeline.frames import frame_between


def test_a_frame_has_the_numbers_alone_and_takes_one_number(event, entry, rita):
    before = now(event)
    tap(rita, entry)
    assert now(event).seq == before.seq + 1
    html = frame_between(event.pk, before).html
    assert steps(html) == [
        ("innerMorph", f"#cursor ~ * #{entry.element_id} > .reactions", []),
        ("outerHTML", "#cursor", ["cursor"]),
    ]
    assert "Goal!" not in html


def test_a_frame_without_reactions_asks_no_more_than_before(event, entry, rita):
    tap(rita, entry)
    before = now(event)
    event.publish("Paul", "Another")
    frame_between(event.pk, before)  # asks, for a while, whether the event has entries of several days
    with CaptureQueriesContext(connection) as queries:
        frame_between(event.pk, before)
    assert len(queries) == 3  # the event, its entries, its comments


def test_numbers_are_published_twice_in_a_second_at_most(event, entry):
    published = []
    start = timezone.now()
    for number in range(40):  # a tap every 50 ms
        entry.react("like", visitor=str(number))
        head = now(event).seq
        with_clock(start + timedelta(seconds=number * 0.05), entry.publish_counts)
        if now(event).seq > head:
            published.append(round(number * 0.05, 2))
    assert published == [0.0, 0.55, 1.1, 1.65]
    assert Tally.objects.get().due


def with_clock(moment, do):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: moment)
        return do()


def test_what_waits_is_told_in_time(event, entry):
    entry.react("like", visitor="1")
    assert entry.publish_counts() == 0
    entry.react("like", visitor="2")
    assert 0.4 < entry.publish_counts() <= 0.55
    entry.refresh_from_db()
    assert entry.counts == {"like": 1}


def test_who_has_no_javascript_gets_the_numbers_at_once_but_never_three_in_a_second(event, entry):
    for visitor in "12":
        entry.react("like", visitor=visitor)
        assert entry.publish_counts(at_once=True) == 0
    entry.react("like", visitor="3")
    assert 0.5 < entry.publish_counts(at_once=True) <= 1.05
    assert counts(entry) == {"like": 2}


def test_what_a_process_that_died_had_still_to_publish_another_does(event, entry):
    entry.react("like", visitor="1")
    entry.publish_counts()
    entry.react("like", visitor="2")
    reaction_counts.publish_left_over()
    assert counts(entry) == {"like": 1}  # whoever took the tap may be about to
    quiet(entry, seconds=2)
    reaction_counts.publish_left_over()
    assert counts(entry) == {"like": 2}
    with CaptureQueriesContext(connection) as queries:
        reaction_counts.publish_left_over()
    assert len(queries) == 1


def test_the_last_numbers_are_there_when_the_event_is_over(event, entry, olga):
    entry.react("like", visitor="1")
    entry.publish_counts()
    entry.react("like", visitor="2")
    event.end(by=olga)
    assert counts(entry) == {"like": 2}
    assert not Tally.objects.get().due


def test_of_two_taps_that_cancel_each_other_nobody_is_told(event, entry, rita, head):
    tap(rita, entry)
    before = head(event)
    tap(rita, entry)
    tap(rita, entry)
    quiet(entry)
    reaction_counts.publish_left_over()
    assert head(event) == before
    assert not Tally.objects.get().due
