"""Guessing passwords: slowed down for everybody except a browser that has signed in before."""

import pytest
from django.core import signing
from django.test import Client

from feeds.access import known_browsers
from feeds.tests.accounts import (
    ACCOUNT,
    NEW,
    NEW_TWICE,
    PASSWORD,
    invited,
    reset_path,
    sign_in,
    with_password,
)


@pytest.fixture(autouse=True)
def hugo(hugo):
    return with_password(hugo, "hugo@example.org")


@pytest.fixture
def olga(olga):
    return with_password(olga)


def guess_from(networks, name="olga"):
    """Try one wrong password from each of this many networks. Returns the statuses."""
    return [
        sign_in(Client(), name, "wrong", address=f"192.0.{n // 250}.{n % 250}").status_code for n in range(networks)
    ]


def test_all_networks_together_have_twenty_tries_at_one_account(olga, rita):
    assert guess_from(40) == [200] * 20 + [429] * 20
    assert guess_from(3, "sam") == [200] * 3  # whom nobody has tried
    refused = sign_in(rita, address="198.51.100.1")
    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 900) == (429, True)


def test_where_one_has_signed_in_before_one_gets_in_whatever_others_try(olga, rita):
    assert sign_in(rita, address="192.0.2.1").status_code == 302
    rita.post("/sign-out/")
    guess_from(40)
    for _ in range(25):  # and a stranger in the room, behind the same address
        sign_in(Client(), f"user{_}", "wrong", address="192.0.2.1")
    assert sign_in(Client(), address="192.0.2.1").status_code == 429
    assert sign_in(rita, address="192.0.2.1").status_code == 302


def test_a_browser_that_is_known_has_limits_too_and_only_for_whom_it_knows(olga, hugo, rita):
    assert sign_in(rita).status_code == 302
    rita.post("/sign-out/")
    assert [sign_in(rita, password="wrong").status_code for _ in range(7)] == [200] * 5 + [429] * 2
    assert sign_in(rita).status_code == 429
    guess_from(40, "hugo")
    assert sign_in(rita, "hugo", address="198.51.100.1").status_code == 429
    assert sign_in(Client()).status_code == 302  # strangers' limits are others


def test_a_forged_cookie_makes_no_browser_known(olga, rita):
    assert sign_in(rita).status_code == 302
    genuine = rita.cookies[known_browsers.COOKIE].value
    guess_from(40)
    forged = signing.dumps({"id": "x", "accounts": [olga.pk]}, salt="feeds.visitor")
    for value in (genuine[:-1], "x", "", forged, genuine + "x"):
        other = Client()
        other.cookies[known_browsers.COOKIE] = value
        assert sign_in(other).status_code == 429, value


def test_a_browser_that_an_earlier_version_has_known_is_still_known(olga, hugo, rita):
    """The salt is written out: a cookie lasts a year, and a server is upgraded in between."""
    known = signing.dumps({"id": "b" * 32, "accounts": [olga.pk]}, salt="feeds.known-browser")
    guess_from(40)
    guess_from(40, "hugo")
    rita.cookies[known_browsers.COOKIE] = known
    assert (sign_in(rita).status_code, sign_in(rita, "hugo").status_code) == (302, 429)


def test_a_new_password_by_a_link_lets_one_in_whatever_others_try(event, hugo, as_olga, rita):
    path = reset_path(hugo, as_olga)
    guess_from(40, "hugo")
    rita.post(path, NEW_TWICE)
    assert sign_in(rita, "hugo", NEW).status_code == 302


def test_the_cookie_tells_nobody_which_accounts_it_knows(olga, rita):
    sign_in(rita)
    assert (rita.cookies[known_browsers.COOKIE]["httponly"], "olga" in rita.cookies[known_browsers.COOKIE].value) == (
        True,
        False,
    )


def test_the_old_password_is_guessed_at_slowly_wherever_one_is_signed_in(olga, as_olga, rita):
    assert sign_in(rita).status_code == 302
    wrong = {"old_password": "wrong"} | NEW_TWICE
    for client in (as_olga, rita, as_olga, rita, as_olga):
        assert "old password was entered incorrectly" in client.post("/password/", wrong).content.decode()
    for client in (as_olga, rita):
        html = client.post("/password/", {"old_password": PASSWORD} | NEW_TWICE).content.decode()
        assert "Too many attempts" in html
    olga.refresh_from_db()
    assert olga.check_password(PASSWORD)


def test_nobody_who_is_not_signed_in_keeps_one_from_changing_the_password(olga, as_olga):
    guess_from(40)
    assert as_olga.post("/password/", {"old_password": PASSWORD} | NEW_TWICE).status_code == 302


def test_the_admin_has_no_other_page_for_a_password(admin, as_admin):
    assert as_admin.get("/admin/password_change/")["Location"] == "/password/"
    assert as_admin.post("/admin/password_change/", {"old_password": "x"} | NEW_TWICE)["Location"] == "/password/"


def test_a_stranger_in_the_room_keeps_nobody_from_accepting_an_invitation(event, as_olga, rita):
    path = invited(as_olga)
    for number in range(25):
        Client().post(f"/invitations/{number}/", ACCOUNT)
    assert rita.post(path, ACCOUNT).status_code == 302
