"""The layout of the host desk: in one column on a phone, with a bar at its foot, and in two panes on a desktop."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.given import Given
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


@pytest.fixture
def match(given: Given) -> str:
    """An event with nine entries, and three posts that wait."""
    slug = given.an_event(entries=9)
    given.in_the_event(
        slug,
        "event.configure(posting='all')\n"
        "for n in range(3): event.publish('Kofi', f'Post {n}', visitor='k' * 32, hold='Every post waits.')",
    )
    return slug


def region(host: Person, name: str) -> Locator:
    return host.page.get_by_role("region", name=name)


def box(part: Locator) -> Any:
    found = part.bounding_box()
    assert found
    return found


def bar(host: Person) -> Locator:
    return host.page.get_by_role("navigation", name="Host desk")


def test_a_phone_has_composer_newest_entries_queue_and_log_in_this_order_and_a_bar_that_leads_there(
    match: str, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga", phone=True)
    anna.opens(match)
    olga.opens_the_desk(match)
    parts = (olga.composer, olga.feed, olga.queue, region(olga, "Activity"))
    tops = [box(part)["y"] for part in parts]
    assert tops == sorted(tops)
    expect(olga.feed.get_by_role("article").filter(visible=True)).to_have_count(5)
    expect(olga.page.get_by_label("Posting")).to_be_hidden()
    review = bar(olga).get_by_role("link", name="Review 3")
    for link in bar(olga).get_by_role("link").all():
        assert box(link)["height"] >= 44
    review.tap()
    expect(olga.queue.get_by_role("heading")).to_be_in_viewport()
    assert box(bar(olga))["y"] + box(bar(olga))["height"] == pytest.approx(839, abs=1)
    olga.queue.get_by_role("button", name="Approve all 3 by Kofi").tap()
    anna.sees("Post 2")
    expect(bar(olga).get_by_role("link", name="Review 0")).to_be_visible()
    bar(olga).get_by_role("link", name="Entries").tap()
    expect(olga.feed.get_by_text("Post 2")).to_be_in_viewport()
    bar(olga).get_by_role("link", name="Compose").tap()
    expect(olga.entry_text).to_be_focused()
    assert not olga.scrolls_sideways()


def test_a_desktop_has_the_queue_beside_the_composer_and_settings_that_are_open(match: str, cast: Cast) -> None:
    olga = cast.host("Olga", width=1280)
    olga.opens_the_desk(match)
    composer, queue = box(olga.composer), box(olga.queue)
    assert queue["x"] > composer["x"] + composer["width"]
    assert queue["y"] < composer["y"] + composer["height"]
    expect(olga.page.get_by_label("Posting")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_end_is_last_and_apart_asks_for_the_readers_and_is_never_where_the_start_is(
    given: Given, cast: Cast, anna: Person, width: int
) -> None:
    match = given.an_event(entries=2, state="scheduled")
    olga = cast.host("Olga", width=width)
    olga.opens_the_desk(match)
    anna.opens(match)
    start = olga.page.get_by_role("button", name="Start event")
    end = olga.page.get_by_role("link", name="End event")
    expect(end).to_be_hidden()
    was = box(start)
    start.click()
    expect(end).to_be_visible()
    assert box(end)["y"] > was["y"] + was["height"]
    assert box(end)["y"] > box(region(olga, "Activity"))["y"]
    end.press("Enter")
    question = olga.page.get_by_role("form", name=re.compile("End the event"))
    expect(question.locator(":focus")).to_be_visible()
    assert not (box(question.get_by_role("button", name="End event")).items() <= was.items())
    question.get_by_role("button", name="End event").press("Enter")
    anna.reads("This event has ended.")
