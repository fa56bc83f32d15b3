"""A queue of thirty posts by six people: by thumb, by keyboard, without JavaScript, and with two hosts at once."""

import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.given import Given
from e2e.people.person import Person
from e2e.people.tab import uses
from e2e.stories.desk import is_asked_again, taps

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

PEOPLE = ("Kofi", "Mei", "Rosa", "Sven", "Tariq", "Uma")


@pytest.fixture
def waiting(given: Given) -> str:
    """An event with 30 posts that wait, by six people in turn: “Post 1 by Kofi” and on."""
    slug = given.an_event(posting="all")
    given.in_the_event(
        slug,
        f"for n in range(1, 31):\n"
        f"    name = {PEOPLE!r}[(n - 1) % 6]\n"
        "    event.publish(name, f'Post {n} by {name}', visitor=name[0] * 32,"
        " hold='Every post in this event is reviewed.')",
    )
    return slug


def desk(host: Person, event: str) -> None:
    host.opens_the_desk(event)
    expect(host.queue).to_be_visible()


def group(host: Person, name: str) -> Locator:
    return host.queue.get_by_role("group", name=re.compile(f"^{name}"))


def row(host: Person, text: str) -> Locator:
    return host.queue.get_by_role("article").filter(has=host.page.get_by_text(text, exact=True))


def box(host: Person, text: str) -> Locator:
    return row(host, text).get_by_role("checkbox")


def selected(host: Person) -> Locator:
    return host.page.get_by_role("group", name="Selected posts")


def number(host: Person, count: int) -> None:
    expect(host.queue.get_by_role("heading")).to_have_text(f"To review ({count})")


def log(given: Given, event: str) -> list[str]:
    return given.in_the_event(
        event, "for act in event.acts.listed().exclude(verb='created').order_by('pk'): print(act)"
    ).splitlines()


def top(part: Locator) -> float:
    """Its place in the window, whatever is above it."""
    box = part.bounding_box()
    assert box
    return box["y"]


