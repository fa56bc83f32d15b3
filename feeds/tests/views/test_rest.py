"""Pages at rest: they ask whether the event goes on, and come back when it does."""

import time

import pytest

from feeds.live.messages import rest
from feeds.tests.frames import steps
from feeds.tests.helpers import fetch, now, values
from feeds.tests.views.over import asked, asks, paths_of, question
from feeds.timeline.variants import Variant


def test_a_page_at_rest_asks_at_little_cost_and_caches_may_answer(over, rita, paul, django_assert_num_queries):
    path = question(fetch(rita, "/events/match/"))
    answer = asked(rita, path, 204)
    assert (answer["Cache-Control"], answer.content) == ("public, max-age=0, s-maxage=30", b"")
    assert "Cookie" not in answer["Vary"]
    with django_assert_num_queries(1):
        again = rita.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert question(fetch(paul, "/events/match/")) == path


def test_a_page_from_before_the_end_gets_its_connection_back(over, rita, olga):
    frame = rest(Variant.plain(), over.slug, now(over))
    path = question(frame)
    assert "whole" not in path
    asked(rita, path, 204)
    over.start(by=olga)
    html = asked(rita, path, 200).content.decode()
    assert [step[:2] for step in steps(html)] == [
        ("afterend", "#live:not(:has(#socket)) > #cursor"),
        ("outerHTML", "#heartbeat[data-state=over]"),
    ]
    first = values(html, "div", "hx-ws:connect")
    over.end(by=olga)
    over.start(by=olga)
    assert values(asked(rita, path, 200).content.decode(), "div", "hx-ws:connect") != first


def test_a_page_that_was_loaded_over_is_loaded_again_since_it_has_no_forms(over, rita, olga):
    paths = [question(fetch(rita, path)) for path in paths_of(over)]
    assert [("whole=1" in path, "HX-Refresh" in asked(rita, path, 204)) for path in paths] == [(True, False)] * 3
    over.start(by=olga)
    assert [asked(rita, path, 204)["HX-Refresh"] for path in paths] == ["true"] * 3


def test_it_asks_every_minute_for_two_hours_then_every_hour_for_a_day_and_then_no_more(over, rita, olga, monkeypatch):
    path, start = question(fetch(rita, "/events/match/")), time.time()

    def later(hours):
        monkeypatch.setattr(time, "time", lambda: start + hours * 3600)

    later(1.9)
    asked(rita, path, 204)
    later(3.1)
    hourly = asked(rita, path, 200).content.decode()
    assert (asks(hourly)[0]["hx-trigger"], steps(hourly)[0][:2]) == ("every 3600s", ("outerHTML", "#asking"))
    asked(rita, question(hourly), 204)
    later(27.1)
    last = asked(rita, question(hourly), 200).content.decode()
    assert (asks(last), [step[:2] for step in steps(last)][1]) == ([], ("delete", "#asking"))
    over.start(by=olga)
    assert asked(rita, question(hourly), 204)["HX-Refresh"] == "true"


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 400, "999999999"])
def test_an_hour_that_makes_no_sense_is_taken_for_some_hour(over, rita, since):
    assert rita.get(f"/events/match/rest/?since={since}").status_code in {200, 204}
