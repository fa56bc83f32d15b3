"""Accounts: who guesses passwords is slowed down; forgotten ones are replaced; sessions are listed and ended."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from feeds.forms import people
from feeds.models import Attempt, SignIn
from feeds.models.accounts.sign_ins import browser_in_words
from feeds.tests.accounts import NEW, NEW_TWICE, PASSWORD, PEOPLE, acts, path_in, sign_in, with_password
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import errors, fetch, values, whoami
from feeds.views.account import one_time_path


@pytest.fixture
def olga(olga):
    return with_password(olga, "olga@example.org")


@pytest.fixture
def hugo(hugo):
    return with_password(hugo)


@pytest.fixture
def mail(settings, monkeypatch, mailoutbox):
    """A mail server is set up, and mails go out at once."""
    settings.EMAIL_HOST = "mail.example.org"

    class AtOnce:
        submit = staticmethod(lambda function, *args, **kwargs: function(*args, **kwargs))

    monkeypatch.setattr(people, "_mail", AtOnce)
    return mailoutbox


def later(seconds):
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - timedelta(seconds=seconds))


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(olga, rita):
    assert [sign_in(rita, password="wrong").status_code for _ in range(5)] == [200] * 5
    response = sign_in(rita)
    wait = int(response["Retry-After"])
    assert (response.status_code, 50 < wait <= 60, whoami(rita)) == (429, True, None)
    assert errors(response) == [f"These were too many tries. Try again in {wait} seconds."]
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


def test_without_a_mail_server_one_is_told_whom_to_ask(rita, settings):
    settings.EMAIL_HOST = ""
    html = fetch(rita, "/sign-in/")
    assert "Password forgotten? Ask the owner of your event for a link to set a new one." in html
    assert "/password/forgotten/" not in html
    assert rita.get("/password/forgotten/").status_code == rita.post("/password/forgotten/").status_code == 404


def test_a_forgotten_password_is_replaced_by_mail(olga, rita, as_olga, mail, settings):
    settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "https://live.example.org", "hello@example.org"
    assert "/password/forgotten/" in fetch(rita, "/sign-in/")
    response = rita.post("/password/forgotten/", {"email": "Olga@Example.org"})
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert "If an account has this address" in fetch(rita, "/sign-in/")
    (sent,) = mail
    assert (sent.to, sent.from_email, sent.subject) == (
        ["olga@example.org"],
        "hello@example.org",
        "A new password for Commentary",
    )
    assert sent.body.startswith("Hello olga,\n")
    assert sent.alternatives == []
    link = re.search(r"https://live\.example\.org(/password/\S+)", sent.body)[1]
    form = rita.get(link)
    assert (form.status_code, "Set a new password" in form.content.decode()) == (200, True)
    refused = rita.post(link, {"new_password1": "short", "new_password2": "short"})
    assert (refused.status_code, len(errors(refused))) == (422, 1)
    assert rita.post(link, NEW_TWICE)["Location"] == "/sign-in/"
    assert (whoami(as_olga), SignIn.objects.count()) == (None, 0)
    assert (sign_in(rita).status_code, sign_in(rita, password=NEW).status_code) == (200, 302)
    over = Client().get(link)
    assert (over.status_code, "This link was used already" in over.content.decode()) == (410, True)


def test_asking_for_a_link_never_tells_whether_there_is_an_account(olga, mail, without_tokens):
    answers = []
    for address in ("olga@example.org", "nobody@example.org"):
        client = Client()
        answer = client.post("/password/forgotten/", {"email": address}, follow=True)
        answers.append((answer.redirect_chain, without_tokens(answer)))
    assert answers[0] == answers[1]
    assert len(mail) == 1
    wrong = Client().post("/password/forgotten/", {"email": "nonsense"})
    assert (wrong.status_code, errors(wrong)) == (422, ["Enter a valid email address."])


def test_links_can_be_asked_for_five_times(olga, mail, rita):
    answers = [rita.post("/password/forgotten/", {"email": "olga@example.org"}).status_code for _ in range(6)]
    assert (answers, len(mail)) == ([302] * 5 + [429], 5)
    response = rita.post("/password/forgotten/", {"email": "olga@example.org"})
    assert errors(response) == ["These were too many tries. Try again in 10 minutes."]
    assert "olga@example.org" in values(response.content.decode(), "input", "value")


@pytest.mark.parametrize("token", ["x", "MQ", "set-password", "z" * 9000])
def test_a_made_up_link_sets_no_password(olga, rita, token):
    for response in (rita.get(f"/password/{token}/"), rita.post(f"/password/{token}/", NEW_TWICE)):
        assert (response.status_code, "This link was used already" in response.content.decode()) == (410, True)
    olga.refresh_from_db()
    assert olga.check_password(PASSWORD)


def test_the_owner_gives_a_host_a_link_to_set_a_new_password(event, olga, hugo, as_olga, as_hugo, rita):
    response = as_olga.post(f"{PEOPLE}{hugo.pk}/reset/")
    link = path_in(response)
    assert response["Cache-Control"] == "private, no-store"
    assert link not in fetch(as_olga, PEOPLE)
    assert acts(event) == ["olga made a reset link for hugo"]
    assert rita.post(link, NEW_TWICE).status_code == 302
    assert (whoami(as_hugo), sign_in(rita, "hugo", NEW).status_code) == (None, 302)
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize(
    "more", ["another event of his own", "an event of somebody else", "staff", "superuser", "perm"]
)
def test_an_owner_gets_no_link_to_an_account_that_may_do_more(event, new_event, sam, hugo, as_olga, more):
    path = f"{PEOPLE}{hugo.pk}/reset/"
    assert path_in(as_olga.post(path))
    if more == "another event of his own":
        new_event("his-own", owner=hugo)
    elif more == "an event of somebody else":
        new_event("regatta", owner=sam, hosts=[hugo])
    elif more == "perm":
        hugo.user_permissions.add(Permission.objects.get(codename="change_event"))
    else:
        hugo.is_staff, hugo.is_superuser = more == "staff", more == "superuser"
        hugo.save()
    response = as_olga.post(path)
    assert (response.status_code, path_in(response)) == (403, None)
    assert "manage.py sign_in_link hugo" in response.content.decode()


def test_there_is_no_link_to_who_is_no_host_here(event, olga, sam, as_olga):
    assert [as_olga.post(f"{PEOPLE}{user.pk}/reset/").status_code for user in (olga, sam)] == [404, 404]


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
    """What the page of one's account lists: (browser, whether it is this one, path to end it)."""
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
    for password, said in (("", "Enter your password"), ("wrong", "This is not your password.")):
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
    assert "too many tries" in str(errors(firefox.post("/email/", {"email": "", "password": PASSWORD})))


def test_without_a_mail_server_no_address_is_asked_for(two, settings):
    settings.EMAIL_HOST = ""
    assert 'name="email"' not in fetch(two[0], "/password/")
    assert two[0].post("/email/", {"email": "new@example.org", "password": PASSWORD}).status_code == 404
