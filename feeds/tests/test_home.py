"""The list of events: what is in it, for whom, and when it is sent again."""

import re
from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.test import Client

from feeds.models import Entry, Presence
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX, facts, fetch


def cards(html):
    """The sections of the home page with the titles in them."""
    sections = re.findall(r'<section aria-label="([^"]*)">(.*?)</section>', html, re.DOTALL)
    return {
        title: re.findall(r'<h3 dir="auto"><a href="[^"]*">([^<]*)</a></h3>', section) for title, section in sections
    }


def test_home_sorts_events_by_what_a_visitor_can_do_with_them(new_event, rita):
    for day, (slug, state) in enumerate(
        [("over-1", "ended"), ("over-2", "ended"), ("now", "live"), ("soon", "scheduled"), ("later", "scheduled")], 1
    ):
        new_event(slug, state=state, starts_at=datetime(2026, 7, day, tzinfo=UTC))
    assert cards(fetch(rita, "/")) == {
        "Live now": ["Now"],
        "Coming up": ["Soon", "Later"],
        "Over": ["Over 2", "Over 1"],
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
    assert cards(fetch(rita, "/")) == {"Over": [f"Game {day}" for day in range(22, 2, -1)]}


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
