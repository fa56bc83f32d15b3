"""Events that start and end by the clock. The server's clock is set, so nobody waits for it."""

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.clock import Clock
from e2e.given import Given

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_an_event_starts_by_itself_in_the_night_in_which_summer_time_begins(
    given: Given, clock: Clock, cast: Cast
) -> None:
    clock.goes_to("2026-03-29 00:50 UTC")  # ten to two in Berlin; an hour later it is ten to four
    event = given.an_event(state="scheduled", starts="2026-03-29 01:30 UTC", auto_start=True)
    mia, noah = cast.reader("Mia"), cast.reader("Noah", on=-1)
    for reader in (mia, noah):
        reader.opens(event)
        expect(reader.main.locator("header").get_by_text("Scheduled")).to_be_visible()
        expect(reader.about.get_by_role("time")).to_contain_text("03:30")
    clock.advances(minutes=41)
    for reader in (mia, noah):
        expect(reader.main.locator("header").get_by_text("Live", exact=True)).to_be_visible()
    mia.is_where(noah)


def test_a_ban_for_a_day_is_over_after_a_day(given: Given, clock: Clock, cast: Cast) -> None:
    clock.stops("2026-06-30 20:00 UTC")
    event = given.an_event(entries=1)
    olga, paul = cast.host("Olga"), cast.poster("Paul", on=-1)
    for person in (olga, paul):
        person.opens(event)
    paul.posts("Cheap telescopes")
    olga.bans("Cheap telescopes")
    paul.reads("You are banned from this event")
    clock.advances(hours=24, minutes=1)
    paul.opens(event)
    paul.posts("Sorry")
    olga.sees("Sorry")
