"""The live path over HTTP: the same frames for pages whose socket does not work."""

import pytest

from feeds.forms import Cursor
from feeds.models import Entry
from feeds.tests.frames import posts_in, steps
from feeds.tests.helpers import fetch, now
from feeds.timeline.frames import frame_between

HEARTBEAT = [
    ("outerHTML", "#heartbeat", ["heartbeat"]),
    ("innerHTML", "#offline", []),
    ("innerHTML", "#problem:has(> .past)", []),
    ("beforeend", "#problem:not(:empty, :has(> .past))", []),
]


def test_changes_over_http_are_the_guarded_frame_and_a_heartbeat(event, rita):
    event.publish("Paul", "Goal!")
    start = Cursor(event.epoch, 0)
    html = fetch(rita, f"/events/match/changes/?after={start}")
    frame = frame_between(event.pk, start)
    assert steps(html) == [*steps(frame.html), *HEARTBEAT]
    assert posts_in(html) == posts_in(frame.html) == {f"entry-{Entry.objects.get().pk}": "Goal!"}
    assert 'data-state="polling"' in html
    assert steps(fetch(rita, f"/events/match/changes/?after={now(event)}")) == HEARTBEAT


@pytest.mark.parametrize("after", ["", "after=", "after=nonsense", "after=e1-99999999999999999999", "after=%00-1"])
def test_a_cursor_that_makes_no_sense_gets_the_newest_page(event, rita, after):
    event.publish("Paul", "Goal!")
    html = fetch(rita, f"/events/match/changes/?{after}")
    assert ("innerMorph", "#cursor ~ * #entries", [f"entry-{Entry.objects.get().pk}"]) in steps(html)


def test_changes_are_asked_for_again_each_time(event, rita):
    assert rita.get("/events/match/changes/")["Cache-Control"] == "private, no-cache"
