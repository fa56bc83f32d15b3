"""The life of an event: what hosts do, what the clock does without them, and what is left when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.access import COOKIE
from feeds.models import Event
from feeds.tests.helpers import HTMX, cursor_in, elements, fetch, now, operations, posts_in, submit, values
from feeds.tests.test_home import cards
from feeds.tests.test_hosting import FORM, errors

REST = "This page does not change any more."


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


def test_its_pages_have_no_forms_and_ask_for_nothing(over, rita, paul, as_sam):
    live = Event.objects.get(pk=over.pk)
    for path in paths_of(over):
        for client in (rita, as_sam):
            html = fetch(client, path)
            assert list(posts_in(html).values()) == ["Full time", "Well played"]
            own = [dict(attrs)["action"] for attrs in forms(html)]
            assert own == ([] if client is rita else ["/sign-out/", "/language/"])
            assert (asks(html), REST in html) == ([], True)
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
    assert actions == [f"/events/match/{step}/" for step in ("start", "end", "start", "archive", "unarchive")]


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
        assert answer.get("Cache-Control", "") in {"", "private, no-cache"}


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
