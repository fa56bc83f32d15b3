"""A thousand strangers: they are slowed down, reported, masked and locked out, while others read."""

import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])


def at_the_desk(host: Person, event: str) -> None:
    host.opens_the_desk(event)


def reported(host: Person) -> Locator:
    return host.page.get_by_role("region", name="Reported by readers")


@SCRIPTS
def test_in_slow_mode_a_form_says_the_pace_and_then_the_seconds_left(
    deployment: Deployment, event: str, cast: Cast, olga: Person, ben: Person, script: bool
) -> None:
    anna = cast.joins("Anna", deployment.urls[0], java_script_enabled=script)
    anna.opens(event)
    ben.opens(event)
    expect(anna.composer.get_by_text("Slow mode")).to_have_count(3)  # hidden, for each pace
    expect(anna.composer.get_by_text("Slow mode: one post every 60 seconds.")).to_be_hidden()
    at_the_desk(olga, event)
    olga.page.get_by_label("Slow mode").select_option("One post every 60 seconds")
    olga.presses("Save rules")
    olga.reads("Saved. Everybody sees it now.")
    olga.reads("set slow mode: One post every 60 seconds")
    if not script:
        anna.opens(event)
    anna.entry_text.fill("One")  # the form may be closed until then
    expect(anna.composer.get_by_text("Slow mode: one post every 60 seconds.")).to_be_visible()
    expect(anna.composer.get_by_text("Slow mode: one post every 10 seconds.")).to_be_hidden()
    anna.posts("One")
    ben.sees("One")
    anna.fails_to_post("Two", status=429)
    refusal = anna.composer.get_by_role("alert")
    expect(refusal).to_contain_text(re.compile(r"Your text is kept here: try again in \d\d? seconds\."))
    expect(anna.entry_text).to_have_value("Two")
    left = refusal.locator(".left")
    counted = left.evaluate("element => getComputedStyle(element).getPropertyValue('--left')")
    expect(left).not_to_have_css("--left", counted)
    olga.posts("Hosts need not wait")
    olga.posts("Not at all")
    ben.sees("Not at all")
    assert ben.entries()[:3] == ["Not at all", "Hosts need not wait", "One"]


@SCRIPTS
def test_a_host_locks_the_event_down_by_keyboard_and_undoes_it(
    deployment: Deployment, event: str, cast: Cast, anna: Person, ben: Person, script: bool
) -> None:
    olga = cast.joins("Olga", deployment.urls[0], java_script_enabled=script)
    olga.signs_in()
    for person in (anna, ben):
        person.opens(event)
    for text in ("Buy one", "Buy two"):
        anna.posts(text)
        ben.sees(text)
    ben.comments("Entry 1", "Me, too")
    at_the_desk(olga, event)
    olga.page.get_by_role("link", name="Lock down").press("Enter")
    expect(olga.page.get_by_role("form", name="Lock the event down?")).to_contain_text(
        re.compile(r"waits for review: \d posts\.")
    )
    olga.page.get_by_role("button", name="Lock down").press("Enter")
    olga.reads("Locked down. Only hosts can post, and ")
    for text in ("Buy one", "Buy two"):
        ben.does_not_see(text)
        own = anna.page.get_by_role("article", name="Your entry").filter(has_text=text)
        expect(own).to_contain_text("Waiting for review: only you see this")
    for person in (anna, ben):
        person.reads("Only hosts can post in this event.")
        expect(person.composer).to_be_hidden()
    ben.reads_what_a_fresh_page_says()
    at_the_desk(olga, event)
    olga.page.get_by_role("button", name="Undo locked down").first.press("Enter")
    olga.reads("Undone.")
    for person in (anna, ben):
        person.sees("Buy two")
        person.sees("Me, too")
        expect(person.page.get_by_text("Only hosts can post in this event.")).to_have_count(0)
    ben.reads_what_a_fresh_page_says()


def test_of_two_hosts_who_lock_it_down_at_once_both_are_told_that_it_is(
    event: str, olga: Person, cast: Cast, anna: Person
) -> None:
    otto = cast.host("Otto", on=-1)
    anna.opens(event)
    for host in (olga, otto):
        at_the_desk(host, event)
        uses(host.page.get_by_role("link", name="Lock down"))
        expect(host.page.get_by_role("form", name="Lock the event down?")).to_be_visible()
    for host in (olga, otto):
        uses(host.page.get_by_role("button", name="Lock down"))
        host.reads("Locked down. Only hosts can post")
    expect(olga.page.get_by_text("locked the event down")).to_have_count(1)
    anna.reads("Only hosts can post in this event.")


