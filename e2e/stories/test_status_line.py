"""The line beside the title, which hosts set for everybody: a score, a clock, a word."""

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def field(host: Person) -> Locator:
    return host.page.get_by_role("textbox", name="Status line")


def sets(host: Person, line: str) -> None:
    field(host).fill(line)
    host.page.get_by_role("button", name="Set status").click()


def test_a_host_sets_it_by_keyboard_and_everybody_has_it_at_once_on_the_wall_too(
    deployment: Deployment, event: str, cast: Cast, olga: Person, anna: Person, ben: Person
) -> None:
    ben.goes_to(f"/events/{event}/wall/")
    for person in (olga, anna):
        person.opens(event)
    field(olga).press_sequentially("2–1 · 64'")
    field(olga).press("Enter")
    olga.reads("Saved. Everybody sees it now.")
    expect(field(olga)).to_be_focused()
    for person in (anna, ben, olga):
        expect(person.main.get_by_role("paragraph").get_by_text("2–1 · 64'", exact=True)).to_be_visible()
    field(olga).press_sequentially("5")  # the next line begins with this one
    expect(field(olga)).to_have_value("2–1 · 64'5")
    olga.is_refused(422)
    sets(olga, "x" * 41)
    olga.reads("This has 41 characters and the limit is 40: shorten it by 1.")
    expect(field(olga)).to_have_value("x" * 41)
    anna.reads("2–1 · 64'")
    sets(olga, "")
    for person in (anna, ben):
        person.does_not_see("2–1 · 64'")
    anna.reads_what_a_fresh_page_says()


def test_of_two_hosts_each_has_the_line_of_the_other_in_the_field_unless_one_is_typing(
    event: str, cast: Cast, olga: Person, anna: Person
) -> None:
    otto = cast.host("Otto", on=-1)
    olga.opens_the_desk(event)
    otto.opens(event)
    anna.opens(event)
    sets(olga, "T+13:42")
    anna.reads("T+13:42")
    expect(field(otto)).to_have_value("T+13:42")
    field(otto).fill("T+14:00 and")
    sets(olga, "T+13:50")
    anna.reads("T+13:50")
    otto.reads("T+13:50")
    expect(field(otto)).to_have_value("T+14:00 and")
    otto.page.get_by_role("button", name="Set status").focus()
    sets(olga, "T+13:55")
    otto.reads("T+13:55")
    expect(field(otto)).to_have_value("T+14:00 and")
    otto.page.get_by_role("button", name="Set status").click()
    for person in (olga, anna):
        person.reads("T+14:00 and")


def test_a_host_without_javascript_sets_it_from_the_desk_and_is_told_what_is_wrong(
    deployment: Deployment, event: str, cast: Cast, anna: Person
) -> None:
    host = cast.joins("Olga", deployment.urls[0], java_script_enabled=False)
    host.signs_in()
    host.opens_the_desk(event)
    anna.opens(event)
    host.is_refused(422)
    sets(host, "x" * 41)
    host.reads("This has 41 characters and the limit is 40: shorten it by 1.")
    expect(field(host)).to_have_value("x" * 41)
    expect(field(host)).to_have_attribute("aria-invalid", "true")
    sets(host, "Half-time")
    host.reads("Saved. Everybody sees it now.")
    anna.reads("Half-time")
