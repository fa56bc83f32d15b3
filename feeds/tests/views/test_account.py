"""An account's page: where it is signed in, its password and its address for mail."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from feeds.models import SignIn
from feeds.models.accounts.sign_ins import browser_in_words
from feeds.tests.accounts import NEW_TWICE, PASSWORD, sign_in, with_password
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import errors, fetch, values, whoami
from feeds.views.account import one_time_path


@pytest.fixture
def olga(olga):
    return with_password(olga, "olga@example.org")


@pytest.fixture
def hugo(hugo):
    return with_password(hugo)


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/17 Safari/604"
)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on an iPhone"),
        (CHROME, "Chrome on Linux"),
        (CHROME.replace("X11; Linux x86_64", "Linux; Android 15"), "Chrome on Android"),
        (CHROME + " Edg/130.0", "Edge on Linux"),
        (CHROME.replace("X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15"), "Chrome on a Mac"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_in_words(user_agent, words):
    assert browser_in_words(user_agent) == words


def browsers(client):
    """The browsers on an account's page: (browser, whether it is this one, path to end it)."""
    items = re.findall(r'<li class="card person">(.*?)</li>', fetch(client, "/password/"), re.S)
    found = []
    for item in items:
        path = re.search(r'action="([^"]+)"', item)
        found.append((re.search(r"<p>([^<]*?) ?<", item)[1], "This browser" in item, path and path[1]))
    return sorted(found, key=str)


@pytest.fixture
def two(olga):
    """Olga with Firefox, and Olga with Safari."""
    clients = [Client(headers={"User-Agent": agent}) for agent in (FIREFOX, SAFARI)]
    for client in clients:
        assert sign_in(client).status_code == 302
    return clients


def test_where_one_is_signed_in_is_listed_and_one_of_them_ended(two, olga, hugo, as_hugo):
    firefox, safari = two
    (_, here, none), (phone, there, path) = browsers(firefox)
    assert (here, none, phone, there) == (True, None, "Safari on an iPhone", False)
    as_hugo.post(path)
    assert whoami(safari) == "olga"  # nobody ends those of others
    assert firefox.post(path)["Location"] == "/password/"
    assert (whoami(safari), whoami(firefox)) == (None, "olga")
    assert browsers(firefox) == [("Firefox on Windows", True, None)]
    assert firefox.get(path).status_code == 405


def test_all_others_are_ended_at_once(two, hugo, as_hugo):
    firefox, safari = two
    firefox.post("/sessions/end-others/")
    assert [whoami(client) for client in (firefox, safari, as_hugo)] == ["olga", None, "hugo"]


def test_this_browser_is_ended_by_signing_out_only(two):
    firefox, _ = two
    here = SignIn.objects.get(browser="Firefox on Windows")
    firefox.post(f"/sessions/{here.pk}/end/")
    assert whoami(firefox) == "olga"
    firefox.post("/sign-out/")
    assert [each.browser for each in SignIn.objects.all()] == ["Safari on an iPhone"]


def test_a_new_password_signs_out_everywhere_else(two):
    firefox, safari = two
    firefox.post("/password/", {"old_password": PASSWORD} | NEW_TWICE)
    assert (whoami(firefox), whoami(safari)) == ("olga", None)
    assert [listed[:2] for listed in browsers(firefox)] == [("Firefox on Windows", True)]


def test_last_seen_is_written_once_an_hour_and_nothing_is_asked_of_readers(
    event, olga, rita, django_assert_num_queries, django_assert_max_num_queries
):
    client = signed_in(olga)
    client.get("/unreachable/")
    SignIn.objects.update(last_seen=timezone.now() - timedelta(hours=5))
    client.get("/events/match/")
    assert SignIn.objects.get().last_seen < timezone.now() - timedelta(hours=4)  # as it was: it is for this hour
    session = client.session
    session["seen"] = "another hour"
    session.save()
    client.get("/events/match/")
    assert timezone.now() - SignIn.objects.get().last_seen < timedelta(hours=1)
    rita.cookies["sessionid"] = "no-session-of-ours-at-all-0000000"
    with django_assert_num_queries(0):
        rita.get("/unreachable/")


def test_a_session_from_before_there_was_a_list_gets_into_it(event, olga):
    client = signed_in(olga)
    SignIn.objects.all().delete()
    session = client.session
    del session["seen"]
    session.save()
    client.get("/events/match/")
    assert SignIn.objects.get().session_id == client.session.session_key


def test_a_one_time_link_is_a_sign_in_like_any_other(olga, rita):
    rita.post(one_time_path(olga))
    assert SignIn.objects.get().user == olga


def test_an_address_for_mail_takes_ones_password(two, olga, mail):
    firefox, _ = two
    for password, said in (("", "Enter your password"), ("wrong", "Wrong password. Try again.")):
        response = firefox.post("/email/", {"email": "new@example.org", "password": password})
        assert response.status_code == 422
        assert errors(response)[0].startswith(said)
        assert "new@example.org" in values(response.content.decode(), "input", "value")
    olga.refresh_from_db()
    assert olga.email == "olga@example.org"
    assert firefox.post("/email/", {"email": "new@example.org", "password": PASSWORD})["Location"] == "/password/"
    olga.refresh_from_db()
    assert olga.email == "new@example.org"
    assert {firefox.post("/email/", {"email": "", "password": "wrong"}).status_code for _ in range(6)} == {422}
    assert "Too many attempts" in str(errors(firefox.post("/email/", {"email": "", "password": PASSWORD})))


def test_without_a_mail_server_no_address_is_asked_for(two, settings):
    settings.EMAIL_HOST = ""
    assert 'name="email"' not in fetch(two[0], "/password/")
    assert two[0].post("/email/", {"email": "new@example.org", "password": PASSWORD}).status_code == 404
