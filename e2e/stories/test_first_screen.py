"""The first screen of a phone: how soon the entries begin, and how much is in front of them."""

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

FIRST_ENTRY, HEAD, STOPS, TWENTY = 260, 48, 8, 3_100
"""At most: pixels above the first entry and of the head, tab stops before the entries, and pixels of twenty of them."""
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}

DEMO = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from feeds.management.commands.demo import LAUNCH, Command
event = Event.objects.get(slug={slug!r})
event.entries.all().delete()
start = timezone.now() - timedelta(minutes=72)
event.configure(title="Petrel 7: launch day", status_line="T+13:42", starts_at=start, description="The seventh flight.")
Command().fill(event, User.objects.get(username="olga"), LAUNCH)
for text in ("Payload deployment confirmed.", "Thank you all for being here. The next one is in May."):
    event.publish("Marta", text)
"""

STOPS_BEFORE_ENTRIES = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(each => each.compareDocumentPosition(document.getElementById('entries')) & Node.DOCUMENT_POSITION_FOLLOWING)
  .filter(each => each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0)
  .map(each => (each.textContent || each.name).trim())
"""
NOT_UNDER_THE_HEAD = """
element => !element.closest('.entry')
  || element.getBoundingClientRect().top >= document.querySelector('.event').offsetHeight
"""
BELOW_THE_HEAD = "element => element.getBoundingClientRect().top >= document.querySelector('.event').offsetHeight"


@pytest.fixture
def demo(deployment: Deployment, event: str) -> str:
    deployment.shell(DEMO.replace("{slug!r}", repr(event)))
    return event


@pytest.fixture
def anna(cast: Cast) -> Person:
    return cast.reader("Anna", **PHONE)


def test_the_entries_begin_on_the_first_screen_of_a_phone(demo: str, anna: Person) -> None:
    anna.opens(demo)
    entries = anna.feed.get_by_role("article")
    expect(entries.first).to_be_visible()
    box = entries.first.bounding_box()
    assert box
    assert box["y"] <= FIRST_ENTRY
    head = anna.main.locator("header").bounding_box()
    assert head
    assert (head["y"], head["height"] <= HEAD) == (0, True)


def test_few_tab_stops_are_before_the_entries(demo: str, anna: Person) -> None:
    anna.opens(demo)
    stops = anna.page.evaluate(STOPS_BEFORE_ENTRIES)
    assert len(stops) <= STOPS, stops
    presses = 0
    while not anna.feed.locator(":focus").count():
        anna.page.keyboard.press("Tab")
        presses += 1
        assert presses <= STOPS + 1, stops  # as many stops, and one more that is in the first entry


def test_twenty_entries_are_not_far_to_scroll(demo: str, anna: Person) -> None:
    anna.opens(demo)
    expect(anna.feed.locator("> .entry")).to_have_count(21)
    for entry in anna.feed.locator("> .entry").all():  # those out of view have no size of their own yet
        entry.scroll_into_view_if_needed()
    poll = anna.feed.locator("> .entry").filter(has=anna.page.locator("meter"))
    expect(poll).to_have_count(1)
    height = anna.feed.evaluate("list => list.offsetHeight") - poll.evaluate("entry => entry.offsetHeight")
    assert height <= TWENTY


def test_the_head_stays_and_hides_neither_an_anchor_nor_the_focus(
    deployment: Deployment, demo: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(demo)
    ben.comments("Max Q, the point of greatest load. All pressures nominal.", "Loud!")
    anna.reads_at("Strongback retracting.")
    assert anna.main.locator("header").bounding_box()["y"] == 0  # type: ignore[index]
    anna.page.get_by_role("link", name="Skip to content").focus()
    anna.page.keyboard.press("Enter")
    first = anna.feed.get_by_role("article").first
    expect(first).to_be_in_viewport()
    assert first.evaluate(BELOW_THE_HEAD)
    for _ in range(30):
        anna.page.keyboard.press("Tab")
    for _ in range(24):
        anna.page.keyboard.press("Shift+Tab")
        assert anna.page.locator(":focus").evaluate(NOT_UNDER_THE_HEAD)
