"""Heartbeats: rendered once for many, with the number of readers that hosts let everybody see."""

import re

import pytest
from asgiref.sync import async_to_sync

from feeds.live import heartbeats
from feeds.live.heartbeats import CROWD, Heartbeats
from feeds.tests.live.pages import Page, audience_of, standing
from feeds.timeline.variants import Variant


@pytest.fixture
def slow_clock(monkeypatch):
    """Everything in a test happens at the same moment."""
    monkeypatch.setattr(heartbeats, "FRESH", 1000.0)


def number_in(html):
    found = re.search(r'class="readers">(\d+) reader', html)
    return int(found[1]) if found else None


def test_readers_here_and_elsewhere_are_counted_together():
    rita, paul = Page("Rita"), Page("Paul")
    beats = Heartbeats(audience_of(rita, paul))
    beats.readers_elsewhere = 3
    async_to_sync(beats.beat)(standing())
    assert [number_in(html) for html in rita.received] == [5]
    assert rita.received == paul.received


def test_a_beat_says_where_the_room_is_and_a_greeting_does_not():
    rita, paul = Page("Rita"), Page("Paul")
    beats = Heartbeats(audience_of(rita, paul))
    async_to_sync(beats.beat)(standing(seq=7))
    assert "epoch-7" in paul.received[0]
    assert "epoch-7" not in beats.to_joiner(Variant.plain(), standing(seq=7)).text


def test_among_few_the_number_is_right_for_everybody_who_joins(slow_clock):
    rita, paul = Page("Rita"), Page("Paul")
    audience = audience_of(rita)
    beats = Heartbeats(audience)
    greeted = [number_in(beats.to_joiner(Variant.plain(), standing()).text)]
    audience.set_level(paul.reader)
    greeted.append(number_in(beats.to_joiner(Variant.plain(), standing()).text))
    assert greeted == [1, 2]


def test_a_crowd_that_joins_at_one_moment_shares_a_heartbeat(slow_clock):
    crowd = [Page(f"Reader {number}") for number in range(CROWD + 1)]
    beats = Heartbeats(audience_of(*crowd))
    first = beats.to_joiner(Variant.plain(), standing())
    assert beats.to_joiner(Variant.plain(), standing()) is first
    assert beats.to_joiner(Variant.plain("de"), standing()) is not first
    beats.clear()
    assert beats.to_joiner(Variant.plain(), standing()) is not first


def test_a_number_that_hosts_hide_goes_away_at_once_also_in_a_crowd(slow_clock):
    crowd = [Page(f"Reader {number}") for number in range(CROWD + 1)]
    beats = Heartbeats(audience_of(*crowd))
    async_to_sync(beats.repeat)(standing())
    async_to_sync(beats.repeat)(standing(readers=False))
    for page in crowd:
        assert [number_in(html) for html in page.received] == [CROWD + 1, None]
