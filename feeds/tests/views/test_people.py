"""Who hosts an event: the page that lists them, invitations and what becomes of them, removal."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from feeds.models import Invitation, Overtaken, Spent
from feeds.tests.accounts import ACCOUNT, PEOPLE, acts, hosts, invited, path_in, shown
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX, errors, fetch, now, values, whoami
from feeds.timeline.frames import frame_between


def test_the_page_lists_owner_hosts_and_open_invitations(event, as_hugo, as_olga):
    invited(as_hugo, "Helga <3")
    html = fetch(as_hugo, PEOPLE)
    owner, host, invitation = shown(html)
    assert (owner, host) == ("olga Owner", "hugo")
    assert invitation.startswith("For Helga <3, by hugo, good until")
    assert "Helga &lt;3" in html
    assert ("/remove/" in html, "/reset/" in html) == (False, False)
    assert ("/remove/" in fetch(as_olga, PEOPLE), "/people/" in fetch(as_olga, "/events/match/")) == (True, True)
    assert PEOPLE in fetch(as_olga, "/events/match/settings/")


def test_a_link_is_shown_once_and_kept_nowhere(event, as_olga):
    response = as_olga.post(f"{PEOPLE}invite/", {"meant_for": "Helga"})
    token = path_in(response).split("/")[2]
    assert response["Cache-Control"] == "private, no-store"
    assert token not in fetch(as_olga, PEOPLE)
    assert token not in str(Invitation.objects.values()) + str(event.acts.values())
    assert acts(event) == ["olga invited Helga"]
    by_htmx = as_olga.post(f"{PEOPLE}invite/", {"meant_for": ""}, headers=HTMX)
    assert path_in(by_htmx)
    assert values(by_htmx.content.decode(), "div", "id")[0] == "people"
    assert acts(event)[1:] == ["olga invited somebody"]


def test_an_invitation_for_too_long_a_name_is_not_made(event, as_olga):
    response = as_olga.post(f"{PEOPLE}invite/", {"meant_for": "x" * 61})
    assert (response.status_code, Invitation.objects.count(), path_in(response)) == (422, 0, None)
    assert errors(response) == ["This has 61 characters and the limit is 60: shorten it by 1."]
    assert "x" * 61 in response.content.decode()


def test_who_has_no_account_makes_one_and_hosts(event, as_olga, rita):
    link = invited(as_olga, "Helga")
    page = rita.get(link)
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
    assert "olga</bdi> invites you" in page.content.decode()
    assert f"/sign-in/?next={link}" in page.content.decode()
    start = now(event)
    response = rita.post(link, ACCOUNT)
    assert (response.status_code, response["Location"], whoami(rita)) == (302, "/events/match/", "helga")
    assert hosts(event) == ["helga", "hugo"]
    assert 'id="hosting"' in fetch(rita, "/events/match/")
    assert acts(event) == ["olga invited Helga", "Helga H. accepted the invitation for Helga"]
    frame = frame_between(event.pk, start)
    assert "<bdi>Helga H.</bdi>" in frame.html
    assert "Host this event" not in frame.html
    assert Client().post("/sign-in/", ACCOUNT)["Location"] == "/"


def test_following_a_link_uses_nothing_up(event, as_olga, rita):
    link = invited(as_olga)
    for ask in (rita.get, rita.head, rita.get):
        assert ask(link).status_code == 200
    assert (hosts(event), Invitation.objects.open().count()) == (["hugo"], 1)
    assert rita.post(link, ACCOUNT).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": ""}, "Choose a user name to sign in with."),
        ({"username": "HUGO"}, "Somebody has this user name. Choose another, or sign in if it is yours."),
        ({"username": "hel ga"}, "Enter a valid username."),
        ({"name": "x" * 61}, "This has 61 characters and the limit is 60: shorten it by 1."),
        ({"password": ""}, "Choose a password."),
        ({"password": "short"}, "This password is too short. It must contain at least 8 characters."),
        ({"password": "helga1234", "username": "helga1234"}, "The password is too similar to the username."),
        ({"password": "password1"}, "This password is too common."),
    ],
    ids=str,
)
def test_a_refused_account_says_why_next_to_the_field_and_keeps_the_rest(event, hugo, as_olga, rita, wrong, said):
    link = invited(as_olga)
    response = rita.post(link, ACCOUNT | wrong)
    html = response.content.decode()
    found = [unescape(error) for error in errors(response)]
    assert response.status_code == 422
    assert found[0] == "Not done yet: see the field marked below."
    assert found[1].startswith(said)
    assert html.count('aria-invalid="true"') == 1
    kept = {value for field, value in (ACCOUNT | wrong).items() if field != "password" and value}
    assert kept <= set(values(html, "input", "value"))
    assert "grandstand-7" not in html
    assert (hosts(event), whoami(rita), get_user_model().objects.count()) == (["hugo"], None, 2)


def test_who_is_signed_in_is_asked_and_then_hosts(event, as_olga, sam, as_sam):
    link = invited(as_olga)
    assert "You are signed in as <bdi>sam</bdi>" in fetch(as_sam, link)
    assert hosts(event) == ["hugo"]
    response = as_sam.post(link)
    assert (response["Location"], hosts(event)) == ("/events/match/", ["hugo", "sam"])
    assert Invitation.objects.get().used_by == sam


def test_who_has_an_account_signs_in_first_and_comes_back(event, as_olga, sam, rita):
    sam.set_password("grandstand-7")
    sam.save()
    link = invited(as_olga)
    back = rita.post("/sign-in/", {"username": "sam", "password": "grandstand-7", "next": link})["Location"]
    assert (back, rita.post(back).status_code, hosts(event)) == (link, 302, ["hugo", "sam"])


def test_a_host_does_not_use_an_invitation_up(event, as_olga, as_hugo):
    link = invited(as_olga)
    for client in (as_olga, as_hugo):
        assert client.get(link)["Location"] == client.post(link)["Location"] == "/events/match/"
    assert Invitation.objects.open().count() == 1
    assert "You host this event already." in fetch(as_hugo, "/events/match/")


def expire(invitation, as_olga):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def withdraw(invitation, as_olga):
    assert as_olga.post(f"{PEOPLE}invitations/{invitation.pk}/withdraw/").status_code == 200


def use(invitation, as_olga):
    invitation.accept(get_user_model().objects.create_user("first"))


@pytest.mark.parametrize(
    ("end", "said"),
    [(expire, "older than three days"), (withdraw, "was withdrawn"), (use, "was accepted already")],
)
def test_an_invitation_that_is_over_says_so_and_makes_nobody_a_host(event, as_olga, as_sam, rita, end, said):
    link = invited(as_olga)
    end(Invitation.objects.get(), as_olga)
    before = hosts(event)
    for response in (rita.get(link), rita.post(link, ACCOUNT), as_sam.get(link), as_sam.post(link)):
        assert response.status_code == 410
        assert said in response.content.decode()
    assert (hosts(event), whoami(rita)) == (before, None)
    assert not get_user_model().objects.filter(username="helga").exists()
    assert "No invitation is open." in fetch(as_olga, PEOPLE)


def test_a_wrong_link_says_so(event, as_olga, rita):
    link = invited(as_olga)
    for wrong in (link[:-2] + "/", "/invitations/x/", "/invitations/%F0%9F%8E%88/", f"/invitations/{'x' * 3000}/"):
        for response in (rita.get(wrong), rita.post(wrong, ACCOUNT)):
            assert response.status_code == 404
            assert "This is no invitation of ours." in response.content.decode()
    event.delete()
    assert rita.get(link).status_code == 404


def test_of_two_who_use_a_link_at_once_one_hosts(event, olga, sam, hugo):
    token = Invitation.make(event, by=olga)
    first, second = (Invitation.objects.with_token(token) for _ in range(2))
    event.hosts.remove(hugo)
    first.accept(sam)
    with pytest.raises(Spent, match="accepted already"):
        second.accept(hugo)
    assert (hosts(event), acts(event)) == (
        ["sam"],
        ["olga invited somebody", "sam accepted the invitation for somebody"],
    )


def test_an_account_whose_invitation_somebody_else_used_first_is_not_made(event, as_olga, sam, rita, monkeypatch):
    link = invited(as_olga)
    invitation = Invitation.objects.get()
    monkeypatch.setattr(Invitation, "require_open", lambda self: None)  # as it was when the page was asked for

    def overtaken(self, user):
        raise Spent("This invitation was accepted already.")

    monkeypatch.setattr(Invitation, "accept", overtaken)
    assert rita.post(link, ACCOUNT).status_code == 410
    assert (invitation.used_by, get_user_model().objects.filter(username="helga").exists()) == (None, False)


def test_what_is_withdrawn_twice_was_withdrawn_once(event, as_olga, as_hugo):
    invited(as_olga, "Helga")
    path = f"{PEOPLE}invitations/{Invitation.objects.get().pk}/withdraw/"
    assert [as_hugo.post(path).status_code, as_olga.post(path).status_code] == [200, 409]
    assert acts(event) == ["olga invited Helga", "hugo withdrew the invitation for Helga"]


def test_the_owner_removes_a_host_and_readers_see_it(event, as_olga, as_hugo, hugo):
    link = invited(as_hugo, "Helga")
    start = now(event)
    html = as_olga.post(f"{PEOPLE}{hugo.pk}/remove/", headers=HTMX).content.decode()
    assert (shown(html), "hugo does not host this any more." in html) == (["olga Owner"], True)
    assert hosts(event) == []
    assert "<bdi>hugo</bdi>" not in frame_between(event.pk, start).html
    assert "olga</bdi>" in frame_between(event.pk, start).html
    assert acts(event)[1:] == ["olga removed the host hugo"]
    assert as_hugo.get(PEOPLE).status_code == 403
    assert Client().get(link).status_code == 410  # what he had given away before is worth nothing now
    again = as_olga.post(f"{PEOPLE}{hugo.pk}/remove/")
    assert (again.status_code, "That person does not host this event any more." in again.content.decode()) == (
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


def test_an_invitation_of_another_event_cannot_be_withdrawn_here(event, elsewhere, sam, as_olga):
    Invitation.make(elsewhere, by=sam)
    path = f"{PEOPLE}invitations/{elsewhere.invitations.get().pk}/withdraw/"
    assert (as_olga.post(path).status_code, elsewhere.invitations.open().count()) == (404, 1)


def test_wrong_links_can_be_tried_twenty_times_a_minute(event, as_olga, rita):
    link = invited(as_olga)
    assert {rita.get(f"/invitations/{number}/").status_code for number in range(20)} == {404}
    response = rita.get("/invitations/20/")
    assert (response.status_code, 0 < int(response["Retry-After"]) <= 60) == (429, True)
    assert "These were too many tries. Try again in" in response.content.decode()
    assert rita.get(link).status_code == 200


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
    assert "You do not host this event any more." in html
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


def deactivate(hugo, event, admin):
    hugo.is_active = False
    hugo.save()


def delete(hugo, event, admin):
    hugo.delete()


def host_no_longer(hugo, event, admin):
    event.hosts.remove(hugo)


@pytest.mark.parametrize("leave", [deactivate, delete, host_no_longer])
def test_an_invitation_ends_with_the_right_to_make_one(event, hugo, as_hugo, as_olga, as_sam, admin, rita, leave):
    link = invited(as_hugo, "Helga")
    assert "For Helga" in " ".join(shown(fetch(as_olga, PEOPLE)))
    leave(hugo, event, admin)
    for visitor, sent in ((rita, ACCOUNT), (as_sam, {})):
        page, accepted = visitor.get(link), visitor.post(link, sent)
        assert (page.status_code, accepted.status_code) == (410, 410)
    assert "sam" not in hosts(event)
    assert not get_user_model().objects.filter(username="helga").exists()
    assert "No invitation is open." in fetch(as_olga, PEOPLE)


def test_an_invitation_by_a_former_owner_or_former_staff_is_over(event, olga, sam, rita, as_sam):
    staff = get_user_model().objects.create_user("stella", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="change_event"))
    by_owner, by_staff = (f"/invitations/{Invitation.make(event, by=user)}/" for user in (olga, staff))
    assert [rita.get(link).status_code for link in (by_owner, by_staff)] == [200, 200]
    staff.user_permissions.clear()
    event.configure(owner=sam)
    assert [rita.get(link).status_code for link in (by_owner, by_staff)] == [410, 410]


def test_an_invitation_does_not_come_back_with_a_host_who_is_active_again(event, hugo, as_hugo, rita):
    link = invited(as_hugo)
    for active in (False, True):
        hugo.is_active = active
        hugo.save()
    assert rita.get(link).status_code == 410


def test_the_same_form_sent_twice_makes_one_invitation(event, as_olga, as_hugo, as_sam):
    key = re.search(r'name="key" value="([0-9a-f]{32})"', fetch(as_olga, PEOPLE))[1]
    form = {"meant_for": "Helga", "key": key}
    first, again = (path_in(as_olga.post(f"{PEOPLE}invite/", form)) for _ in range(2))
    assert first == again
    assert (Invitation.objects.count(), acts(event)) == (1, ["olga invited Helga"])
    others = [
        path_in(as_hugo.post(f"{PEOPLE}invite/", form)),
        path_in(as_olga.post(f"{PEOPLE}invite/", form | {"meant_for": "Max"})),
    ]
    assert len({first, *others}) == 3
    assert as_sam.post(first).status_code == 302
    over = as_olga.post(f"{PEOPLE}invite/", form)
    assert (over.status_code, path_in(over)) == (409, None)
    assert "That invitation was not open any more." in over.content.decode()


def test_a_link_for_a_host_that_is_made_again_takes_the_place_of_the_first(event, hugo, as_olga, rita):
    first, second = (path_in(as_olga.post(f"{PEOPLE}{hugo.pk}/reset/")) for _ in range(2))
    assert (rita.get(first).status_code, rita.get(second).status_code) == (410, 200)
