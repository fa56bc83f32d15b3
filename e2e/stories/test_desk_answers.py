"""A host with a full queue on a phone: an answer takes the place of what was acted on, and nothing moves."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.given import Given
from e2e.people.person import Person
from e2e.stories.desk import is_asked_again, taps

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

WIDTH = 360
PLACES = """() => ({
  scrolled: scrollY,
  cards: Object.fromEntries([...document.querySelectorAll('#desk article')]
    .map(card => [card.id, Math.round(card.getBoundingClientRect().top)])),
})"""


def places(host: Person) -> Any:
    """The scroll position of the page, and the places of its cards in the window."""
    return host.page.evaluate(PLACES)


def stay(host: Person, before: Any) -> None:
    """Check that no card has moved in the window. New entries above them make the page longer."""
    now = places(host)["cards"]
    assert {card: now.get(card) for card in before["cards"]} == pytest.approx(before["cards"], abs=1)


@pytest.fixture
def waiting(given: Given) -> str:
    """An event with 20 posts that wait."""
    slug = given.an_event(posting="all")
    given.in_the_event(
        slug,
        "for n in range(1, 21): event.publish(f'Paul {n}', f'Post {n} of those that wait. ' * (n % 3 + 1),"
        " visitor=f'{n:032}', hold='Every post in this event is reviewed.')",
    )
    return slug


def acts(given: Given, slug: str) -> list[str]:
    return given.in_the_event(
        slug, "for act in event.acts.exclude(verb='created').order_by('pk'): print(act.verb, act.subject['name'])"
    ).splitlines()


def card(host: Person, number: int) -> Locator:
    return host.page.locator("#desk").get_by_role("article", name=f"Entry by Paul {number}", exact=True)


def taps_twice(host: Person, button: Locator, card: Locator, then: str) -> None:
    """The second time in the same place, once the answer is there and has the focus."""
    place = taps(host, button)
    expect(card).to_contain_text(then)
    expect(card.locator(":focus")).to_contain_text(then)
    host.page.touchscreen.tap(*place)


def overlap(place: Any, button: Locator) -> bool:
    """Whether it is where another one was."""
    box: Any = button.bounding_box()
    return all(
        place[start] < box[start] + box[length] and box[start] < place[start] + place[length]
        for start, length in (("x", "width"), ("y", "height"))
    )


def test_an_answer_takes_the_place_of_the_post_and_a_second_tap_decides_on_no_other(
    waiting: str, given: Given, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga", width=WIDTH, has_touch=True)
    anna.opens(waiting)
    olga.opens_the_desk(waiting)
    for number, button, then in (
        (13, "Approve the entry", "Approved."),
        (14, "Approve as newest", "Approved."),
        (15, "Reject", "Rejected. The author has been told."),
    ):
        pressed = card(olga, number).get_by_role("button", name=button)
        if "as newest" in button:
            card(olga, number).get_by_text("⋯").press("Enter")
        pressed.evaluate("element => element.scrollIntoView({block: 'center'})")
        before, was = places(olga), pressed.bounding_box()
        assert before["scrolled"] > 1000
        taps_twice(olga, pressed, card(olga, number), then)
        stay(olga, before)
        assert not overlap(was, card(olga, number).get_by_role("button", name="Undo"))
        is_asked_again(olga)
        stay(olga, before)
    expect(anna.feed.get_by_text("Post 13 of")).to_be_visible()
    expect(anna.feed.get_by_text("Post 14 of")).to_be_visible()
    assert acts(given, waiting) == [
        "approved Paul 13",
        "approved Paul 14",
        "rejected Paul 15",
    ]


def test_undoing_in_place_brings_the_post_back_there_and_enter_twice_decides_once(
    waiting: str, given: Given, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga", width=WIDTH, has_touch=True)
    anna.opens(waiting)
    olga.opens_the_desk(waiting)
    reject = card(olga, 9).get_by_role("button", name="Reject")
    reject.evaluate("element => element.scrollIntoView({block: 'center'})")
    before = places(olga)
    reject.focus()
    for _ in range(2):
        olga.page.keyboard.press("Enter")
    expect(card(olga, 9)).to_contain_text("Rejected.")
    place = taps(olga, card(olga, 9).get_by_role("button", name="Undo"))
    expect(card(olga, 9).get_by_role("button", name="Reject")).to_be_visible()
    olga.page.touchscreen.tap(*place)
    is_asked_again(olga)
    stay(olga, before)
    assert acts(given, waiting) == ["rejected Paul 9", "held_again Paul 9"]
    taps(olga, card(olga, 9).get_by_role("button", name="Approve the entry"))
    expect(anna.feed.get_by_text("Post 9 of")).to_be_visible()


def test_what_another_host_decides_and_what_comes_to_wait_moves_no_post_of_the_queue(
    waiting: str, given: Given, cast: Cast
) -> None:
    olga = cast.host("Olga", width=WIDTH, has_touch=True)
    otto = cast.host("Otto")
    for host in (olga, otto):
        host.opens_the_desk(waiting)
    card(olga, 8).evaluate("element => element.scrollIntoView({block: 'center'})")
    before = places(olga)
    for number in (2, 8):
        card(otto, number).get_by_role("button", name="Approve the entry").press("Enter")
        expect(card(otto, number)).to_contain_text("Approved.")
        expect(card(olga, number)).to_contain_text("Approved.")
    given.in_the_event(waiting, "event.publish('Rita', 'One more', visitor='r' * 32, hold='Every post waits.')")
    late = olga.page.locator("#desk").get_by_role("article", name="Entry by Rita", exact=True)
    expect(late).to_be_visible()
    stay(olga, before)
    expect(olga.page.get_by_role("heading", name="To review (19)")).to_be_visible()
    olga.follows("Hide decided posts")
    expect(card(olga, 8)).to_have_count(0)
    expect(card(olga, 9)).to_be_visible()
