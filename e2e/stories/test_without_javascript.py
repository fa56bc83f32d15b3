"""Everything but the live path works as plain pages and forms."""

import time

import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.people.person import Person

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


def test_post_comment_edit_and_remove(event: str, anna: Person, nora: Person) -> None:
    anna.opens(event)
    nora.goes_to(f"/events/{event}/")
    nora.does_not_claim_to_be_live()
    nora.posts("Goal!")
    anna.sees("Goal!")
    nora.sees("Goal!")
    expect(nora.entry_name).to_have_value("Nora")
    nora.comments("Goal!", "What a shot")
    anna.sees("What a shot")
    nora.sees("What a shot")
    nora.goes_to(f"/events/{event}/")
    nora.edits("Goal!", "Gooal!")
    anna.sees_edited("Gooal!")
    nora.reads("Saved.")
    nora.sees_edited("Gooal!")
    nora.removes("What a shot")
    anna.does_not_see("What a shot")
    nora.does_not_see("What a shot")
    nora.removes("Gooal!")
    anna.does_not_see("Gooal!")
    nora.reads("Removed.")
    nora.does_not_see("Gooal!")


def test_a_refused_post_says_why_and_keeps_the_text(event: str, anna: Person, nora: Person) -> None:
    nora.goes_to(f"/events/{event}/")
    nora.fails_to_post("x" * 2001, name="Nora")
    expect(nora.entry_text).to_have_accessible_description(
        "This has 2,001 characters and the limit is 2,000: shorten it by 1."
    )
    expect(nora.entry_text).to_have_value("x" * 2001)
    nora.goes_to(f"/events/{event}/")
    nora.fails_to_post("Goal!", name="")
    expect(nora.entry_name).to_have_accessible_description("Enter the name to post under.")
    expect(nora.entry_text).to_have_value("Goal!")
    nora.posts("Goal!")
    form = nora.opens_comment_form("Entry 3")
    nora.comment_text("Entry 3").fill("x" * 1001)
    form.get_by_role("button").click()
    expect(nora.comment_text("Entry 3")).to_have_accessible_description(
        "This has 1,001 characters and the limit is 1,000: shorten it by 1."
    )
    expect(nora.comment_text("Entry 3")).to_have_value("x" * 1001)
    anna.opens(event)
    assert anna.entries() == ["Goal!", "Entry 3", "Entry 2", "Entry 1"]


def test_page_through_to_the_beginning(deployment: Deployment, anna: Person, nora: Person) -> None:
    event = deployment.event(f"pages-{time.monotonic_ns()}", entries=60, visibility="unlisted")
    nora.goes_to(f"/events/{event}/")
    newest = nora.entries()
    nora.follows("Show earlier entries")
    nora.reads("Start of the commentary")
    earlier = nora.page.get_by_role("feed", name="Earlier entries")
    expect(earlier.get_by_role("article")).to_have_count(35)
    nora.sees("Entry 1")
    nora.opens_entry("Entry 1")
    nora.comments("Entry 1", "The very first")
    nora.follows("All of “A match”")
    assert nora.entries() == newest
    anna.opens(event)
    anna.follows("Show earlier entries")
    anna.sees("The very first")