def test_a_thumb_approves_thirty_posts_of_six_people_with_six_taps_and_nothing_scrolls(
    waiting: str, given: Given, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga", phone=True)
    anna.opens(waiting)
    desk(olga, waiting)
    height = olga.queue.evaluate("element => element.offsetHeight")
    assert height < 30 * 115 + 6 * 60
    for name in PEOPLE:
        button = group(olga, name).get_by_role("button", name=f"Approve all 5 by {name}")
        button.evaluate("element => element.scrollIntoView({block: 'center'})")
        place = top(group(olga, name))
        taps(olga, button)
        expect(group(olga, name).locator(":focus")).to_contain_text("5 posts approved.")
        assert top(group(olga, name)) == pytest.approx(place, abs=1)
    number(olga, 0)
    assert olga.queue.evaluate("element => element.offsetHeight") == pytest.approx(height, abs=2)
    for text in ("Post 1 by Kofi", "Post 30 by Uma"):
        anna.sees(text)
    assert log(given, waiting) == [f"olga approved 5 posts by {name}" for name in PEOPLE]


def test_two_taps_approve_all_that_is_listed_and_one_takes_all_of_it_back(
    waiting: str, given: Given, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga", phone=True)
    anna.opens(waiting)
    desk(olga, waiting)
    olga.queue.get_by_text("All 30", exact=True).tap()
    olga.queue.get_by_role("button", name="Approve all 30").tap()
    anna.sees("Post 7 by Kofi")
    said = olga.page.get_by_role("status").filter(has_text="30 posts approved.")
    expect(said).to_be_focused()
    said.get_by_role("button", name="Undo").tap()
    anna.does_not_see("Post 7 by Kofi")
    number(olga, 30)
    assert log(given, waiting) == ["olga approved 30 posts", "olga sent 30 posts back for review"]


def test_the_keyboard_selects_posts_and_decides_on_them_and_enter_in_a_box_decides_nothing(
    waiting: str, cast: Cast, anna: Person
) -> None:
    olga = cast.host("Olga")
    anna.opens(waiting)
    desk(olga, waiting)
    keys = olga.page.keyboard
    expect(selected(olga)).to_have_count(0)
    for text in ("Post 2 by Mei", "Post 4 by Sven"):
        box(olga, text).focus()
        keys.press("Enter")
        keys.press("Space")
        is_asked_again(olga)
        expect(box(olga, text)).to_be_checked()
        expect(box(olga, text)).to_be_focused()
    number(olga, 30)
    selected(olga).get_by_role("button", name="Reject").focus()
    is_asked_again(olga)
    keys.press("Enter")
    expect(olga.page.get_by_role("status").filter(has_text="2 posts rejected.")).to_be_focused()
    expect(row(olga, "Post 2 by Mei")).to_contain_text("Rejected. The author has been told.")
    expect(box(olga, "Post 2 by Mei")).to_have_count(0)
    expect(selected(olga)).to_have_count(0)
    box(olga, "Post 3 by Rosa").check()
    uses(selected(olga).get_by_role("button", name="Clear"))
    expect(box(olga, "Post 3 by Rosa")).not_to_be_checked()
    anna.does_not_see("Post 2 by Mei")


def test_without_javascript_posts_are_selected_approved_and_taken_back(
    waiting: str, cast: Cast, anna: Person, nora: Person
) -> None:
    nora.signs_in()
    anna.opens(waiting)
    desk(nora, waiting)
    for text in ("Post 2 by Mei", "Post 4 by Sven"):
        box(nora, text).check()
    selected(nora).get_by_role("button", name="Approve").click()
    nora.reads("2 posts approved.")
    anna.sees("Post 4 by Sven")
    number(nora, 28)
    nora.page.get_by_role("region", name="Activity").get_by_role("button", name="Undo approved").click()
    nora.reads("Undone.")
    anna.does_not_see("Post 4 by Sven")
    number(nora, 30)
    group(nora, "Uma").get_by_role("button", name="Approve all 5").click()
    anna.sees("Post 30 by Uma")
    uses(nora.queue.get_by_role("button", name="Close posting"))
    nora.reads("Posting is closed.")


def test_what_two_hosts_decide_at_once_is_done_once_and_the_second_is_told(
    waiting: str, given: Given, cast: Cast, anna: Person
) -> None:
    olga, otto = cast.host("Olga", phone=True), cast.joins("Otto")
    given.in_the_event(
        waiting,
        "from django.contrib.auth.models import User\n"
        "otto, _made = User.objects.get_or_create(username='otto')\n"
        "otto.set_password('correct horse battery')\notto.save()\nevent.hosts.add(otto)",
    )
    otto.has_signed_in("otto")
    for host in (olga, otto):
        desk(host, waiting)
    boxes = [f"Post {n} by {PEOPLE[n - 1]}" for n in (1, 2, 3)]
    for text in boxes:
        box(olga, text).check()
    row(olga, "Post 4 by Sven").get_by_text("⋯").tap()
    expect(row(otto, "Post 4 by Sven")).to_contain_text("olga is looking at this")
    expect(row(olga, "Post 4 by Sven")).not_to_contain_text("is looking at this")
    olga.page.route("**/host/state/**", lambda route: route.fulfill(status=204))
    uses(row(otto, boxes[1]).get_by_role("button", name="Reject"))
    expect(row(otto, boxes[1])).to_contain_text("Rejected.")
    uses(row(otto, "Post 4 by Sven").get_by_role("button", name="Approve the entry"))
    selected(olga).get_by_role("button", name="Approve").tap()
    said = olga.page.get_by_role("status").filter(has_text="2 posts approved.")
    expect(said).to_contain_text("1 post was left alone: otto has already rejected this.")
    expect(row(otto, boxes[0])).to_contain_text("olga approved the entry by Kofi")
    said.get_by_role("button", name="Undo").tap()
    expect(box(otto, boxes[0])).to_be_visible()
    expect(row(otto, boxes[1])).to_contain_text("Rejected.")


def test_a_ban_in_place_takes_the_waiting_posts_along_and_its_undo_brings_them_back(waiting: str, cast: Cast) -> None:
    olga = cast.host("Olga", phone=True)
    desk(olga, waiting)
    row(olga, "Post 2 by Mei").get_by_text("⋯").tap()
    row(olga, "Post 2 by Mei").get_by_role("link", name="Ban").tap()
    form = olga.page.get_by_role("form", name="Ban")
    expect(form.get_by_label("Reject their 5 waiting posts")).to_be_checked()
    form.get_by_label("Message to them").fill("No advertisements")
    is_asked_again(olga)
    expect(form.get_by_label("Message to them")).to_have_value("No advertisements")
    form.get_by_role("button", name="Ban").tap()
    number(olga, 25)
    expect(row(olga, "Post 8 by Mei")).to_contain_text("Rejected.")
    group(olga, "Mei").get_by_role("button", name="Undo banned").tap()
    number(olga, 30)
    expect(box(olga, "Post 8 by Mei")).to_be_visible()


def test_the_authors_of_selected_posts_are_banned_after_a_question(waiting: str, given: Given, cast: Cast) -> None:
    olga = cast.host("Olga", phone=True)
    desk(olga, waiting)
    for text in ("Post 2 by Mei", "Post 3 by Rosa"):
        box(olga, text).check()
    selected(olga).get_by_role("button", name="Ban the authors").tap()
    form = olga.page.get_by_role("form", name="Ban 2 people")
    is_asked_again(olga)
    form.get_by_role("button", name="Ban 2 people").tap()
    number(olga, 20)
    assert log(given, waiting) == ["olga banned 2 visitors"]
    olga.page.get_by_role("status").filter(has_text="2 people are banned.").get_by_role("button", name="Undo").tap()
    number(olga, 30)
