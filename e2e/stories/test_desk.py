"""Hosts at their desk, a poster who waits and a reader who reads what they let through."""

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def at_the_desk(host: Person, event: str, rule: str = "") -> None:
    host.opens_the_desk(event)
    if rule:
        host.page.get_by_label("Posting").select_option(rule)
        host.presses("Save rules")
        host.reads("Saved. Everybody sees it now.")


def sends(poster: Person, text: str) -> None:
    """Post something that has to wait."""
    poster.posts(text)
    expect(own(poster, text)).to_contain_text("Waiting for review: only you see this")


def own(poster: Person, text: str) -> Locator:
    return poster.page.get_by_role("article", name="Your entry").filter(has_text=text)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_posts_wait_until_a_host_lets_them_through_or_not(
    deployment: Deployment, event: str, cast: Cast, anna: Person, ben: Person, script: bool
) -> None:
    host = cast.joins("Olga", deployment.urls[0], java_script_enabled=script)
    host.signs_in()
    at_the_desk(host, event, "All posts wait: a host approves each")
    for person in (anna, ben):
        person.opens(event)
        person.reads("A host reviews each post before it appears.")
    sends(ben, "A second engine?")
    sends(ben, "Buy my watches")
    anna.does_not_see("A second engine?")
    if not script:
        host.opens_the_desk(event)
    expect(host.queue.get_by_role("heading")).to_have_text("To review (2)")
    host.approves("engine")
    anna.sees("A second engine?")
    ben.sees("A second engine?")
    expect(own(ben, "A second engine?")).to_have_count(0)
    host.rejects("Buy my watches")
    host.reads("The author has been told.")
    expect(own(ben, "Buy my watches")).to_contain_text("A host did not approve this")
    anna.does_not_see("Buy my watches")
    host.reads("rejected")
    anna.reads_what_a_fresh_page_says()


def test_the_second_of_two_hosts_is_told_who_decided_and_undoing_puts_the_post_back(
    deployment: Deployment, event: str, cast: Cast, olga: Person, anna: Person, ben: Person
) -> None:
    at_the_desk(olga, event, "All posts wait: a host approves each")
    for person in (anna, ben):
        person.opens(event)
    sends(ben, "Goal!")
    second = cast.joins("Otto", deployment.urls[-1], java_script_enabled=False)
    second.signs_in()
    at_the_desk(second, event)
    olga.approves("Goal!")
    anna.sees("Goal!")
    uses(second.queue.get_by_role("button", name="Reject"))
    second.reads("olga has already approved this.")
    anna.sees("Goal!")
    olga.undoes("approved")
    anna.does_not_see("Goal!")
    expect(olga.queue.get_by_role("heading")).to_have_text("To review (1)")


def test_a_rule_that_a_host_has_chosen_stays_until_it_is_sent_whatever_another_sets(
    event: str, cast: Cast, olga: Person, ben: Person
) -> None:
    otto = cast.host("Otto", on=-1)
    for host in (olga, otto):
        at_the_desk(host, event)
    ben.opens(event)
    choice = otto.page.get_by_label("Posting")
    choice.focus()
    choice.select_option("Hosts only")
    at_the_desk(olga, event, "Closed: nobody may post")
    otto.reads("Posting is closed for now.")
    with otto.page.expect_response("**/host/state/"), otto.page.expect_request("**/host/state/"):
        pass  # the desk has asked what is set now
    expect(choice).to_have_value("hosts")
    otto.presses("Save rules")
    ben.reads("Only hosts can post in this event.")
    expect(olga.page.get_by_label("Posting")).to_have_value("hosts")


def test_hosts_write_with_markdown_and_mark_key_moments_that_everybody_has_at_once(
    event: str, olga: Person, ben: Person
) -> None:
    ben.opens(event)
    at_the_desk(olga, event)
    olga.entry_text.fill("The **second stage** is alight")
    olga.presses("Preview")
    expect(olga.page.get_by_role("region", name="Preview").locator("strong")).to_have_text("second stage")
    olga.presses("Post entry")
    for person in (ben, olga):
        expect(person.feed.locator("strong")).to_have_text("second stage")
    newest = olga.feed.get_by_role("article").first
    uses(newest.locator("> .tools > summary"))
    uses(newest.get_by_role("link", name="Key moment"))
    olga.page.get_by_role("form", name="Key moment").get_by_label("Label").fill("Stage two")
    olga.presses("Save")
    moments = ben.page.get_by_role("navigation", name="Key moments")
    expect(moments.get_by_role("link")).to_contain_text("Stage two")
    uses(olga.feed.get_by_role("article").first.get_by_role("button", name="Undo"))
    expect(moments).to_have_count(0)
    ben.reads_what_a_fresh_page_says()
