"""Headings of entries: what hosts can set, and where pages show it."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from feeds.forms import EntryForm, ReviseForm
from feeds.models import Entry
from feeds.tests.helpers import fetch
from feeds.tests.transfer.documents import text_of, upload

EARLIER = datetime(2026, 7, 4, 18, 3, tzinfo=UTC)
"""20:03 in the zone of the match."""


@pytest.fixture
def goal(event, olga):
    return event.publish("Olga", "Okafor again", user=olga)


def fresh(entry):
    return Entry.objects.get(pk=entry.pk)


def body_of(entry, html):
    """The entry's own part of a page."""
    return re.search(rf'<div id="{entry.element_id}-body".*?<div class="text"', html, re.DOTALL)[0]


def edit(client, entry, **fields):
    sent = {"text": entry.text, "headline": entry.headline, "minute": entry.minute, "happened_at": ""} | fields
    return client.post(f"/events/match/entries/{entry.pk}/edit/", sent)


def test_readers_see_the_headline_above_the_text_and_the_minute_in_place_of_the_time(goal, as_olga, rita):
    assert edit(as_olga, goal, headline="2–1!", minute="63'").status_code == 303
    html = body_of(goal, fetch(rita, "/events/match/"))
    assert '<h2 class="headline" dir="auto">2–1!</h2>' in html
    shown = re.search(r'<time datetime="([^"]*)" title="([^"]*)"><bdi>(.*?)</bdi></time>', html)
    assert shown[3] == "63&#x27;"
    assert shown[1] == f"{goal.published_at:%Y-%m-%dT%H:%MZ}"
    assert "<title>Match · 2–1!</title>" in fetch(rita, goal.permalink)


def test_a_change_of_the_heading_is_one_change_of_the_history(goal, olga):
    before = fresh(goal).event.head
    number = goal.revise(goal.text, by=olga, headline="2–1!", minute="63'", happened_at=EARLIER)
    assert number == fresh(goal).seq == before + 1
    assert goal.revise(goal.text, by=olga, headline="2–1!", minute="63'", happened_at=EARLIER) == number


def test_an_edit_of_the_heading_is_undone_with_the_rest(goal, olga):
    goal.revise(goal.text, by=olga, headline="2–1!", happened_at=EARLIER)
    goal.revise("Okafor!", by=olga, headline="", minute="63'", happened_at=None)
    goal.event.acts.first().undo(by=olga)
    now = fresh(goal)
    assert (now.text, now.headline, now.minute, now.happened_at) == ("Okafor again", "2–1!", "", EARLIER)


def test_an_entry_that_tells_of_an_earlier_time_keeps_its_place(event, olga, goal, as_olga, rita):
    late = event.publish("Olga", "Corner", user=olga)
    assert edit(as_olga, late, happened_at="2026-07-04T20:03").status_code == 303
    assert fresh(late).happened_at == EARLIER
    html = fetch(rita, "/events/match/")
    assert html.index(late.element_id) < html.index(goal.element_id)
    assert "4 Jul, 20:03</time>" in body_of(late, html)


def test_saving_an_edit_leaves_the_time_as_it_is(goal, as_olga):
    html = fetch(as_olga, f"/events/match/entries/{goal.pk}/edit/", htmx=True)
    shown = re.search(r'name="happened_at" value="([^"]*)"', html)[1]
    assert edit(as_olga, goal, text="Okafor!", happened_at=shown).status_code == 303
    assert (fresh(goal).text, fresh(goal).happened_at) == ("Okafor!", None)


def test_an_empty_time_shows_that_of_publication_again(goal, olga, as_olga):
    goal.revise(goal.text, by=olga, happened_at=EARLIER)
    assert edit(as_olga, goal, happened_at="").status_code == 303
    assert fresh(goal).happened_at is None


def at(event, text, **options):
    """The answer of a composer to this time: a moment or the errors."""
    form = EntryForm({"name": "Olga", "text": "Go", "happened_at": text}, event=event, host=event.owner, **options)
    return form.cleaned_data["happened_at"] if form.is_valid() else form.errors["happened_at"]


@pytest.mark.parametrize("text", ["soon", "2026-13-01T10:00", "20:03", "2026-07-04T25:00"])
def test_a_time_that_is_none_is_refused(event, text):
    assert at(event, text) == ["Enter a date and a time, such as 2026-11-22T18:30."]


def test_a_time_must_not_be_in_the_future_nor_years_ago(event):
    soon, later = timezone.now() + timedelta(minutes=2), timezone.now() + timedelta(minutes=8)
    assert at(event, f"{soon.astimezone(event.tz):%Y-%m-%dT%H:%M}")
    for wrong in (f"{later.astimezone(event.tz):%Y-%m-%dT%H:%M}", "2016-07-04T20:00", "0001-01-01T00:00"):
        assert at(event, wrong)[0].startswith("Choose a time from 2025-07-03 20:00 to ")


def test_an_hour_that_is_skipped_is_refused(event):
    assert at(event, "2026-03-29T02:30") == [
        "That hour is skipped when the clocks go forward. Choose an earlier or later one."
    ]


def test_an_hour_that_comes_twice_is_asked_for(event):
    """The clocks of Berlin went back at three on 25 October."""
    sent = {"name": "Olga", "text": "Go", "happened_at": "2026-10-25T02:30"}
    form = EntryForm(sent, event=event, host=event.owner)
    assert form.errors["happened_at"] == ["That time comes twice when the clocks go back. Choose which one you mean."]
    choices = re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</option>', str(form["happened_at"]))
    assert [words for _value, words in choices] == ["…", "02:30 CEST (UTC+2)", "02:30 CET (UTC+1)"]
    meant = [at(event, value) for value, _words in choices[1:]]
    assert meant == [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]


