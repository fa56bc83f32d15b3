"""A summary for latecomers: the pinned entry and the key moments."""

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def publish(deployment: Deployment, slug: str, texts: list[str]) -> None:
    deployment.shell(f"event = Event.objects.get(slug={slug!r})\nfor text in {texts!r}: event.publish('Ann', text)")


def mark(deployment: Deployment, slug: str, text: str, moment: str) -> None:
    deployment.shell(f"Event.objects.get(slug={slug!r}).entries.get(text={text!r}).mark({moment!r})")


def test_on_a_wide_screen_it_stays_beside_what_is_read(deployment: Deployment, event: str, anna: Person) -> None:
    publish(deployment, event, [f"Minute {number}" for number in range(40)])
    mark(deployment, event, "Entry 1", "Kick-off")
    mark(deployment, event, "Minute 20", "Goal")
    anna.opens(event)
    rail = anna.page.get_by_role("navigation", name="Key moments")
    expect(rail.get_by_role("link")).to_have_count(2)
    rail.get_by_role("link", name="Goal").click()
    expect(anna.post("Minute 20")).to_be_in_viewport(ratio=1)
    expect(rail.get_by_role("link", name="Goal")).to_be_in_viewport()
    mark(deployment, event, "Minute 39", "Whistle")
    expect(rail.get_by_role("link")).to_have_count(3)
    rail.get_by_role("link", name="Kick-off").click()
    expect(anna.post("Entry 1")).to_be_in_viewport()


def test_on_a_phone_it_is_a_disclosure_that_stays_open(deployment: Deployment, event: str, cast: Cast) -> None:
    mark(deployment, event, "Entry 1", "Kick-off")
    anna, ben = (cast.joins(who, deployment.url, viewport={"width": 360, "height": 740}) for who in ("Anna", "Ben"))
    for person in (anna, ben):
        person.opens(event)
        expect(person.page.get_by_role("link", name="Kick-off")).to_have_count(0)
    anna.page.locator("summary").filter(has_text="Key moments").click()
    expect(anna.page.get_by_role("link", name="Kick-off")).to_be_visible()
    mark(deployment, event, "Entry 3", "Goal")
    expect(anna.page.get_by_role("link", name="Goal")).to_be_visible()
    anna.page.get_by_role("link", name="Goal").click()
    expect(anna.post("Entry 3")).to_be_in_viewport()
    expect(ben.page.get_by_role("link", name="Goal")).to_have_count(0)
