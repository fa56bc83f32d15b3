"""The wall: an event for a whole room."""

import re

import pytest

from e2e.protocol.page import Page
from feeds.tests.helpers import elements, fetch, now
from feeds.views.wall import qr_code

AGAIN = "/events/match/wall/?again"


def revived(html):
    return "#live:not(:has(#socket))" in html


def test_it_shows_how_to_get_there_by_the_address_others_use(event, rita, settings):
    settings.PUBLIC_URL = "https://live.example.org"
    html = fetch(rita, "/events/match/wall/")
    assert re.sub("<wbr>", "", html).count(">live.example.org/events/match</bdi>") == 1
    assert qr_code("https://live.example.org/events/match/") in html


def test_the_code_needs_nothing_that_the_content_security_policy_forbids():
    assert {name for _, attributes in elements(qr_code("https://live.example.org/")) for name, _ in attributes} == {
        "viewbox", "fill", "stroke", "d"
    }  # fmt: skip


def test_a_former_address_leads_to_it(event, rita):
    event.configure(slug="final")
    assert rita.get("/events/match/wall/")["Location"] == "/events/final/wall/"


def test_a_wall_that_is_open_shows_the_new_address_of_its_event_when_it_asks(event, rita):
    wall = Page(fetch(rita, "/events/match/wall/"))
    event.configure(slug="final")
    answer = rita.get(AGAIN, headers={"HX-Request": "true"}, follow=True)
    wall.swap(answer.content.decode())
    assert "testserver/events/final" in wall.element("join").text
    assert wall.element("join").text == Page(fetch(rita, "/events/final/wall/")).element("join").text


def test_it_asks_for_all_it_should_show_and_is_there_from_then_on(event, rita):
    entry = event.publish("Ann", "Goal!")
    answer = fetch(rita, AGAIN, htmx=True)
    assert entry.element_id in answer
    assert f'id="cursor" name="after" value="{now(event)}"' in answer
    # Nothing waits for the place the page is at: only what comes after the new cursor names a place.
    assert set(re.findall(r"\[value=([^]]*)\]", answer)) <= {str(now(event))}
    assert rita.get(AGAIN, headers={"HX-Request": "true"})["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("state", ["ended", "archived"])
def test_it_rests_while_the_event_is_over_and_comes_back_with_it(event, rita, state):
    event.configure(state=state)
    assert 'id="socket"' not in fetch(rita, "/events/match/wall/")
    assert not revived(fetch(rita, AGAIN, htmx=True))
    event.configure(state="live")
    assert revived(fetch(rita, AGAIN, htmx=True))
