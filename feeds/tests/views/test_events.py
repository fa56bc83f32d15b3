"""Hosts: signing in, making events, running them."""

import re
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from feeds.models import Event
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import FORM, HTMX, errors, fetch, values, whoami
from feeds.views.account import one_time_path


def test_whoever_is_signed_in_creates_an_event_and_owns_it(as_sam, sam):
    assert 'name="title"' in fetch(as_sam, "/events/new/")
    response = as_sam.post("/events/new/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/events/final/")
    event = Event.objects.get()
    fields = [
        str(getattr(event, name)) for name in ("title", "slug", "description", "time_zone", "visibility", "state")
    ]
    assert fields == ["Final", "final", "The last one", "Europe/Berlin", "public", "scheduled"]
    assert (event.owner, event.starts_at.isoformat()) == (sam, "2026-07-04T18:00:00+00:00")
    assert "Event created." in fetch(as_sam, "/events/final/")


def test_a_visitor_is_asked_to_sign_in_before_creating(rita):
    response = rita.get("/events/new/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/events/new/")
    assert rita.post("/events/new/", FORM).status_code == 403
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"slug": "new"},
        {"slug": "match"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc/passwd"},
        {"starts_at": "0001-01-01T00:00"},
        {"starts_at": "9999-12-31T23:59", "time_zone": "America/New_York"},
    ],
    ids=str,
)
def test_a_refused_event_keeps_what_was_written(event, as_sam, wrong):
    response = as_sam.post("/events/new/", FORM | wrong)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Not saved. Check the field marked below." in html
    assert len(re.findall(r'<div class="field wrong"', html)) == 1
    assert "The last one</textarea>" in html
    assert Event.objects.count() == 1


def test_a_host_edits_the_event_and_readers_are_told(event, as_hugo, olga, head):
    assert 'value="Match"' in fetch(as_hugo, "/events/match/settings/")
    response = as_hugo.post("/events/match/settings/", FORM | {"posting": "hosts"})
    assert (response.status_code, response["Location"]) == (302, "/events/final/")
    event.refresh_from_db()
    assert (event.title, event.slug, event.posting, event.owner) == ("Final", "final", "hosts", olga)
    assert (event.seq, head(event)) == (1, 1)
    as_hugo.post("/events/final/settings/", FORM | {"posting": "hosts"})
    assert head(event) == 1


def test_a_refused_edit_changes_nothing(event, as_hugo, head):
    response = as_hugo.post("/events/match/settings/", FORM | {"title": ""})
    assert response.status_code == 422
    assert "Give the event a title." in errors(response)
    event.refresh_from_db()
    assert (event.title, event.slug, head(event)) == ("Match", "match", 0)


def test_a_host_starts_ends_and_reopens_the_event(new_event, hugo, as_hugo, head):
    event = new_event(state="scheduled", hosts=[hugo])
    states = []
    for what in ("start", "end", "start"):
        response = as_hugo.post(f"/events/match/{what}/")
        assert (response.status_code, response["Location"]) == (302, "/events/match/")
        event.refresh_from_db()
        states.append((event.state, event.ended_at is not None, head(event)))
    assert states == [("live", False, 1), ("ended", True, 2), ("live", False, 3)]


ACTIONS = [
    lambda client: client.post("/events/match/settings/", FORM | {"slug": "match"}),
    lambda client: client.post("/events/match/start/"),
    lambda client: client.post("/events/match/end/"),
]


@pytest.mark.parametrize("visibility", ["public", "draft"])
@pytest.mark.parametrize(
    ("person", "readable", "hidden"),
    [
        ("nobody", (403, 0), (403, 0)),
        ("stranger", (403, 0), (404, 0)),
        ("former host", (403, 0), (404, 0)),
        ("inactive host", (403, 0), (403, 0)),
        ("host", (302, 1), (302, 1)),
        ("owner", (302, 1), (302, 1)),
        ("staff", (302, 1), (302, 1)),
    ],
)
def test_only_those_who_run_an_event_change_it(new_event, visibility, person, readable, hidden):
    users = get_user_model().objects
    event = new_event(state="scheduled", visibility=visibility)
    user = event.owner if person == "owner" else users.create_user("somebody")
    if "host" in person:
        event.hosts.add(user)
    client = Client() if person == "nobody" else signed_in(user)
    if person == "former host":
        event.hosts.clear()
    if person == "inactive host":
        users.filter(pk=user.pk).update(is_active=False)
    if person == "staff":
        user.user_permissions.add(Permission.objects.get(codename="change_event"))
    status, change = hidden if visibility == "draft" else readable
    for number, act in enumerate(ACTIONS, 1):
        response = act(client)
        event.refresh_from_db()
        assert (response.status_code, event.head) == (status, change * number)
        if change:
            assert response["Location"].startswith("/events/")


@pytest.mark.parametrize(("what", "status"), [("start", 405), ("end", 200)])
def test_a_link_neither_starts_nor_ends_an_event(event, as_hugo, what, status, head):
    assert (as_hugo.get(f"/events/match/{what}/").status_code, head(event)) == (status, 0)


def test_a_one_time_link_signs_in_once_and_asks_for_a_password(olga, rita, paul):
    olga.set_unusable_password()
    olga.save()
    link = one_time_path(olga)
    response = rita.post(link)
    assert (response.status_code, response["Location"], whoami(rita)) == (302, "/password/", "olga")
    for again in (paul.get(link), paul.post(link)):
        assert (again.status_code, whoami(paul)) == (403, None)
        assert "This sign-in link has been used" in again.content.decode()
    assert "old_password" not in fetch(rita, "/password/")
    new = {"new_password1": "grandstand-7", "new_password2": "grandstand-7"}
    assert rita.post("/password/", new)["Location"] == "/"
    assert whoami(rita) == "olga"
    assert paul.post("/sign-in/", {"username": "olga", "password": "grandstand-7"})["Location"] == "/"
    assert whoami(paul) == "olga"
    assert "old_password" in fetch(paul, "/password/")


