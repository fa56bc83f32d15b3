"""Addresses that change, and an hour that comes twice, in a browser that remembers what it was told."""

import re

import pytest
from playwright.sync_api import expect

from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def renames(olga: Person, old: str, new: str) -> None:
    olga.goes_to(f"/events/{old}/settings/")
    olga.page.get_by_label("Address", exact=True).fill(new)
    olga.presses("Save")
    olga.reads("Saved.")


def test_an_address_that_changes_and_changes_back_leads_every_browser_there(
    event: str, olga: Person, ben: Person
) -> None:
    other = f"other-{event}"
    renames(olga, event, other)
    ben.goes_to(f"/events/{event}/?order=oldest")
    expect(ben.page).to_have_url(re.compile(rf"/events/{other}/\?order=oldest$"))
    renames(olga, other, event)
    for address in (other, event, other.upper(), event.title()):
        ben.goes_to(f"/events/{address}/?order=oldest")
        expect(ben.page).to_have_url(re.compile(rf"/events/{event}/\?order=oldest$"))
        ben.goes_to(f"/events/{address}/wall/")
        expect(ben.page).to_have_url(re.compile(rf"/events/{event}/wall/$"))
    renames(olga, event, other)
    ben.goes_to(f"/events/{event}/")
    expect(ben.page).to_have_url(re.compile(rf"/events/{other}/$"))
    ben.posts("Still here")
    olga.opens(other)
    olga.sees("Still here")


def test_who_starts_an_event_in_an_hour_that_comes_twice_says_which(event: str, olga: Person, ben: Person) -> None:
    olga.goes_to(f"/events/{event}/settings/")
    olga.page.get_by_label("Time zone").select_option("Europe/Berlin")
    olga.page.get_by_label("Start", exact=True).fill("2026-10-25T02:30")
    olga.is_refused(422)
    olga.presses("Save")
    olga.reads("That time comes twice when the clocks go back.")
    olga.page.get_by_label("02:30 CET (UTC+1)").check()
    olga.presses("Save")
    olga.reads("Saved.")
    ben.opens(event)
    ben.reads("Sun 25 Oct 2026, 02:30 CET")
    olga.goes_to(f"/events/{event}/settings/")
    expect(olga.page.get_by_label("02:30 CET (UTC+1)")).to_be_checked()
    olga.page.get_by_label("Title").fill("Saved once more")
    olga.presses("Save")
    ben.reads("Saved once more")
    ben.reads("Sun 25 Oct 2026, 02:30 CET")
