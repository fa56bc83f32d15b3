"""Forms are sent by the person they were rendered for, or by nobody."""

import re

import pytest
from django.test import Client

from feeds.access.senders import Sender
from feeds.models import Event
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX, fetch, values

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def sender_on(client, path="/events/match/"):
    """The page's sender, in the field of its forms and in the header that it sends along."""
    html = fetch(client, path)
    fields = set(re.findall(r'name="sender" value="([^"]*)"', html))
    header = re.search(r'"Commentary-Sender": "([^"]*)"', html)[1]
    assert fields == {header}
    return header


def texts(event):
    return [entry.text for entry in event.entries.visible()]


def words(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


ENTRY = {"name": "Olga", "text": "Not ready yet", "key": "", "markdown": "on"}


def test_each_form_says_for_whom_it_was_rendered(event, olga, sam, as_olga, as_sam, rita):
    event.publish("Ann", "Goal!").comment("Ben", "Yes!")
    assert [sender_on(client) for client in (rita, as_sam, as_olga)] == [
        "0.guest",
        f"{sam.pk}.guest",
        f"{olga.pk}.host",
    ]
    assert sender_on(as_olga, "/events/match/host/") == f"{olga.pk}.host"
    assert sender_on(as_olga, "/events/match/settings/") == str(olga.pk)
    assert sender_on(rita, event.entries.get().permalink) == "0.guest"  # whoever else has had it rendered before


@pytest.mark.parametrize("text", ["", "x", "-1", "1.owner", "1.host\n", "9" * 400, "１"])
def test_a_sender_that_makes_no_sense_is_none(text):
    assert Sender.parse(text) is None


@pytest.mark.parametrize("way", ["field", "header"])
@pytest.mark.parametrize("htmx", [True, False], ids=["in place", "without HTMX"])
def test_a_draft_of_a_host_who_is_signed_out_is_not_sent_and_not_lost(event, olga, as_olga, way, htmx):
    sender = sender_on(as_olga)
    as_olga.post("/sign-out/")
    headers = (HTMX if htmx else {}) | ({"Commentary-Sender": sender} if way == "header" else {})
    form = ENTRY | ({"sender": sender} if way == "field" else {})
    for _ in range(2):
        answer = as_olga.post("/events/match/entries/", form, headers=headers)
        assert (answer.status_code, texts(event)) == (409, [])
        assert "You are signed out. What you typed is kept." in words(answer)
        assert "/sign-in/" in values(answer.content.decode(), "a", "href")
    if not htmx:
        assert "Not ready yet</textarea>" in answer.content.decode()
        assert (values(answer.content.decode(), "input", "value")).count(sender) == 1
    as_olga.force_login(olga)
    assert as_olga.post("/events/match/entries/", form, headers=headers).status_code in {200, 303}
    assert [(entry.text, entry.by_host) for entry in event.entries.visible()] == [("Not ready yet", True)]


def test_a_draft_of_a_removed_host_is_not_sent(event, olga, hugo, as_hugo):
    sender = sender_on(as_hugo)
    event.remove_host(hugo, by=olga)
    for htmx in (HTMX, {}):
        answer = as_hugo.post("/events/match/entries/", ENTRY | {"sender": sender}, headers=htmx)
        assert (answer.status_code, texts(event)) == (409, [])
        assert "You no longer host this event." in words(answer)


@pytest.mark.parametrize("htmx", [True, False], ids=["in place", "without HTMX"])
def test_a_visitors_text_does_not_become_a_hosts(event, olga, rita, htmx):
    form = {"name": "Anna", "text": "As a fan", "sender": sender_on(rita)}
    rita.force_login(olga)
    headers = HTMX if htmx else {}
    for _ in range(2):  # a second tap does not count as consent
        answer = rita.post("/events/match/entries/", form, headers=headers)
        assert (answer.status_code, texts(event)) == (409, [])
        assert "You are now signed in as “olga”" in words(answer)
    if htmx:
        path = values(answer.content.decode(), "a", "href")[0]
        (new,) = set(re.findall(r'name="sender" value="([^"]*)"', fetch(rita, path, htmx=True)))
    else:
        assert "Send it as “olga”" in words(answer)
        (new,) = re.findall(r'name="sender" value="([^"]*)"', answer.content.decode().partition('class="card form"')[2])
    assert new == f"{olga.pk}.host" or not htmx
    rita.post("/events/match/entries/", form | {"sender": new}, headers=headers)
    assert [(entry.text, entry.by_host) for entry in event.entries.visible()] == [("As a fan", True)]


def test_nothing_is_sent_by_another_account(event, olga, hugo):
    client = signed_in(olga)
    entry = event.publish("Ann", "Goal!", visitor="v" * 32)
    pages = {
        "/events/match/entries/": ENTRY,
        f"{entry.permalink}comments/": {"name": "Olga", "text": "Indeed"},
        f"{entry.permalink}edit/": {"text": "No goal"},
        f"{entry.permalink}pin/": {},
        f"{entry.permalink}moment/": {"label": "Goal"},
        f"{entry.permalink}ban/": {"period": "day", "note": "Stop it"},
        f"{entry.permalink}remove/": {},
        "/events/match/host/rules/": {"posting": "closed"},
        "/events/match/settings/": {"title": "Renamed", "description": "By Olga"},
        "/events/match/people/invite/": {"meant_for": "Ines"},
        "/events/match/end/": {"seen": "live"},
        "/events/new/": {"title": "Mine"},
        "/events/import/": {},
    }
    sender = str(olga.pk)
    client.force_login(hugo)
    for path, form in pages.items():
        for htmx in (HTMX, {}):
            answer = client.post(path, form | {"sender": sender}, headers=htmx)
            assert answer.status_code == 409, path
            kept = answer.content.decode()
            assert htmx or all(value in kept for value in form.values()), path
    event.refresh_from_db()
    assert (event.head, event.title, Event.objects.count(), event.invitations.count()) == (1, "Match", 1, 0)


def test_passwords_are_not_shown_again(olga, hugo):
    client = signed_in(olga)
    client.force_login(hugo)
    form = {"old_password": "sesame", "new_password1": "s3cret-pass", "sender": str(olga.pk)}
    answer = client.post("/password/", form)
    assert answer.status_code == 409
    assert "sesame" not in answer.content.decode()
    assert "s3cret-pass" not in answer.content.decode()


def test_signing_in_and_out_is_the_same_whoever_does_it(olga, rita):
    rita.force_login(olga)
    assert rita.post("/sign-out/", {"sender": "0"}).status_code == 302


def stale():
    """A browser whose token is older than its signing in."""
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    return client


def test_a_form_with_an_old_token_can_be_sent_again_at_once_if_a_page_of_ours_has_sent_it(event, olga, rita):
    client = stale()
    client.force_login(olga)
    fetch(client, "/events/match/")
    form = ENTRY | {"sender": f"{olga.pk}.host", "csrfmiddlewaretoken": "x" * 64}
    answer = client.post("/events/match/entries/", form, headers=FROM_HERE)
    assert (answer.status_code, texts(event)) == (403, [])
    kept = answer.content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', kept.partition('class="card form"')[2])[0]
    again = client.post("/events/match/entries/", form | {"csrfmiddlewaretoken": token}, headers=FROM_HERE)
    assert (again.status_code, texts(event)) == (303, ["Not ready yet"])
    for elsewhere in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = client.post("/events/match/entries/", form | {"text": "Evil"}, headers=elsewhere)
        assert (answer.status_code, 'name="text"' in answer.content.decode()) == (403, False)
    in_place = client.post("/events/match/entries/", form, headers=FROM_HERE | HTMX)
    assert (in_place.status_code, in_place["HX-Retarget"]) == (403, "#problem")
    assert "[name=csrfmiddlewaretoken]" in in_place.content.decode()
