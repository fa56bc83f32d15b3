"""Times and days as the clock in the event's zone shows them."""

import re
from datetime import UTC, datetime

import pytest

from feeds.tests.helpers import fetch


def shown(html):
    """Class, number and words of the day of each entry, and what its clock says."""
    return re.findall(r'data-day="(\d+)".*?<p class="(day[^"]*)"><time datetime="([^"]*)">([^<]*)</time>', html, re.S)


def clocks(html):
    return re.findall(r'<time class="when"[^>]*>([^<]*)<', html)


def test_the_abbreviation_of_the_zone_is_right_across_a_change_of_clocks(event, rita):
    event.publish("Paul", "Before", at=datetime(2026, 10, 25, 0, 59, tzinfo=UTC))
    event.publish("Paul", "After", at=datetime(2026, 10, 25, 1, 1, tzinfo=UTC))
    assert clocks(fetch(rita, "/events/match/")) == ["02:01 CET", "02:59 CEST"]


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("UTC", "12:00 UTC"),
        ("Europe/Istanbul", "15:00 UTC+3"),
        ("America/Sao_Paulo", "09:00 UTC-3"),
        ("Asia/Kathmandu", "17:45 UTC+5:45"),
        ("America/New_York", "08:00 EDT"),
    ],
)
def test_a_zone_without_letters_says_how_far_it_is(event, rita, zone, clock):
    event.configure(time_zone=zone)
    event.publish("Paul", "Noon", at=datetime(2026, 7, 4, 12, tzinfo=UTC))
    html = fetch(rita, "/events/match/")
    assert clocks(html) == [clock]
    assert '<time class="when" datetime="2026-07-04T12:00Z"' in html


def test_days_begin_at_midnight_in_the_events_zone(event, rita):
    for at in (datetime(2026, 7, 4, 21, 59, tzinfo=UTC), datetime(2026, 7, 4, 22, 1, tzinfo=UTC)):
        event.publish("Paul", "Entry", at=at)
    late, early = shown(fetch(rita, "/events/match/"))
    assert early[1:] == ("day", "2026-07-04", "Saturday 4 July")
    assert late[1:] == ("day other", "2026-07-05", "Sunday 5 July")
    assert early[0] != late[0]


def test_an_edit_says_when_with_the_date_where_it_was_another_day(event, rita):
    for edited in (datetime(2026, 7, 4, 18, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC)):
        entry = event.publish("Paul", "Good", at=datetime(2026, 7, 4, 18, tzinfo=UTC))
        entry.revise("Better")
        type(entry).objects.filter(pk=entry.pk).update(edited_at=edited)
    found = re.findall(
        r'<span class="edited">edited <time datetime="([^"]*)"[^>]*>([^<]*)</time>', fetch(rita, "/events/match/")
    )
    assert found == [("2026-07-06T08:00Z", "6 Jul, 10:00 CEST"), ("2026-07-04T18:07Z", "20:07 CEST")]


def test_a_comment_has_a_date_only_where_it_is_not_that_of_its_entry(event, rita):
    entry = event.publish("Paul", "The day after the event's", at=datetime(2026, 7, 6, 10, tzinfo=UTC))
    entry.comment("Mia", "At once", at=datetime(2026, 7, 6, 10, 5, tzinfo=UTC))
    entry.comment("Mia", "A day later", at=datetime(2026, 7, 7, 10, 5, tzinfo=UTC))
    assert clocks(fetch(rita, "/events/match/")) == ["12:00 CEST", "12:05 CEST", "7 Jul, 12:05 CEST"]


def test_who_jumps_into_the_hour_that_a_change_of_clocks_leaves_out_is_told_the_one_that_is(event, rita):
    event.publish("Paul", "Before", at=datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    type(event).objects.filter(pk=event.pk).update(starts_at=datetime(2026, 3, 28, tzinfo=UTC))
    assert "Entries around Sun 29 Mar 2026, 03:30 CEST." in fetch(rita, "/events/match/?at=2026-03-29T02:30")


def test_who_jumps_in_a_view_without_entries_is_told_that_there_are_none(event, rita):
    event.publish("Paul", "Not a key moment", at=datetime(2026, 7, 4, 19, tzinfo=UTC))
    assert "No key moments yet." in fetch(rita, "/events/match/?view=moments&at=2026-07-04T21:30")
