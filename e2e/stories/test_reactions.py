"""People react to entries, and see at once how many did."""

import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses


def button(person: Person, entry: str, name: str) -> Locator:
    return person.post(entry).get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def looks_for_more(person: Person, entry: str) -> None:
    """Show the reactions to this entry that nobody has used."""
    person.post(entry).locator(".add > summary").press("Enter")


def test_a_reaction_is_seen_by_everybody_and_highlighted_as_ones_own_for_oneself(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    expect(button(anna, "Entry 2", "Like")).to_be_hidden()  # nobody has used it
    looks_for_more(anna, "Entry 2")
    anna.page.keyboard.press("Tab")
    expect(button(anna, "Entry 2", "Like")).to_be_focused()
    anna.page.keyboard.press("Enter")
    expect(button(anna, "Entry 2", "Like, 1 (yours)")).to_be_focused()
    expect(button(ben, "Entry 2", "Like, 1")).to_be_visible()
    expect(button(ben, "Entry 2", "Like, 1 (yours)")).to_have_count(0)
    expect(button(ben, "Entry 2", "Love")).to_be_hidden()
    uses(button(ben, "Entry 2", "Like"))
    expect(button(anna, "Entry 2", "Like, 2 (yours)")).to_be_focused()
    anna.page.keyboard.press("Enter")
    expect(button(ben, "Entry 2", "Like, 1 (yours)")).to_be_visible()
    expect(button(anna, "Entry 2", "Like, 1")).to_be_focused()
    expect(button(anna, "Entry 2", "Like, 1 (yours)")).to_have_count(0)
    box = button(anna, "Entry 2", "Love").bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    anna.reads_what_a_fresh_page_says()


@pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
def test_reactions_without_javascript_and_a_host_who_changes_them(
    deployment: Deployment, event: str, cast: Cast, anna: Person
) -> None:
    anna.opens(event)
    nora = cast.joins("Nora", deployment.url, java_script_enabled=False)
    nora.opens(event)
    nora.reacts("Entry 1", "Love")
    expect(button(nora, "Entry 1", "Love, 1 (yours)")).to_be_visible()
    expect(button(anna, "Entry 1", "Love, 1")).to_be_visible()
    button(nora, "Entry 1", "Love").click()
    expect(button(nora, "Entry 1", "Love")).to_be_hidden()
    looks_for_more(nora, "Entry 1")
    olga = cast.joins("Olga", deployment.url)
    olga.signs_in()
    olga.goes_to(f"/events/{event}/settings/")
    reactions = olga.page.get_by_role("group", name="Reactions")
    for kind in ("Like", "Love", "Funny", "Applause"):
        reactions.get_by_role("checkbox", name=kind).uncheck()
    reactions.get_by_role("checkbox", name="Fire").check()
    olga.presses("Save")
    expect(button(anna, "Entry 1", "Love")).to_have_count(0)
    looks_for_more(anna, "Entry 1")
    expect(button(anna, "Entry 1", "Fire")).to_be_visible()
    expect(button(anna, "Entry 1", "Like")).to_have_count(0)
    nora.is_refused(403)
    button(nora, "Entry 1", "Love").click()
    nora.reads("This event no longer has that reaction. Reload the page to see the current ones.")
    olga.ends_the_event()
    expect(button(anna, "Entry 1", "Fire")).to_have_count(0)
