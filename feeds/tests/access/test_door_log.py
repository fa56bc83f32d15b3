"""The operator's log of doors: people admitted and refused, the reason, and the setting to change."""

import logging
from ipaddress import ip_address

import pytest
from django.test import Client

from feeds.access import door_log
from feeds.forms import accounts
from feeds.models import Link, NetworkKey
from feeds.tests.accounts import ACCOUNT, NEW, NEW_TWICE, PASSWORD, PEOPLE, invited, path_in, sign_in, with_password
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import fetch, submit
from feeds.tests.serving.test_origins import knock
from feeds.views.account import one_time_path


@pytest.fixture
def olga(olga):
    return with_password(olga, "olga@example.org")


@pytest.fixture
def hugo(hugo):
    return with_password(hugo)


@pytest.fixture
def log(caplog):
    """Lines written since it was last asked, the secrets of these tests never among them."""
    caplog.set_level(logging.INFO)

    def lines():
        found = [
            record.getMessage()
            for record in caplog.records
            if record.name.startswith(("feeds", "commentary", "serving"))
        ]
        caplog.clear()
        for secret in (PASSWORD, NEW, "192.0.2.", "198.51.100.", "wrong-one"):
            assert secret not in "\n".join(found)
        return found

    return lines


def network(rita):
    """The name by which the log tells this network from others today."""
    return NetworkKey.objects.disguise(ip_address("192.0.2.1"))[:8]


def test_who_signs_in_and_who_is_refused(olga, rita, log):
    sign_in(rita, password="wrong-one")
    sign_in(rita, name="grandstand-7")  # a password in the wrong field
    sign_in(rita)
    here = network(rita)
    assert log() == [
        f"Refused to sign in “olga”: wrong password, from network {here}.",
        f"Refused to sign in a name that no account has: wrong password, from network {here}.",
        f"Signed in: “olga”, by password, from network {here}.",
    ]
    for _ in range(5):
        sign_in(Client(), password="wrong-one")
    log()
    sign_in(Client())
    (line,) = log()
    assert line.startswith("Refused to sign in “olga”: too many tries, ")


def test_links_and_passwords(event, olga, hugo, as_olga, rita, log):
    path = one_time_path(olga)
    rita.post(path)
    Client().post(path)
    reset = path_in(as_olga.post(f"{PEOPLE}{hugo.pk}/reset/"))
    Client().post(reset, NEW_TWICE)
    Client().post(reset, NEW_TWICE)
    Client().post(invited(as_olga), ACCOUNT)
    here = NetworkKey.objects.disguise(None)[:8]
    lines = [line.rsplit(", from network", 1)[0] for line in log()]
    assert lines == [
        "Signed in: “olga”, by a link",
        "Refused a link to sign in: used, too old, made up, or not allowed now.",
        "Link for a new password: for “hugo”, by “olga” in “match”.",
        "New password: “hugo”, by a link.",
        "Refused a link to set a new password: used, too old, made up, or not allowed now.",
        "Signed in: “helga”, by an invitation, with a new account",
    ]
    assert here
    olga_here = signed_in(olga)
    olga_here.post("/password/", {"old_password": "wrong-one"} | NEW_TWICE)
    olga_here.post("/password/", {"old_password": PASSWORD} | NEW_TWICE)
    assert log() == [
        "Refused the password of “olga”, who is signed in: wrong.",
        "New password: “olga”, on the page of the account.",
    ]


def test_a_link_by_mail(olga, rita, log, settings, monkeypatch, mailoutbox):
    settings.EMAIL_HOST = "mail.example.org"
    monkeypatch.setattr(accounts._mail, "submit", lambda function, *arguments: function(*arguments))
    rita.post("/password/forgotten/", {"email": "olga@example.org"})
    rita.post("/password/forgotten/", {"email": "nobody@example.org"})
    assert log() == ["Link for a new password: for “olga”, by mail."]
    assert Link.objects.count() == len(mailoutbox) == 1


def test_bans_and_networks_that_hosts_block(event, olga, paul, log):
    submit(paul, event, "Buy my watches", name="Signed in: “olga”")
    event.ban(event.entries.get(), by=olga, note="wrong-one")
    ban = event.bans.get()
    pk = ban.pk
    ban.lift(by=olga)
    event.configure(blocked_networks="127.0.0.0/8")
    submit(paul, event, "Buy")
    assert log() == [
        f"Banned: a visitor, from “match”, by “olga”, ban {pk}.",
        f"Ban lifted: ban {pk}, in “match”.",
        "Refused a post in “match”: it is from a network that its hosts have blocked.",
    ]


def test_a_host_that_is_not_ours_is_named_with_the_setting(db, rita, log):
    answer = rita.get("/", HTTP_HOST="live.example.org")
    assert answer.status_code == 400
    assert "the log says what to set" in answer.content.decode()
    (line,) = log()
    assert line == (
        "Refused a request for the host “live.example.org”: if people use that address, set "
        f"PUBLIC_URL=https://live.example.org (or http://); otherwise {door_log.PROXY}."
    )
    rita.get("/", HTTP_HOST=f"evil\n{'x' * 5000}")
    (line,) = log()
    assert (line.isprintable(), len(line) < 500) == (True, True)


ELSEWHERE = {"Origin": "https://live.example.org"}


def test_a_proxy_that_does_not_pass_the_host_on_is_told_of(event, log):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/events/match/entries/", {"text": "Goal!"}, headers=ELSEWHERE)
    html = answer.content.decode()
    assert (answer.status_code, "Goal!" in html, "cookies" in html) == (403, True, False)
    assert "the log says what to set" in html
    (line,) = log()
    assert line == (
        "Refused a form (events/<slug:slug>/entries/): Origin checking failed - https://live.example.org does not "
        "match any trusted origins (Host: testserver). If people use https://live.example.org, set "
        f"PUBLIC_URL=https://live.example.org; or {door_log.PROXY}."
    )


@pytest.mark.parametrize(
    ("https", "said"),
    [(False, "blocks cookies, or a proxy drops them"), (True, "came over http://, where it sends none")],
)
def test_a_form_without_cookies_says_what_may_be_wrong(event, log, settings, https, said):
    settings.HTTPS = https
    answer = Client(enforce_csrf_checks=True).post("/events/match/entries/", {"text": "Goal!"})
    assert "cookies are blocked" in answer.content.decode()
    (line,) = log()
    assert said in line


def test_a_form_from_before_signing_in_needs_no_setting(event, log):
    client = Client(enforce_csrf_checks=True)
    fetch(client, "/sign-in/")
    client.post("/events/match/entries/", {"text": "Goal!", "csrfmiddlewaretoken": "a" * 64})
    (line,) = log()
    assert line.endswith("(the form is from before its sender signed in or out; nothing to set).")
    client.post("/sign-in/SeCrEt-ToKeN/", {})
    assert "SeCrEt" not in "".join(log())


@pytest.mark.parametrize(
    ("host", "origin", "advised"),
    [
        ("127.0.0.1:8000", "https://live.example.org", "PUBLIC_URL=https://live.example.org;"),
        ("live.example.org", "https://live.example.org", "PUBLIC_URL=https://live.example.org;"),
        ("live.example.org", "null", "PUBLIC_URL=https://live.example.org;"),
    ],
)
def test_a_live_page_that_is_refused_says_what_to_set(settings, log, host, origin, advised):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["127.0.0.1"], []
    knock((b"host", host.encode()), (b"origin", origin.encode()))
    (line,) = log()
    assert advised in line