def test_readers_report_a_post_and_hosts_keep_or_remove_it(
    event: str, olga: Person, cast: Cast, anna: Person, ben: Person, nora: Person
) -> None:
    otto = cast.host("Otto", on=-1)
    for person in (anna, ben, nora):
        person.opens(event)
    anna.posts("Buy my watches")
    ben.sees("Buy my watches")
    for host in (olga, otto):
        at_the_desk(host, event)
    report = ben.post("Buy my watches").get_by_role("button", name="Report")
    expect(report).to_be_hidden()
    uses(ben.post("Buy my watches").locator(".add > summary"))
    with ben.stays_put("Entry 3"):
        report.press("Enter")
        ben.reads("Reported. A host will look at it.")
    expect(report).to_have_accessible_name("Report (reported)")
    expect(reported(olga).get_by_role("article")).to_contain_text("1 report")
    nora.opens(event)
    nora.opens_entry("Buy my watches")
    nora.post("Buy my watches").get_by_role("button", name="Report").click()
    nora.reads("Reported. A host will look at it.")
    for host in (olga, otto):
        expect(reported(host).get_by_role("article")).to_contain_text("2 reports")
    reported(olga).get_by_role("button", name="Keep").press("Enter")
    expect(reported(olga).get_by_role("status")).to_contain_text("Kept.")
    expect(reported(otto).get_by_role("article")).to_contain_text("Kept.")
    uses(reported(olga).get_by_role("button", name="Undo"))
    expect(reported(otto).get_by_role("button", name="Remove")).to_be_visible()
    uses(reported(otto).get_by_role("button", name="Remove"))
    anna.does_not_see("Buy my watches")
    ben.does_not_see("Buy my watches")
    expect(reported(olga).get_by_role("article")).to_contain_text("Removed.")


def test_a_comment_is_reported_under_its_entry_and_on_the_page_of_it(
    event: str, olga: Person, anna: Person, ben: Person, nora: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.comments("Entry 2", "Buy my clocks")
    ben.sees("Buy my clocks")
    expect(ben.post("Buy my clocks").get_by_role("button", name="Report")).to_be_hidden()
    for person in (anna, ben):
        uses(person.post("Entry 2").locator(".add > summary"))
    ben.post("Buy my clocks").get_by_role("button", name="Report").press("Enter")
    ben.reads("Reported. A host will look at it.")
    expect(anna.post("Buy my clocks").get_by_role("button", name="Report")).to_have_count(0)  # her own
    nora.opens(event)
    nora.opens_entry("Entry 2")
    nora.post("Buy my clocks").get_by_role("button", name="Report").press("Enter")
    nora.reads("Reported. A host will look at it.")
    at_the_desk(olga, event)
    expect(reported(olga).get_by_role("article", name="Comment by Anna")).to_contain_text("2 reports")


def test_enough_reports_hide_a_post_until_a_host_has_looked(
    deployment: Deployment, event: str, olga: Person, anna: Person, ben: Person
) -> None:
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(report_limit=1)")
    for person in (anna, ben):
        person.opens(event)
    anna.posts("Buy my watches")
    ben.sees("Buy my watches")
    ben.opens_entry("Buy my watches")
    uses(ben.post("Buy my watches").get_by_role("button", name="Report"))
    ben.reads("This entry was removed.")
    own = anna.page.get_by_role("article", name="Your entry")
    expect(own).to_contain_text("Waiting for review: only you see this")
    at_the_desk(olga, event)
    expect(olga.queue.get_by_role("article")).to_contain_text("Reported by readers.")
    olga.approves("Buy my watches")
    ben.sees("Buy my watches")
    expect(own).to_have_count(0)


@SCRIPTS
def test_a_word_is_masked_and_another_refused(
    deployment: Deployment, event: str, cast: Cast, olga: Person, ben: Person, script: bool
) -> None:
    anna = cast.joins("Anna", deployment.urls[0], java_script_enabled=script)
    olga.goes_to(f"/events/{event}/settings/")
    olga.page.get_by_label("Masked words").fill("casino")
    olga.page.get_by_label("Refused words").fill("roulette\nCasino")
    olga.is_refused(422)
    olga.presses("Save")
    olga.reads("“Casino” is also under “Masked words”. Remove it from one of the lists.")
    olga.page.get_by_label("Refused words").fill("roulette")
    olga.presses("Save")
    olga.reads("Saved.")
    for person in (anna, ben):
        person.opens(event)
    anna.fails_to_post("My casino has Roulette")
    expect(anna.entry_text).to_have_accessible_description("“roulette” is not allowed in this event. Use another word.")
    expect(anna.entry_text).to_have_value("My casino has Roulette")
    anna.posts("My casino has tables")
    ben.sees("My ****** has tables")
    anna.opens(event)
    anna.edits("My ****** has tables", "My CASINO has chairs")
    ben.sees("My ****** has chairs")