def test_an_entry_in_an_hour_that_comes_twice_keeps_its_time_when_it_is_edited(goal, olga):
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    goal.revise(goal.text, by=olga, happened_at=second)
    form = ReviseForm(fresh(goal), {"text": "Go", "happened_at": "2026-10-25T02:30"}, by_host=True)
    assert form.is_valid()
    assert form.heading == {"happened_at": second}


def test_text_or_headline_is_enough(event, as_olga, rita):
    path, sent = "/events/match/entries/", {"name": "Olga", "text": "", "headline": "Half-time"}
    assert as_olga.post(path, sent).status_code == 303
    assert "Half-time</h2>" in fetch(rita, "/events/match/")
    refused = as_olga.post(path, sent | {"headline": " "})
    assert refused.status_code == 422
    assert "Write something first." in refused.content.decode()


@pytest.mark.parametrize(("field", "typed", "limit"), [("headline", "h" * 121, 120), ("minute", "90+12+345", 8)])
def test_what_is_too_long_is_kept_beside_an_error(goal, as_olga, field, typed, limit):
    answer = edit(as_olga, goal, **{field: typed})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'value="{typed}"' in html
    assert f"This has {limit + 1} characters and the limit is {limit}: shorten it by 1." in html
    assert fresh(goal).seq == goal.seq


def test_an_author_without_an_account_edits_the_text_alone(event, paul, as_olga):
    paul.post("/events/match/entries/", {"name": "Paul", "text": "Gaol!"})
    entry = Entry.objects.get()
    assert edit(as_olga, entry, headline="1–0").status_code == 303
    assert "headline" not in fetch(paul, f"/events/match/entries/{entry.pk}/edit/", htmx=True)
    assert edit(paul, fresh(entry), text="Goal!", headline="Mine").status_code == 303
    assert (fresh(entry).text, fresh(entry).headline) == ("Goal!", "1–0")


def test_two_hosts_who_edit_one_entry_are_told_of_its_headline(goal, as_olga, as_hugo):
    seen = {"seen": goal.seq}
    assert edit(as_olga, goal, headline="2–1", **seen).status_code == 303
    late = edit(as_hugo, goal, headline="2:1", minute="63", **seen)
    html = late.content.decode()
    assert "“2–1 · Okafor again” Save again to replace it." in html
    assert all(f'value="{typed}"' in html for typed in ("2:1", "63"))


def test_a_key_moment_has_its_label_as_headline(goal, olga, rita):
    goal.mark("2–1", by=olga)
    assert '<h2 class="headline" dir="auto">2–1</h2>' in body_of(goal, fetch(rita, "/events/match/"))


def test_a_text_that_is_the_label_is_not_said_twice(event, olga, rita):
    goal = event.publish("Olga", "Goal!", user=olga)
    goal.mark("Goal!", by=olga)
    assert re.findall(
        r">([^<]*Goal![^<]*)<",
        re.search(r'<article id="entry-.*?</article>', fetch(rita, "/events/match/"), re.DOTALL)[0],
    ) == ["Goal!"]


def test_a_headline_is_the_label_that_a_key_moment_gets_by_default(goal, olga, as_olga, rita):
    goal.revise(goal.text, by=olga, headline="Okafor makes it two")
    form = fetch(as_olga, f"/events/match/entries/{goal.pk}/moment/", htmx=True)
    assert 'name="label" value="Okafor makes it two"' in form
    goal.mark("2–1", by=olga)
    html = body_of(goal, fetch(rita, "/events/match/"))
    assert '<p class="kind">Key moment · <bdi>2–1</bdi></p>' in html
    assert "Okafor makes it two</h2>" in html
    goal.mark(fresh(goal).usual_label, by=olga)
    assert '<p class="kind">Key moment</p>' in body_of(goal, fetch(rita, "/events/match/"))


def test_the_list_of_key_moments_has_minutes_and_times_that_were_set(event, goal, olga, rita):
    goal.mark("2–1", by=olga)
    event.publish("Olga", "Off we go", user=olga, happened_at=EARLIER).mark("Kick-off", by=olga)
    goal.revise(goal.text, by=olga, minute="63'")
    html = re.search(r'<nav id="moments".*?</nav>', fetch(rita, "/events/match/"), re.DOTALL)[0]
    assert re.findall(r"<time[^>]*>(.*?)</time> <bdi>(.*?)</bdi></a>", html)[::2] == [
        ("<bdi>63&#x27;</bdi>", "2–1"),
        ("20:03", "Kick-off"),
    ]


def test_an_export_and_an_import_keep_the_heading(goal, olga, as_olga):
    goal.revise("", by=olga, headline="2–1", minute="63'", happened_at=EARLIER)
    document = json.loads(text_of(goal.event))
    told = {"headline": "2–1", "minute": "63'", "happened_at": "2026-07-04T18:03:00Z"}
    assert document["entries"][0] | told == document["entries"][0]
    assert upload(as_olga, document).status_code == 302
    copy = Entry.objects.exclude(event=goal.event).get()
    assert (copy.text, copy.headline, copy.minute, copy.happened_at) == ("", "2–1", "63'", EARLIER)


def test_a_file_from_before_headings_is_read(goal, as_olga):
    document = json.loads(text_of(goal.event))
    for name in ("headline", "minute", "happened_at"):
        del document["entries"][0][name]
    assert upload(as_olga, document).status_code == 302
