"""An edit that waits for a host, and what concerns every entry of a long page."""

import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.given import Given
from e2e.people.person import Person
from e2e.proxy import Proxy

LINK = "See https://casino.example/"


def is_told_that_the_edit_waits(tab: Person) -> None:
    waits = tab.page.get_by_role("article", name="Your entry")
    expect(waits).to_contain_text("Waiting for review: only you see this")
    expect(waits).to_contain_text(LINK)
    expect(tab.page.get_by_text("This was removed")).to_have_count(0)


@pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)
def test_an_edit_that_waits_comes_back_at_the_top_on_every_page(
    deployment: Deployment, event: str, anna: Person, ben: Person, carla: Person, network: Proxy, olga: Person
) -> None:
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(blocked_words='casino')")
    for person in (anna, ben, carla):
        person.opens(event)
    ben.posts("May I?")
    deployment.shell(f"Event.objects.get(slug={event!r}).publish('Ann', 'Entry 4')")
    other_tab = ben.tab()
    other_tab.opens(event)
    for person in (anna, ben, carla):
        person.sees("Entry 4")
    ben.begins("May I?", "Edit")
    ben.edit_text.fill("May I, please?")
    carla.loses_the_network()
    network.freeze()
    other_tab.edits("May I?", LINK)
    for tab in (ben, other_tab):
        is_told_that_the_edit_waits(tab)
    expect(ben.page.get_by_role("alert").filter(has_text="This is waiting for review")).to_be_visible()
    expect(ben.edit_text).to_have_value("May I, please?")
    anna.does_not_see("May I?")
    ben.edit_text.fill(f"{LINK}, please")
    ben.presses("Save")
    expect(ben.edit_form).to_have_count(0)
    for tab in (ben, other_tab):
        expect(tab.page.get_by_role("article", name="Your entry")).to_contain_text(f"{LINK}, please")
    olga.opens_the_desk(event)
    olga.approves(LINK, at_the_top=True)
    expect(anna.page.locator("#entries > .entry > .body > .text").first).to_have_text(f"{LINK}, please")
    network.thaw()
    for person in (anna, ben, other_tab, carla):
        expect(person.page.locator("#entries > .entry > .body > .text")).to_have_text(
            [f"{LINK}, please", "Entry 4", "Entry 3", "Entry 2", "Entry 1"]
        )
        expect(person.page.get_by_role("article", name="Your entry")).to_have_count(0)
    for person in (anna, carla):
        person.reads_what_a_fresh_page_says()


@pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
def test_other_reactions_and_the_end_reach_all_of_230_entries(given: Given, anna: Person, ben: Person) -> None:
    event = given.an_event(entries=230)
    for person in (anna, ben):
        person.opens(event)
    anna.document_back_to(1)
    expect(anna.page.locator("#entries > .entry")).to_have_count(230)
    given.in_the_event(event, "event.configure(reactions='fire')")
    buttons = anna.page.locator("#entries .reactions button:not([name|=report])")
    expect(anna.page.locator("#entries [name|=fire]")).to_have_count(230)
    expect(buttons).to_have_count(230)
    given.in_the_event(event, "event.end()")
    expect(buttons.locator("visible=true")).to_have_count(0)
    for person in (anna, ben):
        expect(person.page.get_by_role("textbox", name="Comment", exact=True)).to_have_count(0)
