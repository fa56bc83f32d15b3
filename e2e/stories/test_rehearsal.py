"""A designer rehearses live changes; another one does the same beside her, without JavaScript."""

import re

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from e2e.cast import Cast
from e2e.people.person import Person

# A rehearsal is in the memory of one process.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

AFTER_A_MINUTE = "document.getAnimations().forEach(each => { each.currentTime = (each.currentTime ?? 0) + 60_000 })"
FIRST = 8
"""Entries that a rehearsal begins with."""


def entries_in(page: FrameLocator) -> Locator:
    """The entries of a page, without the comments on them."""
    return page.get_by_role("feed").locator("> article")


def begins(designer: Person) -> FrameLocator:
    """Find the rehearsal in the gallery's tree and begin one. Returns its page."""
    designer.goes_to("/design/")
    designer.follows("Rehearse live changes")
    designer.presses("Begin a rehearsal")
    page = designer.page.frame_locator("iframe")
    expect(entries_in(page)).to_have_count(FIRST)
    return page


def loses_the_connection_and_comes_back(olga: Person, page: FrameLocator) -> None:
    said, entries = olga.main.get_by_role("status").first, entries_in(page)
    olga.loses_the_network()
    olga.is_refused(503)
    olga.presses("Lose the connection")
    expect(said).to_contain_text("Lost the connection.")
    olga.presses("Send an entry")
    expect(said).to_contain_text("Sent an entry")
    olga.page.frames[1].evaluate(AFTER_A_MINUTE)
    expect(page.get_by_text("Not live at the moment")).to_be_visible()
    expect(entries).to_have_count(FIRST)
    olga.presses("Come back")
    expect(entries).to_have_count(FIRST + 1)
    expect(page.get_by_text("Live updates")).to_be_visible()


def test_two_designers_rehearse_live_changes_each_for_themselves(cast: Cast) -> None:
    olga, ben = cast.host("Olga"), cast.host("Ben", javascript=False)
    page, other = begins(olga), begins(ben)
    said, entries = olga.main.get_by_role("status").first, entries_in(page)
    log = olga.main.get_by_role("list", name="Frames that arrive").get_by_role("listitem")
    expect(page.get_by_text("Live updates")).to_be_visible()

    olga.main.get_by_role("button", name="Send an entry").press("Enter")
    expect(said).to_have_text("Sent an entry by Paul.")
    expect(entries).to_have_count(FIRST + 1)
    expect(olga.main.get_by_role("button", name="Send an entry")).to_be_focused()
    expect(log.filter(has_text="upsert #entries").first).to_be_visible()
    olga.presses("Edit the newest entry")
    expect(entries.first.get_by_text(re.compile("^edited "))).to_be_visible()
    olga.presses("Send a comment")
    expect(entries.first.get_by_text("What a sight!")).to_be_visible()
    olga.presses("Mark as a key moment")
    expect(entries.first.get_by_text("Lift-off")).to_be_visible()
    olga.presses("Close posting")
    expect(page.get_by_role("button", name="Post")).to_be_hidden()
    olga.presses("Open posting")
    olga.presses("Remove the newest entry")
    expect(entries).to_have_count(FIRST)
    loses_the_connection_and_comes_back(olga, page)

    expect(entries_in(other)).to_have_count(FIRST)
    ben.presses("Pin")
    expect(ben.main.get_by_role("status").first).to_have_text("Pinned the newest entry.")
    expect(ben.main.get_by_role("listitem").filter(has_text="#pinned").first).to_be_visible()
    ben.presses("End event")
    expect(other.get_by_text("This event is over.")).to_be_visible()
    assert not olga.scrolls_sideways()
