"""The people of an event: the page that lists them, removal, and open pages of hosts."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from feeds.models import Invitation, Overtaken
from feeds.tests.accounts import PEOPLE, hosts, invited, path_in, shown
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX, fetch, log_of, now, values
from feeds.timeline.frames import frame_between


def test_the_page_lists_owner_hosts_and_open_invitations(event, as_hugo, as_olga):
    invited(as_hugo, "Helga <3")
    html = fetch(as_hugo, PEOPLE)
    owner, host, invitation = shown(html)
    assert (owner, host) == ("olga Owner", "hugo")
    assert invitation.startswith("For Helga <3, by hugo, valid until")
    assert "Helga &lt;3" in html
    assert ("/remove/" in html, "/reset/" in html) == (False, False)
    assert ("/remove/" in fetch(as_olga, PEOPLE), "/people/" in fetch(as_olga, "/events/match/")) == (True, True)
    assert PEOPLE in fetch(as_olga, "/events/match/settings/")


def test_the_owner_removes_a_host_and_readers_see_it(event, as_olga, as_hugo, hugo):
    link = invited(as_hugo, "Helga")
    start = now(event)
    html = as_olga.post(f"{PEOPLE}{hugo.pk}/remove/", headers=HTMX).content.decode()
    assert (shown(html), "hugo no longer hosts this event." in html) == (["olga Owner"], True)
    assert hosts(event) == []
    assert "<bdi>hugo</bdi>" not in frame_between(event.pk, start).html
    assert "olga</bdi>" in frame_between(event.pk, start).html
    assert log_of(event)[1:] == ["olga removed hugo as a host"]
    assert as_hugo.get(PEOPLE).status_code == 403
    assert Client().get(link).status_code == 410  # what he had given away before is worth nothing now
    again = as_olga.post(f"{PEOPLE}{hugo.pk}/remove/")
    assert (again.status_code, "That person no longer hosts this event." in again.content.decode()) == (
        409,
        True,
    )


def test_the_owner_cannot_be_removed_nor_is_anybody_else_named(event, olga, as_olga, sam):
    for pk in (olga.pk, sam.pk, 999_999):
        response = as_olga.post(f"{PEOPLE}{pk}/remove/")
        assert response.status_code == 409
        assert "sam" not in response.content.decode()
    with pytest.raises(Overtaken):
        event.remove_host(olga, by=olga)


def actions(event, hugo):
    invitation = event.invitations.get()
    return [
        (PEOPLE, "get"),
        (f"{PEOPLE}invite/", "post"),
        (f"{PEOPLE}invitations/{invitation.pk}/withdraw/", "post"),
        (f"{PEOPLE}{hugo.pk}/reset/", "post"),
        (f"{PEOPLE}{hugo.pk}/remove/", "post"),
    ]


@pytest.mark.parametrize(
    ("person", "public", "draft"),
    [
        ("nobody", [302] + [403] * 4, [302] + [403] * 4),
        ("stranger", [403] * 5, [404] * 5),
        ("former host", [403] * 5, [404] * 5),
        ("host", [200, 200, 200, 403, 403], [200, 200, 200, 403, 403]),
        ("owner", [200] * 5, [200] * 5),
        ("staff", [200] * 5, [200] * 5),
    ],
)
def test_who_may_do_what_about_people(event, olga, hugo, person, public, draft):
    users = get_user_model().objects
    user = olga if person == "owner" else users.create_user("somebody")
    if "host" in person:
        event.hosts.add(user)
    if person == "former host":
        event.remove_host(user, by=olga)
    if person == "staff":
        user.user_permissions.add(Permission.objects.get(codename="change_event"))
    client = Client() if person == "nobody" else signed_in(user)
    for visibility, expected in (("public", public), ("draft", draft)):
        event.configure(visibility=visibility)
        event.hosts.add(hugo)
        event.invitations.all().delete()
        Invitation.make(event, by=olga)
        assert [getattr(client, how)(path).status_code for path, how in actions(event, hugo)] == expected


def test_links_and_other_methods_change_nothing(event, as_olga, hugo):
    Invitation.make(event, by=hugo)
    paths = [path for path, how in actions(event, hugo) if how == "post"]
    assert [as_olga.get(path).status_code for path in paths] == [405] * 4
    assert (hosts(event), event.invitations.open().count()) == (["hugo"], 1)


def test_an_open_page_hears_of_people_without_losing_what_is_typed_or_shown_on_it(event, as_olga, as_hugo):
    assert PEOPLE in values(fetch(as_hugo, PEOPLE), "span", "hx-get")
    first = as_hugo.get(PEOPLE, headers=HTMX)
    unchanged = as_hugo.get(PEOPLE, headers=HTMX | {"If-None-Match": first["ETag"]})
    assert (first.status_code, unchanged.status_code) == (200, 304)
    token = invited(as_olga, "Helga")
    answer = as_hugo.get(PEOPLE, headers=HTMX | {"If-None-Match": first["ETag"]})
    assert [words.split(",")[0] for words in shown(answer.content.decode())] == ["olga Owner", "hugo", "For Helga"]
    assert not {"meant_for", token} & set(re.findall(r"[\w/-]+", answer.content.decode()))


@pytest.mark.parametrize("page", ["people/", "host/log/", "settings/", "owner/", "owner/entries/{}/"])
def test_pages_for_hosts_alone_ask_whether_they_may_still_be_shown(event, as_olga, page):
    html = fetch(as_olga, f"/events/match/{page.format(event.publish('Paul', 'Goal!').pk)}")
    assert HOSTING in values(html, "span", "hx-get")
    assert "hosts-only" in html


HOSTING = "/events/match/hosting/"


def test_an_open_page_of_a_host_asks_whether_it_still_is_one(event, as_hugo, rita, olga, hugo):
    entry = event.publish("Paul", "Goal!")
    for path in ("/events/match/", entry.permalink):
        assert HOSTING in values(fetch(as_hugo, path), "span", "hx-get")
        assert HOSTING not in values(fetch(rita, path), "span", "hx-get")
    still = as_hugo.get(HOSTING, headers=HTMX)
    assert (still.status_code, still.content) == (204, b"")
    event.remove_host(hugo, by=olga)
    html = fetch(as_hugo, HOSTING, htmx=True)
    assert "You no longer host this event." in html
    assert "hosting" not in values(html, "span", "id")
    as_hugo.logout()
    assert "You are signed out." in fetch(as_hugo, HOSTING, htmx=True)
    assert as_hugo.get(HOSTING)["Location"] == "/events/match/"


def test_asking_whether_one_hosts_a_draft_tells_nothing_of_it(draft, as_hugo, as_sam, rita, hugo, olga, without_tokens):
    assert as_hugo.get("/events/secret-plan/hosting/", headers=HTMX).status_code == 204
    draft.remove_host(hugo, by=olga)
    for client in (as_hugo, as_sam, rita):
        for headers in ({}, HTMX):
            there = client.get("/events/secret-plan/hosting/", headers=headers)
            absent = client.get("/events/no-such-event/hosting/", headers=headers)
            assert there.status_code == absent.status_code == 404
            assert without_tokens(there) == without_tokens(absent)


def test_asking_takes_few_queries(event, as_hugo, django_assert_max_num_queries):
    as_hugo.get(HOSTING, headers=HTMX)
    with django_assert_max_num_queries(6):
        as_hugo.get(HOSTING, headers=HTMX)


def test_a_link_for_a_host_that_is_made_again_takes_the_place_of_the_first(event, hugo, as_olga, rita):
    first, second = (path_in(as_olga.post(f"{PEOPLE}{hugo.pk}/reset/")) for _ in range(2))
    assert (rita.get(first).status_code, rita.get(second).status_code) == (410, 200)
