"""The list of events: what is in it, for whom, and when it is sent again."""

import html
import re
from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.test import Client

from feeds.models import Entry, Event, Presence
from feeds.models.event.querysets import EventQuerySet
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX, cards, facts, fetch
from feeds.views import home


def test_home_sorts_events_by_what_a_visitor_can_do_with_them(new_event, rita):
    for day, (slug, state) in enumerate(
        [("over-1", "ended"), ("over-2", "ended"), ("now", "live"), ("soon", "scheduled"), ("later", "scheduled")], 1
    ):
        new_event(slug, state=state, starts_at=datetime(2026, 7, day, tzinfo=UTC))
    assert cards(fetch(rita, "/")) == {
        "Live now": ["Now"],
        "Coming up": ["Soon", "Later"],
        "Past events": ["Over 2", "Over 1"],
    }


def test_home_lists_neither_drafts_nor_unlisted_events_except_to_those_who_run_them(
    event, draft, new_event, as_hugo, as_olga
):
    new_event("unlisted", visibility="unlisted")
    for client in (Client(), signed_in(get_user_model().objects.create_user("sam"))):
        assert cards(fetch(client, "/")) == {"Live now": ["Match"]}
        assert cards(fetch(client, "/events/", htmx=True)) == {"Live now": ["Match"]}
    assert cards(fetch(as_hugo, "/")) == {"Live now": ["Match"], "Yours, not listed": ["Secret plan"]}
    assert cards(fetch(as_olga, "/"))["Yours, not listed"] == ["Unlisted", "Secret plan"]


def test_home_shows_the_last_20_events_that_are_over(new_event, rita):
    for day in range(1, 23):
        new_event(f"game-{day}", state="ended", starts_at=datetime(2026, 7, day, tzinfo=UTC))
    assert cards(fetch(rita, "/")) == {"Past events": [f"Game {day}" for day in range(22, 2, -1)]}


def test_home_counts_entries_and_readers(event, new_event, rita):
    tea = new_event("tea")
    tea.publish("Paul", "One")
    tea.end()
    for text in ("One", "Two", "Three"):
        event.publish("Paul", text)
    Entry.objects.get(text="Two").retract()
    Presence.objects.report("process", {event.pk: {1}})
    assert facts(fetch(rita, "/")) == [
        "Sat 4 Jul 2026, 20:00 CEST · 2 entries · 1 reader now",
        "Sat 4 Jul 2026, 20:00 CEST · 1 entry",
    ]


def test_an_empty_home_says_what_to_do(db, rita, as_sam):
    assert "There are no events yet. Hosts can" in fetch(rita, "/")
    assert 'There are no events yet. <a href="/events/new/">Create the first one</a>' in fetch(as_sam, "/")


def test_the_list_is_sent_again_only_when_it_changed(event, rita):
    first = rita.get("/events/", headers=HTMX)
    same = rita.get("/events/", headers=HTMX | {"If-None-Match": first["ETag"]})
    assert (first.status_code, same.status_code, same.content, same["ETag"]) == (200, 304, b"", first["ETag"])
    tags = {first["ETag"]}
    for change in (
        lambda: event.publish("Paul", "One"),
        lambda: event.configure(title="Final"),
        lambda: Presence.objects.report("process", {event.pk: range(5)}),
        event.end,
        lambda: event.configure(visibility="unlisted"),
    ):
        change()
        response = rita.get("/events/", headers=HTMX | {"If-None-Match": first["ETag"]})
        assert response.status_code == 200
        tags.add(response["ETag"])
    assert len(tags) == 6


def test_a_compressed_list_is_recognised_as_well(new_event, rita):
    for number in range(5):
        new_event(f"game-{number}")
    compressed = HTMX | {"Accept-Encoding": "gzip"}
    first = rita.get("/events/", headers=compressed)
    assert first["Content-Encoding"] == "gzip"
    assert rita.get("/events/", headers=compressed | {"If-None-Match": first["ETag"]}).status_code == 304


def test_the_list_alone_is_for_htmx(event, rita):
    response = rita.get("/events/")
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_long_list_goes_on_on_pages_of_its_own(new_event, rita):
    day = datetime(2026, 7, 1, tzinfo=UTC)  # all at the same moment: the key decides
    for number in range(45):
        new_event(f"game-{number}", state="ended", starts_at=day)
        new_event(f"talk-{number}", state="scheduled", starts_at=day)
    games, talks, page = [], [], fetch(rita, "/")
    while True:
        games += cards(page)["Past events"]
        talks += cards(page).get("Coming up", []) if not talks else []
        if not (link := re.search(r'href="(/events/\?list=over[^"]*)"', page)):
            break
        page = fetch(rita, html.unescape(link[1]))
    assert games == [f"Game {number}" for number in range(44, -1, -1)]
    assert talks == [f"Talk {number}" for number in range(20)]
    assert "No more events in this list." in fetch(rita, "/events/?list=over&after=1999-01-01T00:00:00.000000Z~1")
    for nonsense in ("", "x", "2026-99-01T00:00:00.000000Z~1", "9" * 99):
        assert cards(fetch(rita, f"/events/?list=over&after={nonsense}"))["Past events"][0] == "Game 44"
    assert rita.get("/events/?list=nothing").status_code == 404


def test_the_page_of_one_s_own_events_has_those_one_helps_with_and_nobody_else_s(
    new_event, draft, as_hugo, as_olga, rita
):
    new_event("unlisted", visibility="unlisted")
    assert cards(fetch(as_hugo, "/events/?list=own")) == {"Yours, not listed": ["Secret plan"]}
    assert cards(fetch(as_olga, "/events/?list=own")) == {"Yours, not listed": ["Unlisted", "Secret plan"]}
    assert cards(fetch(rita, "/events/?list=own")) == {}


def test_a_crowd_has_the_list_rendered_once_and_nothing_counted_again(event, new_event, monkeypatch):
    event.publish("Paul", "One")
    rendered, counted = [], []
    render, counts = home.render_to_string, EventQuerySet.with_counts
    monkeypatch.setattr(home, "render_to_string", lambda *args: rendered.append(1) or render(*args))
    monkeypatch.setattr(EventQuerySet, "with_counts", lambda self: counted.append(1) or counts(self))
    lists = {fetch(Client(), "/events/", htmx=True) for _ in range(5)} | {fetch(Client(), "/events/", htmx=True)}
    assert (len(lists), len(rendered), len(counted)) == (1, 1, 1)
    event.publish("Paul", "Two")
    assert "2 entries" in fetch(Client(), "/events/", htmx=True)
    assert len(rendered) == 2


def test_the_number_of_entries_is_told_as_far_as_it_is_counted(event, rita, monkeypatch):
    monkeypatch.setattr("feeds.models.event.querysets.COUNTED", 2)
    monkeypatch.setattr(Event, "COUNTED", 2)
    for text in ("One", "Two"):
        event.publish("Paul", text)
    assert "2 entries" in facts(fetch(rita, "/"))[0]
    event.publish("Paul", "Three")
    assert "more than 2 entries" in facts(fetch(rita, "/"))[0]
