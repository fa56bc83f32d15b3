"""Helpers are invited, host, and are let go."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


@pytest.fixture
def helper(deployment: Deployment, cast: Cast) -> Person:
    """A person without an account, with a phone, on the last process."""
    return cast.joins("Helga", deployment.urls[-1], viewport={"width": 360, "height": 740}, has_touch=True)


def invites(olga: Person, event: str, whom: str) -> str:
    """Path of the link that olga gets."""
    olga.goes_to(f"/events/{event}/")
    olga.follows("Hosts")
    olga.page.get_by_label("Who is it for?").fill(whom)
    olga.presses("Create invitation")
    link = olga.page.get_by_role("textbox", name=f"Invitation for {whom}")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("readonly", "")
    address = link.input_value()
    olga.page.reload()
    expect(olga.page.get_by_text(f"For {whom}, by olga")).to_be_visible()
    expect(link).to_have_count(0)
    assert address not in olga.page.content()
    return urlsplit(address).path


def accepts(person: Person, link: str, username: str) -> None:
    person.goes_to(link)
    person.page.get_by_label("User name").fill(username)
    person.page.get_by_label("Display name").fill(person.who)
    person.page.get_by_label("Password").fill("short")
    person.is_refused(422)
    person.presses("Create an account and host")
    expect(person.page.get_by_label("Password")).to_have_accessible_description(
        "At least 8 characters. Avoid common passwords. "
        "This password is too short. It must contain at least 8 characters."
    )
    expect(person.page.get_by_label("User name")).to_have_value(username)
    assert person.page.evaluate("document.scrollingElement.scrollWidth") <= 360
    person.page.get_by_label("Password").fill("grandstand-7")
    person.presses("Create an account and host")
    person.reads("You now host this event.")


def host_tools(person: Person) -> Locator:
    return person.main.get_by_label("Host tools: entry").filter(visible=True)


def removes_host(olga: Person, event: str, username: str) -> None:
    olga.goes_to(f"/events/{event}/people/")
    olga.page.get_by_text(f"Remove {username}", exact=True).click()
    olga.presses(f"Remove {username} as a host")
    expect(olga.page.get_by_text("no longer hosts this event.")).to_be_visible()


def test_a_helper_is_invited_hosts_and_is_removed(event: str, olga: Person, helper: Person, ben: Person) -> None:
    ben.opens(event)
    username = f"helga-{event}"
    link = invites(olga, event, "Helga")
    accepts(helper, link, username)
    expect(ben.about.get_by_text("Helga")).to_be_visible()
    helper.is_live()
    helper.is_refused(403)  # once, perhaps: the page asks for what only hosts know until it hears that it may not
    helper.posts("I am here to help")
    expect(ben.post("I am here to help").get_by_text("Host", exact=True)).to_be_visible()
    helper.edits("Entry 2", "Entry two")
    ben.sees_edited("Entry two")
    entry = helper.tab()
    entry.opens(event)
    entry.opens_entry("Entry 3")
    people = helper.tab()
    people.goes_to(f"/events/{event}/people/")
    people.page.get_by_label("Who is it for?").fill("Half a na")
    for page in (helper, entry):
        expect(host_tools(page).first).to_be_visible()
    ben.is_refused(410)
    ben.goes_to(link)
    ben.reads("This invitation has already been accepted")
    ben.opens(event)
    invites(olga, event, "Nora")
    expect(people.page.get_by_text("For Nora, by olga")).to_be_visible()
    expect(people.page.get_by_label("Who is it for?")).to_have_value("Half a na")
    removes_host(olga, event, username)
    expect(people.main.get_by_role("button")).to_have_count(0)
    for page in (helper, entry):
        expect(page.main.get_by_text("You no longer host this event.")).to_be_visible()
        expect(host_tools(page)).to_have_count(0)
    expect(helper.page.get_by_role("link", name="End event")).to_have_count(0)
    expect(ben.about.get_by_text("Helga")).to_have_count(0)
    ben.posts("Still on")
    helper.sees("Still on")


def test_an_open_page_loses_the_controls_when_its_host_signs_out_elsewhere(event: str, olga: Person) -> None:
    olga.opens(event)
    expect(olga.page.get_by_role("link", name="End event")).to_be_visible()
    olga.is_refused(403)
    olga.writes("Half a thought")
    other = olga.tab()
    other.opens_home()
    other.presses("Sign out")
    expect(olga.main.get_by_text("You are signed out.")).to_be_visible()
    expect(olga.page.get_by_role("link", name="End event")).to_have_count(0)
    expect(host_tools(olga)).to_have_count(0)
    expect(olga.entry_text).to_have_value("Half a thought")


def test_without_javascript(deployment: Deployment, event: str, cast: Cast, ben: Person) -> None:
    olga, helper = (cast.joins(who, deployment.urls[-1], java_script_enabled=False) for who in ("Olga", "Nora"))
    olga.signs_in()
    ben.opens(event)
    username = f"nora-{event}"
    olga.goes_to(f"/events/{event}/people/")
    olga.page.get_by_label("Who is it for?").fill("Nora")
    olga.presses("Create invitation")
    address = olga.page.get_by_role("textbox", name="Invitation for Nora").input_value()
    helper.goes_to(urlsplit(address).path)
    helper.page.get_by_label("User name").fill(username)
    helper.page.get_by_label("Display name").fill("Nora")
    helper.page.get_by_label("Password").fill("grandstand-7")
    helper.presses("Create an account and host")
    helper.reads("You now host this event.")
    expect(ben.about.get_by_text("Nora")).to_be_visible()
    helper.posts("Kick-off")
    expect(ben.post("Kick-off").get_by_text("Host", exact=True)).to_be_visible()
    removes_host(olga, event, username)
    expect(ben.about.get_by_text("Nora")).to_have_count(0)
    helper.page.reload()
    expect(helper.page.get_by_role("link", name="End event")).to_have_count(0)
