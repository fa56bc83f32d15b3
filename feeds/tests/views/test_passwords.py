"""New passwords: by mail, or by a link from an owner."""

import re

import pytest
from django.test import Client

from feeds.models import SignIn
from feeds.tests.accounts import MORE, NEW, NEW_TWICE, PASSWORD, PEOPLE, may_do_more, path_in, sign_in, with_password
from feeds.tests.helpers import errors, fetch, log_of, values, whoami


@pytest.fixture
def olga(olga):
    return with_password(olga, "olga@example.org")


@pytest.fixture
def hugo(hugo):
    return with_password(hugo)


def test_without_a_mail_server_one_is_told_whom_to_ask(rita, settings):
    settings.EMAIL_HOST = ""
    html = fetch(rita, "/sign-in/")
    assert "Forgot your password? Ask the owner of your event for a link to set a new one." in html
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
    assert (over.status_code, "This link has been used" in over.content.decode()) == (410, True)


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
    assert errors(response) == ["Too many attempts. Try again in 10 minutes."]
    assert "olga@example.org" in values(response.content.decode(), "input", "value")


@pytest.mark.parametrize("token", ["x", "MQ", "set-password", "z" * 9000])
def test_a_made_up_link_sets_no_password(olga, rita, token):
    for response in (rita.get(f"/password/{token}/"), rita.post(f"/password/{token}/", NEW_TWICE)):
        assert (response.status_code, "This link has been used" in response.content.decode()) == (410, True)
    olga.refresh_from_db()
    assert olga.check_password(PASSWORD)


def test_the_owner_gives_a_host_a_link_to_set_a_new_password(event, olga, hugo, as_olga, as_hugo, rita):
    response = as_olga.post(f"{PEOPLE}{hugo.pk}/reset/")
    link = path_in(response)
    assert response["Cache-Control"] == "private, no-store"
    assert link not in fetch(as_olga, PEOPLE)
    assert log_of(event) == ["olga created a reset link for hugo"]
    assert rita.post(link, NEW_TWICE).status_code == 302
    assert (whoami(as_hugo), sign_in(rita, "hugo", NEW).status_code) == (None, 302)
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("more", MORE)
def test_an_owner_gets_no_link_to_an_account_that_may_do_more(event, new_event, sam, hugo, as_olga, more):
    path = f"{PEOPLE}{hugo.pk}/reset/"
    assert path_in(as_olga.post(path))
    may_do_more(hugo, more, sam, new_event)
    response = as_olga.post(path)
    assert (response.status_code, path_in(response)) == (403, None)
    assert "manage.py sign_in_link hugo" in response.content.decode()


def test_there_is_no_link_to_who_is_no_host_here(event, olga, sam, as_olga):
    assert [as_olga.post(f"{PEOPLE}{user.pk}/reset/").status_code for user in (olga, sam)] == [404, 404]
