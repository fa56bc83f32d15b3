"""Invitations to host: made, used once, withdrawn, and over with the right to make one."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from feeds.models import Invitation, Spent
from feeds.tests.accounts import ACCOUNT, PEOPLE, hosts, invited, path_in, shown
from feeds.tests.helpers import HTMX, errors, fetch, log_of, now, values, whoami
from feeds.timeline.frames import frame_between


def test_a_link_is_shown_once_and_kept_nowhere(event, as_olga):
    response = as_olga.post(f"{PEOPLE}invite/", {"meant_for": "Helga"})
    token = path_in(response).split("/")[2]
    assert response["Cache-Control"] == "private, no-store"
    assert token not in fetch(as_olga, PEOPLE)
    assert token not in str(Invitation.objects.values()) + str(event.acts.values())
    assert log_of(event) == ["olga invited Helga"]
    by_htmx = as_olga.post(f"{PEOPLE}invite/", {"meant_for": ""}, headers=HTMX)
    assert path_in(by_htmx)
    assert values(by_htmx.content.decode(), "div", "id")[0] == "people"
    assert log_of(event)[1:] == ["olga invited somebody"]


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=3, seconds=-5), 200), (timedelta(days=3, seconds=5), 410)])
def test_an_invitation_is_good_for_three_days(event, as_olga, rita, age, status):
    link = invited(as_olga, "Helga")
    made = Invitation.objects.get()
    Invitation.objects.update(made_at=made.made_at - age, expires_at=made.expires_at - age)
    assert rita.get(link).status_code == status


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
    assert log_of(event) == ["olga invited Helga", "Helga H. accepted the invitation for Helga"]
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
        ({"username": "HUGO"}, "That user name is taken. Choose another, or sign in if it is yours."),
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
    assert found[0] == "Not done yet. Check the field marked below."
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
    assert "You already host this event." in fetch(as_hugo, "/events/match/")


def expire(invitation, as_olga):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def withdraw(invitation, as_olga):
    assert as_olga.post(f"{PEOPLE}invitations/{invitation.pk}/withdraw/").status_code == 200


def use(invitation, as_olga):
    invitation.accept(get_user_model().objects.create_user("first"))


@pytest.mark.parametrize(
    ("end", "said"),
    [(expire, "older than three days"), (withdraw, "was withdrawn"), (use, "has already been accepted")],
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
    assert "No open invitations." in fetch(as_olga, PEOPLE)


def test_a_wrong_link_says_so(event, as_olga, rita):
    link = invited(as_olga)
    for wrong in (link[:-2] + "/", "/invitations/x/", "/invitations/%F0%9F%8E%88/", f"/invitations/{'x' * 3000}/"):
        for response in (rita.get(wrong), rita.post(wrong, ACCOUNT)):
            assert response.status_code == 404
            assert "This invitation link is not valid." in response.content.decode()
    event.delete()
    assert rita.get(link).status_code == 404


def test_of_two_who_use_a_link_at_once_one_hosts(event, olga, sam, hugo):
    token = Invitation.make(event, by=olga)
    first, second = (Invitation.objects.with_token(token) for _ in range(2))
    event.hosts.remove(hugo)
    first.accept(sam)
    with pytest.raises(Spent, match="already been accepted"):
        second.accept(hugo)
    assert (hosts(event), log_of(event)) == (
        ["sam"],
        ["olga invited somebody", "sam accepted the invitation for somebody"],
    )


def test_an_account_whose_invitation_somebody_else_used_first_is_not_made(event, as_olga, sam, rita, monkeypatch):
    link = invited(as_olga)
    invitation = Invitation.objects.get()
    monkeypatch.setattr(Invitation, "require_open", lambda self: None)  # as it was when the page was asked for

    def overtaken(self, user):
        raise Spent("This invitation has already been accepted.")

    monkeypatch.setattr(Invitation, "accept", overtaken)
    assert rita.post(link, ACCOUNT).status_code == 410
    assert (invitation.used_by, get_user_model().objects.filter(username="helga").exists()) == (None, False)


def test_what_is_withdrawn_twice_was_withdrawn_once(event, as_olga, as_hugo):
    invited(as_olga, "Helga")
    path = f"{PEOPLE}invitations/{Invitation.objects.get().pk}/withdraw/"
    assert [as_hugo.post(path).status_code, as_olga.post(path).status_code] == [200, 409]
    assert log_of(event) == ["olga invited Helga", "hugo withdrew the invitation for Helga"]


def test_an_invitation_of_another_event_cannot_be_withdrawn_here(event, elsewhere, sam, as_olga):
    Invitation.make(elsewhere, by=sam)
    path = f"{PEOPLE}invitations/{elsewhere.invitations.get().pk}/withdraw/"
    assert (as_olga.post(path).status_code, elsewhere.invitations.open().count()) == (404, 1)


def test_wrong_links_can_be_tried_twenty_times_a_minute(event, as_olga, rita):
    link = invited(as_olga)
    assert {rita.get(f"/invitations/{number}/").status_code for number in range(20)} == {404}
    response = rita.get("/invitations/20/")
    assert (response.status_code, 0 < int(response["Retry-After"]) <= 60) == (429, True)
    assert "Too many attempts. Try again in" in response.content.decode()
    assert rita.get(link).status_code == 200


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
    assert "No open invitations." in fetch(as_olga, PEOPLE)


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
    assert (Invitation.objects.count(), log_of(event)) == (1, ["olga invited Helga"])
    others = [
        path_in(as_hugo.post(f"{PEOPLE}invite/", form)),
        path_in(as_olga.post(f"{PEOPLE}invite/", form | {"meant_for": "Max"})),
    ]
    assert len({first, *others}) == 3
    assert as_sam.post(first).status_code == 302
    over = as_olga.post(f"{PEOPLE}invite/", form)
    assert (over.status_code, path_in(over)) == (409, None)
    assert "That invitation was no longer open." in over.content.decode()
