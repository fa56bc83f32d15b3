"""Moderation of single posts by a host, while somebody reads along."""

import re

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_an_entry_is_pinned_edited_and_replaced_by_another(event: str, olga: Person, ben: Person) -> None:
    for person in (olga, ben):
        person.opens(event)
    expect(ben.pinned).to_have_count(0)
    olga.pins("Entry 1")
    expect(ben.pinned.get_by_role("paragraph").get_by_text("Entry 1")).to_be_visible()
    expect(ben.pinned.get_by_role("link", name="Unpin")).to_be_hidden()
    assert ben.entries() == ["Entry 3", "Entry 2", "Entry 1"]
    olga.edits("Entry 1", "Entry 1, put right")
    expect(ben.pinned.get_by_text("Entry 1, put right")).to_be_visible()
    olga.pins("Entry 2")
    expect(ben.pinned.get_by_text("Entry 2")).to_be_visible()
    ben.reads_what_a_fresh_page_says()
    olga.unpins()
    expect(ben.pinned).to_have_count(0)
    ben.reads_what_a_fresh_page_says()


def test_what_hosts_can_do_with_an_entry_fits_its_state_while_its_tools_are_open(
    event: str, olga: Person, cast: Cast, ben: Person
) -> None:
    otto = cast.host("Otto")
    for person in (olga, otto, ben):
        person.opens(event)
    ben.posts("Hello")
    olga.sees("Hello")
    open_tools = [olga.post(text).locator("> .tools") for text in ("Entry 1", "Hello")]
    for tools in open_tools:
        uses(tools.locator("summary"))
    links = [tools.get_by_role("link") for tools in open_tools]
    expect(links[0]).to_have_text([re.compile(f"^{verb}") for verb in ("Edit", "Remove", "Pin", "Key moment")])
    expect(links[1].last).to_have_text(re.compile("^Ban"))
    otto.pins("Entry 1")
    expect(links[0].nth(2)).to_have_text(re.compile("^Unpin"))
    otto.marks("Entry 1", "Kick-off")
    expect(links[0].nth(3)).to_have_text(re.compile("^Edit label"))
    otto.pins("Hello")
    expect(links[0].nth(2)).to_have_text(re.compile("^Pin"))
    expect(links[1].nth(2)).to_have_text(re.compile("^Unpin"))
    expect(ben.post("Hello").locator(".tools")).to_have_count(0)
    expect(ben.post("Entry 1").get_by_role("heading", name="Kick-off")).to_be_visible()
    olga.reads_what_a_fresh_page_says()
    ben.reads_what_a_fresh_page_says()


def test_a_pinned_entry_that_is_removed_leaves_the_top_as_well(event: str, olga: Person, ben: Person) -> None:
    for person in (olga, ben):
        person.opens(event)
    olga.pins("Entry 2")
    expect(ben.pinned).to_be_visible()
    olga.removes("Entry 2")
    expect(ben.pinned).to_have_count(0)
    ben.does_not_see("Entry 2")


def test_what_somebody_types_stays_when_what_it_is_about_is_removed(event: str, olga: Person, ben: Person) -> None:
    for person in (olga, ben):
        person.opens(event)
    ben.posts("Buy my watches")
    ben.comments("Entry 2", "A second time")
    olga.sees("A second time")
    ben.begins("Buy my watches", "Edit")
    ben.edit_text.fill("Buy my clocks")
    ben.opens_comment_form("Entry 2")
    comment = ben.comment_text("Entry 2")
    comment.fill("Half a sentence")
    kept = ben.page.locator(f"[id='{comment.get_attribute('id')}']")  # its entry has no words to find it by soon
    olga.removes("Buy my watches")
    olga.removes("Entry 2")
    expect(ben.page.get_by_role("alert").filter(has_text="This was removed.")).to_have_count(2)
    words = re.compile("Buy my watches|Entry 2|A second time")
    expect(ben.page.get_by_role("paragraph").filter(has_text=words)).to_have_count(0)
    expect(ben.edit_text).to_have_value("Buy my clocks")
    expect(kept).to_have_value("Half a sentence")
    olga.sees("Entry 3")
    expect(olga.feed.get_by_text("Entry 2", exact=True)).to_have_count(0)
    ben.opens(event)
    expect(ben.page.get_by_text("This was removed.")).to_have_count(0)


def test_a_visitor_who_is_banned_is_told_so_in_every_tab_and_stays_out(event: str, olga: Person, ben: Person) -> None:
    for person in (olga, ben):
        person.opens(event)
    ben.posts("Buy my watches")
    other_tab = ben.tab()
    other_tab.opens(event)
    olga.bans("Buy my watches", "No advertisements, please")
    for tab in (ben, other_tab):
        expect(tab.page.get_by_role("heading", name="You are banned from this event")).to_be_visible()
        tab.reads("No advertisements, please")
        expect(tab.page.get_by_role("article")).to_have_count(0)
    opened = len(ben.watch.sockets)
    ben.is_refused(403)
    ben.opens(event)
    ben.reads("A host has banned you from this event until")
    assert len(ben.watch.sockets) == opened
    olga.sees("Buy my watches")
    olga.follows("Settings")
    olga.page.get_by_role("button", name=re.compile("^Lift")).click()
    expect(olga.page.get_by_role("button", name=re.compile("^Lift"))).to_have_count(0)
    ben.opens(event)
    ben.posts("Sorry")
    ben.sees("Sorry")


def test_pinning_and_banning_without_javascript(deployment: Deployment, event: str, cast: Cast, ben: Person) -> None:
    host = cast.joins("Otto", deployment.urls[0], java_script_enabled=False)
    host.signs_in()
    ben.opens(event)
    ben.posts("Buy my watches")
    host.goes_to(f"/events/{event}/")
    host.begins("Entry 1", "Pin")
    host.presses("Pin entry")
    expect(host.pinned.get_by_text("Entry 1")).to_be_visible()
    expect(ben.pinned.get_by_text("Entry 1")).to_be_visible()
    host.begins("Buy my watches", "Ban")
    host.page.get_by_label("How long").select_option("For good")
    host.presses("Ban")
    expect(ben.page.get_by_role("heading", name="You are banned from this event")).to_be_visible()
