import re

import pytest
from playwright.sync_api import expect

from e2e.people.person import Person

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_from_an_idea_to_the_final_whistle(event: str, olga: Person, ben: Person) -> None:
    slug = f"final-{event}"
    olga.follows("New event")
    olga.page.get_by_label("Title").fill("The final")
    olga.page.get_by_label("Address").fill(slug)
    olga.page.get_by_label("Description", exact=True).fill("From the touchline")
    olga.page.get_by_label("Unlisted").check()
    olga.presses("Create event")
    olga.reads("Event created.")
    ben.opens(slug)
    expect(ben.main.locator("header").get_by_text("Scheduled")).to_be_visible()
    olga.presses("Start event")
    expect(ben.main.locator("header").get_by_text("Live", exact=True)).to_be_visible()
    olga.posts("Kick-off")
    ben.sees("Kick-off")
    expect(ben.post("Kick-off").get_by_text("Host", exact=True)).to_be_visible()
    ben.posts("Rubbish")
    olga.edits("Rubbish", "I disagree")
    ben.sees_edited("I disagree")
    olga.removes("I disagree")
    ben.does_not_see("I disagree")
    ben.sees("Kick-off")
    olga.ends_the_event()
    ben.reads("This event has ended.")
    expect(ben.composer).to_be_hidden()
    expect(ben.comment_link("Kick-off")).to_be_hidden()
    olga.presses("Reopen event")
    expect(olga.main.locator("header").get_by_text("Live", exact=True)).to_be_visible()
    ben.page.reload()  # his page no longer asks for anything
    expect(ben.composer).to_be_visible()


def configures(olga: Person, slug: str, choice: str) -> None:
    olga.goes_to(f"/events/{slug}/settings/")
    olga.page.get_by_label(choice).check()
    olga.presses("Save")
    olga.reads("Saved.")


def test_posting_for_hosts_only(event: str, olga: Person, ben: Person) -> None:
    ben.opens(event)
    ben.writes("Let me in", name="Ben")
    configures(olga, event, "Hosts only")
    ben.reads("Only hosts can post in this event.")
    expect(ben.composer).to_be_visible()  # with what he was about to say
    expect(ben.comment_link("Entry 3")).to_be_hidden()
    ben.is_refused(403)
    ben.page.locator("#entry-form").evaluate("form => form.requestSubmit()")
    refusal = ben.page.locator("#entry-form").get_by_text("Only hosts can post in this event.")
    expect(refusal).to_have_count(1)
    olga.posts("Hosts can")
    ben.sees("Hosts can")
    configures(olga, event, "Open: everybody may post")
    expect(ben.entry_text).to_have_value("Let me in")
    ben.presses("Post entry")
    olga.sees("Let me in")
    ben.sees("Let me in")
    assert ben.entries()[:2] == ["Let me in", "Hosts can"]


def test_a_draft_puts_readers_out(event: str, olga: Person, ben: Person) -> None:
    ben.opens(event)
    configures(olga, event, "Draft")
    ben.reads("This event is no longer available")
    expect(ben.page.get_by_role("article")).to_have_count(0)
    olga.goes_to(f"/events/{event}/")
    olga.is_live()
    olga.sees("Entry 3")
    ben.is_refused(404)
    ben.page.reload()
    ben.reads("Page not found")


def test_a_wrong_password_and_a_wrong_address_are_explained(event: str, olga: Person, ben: Person) -> None:
    ben.goes_to("/sign-in/")
    ben.page.get_by_label("Username").fill("olga")
    ben.page.get_by_label("Password").fill("incorrect horse battery")
    ben.presses("Sign in")
    expect(ben.problem).to_contain_text("Please enter a correct username and password")
    olga.follows("New event")
    olga.page.get_by_label("Title").fill("Again")
    olga.page.get_by_label("Address").fill(event)
    olga.is_refused(422)
    olga.presses("Create event")
    expect(olga.page.get_by_label("Address")).to_have_accessible_description(
        re.compile("Another event uses or used this address. Choose a different one.")
    )
