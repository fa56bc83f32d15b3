"""Two taps, or Enter twice, on what changes an event: the first one is done once, and its opposite never."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

WIDTH = 360


def acts(deployment: Deployment, slug: str) -> list[str]:
    return deployment.shell(
        f"for act in Event.objects.get(slug={slug!r}).acts.exclude(verb='created').order_by('pk'): print(act.verb)"
    ).splitlines()


def taps_there(person: Person, place: Any) -> None:
    assert place
    person.page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)


def settles(button: Locator) -> None:
    """Wait until the button takes taps. `tap()` would scroll meanwhile, and its place would change."""
    button.evaluate(
        """button => Promise.all(button.closest('.step, .undo, .buttons').getAnimations()
          .filter(each => each.animationName == 'settle').map(each => each.finished))"""
    )


def is_answered(person: Person) -> None:
    expect(person.page.locator(".htmx-request")).to_have_count(0)
    person.lets_frames_pass(2)


def taps_twice(person: Person, button: Locator, *opposites: str) -> None:
    """The second time once the page has changed, on what is in the same place then: never what undoes the first."""
    button.scroll_into_view_if_needed()
    settles(button)
    place: Any = button.bounding_box()
    with person.page.expect_response(lambda answer: answer.request.method == "POST"):
        taps_there(person, place)
    is_answered(person)
    expect(button).to_be_hidden()
    for name in opposites:
        there: Any = person.page.get_by_role("group", name="Hosting").get_by_role("button", name=name).bounding_box()
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        assert not (
            there["x"] <= x <= there["x"] + there["width"] and there["y"] <= y <= there["y"] + there["height"]
        ), f"{name} is where a tap was"
    taps_there(person, place)


def has_ended(person: Person, state: str) -> None:
    expect(person.main.locator("header").get_by_text(state, exact=True)).to_be_visible()


def test_two_taps_on_each_step_of_an_event_take_one_step(
    deployment: Deployment, event: str, cast: Cast, ben: Person
) -> None:
    slug = deployment.event(f"taps-{event}", state="scheduled", visibility="unlisted")
    olga = cast.host("Olga", width=WIDTH, has_touch=True)
    ben.opens(slug)
    olga.opens(slug)
    expect(ben.page.get_by_text("2 readers", exact=True)).to_be_visible()
    taps_twice(olga, olga.page.get_by_role("button", name="Start event"), "Undo")
    has_ended(ben, "Live")
    olga.posts("Kick-off")
    ben.sees("Kick-off")

    question = is_asked_in_place_who_taps_twice(olga)
    expect(question).to_contain_text("2 people are reading.")
    taps_twice(olga, question.get_by_role("button", name="End event"), "Undo", "Reopen event")
    has_ended(ben, "Ended")
    taps_twice(olga, undo(olga))
    has_ended(olga, "Live")
    question = is_asked_in_place_who_taps_twice(olga)
    taps_twice(olga, question.get_by_role("button", name="End event"), "Undo", "Reopen event")
    has_ended(olga, "Ended")
    taps_twice(olga, olga.page.get_by_role("button", name="Archive event", exact=True), "Undo", "Unarchive event")
    has_ended(olga, "Archived")
    taps_twice(olga, olga.page.get_by_role("button", name="Unarchive event"), "Undo", "Archive event")
    has_ended(olga, "Ended")
    assert acts(deployment, slug) == ["started", "ended", "reopened", "ended", "archived", "unarchived"]


def is_asked_in_place_who_taps_twice(host: Person) -> Locator:
    """Nothing is ended yet."""
    link = host.page.get_by_role("link", name="End event")
    link.scroll_into_view_if_needed()
    settles(link)
    place = link.bounding_box()
    taps_there(host, place)
    question = host.page.get_by_role("form", name="End the event for everybody")
    expect(question).to_be_visible()
    taps_there(host, place)
    is_answered(host)  # where the link is still there, it asks again
    expect(question).to_be_visible()
    return question


def undo(host: Person) -> Locator:
    return host.page.get_by_role("group", name="Hosting").get_by_role("button", name="Undo")


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_enter_twice_on_each_step_takes_one_step(
    deployment: Deployment, event: str, cast: Cast, ben: Person, javascript: bool
) -> None:
    slug = deployment.event(f"keys-{event}-{javascript}", state="scheduled", visibility="unlisted")
    olga = cast.host("Olga", width=WIDTH, javascript=javascript)
    ben.opens(slug)
    olga.reads_along(slug)

    def enter_twice(button: Locator, then: str) -> None:
        button.focus()
        for _ in range(2):
            olga.page.keyboard.press("Enter")
        has_ended(ben, then) if then in {"Live", "Ended"} else has_ended(olga, then)

    enter_twice(olga.page.get_by_role("button", name="Start event"), "Live")
    olga.page.get_by_role("link", name="End event").press("Enter")
    button = olga.page.get_by_role("button", name="End event")
    expect(button).to_be_visible()
    expect(button).not_to_be_focused()
    enter_twice(button, "Ended")
    enter_twice(olga.page.get_by_role("button", name="Archive event", exact=True), "Archived")
    assert acts(deployment, slug) == ["started", "ended", "archived"]
