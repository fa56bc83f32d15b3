"""On a slow network people go on typing while what they have sent is on its way."""

import pytest
from playwright.sync_api import expect

from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

SLOW = 1.0
"""Seconds that each byte takes to the server and back: time to type in."""


def test_what_is_typed_while_an_entry_is_on_its_way_stays(event: str, carla: Person, ben: Person) -> None:
    for person in (carla, ben):
        person.opens(event)
    carla.writes("Goal!", name="Carla")
    carla.network.delay(SLOW)
    carla.presses("Post entry")
    carla.entry_text.fill("And the next")
    ben.sees("Goal!")
    expect(carla.composer).to_contain_text("You kept typing")
    expect(carla.entry_text).to_have_value("And the next")
    expect(carla.entry_text).to_be_focused()
    carla.presses("Post entry")
    ben.sees("And the next")
    expect(carla.entry_text).to_have_value("")
    assert ben.entries()[:2] == ["And the next", "Goal!"]


def test_what_is_typed_while_an_entry_is_refused_stays(event: str, carla: Person, ben: Person) -> None:
    for person in (carla, ben):
        person.opens(event)
    carla.is_refused(422)
    carla.writes("Goal!", name="Olga (Host)")
    carla.network.delay(SLOW)
    carla.presses("Post entry")
    carla.entry_text.press_sequentially(" By number 9")
    expect(carla.composer.get_by_role("alert")).to_contain_text("sign in if you host")
    expect(carla.entry_text).to_have_value("Goal! By number 9")
    carla.entry_text.focus()
    carla.entry_name.fill("Carla")
    carla.presses("Post entry")
    ben.sees("Goal! By number 9")
    expect(carla.composer.get_by_role("alert")).to_have_count(0)


def test_what_is_typed_while_a_comment_is_on_its_way_stays(event: str, carla: Person, ben: Person) -> None:
    for person in (carla, ben):
        person.opens(event)
    form = carla.opens_comment_form("Entry 2")
    form.get_by_role("textbox", name="Name").fill("Carla")
    carla.comment_text("Entry 2").fill("Who was that?")
    carla.network.delay(SLOW)
    form.get_by_role("button", name="Post comment").click()
    carla.comment_text("Entry 2").fill("Number 9")
    ben.sees("Who was that?")
    expect(form).to_contain_text("You kept typing")
    expect(carla.comment_text("Entry 2")).to_have_value("Number 9")


def test_what_is_typed_while_an_edit_is_on_its_way_can_be_saved_as_well(event: str, carla: Person, ben: Person) -> None:
    for person in (carla, ben):
        person.opens(event)
    carla.posts("Gaol!")
    carla.begins("Gaol!", "Edit")
    carla.edit_text.fill("Goal!")
    carla.network.delay(SLOW)
    carla.presses("Save")
    carla.edit_text.fill("Goal by number 9!")
    ben.sees("Goal!")
    expect(carla.edit_form).to_contain_text("You kept typing")
    expect(carla.edit_text).to_have_value("Goal by number 9!")
    carla.presses("Save")
    ben.sees("Goal by number 9!")
    expect(carla.edit_form).to_have_count(0)
