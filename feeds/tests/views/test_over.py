"""Pages of an event that is over: kept by caches, without forms, and nothing can be added."""

import pytest
from django.test import Client

from feeds.access.visitors import COOKIE
from feeds.models import Event
from feeds.tests.frames import operations, posts_in
from feeds.tests.helpers import HTMX, cards, cursor_in, fetch, now, submit, values
from feeds.tests.views.over import REST, asks, forms, paths_of


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
    assert values(html, "div", "hx-ws:connect") == [f"/events/match/live/?hosts=1&after={now(over)}"]
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
            assert "This event has ended, so only its hosts can change posts." in answer.content.decode()
    assert [(entry.text, entry.state) for entry in event.entries.all()] == [("Gaol", "shown")]
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
    assert cards(fetch(rita, "/")) == {"Past events": ["Over"]}
    assert cards(fetch(as_olga, "/")) == {"Past events": ["Over"], "Yours, not listed": ["Kept"]}
    assert "It is kept in the archive." in fetch(rita, "/events/kept/")
