"""The life of an event: steps by hosts, and steps by the clock."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feeds.models import Event
from feeds.tests.helpers import FORM, errors, fetch, submit, values
from feeds.tests.models.event.lives import day, life_of


def test_a_host_takes_the_event_through_its_life_and_all_of_it_is_written_down(new_event, hugo, as_hugo, it_is, head):
    event = new_event(state="scheduled", hosts=[hugo])
    steps = ("start", "end", "start", "end", "archive", "unarchive", "start")
    states = []
    for hour, step in enumerate(steps, 1):
        it_is(hour)
        response = as_hugo.post(f"/events/match/{step}/")
        assert (response.status_code, response["Location"]) == (302, "/events/match/")
        event.refresh_from_db()
        states.append((event.state, event.ended_at, head(event)))
    assert states == [
        ("live", None, 1),
        ("ended", day(2), 2),
        ("live", None, 3),
        ("ended", day(4), 4),
        ("archived", day(4), 5),
        ("ended", day(4), 6),
        ("live", None, 7),
    ]
    verbs = ["started", "ended", "reopened", "ended", "archived", "unarchived", "reopened"]
    assert life_of(event)[2] == [("hugo", verb) for verb in verbs]


@pytest.mark.parametrize(
    ("state", "step"),
    [
        *(("live", "start"), ("live", "unarchive"), ("scheduled", "unarchive")),
        *(("ended", "end"), ("ended", "unarchive"), ("archived", "end"), ("archived", "archive")),
    ],
)
def test_what_is_so_already_is_not_done_again(new_event, hugo, as_hugo, head, state, step):
    event = new_event(state=state, hosts=[hugo])
    assert as_hugo.post(f"/events/match/{step}/").status_code == 302
    assert (life_of(event), head(event)) == ((state, None, []), 0)


@pytest.mark.parametrize("step", ["archive", "unarchive"])
def test_nobody_but_a_host_archives(new_event, hugo, as_sam, as_hugo, rita, step):
    event = new_event(state="ended" if step == "archive" else "archived", hosts=[hugo])
    before = event.state
    assert [client.post(f"/events/match/{step}/").status_code for client in (rita, as_sam)] == [403, 403]
    assert life_of(event)[0] == before
    as_hugo.post(f"/events/match/{step}/")
    assert life_of(event)[0] != before


def test_two_hosts_who_end_it_together_end_it_once(event, hugo, olga, it_is):
    copy = Event.objects.get(pk=event.pk)
    it_is(3)
    event.end(by=hugo)
    it_is(4)
    copy.end(by=olga)
    assert life_of(event) == ("ended", day(3), [("hugo", "ended")])
    assert copy.ended_at == day(3)


def test_it_starts_at_its_start_if_a_host_asked_for_that(new_event, it_is):
    asked = new_event("asked", state="scheduled", starts_at=day(18), auto_start=True)
    other = new_event("other", state="scheduled", starts_at=day(18))
    it_is(17, 59)
    Event.objects.keep_time()
    assert life_of(asked) == ("scheduled", None, [])
    it_is(18)
    Event.objects.keep_time()
    assert life_of(asked) == ("live", None, [("Commentary", "started", day(18))])
    assert (asked.seq, asked.head) == (1, 1)
    assert life_of(other) == ("scheduled", None, [])


def test_it_ends_when_nobody_posted_for_so_many_hours(new_event, it_is, paul):
    event = new_event(state="scheduled", starts_at=day(0), auto_end_hours=2)
    it_is(1)
    event.start()
    entry = event.publish("Paul", "Kick-off")
    for hour, minute, post in ((2, 30, None), (2, 59, event.publish), (4, 58, entry.comment), (6, 57, None)):
        it_is(hour, minute)
        Event.objects.keep_time()
        assert life_of(event)[0] == "live", f"at {hour}:{minute}"
        if post:
            post("Paul", "Goal!")
    it_is(6, 58)
    Event.objects.keep_time()
    assert life_of(event) == ("ended", day(6, 58), [("Commentary", "ended", day(6, 58))])


def test_what_was_due_while_nothing_ran_happens_as_of_then(new_event, it_is, head):
    it_is(1)
    event = new_event(auto_end_hours=2, starts_at=day(0))
    event.publish("Paul", "Anybody?")
    night = new_event("night", state="scheduled", starts_at=day(2), auto_start=True, auto_end_hours=3)
    it_is(9)
    Event.objects.keep_time()
    assert life_of(event) == ("ended", day(3), [("Commentary", "ended", day(3))])
    assert life_of(night) == (
        "ended",
        day(5),
        [("Commentary", "started", day(2)), ("Commentary", "ended", day(5))],
    )
    assert (head(event), head(night)) == (2, 2)


def test_what_is_due_happens_once_whoever_comes(new_event, it_is, head):
    it_is(1)
    event = new_event(state="scheduled", starts_at=day(2), auto_start=True)
    copies = [Event.objects.get(pk=event.pk) for _ in range(3)]
    it_is(3)
    for copy in copies:
        copy.keep_time()
    Event.objects.keep_time()
    assert life_of(event) == ("live", None, [("Commentary", "started", day(2))])
    assert [copy.state for copy in copies] == ["live"] * 3
    assert head(event) == 1


def test_a_request_for_the_event_does_what_is_due(new_event, it_is, rita, paul):
    it_is(1)
    new_event("cup", state="scheduled", starts_at=day(2), auto_start=True)
    event = new_event(auto_end_hours=2, starts_at=day(0))
    event.publish("Paul", "Anybody?")
    it_is(3)
    assert 'data-state="live"' in fetch(rita, "/events/cup/")
    assert submit(paul, event, "I am late").status_code == 403
    assert [entry.text for entry in event.entries.all()] == ["Anybody?"]
    assert 'data-state="ended"' in fetch(rita, "/events/match/changes/?after=none-0", htmx=True)


def test_a_draft_that_is_due_tells_nobody_that_it_is_there(new_event, it_is, rita, as_olga):
    draft = new_event("secret", state="scheduled", starts_at=day(2), auto_start=True, visibility="draft")
    it_is(3)
    fetch(rita, "/events/secret/", 404)
    assert life_of(draft)[0] == "scheduled"
    assert 'data-state="live"' in fetch(as_olga, "/events/secret/")


def test_it_counts_from_scratch_when_it_is_reopened_and_when_a_host_asks(new_event, it_is, hugo):
    it_is(1)
    event = new_event(starts_at=day(0), hosts=[hugo])
    it_is(9)
    event.configure(auto_end_hours=2, by=hugo)
    event.keep_time()
    assert life_of(event)[0] == "live"
    it_is(12)
    event.keep_time()
    assert life_of(event)[:2] == ("ended", day(11))
    it_is(14)
    event.start(by=hugo)
    it_is(15, 59)
    event.keep_time()
    assert life_of(event)[0] == "live"
    it_is(16)
    event.keep_time()
    assert life_of(event)[:2] == ("ended", day(16))
    assert [act[:2] for act in life_of(event)[2]] == [
        ("hugo", "set"),
        ("Commentary", "ended"),
        ("hugo", "reopened"),
        ("Commentary", "ended"),
    ]


def test_the_clock_costs_three_queries_that_find_their_indexes(new_event, it_is, django_assert_num_queries):
    it_is(1)
    new_event("later", state="scheduled", starts_at=day(2), auto_start=True)
    busy = new_event("busy", auto_end_hours=2, starts_at=day(1))
    new_event("over", state="ended", auto_end_hours=2, starts_at=day(0))
    with CaptureQueriesContext(connection) as queries:
        Event.objects.keep_time()
    assert len(queries) == 3
    for query, index in zip(queries, ("event_starts", "event_entry_due", "event_ends"), strict=True):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert index in str(cursor.fetchall())
    with django_assert_num_queries(0):
        busy.keep_time()


def test_hosts_ask_for_it_in_the_settings(as_sam, it_is):
    it_is(1)
    page = fetch(as_sam, "/events/new/")
    assert [name in values(page, "input", "name") for name in ("auto_start", "auto_end_hours")] == [True, True]
    assert as_sam.post("/events/new/", FORM | {"auto_start": "on", "auto_end_hours": "3"}).status_code == 302
    event = Event.objects.get()
    assert (event.auto_start, event.auto_end_hours) == (True, 3)
    as_sam.post("/events/final/settings/", FORM)
    event.refresh_from_db()
    assert (event.auto_start, event.auto_end_hours) == (False, None)


@pytest.mark.parametrize("hours", ["0", "-1", "169", "x", "1.5", "9" * 400])
def test_hours_that_make_no_sense_are_refused(as_sam, hours):
    response = as_sam.post("/events/new/", FORM | {"auto_end_hours": hours})
    assert response.status_code == 422
    assert "Enter a number of hours from 1 to 168, or leave it empty." in errors(response)


def test_it_cannot_start_by_itself_in_the_past(as_sam, it_is):
    it_is(19)
    response = as_sam.post("/events/new/", FORM | {"auto_start": "on"})
    assert (response.status_code, errors(response)[1:]) == (
        422,
        ["To start automatically, the event needs a start time in the future."],
    )
    as_sam.post("/events/new/", FORM)
    as_sam.post("/events/final/start/")  # one that runs is not to start
    assert as_sam.post("/events/final/settings/", FORM | {"auto_start": "on"}).status_code == 302


def test_the_posts_of_an_hour_ago_keep_an_event_that_is_to_end_by_itself(event, it_is):
    """An import with a time of its own is not a sign of life at that time; it is one now."""
    it_is(5)
    event.configure(auto_end_hours=1)
    it_is(5, 59)
    event.publish("Paul", "From the archive", at=day(5, 59) - timedelta(days=1))
    it_is(6, 58)
    event.keep_time()
    assert life_of(event)[0] == "live"
