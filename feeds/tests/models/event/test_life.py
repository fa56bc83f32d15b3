"""The life of an event: what hosts do, what the clock does without them, and what is left when it is over."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.access.visitors import COOKIE
from feeds.live.messages import rest
from feeds.models import Event, Overtaken, Presence
from feeds.tests.frames import operations, posts_in, steps
from feeds.tests.helpers import FORM, HTMX, cards, cursor_in, elements, errors, fetch, now, submit, values
from feeds.timeline.variants import Variant

REST = "This event is over. If it is reopened, this page goes on by itself."


def day(hour, minute=0):
    return datetime(2026, 7, 4, hour, minute, tzinfo=UTC)


@pytest.fixture
def it_is(monkeypatch):
    """Sets the clock to an hour of the day of the match."""

    def turn(hour, minute=0):
        monkeypatch.setattr(timezone, "now", lambda: day(hour, minute))

    return turn


def life_of(event):
    """State, end, and the acts that led there: who did what, and for what nobody did, when."""
    event.refresh_from_db()
    acts = [(act.by_name, act.verb, *([] if act.by else [act.at])) for act in event.acts.order_by("pk")]
    return event.state, event.ended_at, acts


# What hosts do


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


# What the clock does


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


def test_it_counts_anew_when_it_is_reopened_and_when_a_host_asks(new_event, it_is, hugo):
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


def test_the_clock_costs_two_queries_that_find_their_indexes(new_event, it_is, django_assert_num_queries):
    it_is(1)
    new_event("later", state="scheduled", starts_at=day(2), auto_start=True)
    busy = new_event("busy", auto_end_hours=2, starts_at=day(1))
    new_event("over", state="ended", auto_end_hours=2, starts_at=day(0))
    with CaptureQueriesContext(connection) as queries:
        Event.objects.keep_time()
    assert len(queries) == 2
    for query, index in zip(queries, ("event_starts", "event_ends"), strict=True):
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
        ["To start by itself it needs a start that is still to come."],
    )
    as_sam.post("/events/new/", FORM)
    as_sam.post("/events/final/start/")  # one that runs is not to start
    assert as_sam.post("/events/final/settings/", FORM | {"auto_start": "on"}).status_code == 302


# What is left


@pytest.fixture(params=["ended", "archived"])
def over(event, request):
    """The match, over, with an entry by Paul and a comment by Rita, both of some minutes ago."""
    event.publish("Paul", "Full time").comment("Rita", "Well played")
    event.configure(state=request.param)
    return event


def forms(html):
    """Those by which something can be sent: not what is left of reactions, nor the jump to a time."""
    found = [attrs for tag, attrs in elements(html) if tag == "form" and dict(attrs).get("method") == "post"]
    return [attrs for attrs in found if dict(attrs).get("class") != "reactions" or 'name="kind"' in html]


def asks(html):
    """What a page asks for by itself: its sockets, and its requests on a clock or when the socket opens."""
    found = [dict(attrs) for _, attrs in elements(html)]
    return [attrs for attrs in found if "hx-ws:connect" in attrs or "every" in attrs.get("hx-trigger", "")]


def paths_of(event):
    return [event.get_absolute_url(), f"{event.get_absolute_url()}?before=9", event.entries.get().permalink]


def test_its_pages_have_no_forms_and_ask_for_nothing_but_whether_it_goes_on(over, rita, paul, as_sam):
    live = Event.objects.get(pk=over.pk)
    for path in paths_of(over):
        for client in (rita, as_sam):
            html = fetch(client, path)
            assert list(posts_in(html).values()) == ["Full time", "Well played"]
            own = [dict(attrs)["action"] for attrs in forms(html)]
            assert own == ([] if client is rita else ["/sign-out/", "/language/"])
            asked = [(attrs["hx-get"].partition("?")[0], attrs["hx-trigger"]) for attrs in asks(html)]
            assert (asked, REST in html) == ([("/events/match/rest/", "every 60s")], True)
            assert "own-posts.css" not in html
    live.start()
    for path in paths_of(over):
        html = fetch(rita, path)
        assert (len(asks(html)) >= 2, len(forms(html)) >= 2, REST in html) == (True, True, False)


def test_a_page_without_a_session_is_one_that_caches_may_keep(over, rita, paul):
    paul.cookies[COOKIE], paul.cookies["csrftoken"] = "who-knows", "a" * 32
    for path in paths_of(over):
        answers = [client.get(path) for client in (rita, Client(), paul)]
        for answer in answers:
            assert answer["Cache-Control"] == "public, max-age=0, s-maxage=30"
            assert "Cookie" in answer["Vary"]
            assert (answer.cookies, "csrf" in answer.content.decode().lower()) == ({}, False)
        assert len({answer.content for answer in answers}) == 1
    etag = rita.get("/events/match/")["ETag"]
    again = paul.get("/events/match/", headers={"If-None-Match": etag})
    assert (again.status_code, dict(again.cookies)) == (304, {})
    assert again["Cache-Control"] == "public, max-age=0, s-maxage=30"


def test_a_page_that_is_not_over_or_not_for_everybody_is_kept_by_nobody(event, over, elsewhere, rita, as_hugo, as_sam):
    elsewhere.publish("Sam", "Ahoy")
    expired = Client()
    expired.cookies["sessionid"] = "expired"
    told = Client()
    told.cookies["messages"] = "something"
    for client, path in (
        (rita, "/events/regatta/"),
        (rita, elsewhere.entries.get().permalink),
        *((client, path) for client in (as_hugo, as_sam, expired, told) for path in paths_of(over)),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache"), path
    banned = over.entries.get()
    over.entries.update(visitor="v" * 32)
    banned.refresh_from_db()
    over.ban(banned, by=over.owner)
    assert "Cookie" in rita.get("/events/match/")["Vary"]


def test_hosts_keep_a_live_page_with_what_they_need(over, as_hugo):
    html = fetch(as_hugo, "/events/match/")
    assert (len(asks(html)), REST in html) == (4, False)
    assert values(html, "div", "hx-ws:connect") == [f"/events/match/live/?after={now(over)}"]
    actions = [dict(attrs)["action"] for attrs in forms(html) if "to-" in dict(attrs).get("class", "")]
    assert actions == [f"/events/match/{step}/" for step in ("start", "start", "archive", "unarchive")]
    assert "/events/match/end/" in values(html, "a", "href")


def test_nothing_is_added_or_changed_any_more_but_by_hosts(event, rita, paul, as_hugo):
    submit(paul, event, "Gaol")
    entry = event.entries.get()
    event.end()
    assert submit(rita, event, "Too late").status_code == 403
    assert submit(rita, event, "Too late", entry=entry).status_code == 403
    assert submit(as_hugo, event, "Too late").status_code == 403
    for step in ("edit", "remove"):
        for answer in (paul.get(f"{entry.permalink}{step}/"), paul.post(f"{entry.permalink}{step}/", {"text": "Goal"})):
            assert answer.status_code == 403
            assert "This event has ended, so only its hosts can change what is there." in answer.content.decode()
    assert [(entry.text, entry.removed_at) for entry in event.entries.all()] == [("Gaol", None)]
    assert as_hugo.post(f"{entry.permalink}edit/", {"text": "Goal"}).status_code == 303
    assert list(posts_in(fetch(rita, "/events/match/")).values()) == ["Goal"]
    assert as_hugo.post(f"{entry.permalink}remove/").status_code == 303
    assert posts_in(fetch(rita, "/events/match/")) == {}


@pytest.mark.parametrize("on", ["entry", "comment"])
def test_who_is_too_late_has_the_text_kept_in_the_form(over, paul, on):
    where = {"entry": over.entries.get()} if on == "comment" else {}
    for htmx in (True, False):
        answer = submit(paul, over, "Wait for me", htmx=htmx, **where)
        html = answer.content.decode()
        assert (answer.status_code, "Wait for me</textarea>" in html) == (403, True)
        assert answer.get("Cache-Control", "") in {"private, no-store", "private, no-cache"}


def test_a_poll_of_a_page_that_is_behind_gets_the_end_and_is_told_to_rest(over, rita, as_hugo):
    start = f"{over.epoch}-0"
    for address in (f"?after={start}", f"?after={start}&silent=socket"):
        found = operations(fetch(rita, f"/events/match/changes/{address}", htmx=True))
        *frame, heartbeat, socket = found
        assert [(each.swap, each.target, each.guard) for each in (heartbeat, socket)] == [
            ("outerHTML", "#cursor ~ * #heartbeat", start),
            ("delete", "#cursor ~ #socket", start),
        ]
        assert [each.target for each in frame][:1] == ["#cursor ~ * #event"]
        assert cursor_in(fetch(rita, f"/events/match/changes/{address}", htmx=True)) == now(over)
    only = operations(fetch(rita, f"/events/match/changes/?after={now(over)}", htmx=True))
    assert [each.swap for each in only] == ["outerHTML", "delete"]
    for_hosts = operations(fetch(as_hugo, f"/events/match/changes/?after={now(over)}", htmx=True))
    assert [(each.swap, each.target) for each in for_hosts][:1] == [("outerHTML", "#heartbeat")]


def test_a_page_that_is_far_behind_goes_on_asking_until_it_has_everything(event, rita):
    for number in range(250):
        event.publish("Paul", f"Entry {number}")
    start = now(event)
    for number in range(250):
        event.publish("Paul", f"More {number}")
    event.end()
    part = fetch(rita, f"/events/match/changes/?after={start}", htmx=True)
    assert (REST in part, cursor_in(part).seq) == (False, 450)
    rest = fetch(rita, f"/events/match/changes/?after={cursor_in(part)}", htmx=True)
    assert (REST in rest, cursor_in(rest)) == (True, now(event))


def test_what_a_host_and_a_stranger_are_answered_are_not_taken_for_each_other(over, as_hugo, rita):
    address = f"/events/match/changes/?after={now(over)}"
    etag = rita.get(address, headers=HTMX)["ETag"]
    assert as_hugo.get(address, headers=HTMX | {"If-None-Match": etag}).status_code == 200


def test_an_archived_event_is_listed_nowhere_but_for_its_hosts(new_event, rita, as_olga):
    new_event("kept", state="archived")
    new_event("over", state="ended")
    assert cards(fetch(rita, "/")) == {"Over": ["Over"]}
    assert cards(fetch(as_olga, "/")) == {"Over": ["Over"], "Yours, not listed": ["Kept"]}
    assert "It is kept in the archive." in fetch(rita, "/events/kept/")


def test_the_posts_of_an_hour_ago_keep_an_event_that_is_to_end_by_itself(event, it_is):
    """What is imported with a time of its own is no sign of life then; it is one now."""
    it_is(5)
    event.configure(auto_end_hours=1)
    it_is(5, 59)
    event.publish("Paul", "From the archive", at=day(5, 59) - timedelta(days=1))
    it_is(6, 58)
    event.keep_time()
    assert life_of(event)[0] == "live"


# Steps that are taken twice, and taken back


@pytest.mark.parametrize("htmx", [True, False], ids=["in place", "without HTMX"])
@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("scheduled", "start", "live"),
        ("live", "end", "ended"),
        ("ended", "archive", "archived"),
        ("ended", "start", "live"),
    ],
)
def test_the_second_of_two_taps_does_nothing_and_says_what_the_first_one_did(
    new_event, hugo, as_hugo, head, state, step, after, htmx
):
    event = new_event(state=state, hosts=[hugo])
    said = []
    for _ in range(2):
        answer = as_hugo.post(f"/events/match/{step}/", {"seen": state}, headers=HTMX if htmx else {}, follow=not htmx)
        assert answer.status_code == 200
        said.append("Nothing was changed" in answer.content.decode())
        assert f"/host/acts/{event.acts.get().pk}/undo/" in answer.content.decode()
    assert (life_of(event)[0], head(event), said) == (after, 1, [False, False])


def test_a_button_of_an_older_page_does_not_do_the_opposite_of_what_it_says(new_event, hugo, olga, as_hugo, head):
    event = new_event(state="scheduled", hosts=[hugo])
    event.start(by=olga)
    event.end(by=olga)
    answer = as_hugo.post("/events/match/start/", {"seen": "scheduled"}, headers=HTMX)
    assert (answer.status_code, life_of(event)[0]) == (409, "ended")
    assert "it is “Ended” now. Nothing was changed." in answer.content.decode()
    event.start(by=olga)
    assert as_hugo.post("/events/match/archive/", {"seen": "ended"}, headers=HTMX).status_code == 409
    assert (life_of(event)[0], head(event)) == ("live", 3)


def test_the_end_is_asked_for_with_the_number_of_readers(event, as_hugo, head):
    Presence.objects.report("somewhere", {event.pk: range(37)})
    question = fetch(as_hugo, "/events/match/end/", htmx=True)
    assert "37 people are reading." in question
    assert values(question, "form", "action") == ["/events/match/end/"]
    assert "37 people are reading." in fetch(as_hugo, "/events/match/end/")
    assert "Nothing was changed." in fetch(as_hugo, "/events/match/end/?cancel", htmx=True)
    assert (life_of(event)[0], head(event)) == ("live", 0)


def test_every_step_can_be_undone_for_half_a_minute_and_that_is_not_undone_in_turn(new_event, hugo, olga, it_is):
    event = new_event(state="scheduled", hosts=[hugo])
    it_is(1)
    event.start(by=hugo)
    event.acts.first().undo(by=hugo)
    assert life_of(event)[0] == "scheduled"
    event.start(by=hugo)
    it_is(2)
    event.end(by=hugo)
    it_is(3)
    event.start(by=hugo)
    event.acts.first().undo(by=hugo)
    assert life_of(event)[:2] == ("ended", day(2))
    event.archive(by=hugo)
    event.acts.first().undo(by=olga)
    assert life_of(event)[:2] == ("ended", day(2))
    assert not event.acts.first().may_be_undone
    event.start(by=hugo)
    reopened = event.acts.first()
    event.end(by=olga)
    with pytest.raises(Overtaken):
        reopened.undo(by=hugo)
    assert life_of(event)[0] == "ended"


# Coming back


def asked(client, path, status):
    answer = client.get(path)
    assert (answer.status_code, "Set-Cookie" in answer) == (status, False)
    return answer


def question(html):
    return asks(html)[0]["hx-get"]


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
