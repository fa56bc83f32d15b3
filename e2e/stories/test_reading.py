"""A reader further down, or paused, while entries come."""

import re

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

WATCH_SHIFTS = """
window.shifts = []
new PerformanceObserver(list => { for (const shift of list.getEntries()) shifts.push(shift.value) })
  .observe({type: 'layout-shift', buffered: true})
"""


@pytest.fixture
def long_event(deployment: Deployment, event: str) -> str:
    publish(deployment, event, [f"Minute {number}" for number in range(30)])
    return event


def publish(deployment: Deployment, slug: str, texts: list[str]) -> None:
    deployment.shell(f"event = Event.objects.get(slug={slug!r})\nfor text in {texts!r}: event.publish('Ann', text)")


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_while_fifty_entries_come_above_what_is_read(
    deployment: Deployment, long_event: str, cast: Cast, width: int
) -> None:
    anna = cast.joins("Anna", deployment.url, width=width, reduced_motion=False)
    anna.context.add_init_script(WATCH_SHIFTS)
    anna.opens(long_event)
    anna.reads_at("Minute 12")
    anna.opens_comment_form("Minute 12")
    anna.comment_text("Minute 12").fill("Half a com")
    for focus in (anna.comment_text("Minute 12"), anna.post("Minute 12").get_by_role("link").first):
        focus.focus()
        anna.page.evaluate("shifts.length = 0")
        with anna.stays_put("Minute 12"):
            publish(deployment, long_event, [f"Burst {number}" for number in range(50)])
            expect(anna.unread).to_have_accessible_name(re.compile("^(50|100 or more) new entries$"))
        expect(focus).to_be_focused()
        assert anna.page.evaluate("shifts") == []
    expect(anna.comment_text("Minute 12")).to_have_value("Half a com")


def test_a_link_counts_new_entries_and_leads_to_the_first(
    deployment: Deployment, long_event: str, cast: Cast, ben: Person
) -> None:
    anna = cast.reader("Anna", viewport={"width": 1280, "height": 420})  # so that they are not all on the first screen
    for person in (anna, ben):
        person.opens(long_event)
    anna.reads_at("Minute 12")
    for count, text in enumerate(("One", "Two", "Three"), 1):
        ben.posts(text)
        anna.sees_unread(count)
    ben.comments("Three", "Only a comment")
    ben.edits("Two", "Second")
    anna.sees("Second")
    anna.sees_unread(3)
    ben.removes("Three")
    anna.sees_unread(2)
    anna.unread.focus()
    anna.page.keyboard.press("Enter")
    expect(anna.post("One")).to_be_in_viewport(ratio=1)
    anna.sees_unread(0)
    expect(anna.page.locator(":focus")).to_have_text("You have read up to here")
    ben.posts("Four")
    anna.sees_unread(1)
    anna.reads_what_a_fresh_page_says()
    anna.unread.click()
    expect(anna.post("Four")).to_be_in_viewport(ratio=1)
    anna.sees_unread(0)
    anna.page.keyboard.press("Home")
    expect(anna.page.get_by_text("Following live")).to_be_visible()
    ben.posts("Five")
    expect(anna.post("Five")).to_be_in_viewport()
    anna.sees_unread(0)


def test_a_short_way_up_ends_at_the_top_with_the_focus_where_it_was_read_to(
    long_event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(long_event)
    anna.reads_at("Minute 12")
    ben.posts("One")
    anna.sees_unread(1)
    anna.unread.focus()
    anna.page.keyboard.press("Enter")
    expect(anna.post("One")).to_be_in_viewport(ratio=1)
    expect(anna.page.get_by_text("Following live")).to_be_visible()
    expect(anna.page.locator(":focus")).to_have_text("You have read up to here")
    ben.posts("Two")
    expect(anna.post("Two")).to_be_in_viewport()
    anna.sees_unread(0)


def test_who_pauses_gets_new_entries_when_they_follow_again(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.pauses()
    ben.posts("One")
    ben.posts("Two")
    anna.sees_unread(2)
    expect(anna.post("Two")).to_have_count(0)
    anna.unread.click()
    expect(anna.post("One")).to_be_in_viewport(ratio=1)
    anna.sees_unread(0)
    ben.posts("Three")
    anna.sees_unread(1)
    anna.goes_on_following()
    anna.sees("Three")
    assert anna.page.evaluate("scrollY") == 0
    ben.posts("Four")
    anna.sees("Four")
    anna.reads_what_a_fresh_page_says()


def test_pause_and_follow_do_the_same_pressed_once_or_twice(event: str, cast: Cast, anna: Person, ben: Person) -> None:
    carla = cast.reader("Carla", phone=True)
    for person in (anna, ben, carla):
        person.opens(event)
    keys = anna.page.keyboard
    for button, then in (("Pause", "Paused"), ("Follow", "Following live")):
        anna.page.get_by_role("button", name=button).focus()
        keys.press("Enter")
        keys.press("Enter")
        expect(anna.page.get_by_text(then, exact=True)).to_be_focused()
        keys.press("Enter")
        tapped = carla.page.get_by_role("button", name=button)
        tapped.evaluate("button => Promise.all(button.getAnimations().map(each => each.finished))")
        place = tapped.bounding_box()
        assert place
        for _ in range(2):
            carla.page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        expect(carla.page.get_by_text(then, exact=True)).to_have_count(1)
        ben.posts(f"While {then}")
        for person in (anna, carla):
            person.sees_unread(1 if then == "Paused" else 0)
            expect(person.page.get_by_text(then, exact=True)).to_have_count(1)
            expect(person.post(f"While {then}")).to_have_count(0 if then == "Paused" else 1)


def test_oldest_first_the_link_counts_what_came_below_the_end_and_leads_there(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    publish(deployment, event, [f"Minute {number}" for number in range(20)])  # the page has its end
    for person in (anna, ben):
        person.opens(event)
    anna.follows("Oldest first")
    anna.is_live()
    for count, text in enumerate(("One", "Two", "Three"), 1):
        ben.posts(text)
        anna.sees_unread(count)
    with anna.stays_put("Entry 1"):
        ben.posts("Four")
        anna.sees_unread(4)
    anna.unread.click()
    expect(anna.post("One")).to_be_in_viewport()
    anna.post("Four").evaluate("element => element.scrollIntoView({block: 'end'})")
    anna.page.keyboard.press("End")
    anna.sees_unread(0)
    ben.posts("Five")
    expect(anna.post("Five")).to_have_count(1)
    anna.page.keyboard.press("Home")
    ben.posts("Six")
    expect(anna.unread).to_have_accessible_name(re.compile("new entr"))
