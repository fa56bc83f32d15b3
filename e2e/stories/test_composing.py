"""Hosts compose: a goal by thumb, by keyboard and without JavaScript, drafts of two hosts, entries for a set time."""

import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
GOAL = "GOAL for Rovers!"


def at_the_desk(host: Person, event: str) -> None:
    host.opens_the_desk(event)


def with_phrases(host: Person, event: str) -> None:
    """Save phrases, and give the event the title of a match."""
    host.goes_to(f"/events/{event}/settings/")
    host.page.get_by_label("Title").fill("Rovers – City")
    host.page.get_by_label("Phrases").fill("*GOAL for {home}!\nHalf-time")
    host.presses("Save")
    host.reads("Saved.")


def goal_is_everywhere(reader: Person) -> None:
    """A reader has the goal in the list, pinned and among the key moments."""
    expect(reader.feed.get_by_role("article").first.get_by_role("heading", name=GOAL)).to_be_visible()
    expect(reader.pinned.get_by_role("heading", name=GOAL)).to_be_visible()
    expect(reader.page.get_by_role("navigation", name="Key moments").get_by_role("link")).to_contain_text(GOAL)


def drafts(host: Person) -> Locator:
    return host.page.get_by_role("region", name="Drafts")


def test_a_goal_takes_a_thumb_two_taps_without_scrolling(event: str, cast: Cast, anna: Person) -> None:
    olga = cast.host("Olga", **PHONE)
    with_phrases(olga, event)
    anna.opens(event)
    at_the_desk(olga, event)
    olga.page.get_by_role("button", name=GOAL).tap()
    post = olga.composer.get_by_role("button", name="Post entry")
    expect(olga.composer.get_by_role("textbox", name="Headline")).to_have_value(GOAL)
    expect(post).to_be_in_viewport(ratio=1)
    assert olga.page.evaluate("scrollY") == 0
    post.tap()
    goal_is_everywhere(anna)
    anna.reads_what_a_fresh_page_says()


def test_a_goal_in_ones_own_words_takes_three_taps(
    deployment: Deployment, event: str, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga", **PHONE)
    anna.opens(event)
    at_the_desk(olga, event)
    olga.entry_name.fill("Olga")
    olga.entry_text.fill(GOAL)  # typed; the field has the focus after each post
    for tapped in ("Pin", "Key moment"):
        box = olga.composer.get_by_role("checkbox", name=tapped)
        expect(box).to_be_in_viewport(ratio=1)
        box.tap()
    olga.composer.get_by_role("button", name="Post entry").tap()
    goal_is_everywhere(anna)


def test_a_goal_by_keyboard(event: str, olga: Person, anna: Person) -> None:
    with_phrases(olga, event)
    anna.opens(event)
    at_the_desk(olga, event)
    olga.page.get_by_role("button", name=GOAL).focus()
    olga.page.keyboard.press("Enter")
    expect(olga.composer.get_by_role("button", name="Post entry")).to_be_focused()
    olga.page.keyboard.press("Enter")
    goal_is_everywhere(anna)
    expect(olga.entry_text).to_be_focused()
    expect(olga.composer.get_by_role("textbox", name="Headline")).to_have_value("")


def test_a_goal_without_javascript(event: str, cast: Cast, anna: Person) -> None:
    olga = cast.host("Olga", javascript=False)
    with_phrases(olga, event)
    anna.opens(event)
    at_the_desk(olga, event)
    olga.writes("Okafor again", name="Olga")
    uses(olga.page.get_by_role("button", name="Half-time"))
    expect(olga.entry_text).to_have_value("Okafor again Half-time")
    uses(olga.page.get_by_role("button", name=GOAL))
    expect(olga.entry_text).to_have_value("Okafor again Half-time")
    olga.presses("Post entry")
    goal_is_everywhere(anna)


def test_a_draft_of_one_host_is_published_by_another_under_its_authors_name(
    event: str, cast: Cast, olga: Person, anna: Person
) -> None:
    otto = cast.host("Otto", on=-1)
    for host in (olga, otto):
        at_the_desk(host, event)
    anna.opens(event)
    olga.writes("Okafor again", name="Olga")
    olga.presses("Save as draft")
    olga.reads("Saved as a draft.")
    expect(olga.entry_text).to_have_value("")
    expect(drafts(otto)).to_contain_text("Okafor again")
    anna.does_not_see("Okafor again")
    uses(drafts(otto).get_by_role("button", name="Publish the draft by Olga"))
    otto.reads("Published.")
    anna.sees("Okafor again")
    expect(anna.post("Okafor again")).to_contain_text("Olga")
    expect(drafts(olga)).to_have_count(0)
    anna.reads_what_a_fresh_page_says()


def test_two_hosts_with_one_draft_publish_it_once(
    deployment: Deployment, event: str, cast: Cast, olga: Person, anna: Person
) -> None:
    at_the_desk(olga, event)
    anna.opens(event)
    olga.writes("Okafor again", name="Olga")
    olga.presses("Save as draft")
    otto = cast.joins("Otto", deployment.urls[-1], javascript=False)
    otto.signs_in()
    at_the_desk(otto, event)
    expect(drafts(otto)).to_contain_text("Okafor again")
    uses(drafts(olga).get_by_role("button", name="Publish"))
    anna.sees("Okafor again")
    uses(drafts(otto).get_by_role("button", name="Delete"))  # both have one account, and a second “Publish” is a retry
    otto.reads("olga has already published this.")
    assert anna.entries().count("Okafor again") == 1


def test_a_draft_is_taken_over_and_nothing_typed_is_lost(event: str, cast: Cast, olga: Person, anna: Person) -> None:
    otto = cast.host("Otto", on=-1)
    for host in (olga, otto):
        at_the_desk(host, event)
    anna.opens(event)
    olga.writes("Okafor again", name="Olga")
    olga.presses("Save as draft")
    otto.writes("Corner for City", name="Otto")
    uses(drafts(otto).get_by_role("button", name="Take over"))
    expect(otto.entry_text).to_have_value("Okafor again")
    expect(drafts(otto)).to_contain_text("Corner for City")
    otto.entry_text.fill("Okafor, with his left")
    otto.presses("Post entry")
    anna.sees("Okafor, with his left")
    expect(drafts(olga)).not_to_contain_text("Okafor")
    expect(drafts(olga)).to_contain_text("Corner for City")
    anna.does_not_see("Corner for City")


def test_an_entry_for_a_set_time_is_scheduled_and_cancelled(event: str, cast: Cast, olga: Person, anna: Person) -> None:
    otto = cast.host("Otto", on=-1)
    for host in (olga, otto):
        at_the_desk(host, event)
    olga.writes("Half-time", name="Olga")
    uses(olga.composer.get_by_text("Time and schedule"))
    soon = otto.page.evaluate("new Date(Date.now() + 864e5).toISOString().slice(0, 16)")
    olga.page.get_by_label("Publish at").fill(soon)
    uses(olga.composer.get_by_role("button", name="Schedule"))
    olga.reads("Scheduled for")
    expect(drafts(otto)).to_contain_text(re.compile("Will be published"))
    uses(drafts(otto).get_by_role("button", name="Cancel schedule"))
    otto.reads("Cancelled. It stays as a draft.")
    expect(drafts(olga)).not_to_contain_text("Will be published")
    expect(drafts(olga)).to_contain_text("Half-time")
    anna.opens(event)
    anna.does_not_see("Half-time")
