"""One person in several tabs, and addresses that lead to a post."""

import re

import pytest
from playwright.sync_api import expect

from e2e.given import Given
from e2e.people.person import Person
from e2e.people.seeing import LIVE, NOT_LIVE

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_somebody_with_four_tabs_is_one_reader(event: str, anna: Person, ben: Person) -> None:
    for tab in (anna, anna.tab(), anna.tab(), anna.tab()):
        tab.opens(event)
    expect(anna.page.get_by_text("1 reader", exact=True)).to_be_visible()
    ben.opens(event)
    # Ben is in another process, and they tell each other every 15 s.
    expect(ben.page.get_by_text("2 readers", exact=True)).to_be_visible(timeout=60_000)


def test_one_may_edit_a_post_in_all_ones_tabs_and_nobody_else_may(event: str, anna: Person, ben: Person) -> None:
    other = anna.tab()
    for person in (anna, other, ben):
        person.opens(event)
    anna.posts("Goal!")
    anna.comments("Entry 1", "Well done")
    for text in ("Goal!", "Well done"):
        for tab in (anna, other):
            expect(tab.post(text).get_by_role("link", name="Edit").first).to_be_visible()
        ben.sees(text)
        expect(ben.post(text).get_by_role("link", name="Edit").first).to_be_hidden()


def test_a_tab_that_was_hidden_meanwhile_learns_what_is_ones_own(event: str, anna: Person, ben: Person) -> None:
    other = anna.tab()
    for person in (anna, other, ben):
        person.opens(event)
    other.hides_the_tab()
    anna.posts("Goal!")
    ben.sees("Goal!")
    other.shows_the_tab()
    expect(other.post("Goal!").get_by_role("link", name="Edit").first).to_be_visible()


def test_an_address_leads_to_a_post_that_the_page_does_not_have(given: Given, anna: Person, ben: Person) -> None:
    slug = given.an_event(entries=120)
    anna.reads_along(slug)
    newest = anna.feed.get_by_role("article").first
    number = int(str(newest.get_attribute("id")).removeprefix("entry-"))
    old = number - 100
    ben.goes_to(f"/events/{slug}/#entry-{old}")
    expect(ben.page).to_have_url(re.compile(rf"/events/{slug}/entries/{old}/$"))
    expect(ben.page.locator(f"#entry-{old}")).to_be_in_viewport()
    anna.goes_to(f"/events/{slug}/#entry-{number}")
    anna.is_live()
    expect(anna.page).to_have_url(re.compile(rf"#entry-{number}$"))
    anna.page.evaluate("hash => { location.hash = hash }", f"entry-{old}")
    expect(anna.page).to_have_url(re.compile(rf"/events/{slug}/entries/{old}/$"))


def test_the_sign_of_life_goes_as_soon_as_the_browser_is_offline_and_so_does_the_problem_when_it_is_back(
    event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.loses_the_network()
    anna.context.set_offline(True)
    expect(anna.page.get_by_text(NOT_LIVE)).to_be_visible()
    expect(anna.page.get_by_text(LIVE)).to_be_hidden()
    anna.writes("Goal!", name="Anna")
    anna.presses("Post entry")
    expect(anna.problem).to_be_visible()
    ben.is_live()
    anna.context.set_offline(False)
    anna.is_live()
    expect(anna.problem).to_have_count(0, timeout=60_000)
    expect(anna.entry_text).to_have_value("Goal!")
