"""Reading in one's own way: another order, key moments alone, one entry among others, and a time."""

import re
import time

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.clock import Clock
from e2e.deployment import Deployment
from e2e.people.person import Person

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_one_reads_newest_first_and_another_oldest_first_at_the_same_moment(
    event: str, anna: Person, ben: Person
) -> None:
    anna.opens(event)
    ben.opens(event)
    for _ in range(2):
        ben.follows("Oldest first")
        ben.is_live()
        assert ben.entries() == ["Entry 1", "Entry 2", "Entry 3"]
        ben.page.go_back()
        ben.is_live()
        assert ben.entries() == ["Entry 3", "Entry 2", "Entry 1"]
    ben.follows("Oldest first")
    ben.is_live()
    expect(ben.page.get_by_text("Oldest first", exact=True)).to_have_attribute("aria-current", "true")
    anna.posts("Goal!")
    anna.comments("Entry 1", "So it began")
    for person in (anna, ben):
        person.sees("Goal!")
        person.sees("So it began")
    assert anna.entries() == ["Goal!", "Entry 3", "Entry 2", "Entry 1"]
    assert ben.entries() == ["Entry 1", "Entry 2", "Entry 3", "Goal!"]
    ben.opens(event)  # it is remembered
    assert ben.entries() == ["Entry 1", "Entry 2", "Entry 3", "Goal!"]
    ben.follows("Newest first")
    ben.is_live()
    assert ben.entries() == anna.entries()


def test_key_moments_come_and_go_for_who_reads_them_alone(event: str, olga: Person, ben: Person) -> None:
    olga.opens(event)
    ben.opens(event)
    ben.follows("Key moments")
    ben.is_live()
    ben.reads("No key moments yet.")
    for text in ("Entry 2", "Entry 1"):
        olga.marks(text, f"This is {text}")
    ben.sees("Entry 1")
    assert ben.entries() == ["Entry 2", "Entry 1"]
    olga.posts("Not for everybody")
    olga.sees("Not for everybody")
    olga.marks("Entry 2", "")
    ben.does_not_see("Entry 2")
    assert ben.entries() == ["Entry 1"]
    ben.follows("Hosts only")
    ben.sees("Not for everybody")
    assert ben.entries() == ["Not for everybody"]


def test_the_page_of_one_entry_is_live_and_says_when_the_entry_is_gone(event: str, olga: Person, ben: Person) -> None:
    olga.opens(event)
    ben.opens(event)
    ben.opens_entry("Entry 2")
    ben.is_live()
    own = ben.page.get_by_role("article").and_(ben.page.locator("[aria-current]"))
    expect(own).to_contain_text("Entry 2")
    for neighbour in ("Entry 1", "Entry 3"):
        ben.sees(neighbour)
    expect(ben.page.get_by_text("This entry was removed.")).to_be_hidden()
    olga.edits("Entry 1", "Entry 1, put right")
    ben.sees_edited("Entry 1, put right")
    olga.removes("Entry 2")
    ben.does_not_see("Entry 2")
    expect(ben.main.get_by_role("status").filter(has_text="This entry was removed.")).to_be_visible()
    ben.is_refused(410)
    ben.page.reload()
    expect(ben.page.get_by_role("heading", name="This entry was removed")).to_be_visible()
    ben.page.get_by_role("link", name=re.compile("^Go to “Match")).click()
    ben.is_live()
    assert ben.entries() == ["Entry 3", "Entry 1, put right"]


def test_without_javascript_one_pages_forward_and_goes_to_a_time(
    deployment: Deployment, clock: Clock, cast: Cast
) -> None:
    clock.stops()  # so that all entries are of one minute
    event = deployment.event(f"forward-{time.monotonic_ns()}", entries=60)
    nora = cast.joins("Nora", deployment.url, java_script_enabled=False)
    nora.goes_to(f"/events/{event}/")
    nora.follows("Oldest first")
    assert nora.entries() == [f"Entry {number}" for number in range(1, 26)]
    nora.page.go_back()
    assert nora.entries()[0] == "Entry 60"
    nora.follows("Oldest first")
    nora.follows("Show later entries")
    nora.sees("Entry 60")
    expect(nora.page.get_by_role("article")).to_have_count(35)
    nora.follows("Go to the newest entries")
    assert nora.entries()[0] == "Entry 60"
    nora.page.get_by_text("Go to time").click()
    field = nora.page.get_by_label("Date and time in Europe/Berlin")
    field.fill("2001-01-01T10:00")
    nora.is_refused(422)
    nora.presses("Go")
    expect(field).to_have_value("2001-01-01T10:00")
    expect(field).to_have_accessible_description(re.compile("^Choose a time from "))
    nora.goes_to(f"/events/{event}/")
    nora.page.get_by_text("Go to time").click()
    nora.presses("Go")  # its start
    nora.reads("Entries around")
    assert {"Entry 1", "Entry 60"} & set(nora.entries())
