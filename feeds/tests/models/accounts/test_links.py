"""Links that open an account: each is good for one thing, once, and nothing happens by following it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.test import Client
from django.utils import timezone

from feeds.access import known_browsers, visitors
from feeds.forms import accounts as account_forms
from feeds.models import Invitation, Link, SignIn, tidy
from feeds.models.accounts.links import KEPT
from feeds.tests.accounts import (
    ACCOUNT,
    MORE,
    NEW,
    NEW_TWICE,
    PASSWORD,
    invited,
    may_do_more,
    reset_path,
    with_password,
)
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import fetch, whoami
from feeds.views.account import one_time_path


@pytest.fixture(autouse=True)
def hugo(hugo):
    return with_password(hugo, "hugo@example.org")


@pytest.fixture
def links(event, hugo, as_olga):
    """A link of each kind that people are sent, and the fields of the form on its page."""
    return {
        "/sign-in/": (one_time_path(hugo), {}),
        "/password/": (reset_path(hugo, as_olga), NEW_TWICE),
        "/invitations/": (invited(as_olga), ACCOUNT),
    }


def accounts():
    return list(get_user_model().objects.order_by("pk").values("username", "password", "last_login"))


def test_a_link_is_good_for_nothing_but_what_it_was_made_for(links, event):
    before = accounts()
    for kind, (path, _) in links.items():
        for other, (_, form) in links.items():
            if other != kind:
                visitor, exchanged = Client(), path.replace(kind, other)
                answers = [visitor.get(exchanged).status_code, visitor.post(exchanged, form).status_code]
                assert (set(answers) <= {403, 404, 410}, whoami(visitor)) == (True, None), (kind, other)
    assert (accounts(), list(event.hosts.values_list("username", flat=True))) == (before, ["hugo"])
    assert [Client().get(path).status_code for path, _ in links.values()] == [200] * 3  # and none was used up by that


def test_links_by_mail_are_good_for_a_new_password_alone(hugo, rita, settings, monkeypatch, mailoutbox):
    settings.EMAIL_HOST = "mail.example.org"
    monkeypatch.setattr(account_forms._mail, "submit", lambda function, *arguments: function(*arguments))
    rita.post("/password/forgotten/", {"email": "hugo@example.org"})
    path = re.search(r"https?://[^/]+(/password/\S+)", mailoutbox[0].body)[1]
    assert rita.post(path.replace("/password/", "/sign-in/")).status_code == 403
    assert rita.post(path, NEW_TWICE).status_code == 302


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_following_a_link_changes_nothing_for_anybody(links, as_olga, method, django_assert_num_queries):
    before = accounts(), SignIn.objects.count(), Link.objects.count()
    for path, _ in links.values():
        for client in (Client(), as_olga):
            answer = getattr(client, method)(path)
            assert answer.status_code in {200, 302, 405}
            assert "sessionid" not in answer.cookies
        assert whoami(as_olga) == "olga"
    assert (accounts(), SignIn.objects.count(), Link.objects.count()) == before


def test_a_form_without_a_token_of_ours_signs_nobody_in(links):
    for path, form in links.values():
        stranger = Client(enforce_csrf_checks=True)
        assert stranger.post(path, form, headers={"Origin": "https://evil.example"}).status_code == 403
        assert whoami(stranger) is None


def test_addresses_that_are_secrets_are_kept_and_told_nowhere(links):
    for path, form in links.values():
        for answer in (Client().get(path), Client().post(path, form), Client().get(path)):
            told = [answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")]
            assert told == ["private, no-store", "no-referrer", "noindex"], path
            if answer.status_code == 200:  # or browsers say that the form comes from “null”
                assert '<meta name="referrer" content="strict-origin">' in answer.content.decode()


def test_the_page_of_a_sign_in_link_says_whose_it_is_and_who_is_signed_out(hugo, rita, as_olga):
    assert "signs out" not in fetch(rita, one_time_path(hugo))
    path = one_time_path(hugo)
    html = fetch(as_olga, path)
    assert "Sign in as <bdi>hugo</bdi>" in html
    assert "It signs out <bdi>olga</bdi>" in html
    as_olga.post(path)
    assert whoami(as_olga) == "hugo"


@pytest.mark.parametrize("more", MORE)
def test_a_link_for_a_host_is_no_good_once_the_host_may_do_more(event, new_event, sam, hugo, as_olga, rita, more):
    path = reset_path(hugo, as_olga)
    assert rita.get(path).status_code == 200
    may_do_more(hugo, more, sam, new_event)
    assert (rita.get(path).status_code, rita.post(path, NEW_TWICE).status_code) == (410, 410)
    hugo.refresh_from_db()
    assert hugo.check_password(PASSWORD)


def _let_go(event, hugo, olga, sam):
    event.remove_host(hugo, by=olga)


def _handed_over(event, hugo, olga, sam):
    event.configure(owner=sam)


def _deleted(event, hugo, olga, sam):
    event.destroy()


def _olga_is_gone(event, hugo, olga, sam):
    olga.is_active = False
    olga.save()


def _new_password(event, hugo, olga, sam):
    hugo.set_password(NEW)
    hugo.save()


def _new_address(event, hugo, olga, sam):
    hugo.email = "elsewhere@example.org"
    hugo.save()


def _signed_in(event, hugo, olga, sam):
    signed_in(hugo)


@pytest.mark.parametrize(
    "what", [_let_go, _handed_over, _deleted, _olga_is_gone, _new_password, _new_address, _signed_in]
)
def test_a_link_for_a_host_ends_with_what_it_was_made_for(event, hugo, olga, sam, as_olga, rita, what):
    path = reset_path(hugo, as_olga)
    what(event, hugo, olga, sam)
    before = accounts()
    assert (rita.get(path).status_code, rita.post(path, NEW_TWICE).status_code) == (410, 410)
    assert accounts() == before


def test_links_work_for_a_day_and_are_forgotten_afterwards(links):
    Link.objects.update(made_at=timezone.now() - timedelta(hours=25))
    for kind in ("/sign-in/", "/password/"):
        path, form = links[kind]
        assert Client().post(path, form).status_code in {403, 410}
    tidy()
    assert Link.objects.count() == 0


def test_an_account_has_few_links_and_mail_pushes_out_none_by_an_owner(event, hugo, as_olga, rita):
    path = reset_path(hugo, as_olga)
    for _ in range(KEPT + 5):
        Link.make(Link.Kind.RESET, hugo)
    assert Link.objects.filter(event=None).count() == KEPT
    assert rita.post(path, NEW_TWICE).status_code == 302


def test_no_token_is_in_the_database(links):
    stored = str([*Link.objects.values(), *Invitation.objects.values()])
    assert not [path for path, _ in links.values() if path.split("/")[2] in stored]


def test_nothing_that_is_signed_for_one_purpose_is_taken_for_another():
    salts = [visitors._SALT, known_browsers._SALT]
    assert len(set(salts)) == len(salts)
    ours = {"id": "a" * 32, "name": "Paul", "accounts": [1]}
    for salt in salts:
        cookie = signing.dumps(ours, salt=salt)
        assert (visitors.Visitor.of({visitors.COOKIE: cookie}).name == "Paul") is (salt == visitors._SALT)
        assert (known_browsers.Known.of({known_browsers.COOKIE: cookie}).accounts == (1,)) is (
            salt == known_browsers._SALT
        )


@pytest.fixture
def olga(olga):
    return with_password(olga)


def test_an_account_that_is_active_again_begins_from_scratch(hugo, as_hugo, rita, paul, as_admin):
    links = [f"/sign-in/{Link.make('sign-in', hugo)}/", f"/password/{Link.make('reset', hugo)}/"]
    assert as_hugo.get("/password/").status_code == 200
    assert [rita.get(link).status_code for link in links] == [200, 200]
    about = {"username": "hugo", "date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
    path = f"/admin/auth/user/{hugo.pk}/change/"
    assert as_admin.post(path, about).status_code == 302
    assert as_admin.post(path, about | {"is_active": "on"}).status_code == 302
    hugo.refresh_from_db()
    assert hugo.is_active
    assert as_hugo.get("/password/").status_code == 302
    assert [rita.get(link).status_code for link in links] == [403, 410]
    assert as_admin.get("/password/").status_code == 200
