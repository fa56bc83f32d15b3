"""Hosts ask, readers vote with one tap, and everybody sees what they may."""

import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)
QUESTION, OPTIONS = "Who scores next?", ("Rovers", "City", "Nobody")


def asks(host: Person, event: str) -> None:
    """Ask with the composer of the desk; what is typed before stays."""
    host.opens_the_desk(event)
    host.entry_text.fill(QUESTION)
    host.composer.get_by_role("button", name="Add a poll").click()
    options = host.composer.get_by_label("Options, one per line")
    expect(options).to_be_focused()
    expect(host.entry_text).to_have_value(QUESTION)
    options.fill("Rovers")
    host.is_refused(422)
    host.composer.get_by_role("button", name="Post entry").click()
    expect(host.composer).to_contain_text("A poll needs at least two options.")
    host.composer.get_by_label("Options, one per line").fill("\n".join(OPTIONS))
    host.composer.get_by_role("button", name="Post entry").click()
    host.sees(QUESTION)


def option(person: Person, name: str) -> Locator:
    return person.post(QUESTION).get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def told(person: Person, name: str) -> Locator:
    """The share and number of an option, if the person sees them."""
    row = person.post(QUESTION).get_by_role("listitem").filter(has_text=name)
    return row.locator(".result")


def test_a_poll_from_the_question_to_its_end(
    deployment: Deployment, event: str, cast: Cast, olga: Person, anna: Person, ben: Person, nora: Person
) -> None:
    wall = cast.joins("Wall", deployment.url, viewport={"width": 1280, "height": 720})
    wall.goes_to(f"/events/{event}/wall/")
    anna.opens(event)
    ben.opens(event)
    asks(olga, event)
    uses(option(anna, "City"))
    expect(option(anna, "City (yours)")).to_be_focused()
    expect(told(anna, "City")).to_have_text("100 % 1")
    expect(told(ben, "City")).to_be_hidden()  # he has not voted
    ben.post(QUESTION).get_by_text("You see the results once you vote.")
    nora.opens(event)  # without JavaScript
    option(nora, "Rovers").click()
    expect(told(nora, "Rovers")).to_have_text("50 % 1")
    expect(told(anna, "City")).to_have_text("50 % 1")
    expect(told(olga, "Rovers")).to_have_text("50 % 1")  # hosts need no vote
    uses(option(anna, "Rovers"))
    expect(told(olga, "Rovers")).to_have_text("100 % 2")
    expect(wall.page.get_by_text("2 votes")).to_be_visible()
    expect(wall.page.locator(".result").first).to_be_hidden()
    anna.reads_what_a_fresh_page_says()
    olga.post(QUESTION).get_by_label("Host tools").click()
    olga.post(QUESTION).get_by_role("link", name="Close poll").click()
    olga.post(QUESTION).get_by_role("button", name="Close poll").click()
    for person in (anna, ben, wall):
        expect(told(person, "Rovers")).to_have_text("100 % 2")
        expect(option(person, "Rovers")).to_have_count(0)
    for person in (anna, ben):
        person.reads_what_a_fresh_page_says()
