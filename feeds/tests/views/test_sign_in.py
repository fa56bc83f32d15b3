"""Signing in: wrong passwords are counted by account and by network."""

from datetime import timedelta

import pytest
from django.test import Client

from feeds.models import Attempt
from feeds.tests.accounts import PASSWORD, sign_in, with_password
from feeds.tests.helpers import errors, values, whoami


@pytest.fixture
def olga(olga):
    return with_password(olga, "olga@example.org")


@pytest.fixture
def hugo(hugo):
    return with_password(hugo)


def later(seconds):
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - timedelta(seconds=seconds))


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(olga, rita):
    assert [sign_in(rita, password="wrong").status_code for _ in range(5)] == [200] * 5
    response = sign_in(rita)
    wait = int(response["Retry-After"])
    assert (response.status_code, 50 < wait <= 60, whoami(rita)) == (429, True, None)
    assert errors(response) == [f"Too many attempts. Try again in {wait} seconds."]
    html = response.content.decode()
    assert "olga" in values(html, "input", "value")
    assert PASSWORD not in html
    later(61)
    assert (sign_in(rita).status_code, whoami(rita)) == (302, "olga")


def test_spelling_a_name_otherwise_or_dropping_cookies_gives_no_more_tries(olga):
    for name in ("olga", "OLGA", "Olga", "ｏｌｇａ", " olga"):
        assert sign_in(Client(), name, "wrong").status_code == 200
    assert sign_in(Client()).status_code == 429


def test_somebody_elsewhere_and_somebody_else_may_sign_in_meanwhile(olga, hugo, rita, paul):
    for _ in range(5):
        sign_in(rita, password="wrong")
    assert sign_in(paul, address="192.0.2.2").status_code == 302
    assert sign_in(rita, "hugo").status_code == 302


def test_twenty_wrong_passwords_from_one_address_are_enough_whatever_the_names(olga):
    assert {sign_in(Client(), f"user{number}").status_code for number in range(20)} == {200}
    assert sign_in(Client()).status_code == 429
    assert sign_in(Client(), address="192.0.2.2").status_code == 302


def test_hopping_inside_a_64_is_staying(olga):
    for number in range(5):
        sign_in(Client(), password="wrong", address=f"2001:db8:1:2::{number:x}")
    assert sign_in(Client(), address="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(Client(), address="2001:db8:1:3::1").status_code == 302


def test_signing_in_clears_what_was_counted(olga, rita):
    for _ in range(3):
        for _ in range(4):
            assert sign_in(rita, password="wrong").status_code == 200
        assert sign_in(rita).status_code == 302
    for _ in range(30):  # nor do those who do know their password add up
        later(1)
    assert {sign_in(Client()).status_code for _ in range(25)} == {302}


def test_the_admin_has_no_other_door(admin, rita):
    response = rita.get("/admin/", follow=True)
    assert response.redirect_chain[-1] == ("/sign-in/?next=%2Fadmin%2F", 302)
    assert sign_in(rita, "ada", "x", path="/admin/login/").status_code == 302
    assert whoami(rita) is None