def test_who_has_a_password_goes_home_by_the_link(olga, rita):
    olga.set_password("grandstand-7")
    olga.save()
    assert (rita.post(one_time_path(olga))["Location"], whoami(rita)) == ("/", "olga")


def test_a_newer_link_does_not_spoil_an_older_one_but_either_works_once(olga, rita, paul):
    first, second = one_time_path(olga), one_time_path(olga)
    assert rita.get(first).status_code == rita.get(second).status_code == 200
    assert rita.post(second).status_code == 302
    assert paul.get(first).status_code == paul.post(first).status_code == 403


@pytest.mark.parametrize("token", ["x", "a-b", "MQ", "é", "%00", "\udce9", "z" * 9000, "set-password"])
def test_a_made_up_link_signs_nobody_in(olga, rita, token):
    path = f"/sign-in/{quote(token.encode('utf-8', 'surrogateescape'), safe='%')}/"
    assert (rita.get(path).status_code, rita.post(path).status_code, whoami(rita)) == (403, 403, None)


def test_a_link_of_an_inactive_user_signs_nobody_in(olga, rita):
    link = one_time_path(olga)
    olga.is_active = False
    olga.save()
    assert (rita.get(link).status_code, rita.post(link).status_code, whoami(rita)) == (403, 403, None)


def test_a_wrong_password_does_not_sign_in_and_stays_on_the_page(olga, rita):
    olga.set_password("grandstand-7")
    olga.save()
    for name, password in (("olga", "wrong"), ("nobody", "grandstand-7"), ("\x00", "\x00"), ("", "")):
        response = rita.post("/sign-in/", {"username": name, "password": password})
        assert (response.status_code, bool(errors(response)), whoami(rita)) == (200, True, None)


def test_signing_in_leads_to_the_page_asked_for_and_never_to_another_site(olga):
    olga.set_password("grandstand-7")
    olga.save()
    for wanted, reached in (("/events/new/", "/events/new/"), ("https://evil.example/", "/"), ("//evil.example", "/")):
        form = {"username": "olga", "password": "grandstand-7", "next": wanted}
        assert Client().post("/sign-in/", form)["Location"] == reached


def test_signing_out_takes_a_post(as_olga):
    assert (as_olga.get("/sign-out/").status_code, whoami(as_olga)) == (405, "olga")
    assert (as_olga.post("/sign-out/")["Location"], whoami(as_olga)) == ("/", None)


def test_a_password_is_for_who_is_signed_in_and_not_too_simple(olga, as_olga, rita):
    assert rita.get("/password/")["Location"] == "/sign-in/?next=/password/"
    for simple in ("short", "password", "olga"):
        assert errors(as_olga.post("/password/", {"new_password1": simple, "new_password2": simple})) != []
    olga.refresh_from_db()
    assert olga.has_usable_password() is False


def test_what_leads_elsewhere_takes_the_browser_there_and_what_leads_back_is_swapped_in(event, as_hugo):
    page = "/events/match/settings/"
    from_there = HTMX | {"HX-Current-URL": f"http://testserver{page}?x"}
    saved = as_hugo.post(page, FORM | {"slug": "match"}, headers=from_there)
    assert (saved.status_code, saved.headers.get("HX-Redirect"), "Location" in saved) == (204, "/events/match/", False)
    spam = event.publish("Spam", "Buy", visitor="0" * 32)
    event.ban(spam, by=event.owner)
    lifted = as_hugo.post(f"/events/match/bans/{event.bans.get().pk}/lift/", headers=from_there)
    assert (lifted.status_code, lifted["Location"], "HX-Redirect" in lifted) == (302, page, False)


def test_a_step_in_place_says_what_was_done_or_that_somebody_was_faster(event, as_hugo, as_olga):
    first = as_hugo.post("/events/match/end/", headers=HTMX)
    late = as_olga.post("/events/match/end/", headers=HTMX)
    assert (first.status_code, late.status_code) == (200, 409)
    assert "The event has ended." in first.content.decode()
    assert "That was already done." in late.content.decode()


def test_without_htmx_whoever_came_from_the_desk_is_led_back_to_it_and_can_undo_there(event, as_hugo):
    entry, desk = event.publish("Paul", "Goal!", visitor="1" * 32), "/events/match/host/"
    form = as_hugo.get(f"{entry.permalink}remove/", headers={"Referer": f"http://testserver{desk}"})
    assert "desk" in values(form.content.decode(), "input", "name")
    removed = as_hugo.post(f"{entry.permalink}remove/", {"desk": "1"})
    assert (removed.status_code, removed["Location"]) == (303, desk)
    assert f"acts/{event.acts.first().pk}/undo/" in fetch(as_hugo, desk)
    ended = as_hugo.post("/events/match/end/", headers={"Referer": f"http://testserver{desk}"})
    assert ended["Location"] == desk


def test_without_htmx_the_page_that_tells_what_was_done_lets_one_undo_it(event, as_hugo, rita):
    entry = event.publish("Paul", "Goal!", visitor="1" * 32)
    done = as_hugo.post(f"{entry.permalink}pin/")
    undo = f"acts/{event.acts.first().pk}/undo/"
    assert undo in fetch(as_hugo, done["Location"])
    assert undo not in fetch(as_hugo, done["Location"])  # once, like the message
    assert undo not in fetch(rita, done["Location"])
