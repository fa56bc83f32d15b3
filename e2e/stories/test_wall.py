"""An event on the big screen of a room, and people who post from their seats."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

HD, PORTRAIT = {"width": 1280, "height": 720}, {"width": 1080, "height": 1920}

# Of the entries that begin on the screen, those that do not end on it.
CUT_OFF = """feed => [...feed.querySelectorAll('.entry')].map(entry => entry.getBoundingClientRect())
  .filter(box => box.left < feed.getBoundingClientRect().right && box.bottom > innerHeight).length"""
SCROLLS = "document.scrollingElement.scrollHeight > innerHeight || document.scrollingElement.scrollWidth > innerWidth"
RENEWED = 31_000
"""Milliseconds after which a wall has asked for what it should show."""


def hangs_up_a_wall(cast: Cast, url: str, event: str, size: dict[str, int] = HD) -> Person:
    wall = cast.joins("Wall", url, viewport=size)
    wall.page.clock.install()
    wall.goes_to(f"/events/{event}/wall/")
    wall.is_live()
    return wall


def asks_again(wall: Person) -> None:
    """Let half a minute pass, and wait for the answer to the wall."""
    with wall.page.expect_response(lambda answer: answer.url.endswith("/wall/?again")) as answered:
        wall.page.clock.fast_forward(RENEWED)
    answered.value.finished()  # while one is under way, it asks for nothing else


def offers_nothing_to_use(wall: Person) -> None:
    expect(wall.page.get_by_role("link", name=re.compile("[0-9]:[0-9]"))).to_have_count(0)
    for role in ("button", "textbox", "form", "checkbox", "combobox"):
        expect(wall.page.get_by_role(role)).to_have_count(0)
    for _ in range(10):
        wall.page.keyboard.press("Tab")
        assert wall.page.evaluate("document.activeElement === document.body")
    assert not wall.page.evaluate(SCROLLS)


def test_a_room_reads_along_and_joins_by_camera(
    deployment: Deployment, event: str, cast: Cast, olga: Person, ben: Person
) -> None:
    wall = hangs_up_a_wall(cast, deployment.urls[0], event)
    for person in (olga, ben):
        person.opens(event)
    olga.posts("https://example.org/pad")
    wall.reads("https://example.org/pad")
    ben.posts("word " * 300)
    ben.posts("Goal!")
    wall.sees("Goal!")
    expect(wall.post("Goal!").get_by_role("time")).to_be_visible()
    assert wall.feed.evaluate(CUT_OFF) == 0
    offers_nothing_to_use(wall)
    expect(wall.page.get_by_role("region", name="Join in")).to_contain_text(
        f"Join in at {deployment.urls[0][7:]}/events/{event}"
    )
    picture = Image.open(io.BytesIO(wall.page.get_by_role("img", name="QR code of").screenshot()))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"{deployment.urls[0]}/events/{event}/"]
    olga.pins("Entry 1")
    expect(wall.pinned.get_by_text("Entry 1")).to_be_in_viewport()
    offers_nothing_to_use(wall)
    olga.removes("Goal!")
    wall.does_not_see("Goal!")


def test_a_wall_needs_nobody_for_a_whole_day(deployment: Deployment, event: str, cast: Cast, ben: Person) -> None:
    wall = hangs_up_a_wall(cast, deployment.urls[0], event, PORTRAIT)
    for person in (wall, ben):  # where there is one process, it is his as well
        person.loses_the_network()
    wall.is_refused(404)
    ben.opens(event)
    deployment.kill(0)
    deployment.shell(
        f"event = Event.objects.get(slug={event!r})\nfor n in range(4, 90): event.publish('Ann', f'Entry {{n}}')"
    )
    deployment.start(0)
    wall.sees("Entry 89")
    wall.is_live()
    asks_again(wall)
    expect(wall.feed.locator("> article")).to_have_count(25)
    ben.posts("Still here?")
    wall.sees("Still here?")
    deployment.shell(f"Event.objects.get(slug={event!r}).end()")
    wall.reads("This event has ended.")
    wall.does_not_claim_to_be_live()
    deployment.shell(f"Entry.objects.get(event__slug={event!r}, text='Still here?').retract()")
    asks_again(wall)
    wall.does_not_see("Still here?")
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(visibility='draft', state='live')")
    asks_again(wall)
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(visibility='unlisted')")
    asks_again(wall)
    wall.is_live()
    deployment.manage("post", event, "--name", "Ann", "Second half")
    wall.sees("Second half")
    offers_nothing_to_use(wall)
