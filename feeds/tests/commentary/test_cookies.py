"""Cookies: their names over https, cookies from before, and the effect of a new secret key."""

import pytest
from django.conf import settings as installed
from django.core import signing
from django.test import Client

from commentary.cookies import EarlierNamesMiddleware
from feeds.access import visitors
from feeds.access.known_browsers import Known
from feeds.access.visitors import Visitor
from feeds.live.reader import Reader
from feeds.tests.commentary.test_settings import read
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import fetch, submit, whoami

NEW_KEY, OLD_KEY = "n" * 50, "o" * 50


@pytest.fixture
def over_https(monkeypatch):
    """Names and salts as they are where PUBLIC_URL is https."""
    monkeypatch.setattr(visitors, "COOKIE", "__Host-commentary_visitor")
    monkeypatch.setattr("feeds.live.reader.COOKIE", "__Host-commentary_visitor")
    monkeypatch.setattr("feeds.views.posts.COOKIE", "__Host-commentary_visitor")
    monkeypatch.setattr(visitors, "_SALT", "feeds.visitor__Host-")


def visitor_cookie(visitor="a" * 32, name="Paul"):
    return signing.dumps({"id": visitor, "name": name}, salt="feeds.visitor")


@pytest.mark.parametrize(("url", "prefix"), [("https://live.example.org", "__Host-"), ("http://192.0.2.7:8080", "")])
def test_over_https_no_neighbour_in_the_domain_can_plant_a_cookie(url, prefix):
    found = read(PUBLIC_URL=url)
    names = [found[f"{name}_COOKIE_NAME"] for name in ("SESSION", "CSRF", "MESSAGES", "LANGUAGE")]
    assert names == [prefix + name for name in ("sessionid", "csrftoken", "messages", "commentary_language")]
    assert ("commentary.cookies.EarlierNamesMiddleware" in found["MIDDLEWARE"]) is bool(prefix)


def test_a_visitor_from_before_https_keeps_their_posts_under_the_new_name(event, over_https):
    client = Client()
    client.cookies["commentary_visitor"] = visitor_cookie()
    fetch(client, "/events/match/")
    assert Visitor.of({visitors.COOKIE: client.cookies[visitors.COOKIE].value}) == Visitor("a" * 32, "Paul")
    submit(client, event, "Goal!")
    assert event.entries.get().visitor == "a" * 32


def test_once_a_visitor_has_the_new_cookie_nobody_plants_another_visitor(over_https):
    own = signing.dumps({"id": "b" * 32, "name": ""}, salt="feeds.visitor__Host-")
    assert Visitor.of({visitors.COOKIE: own, visitors.EARLIER_COOKIE: visitor_cookie()}).id == "b" * 32
    # And of what a neighbour gets here today nothing can be planted under the name that is not protected.
    assert Visitor.of({visitors.EARLIER_COOKIE: own}).id != "b" * 32


def test_an_open_page_from_before_https_is_known_as_well(over_https):
    reader = Reader(None, None, cookies={"commentary_visitor": visitor_cookie()})
    assert reader.visitor == "a" * 32


def test_what_a_browser_chose_before_https_stays_chosen(rf, settings):
    settings.COOKIE_PREFIX = "__Host-"
    request = rf.get("/")
    request.COOKIES = {"commentary_language": "de", "__Host-commentary_order": "newest", "commentary_order": "oldest"}
    request.COOKIES["sessionid"] = "planted"
    EarlierNamesMiddleware(lambda asked: asked)(request)
    assert request.COOKIES["__Host-commentary_language"] == "de"
    assert request.COOKIES["__Host-commentary_order"] == "newest"
    assert "__Host-sessionid" not in request.COOKIES


def test_earlier_keys_are_read_from_the_environment():
    assert read(SECRET_KEY_FALLBACKS=f" {OLD_KEY}  {NEW_KEY},{'x' * 32}")["SECRET_KEY_FALLBACKS"] == [
        OLD_KEY,
        NEW_KEY,
        "x" * 32,
    ]
    assert read()["SECRET_KEY_FALLBACKS"] == []


@pytest.mark.parametrize("fallbacks", [[OLD_KEY], []])
def test_a_new_key_takes_nothing_from_anybody_while_the_old_one_is_named(event, olga, settings, fallbacks):
    settings.SECRET_KEY = OLD_KEY
    paul, host = Client(), signed_in(olga)
    submit(paul, event, "Goal!", name="Paul")
    fetch(host, "/")
    before = Visitor.of({name: cookie.value for name, cookie in paul.cookies.items()})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, fallbacks
    now = Visitor.of({name: cookie.value for name, cookie in paul.cookies.items()})
    html = fetch(paul, "/events/match/")
    known = Known.of({name: cookie.value for name, cookie in host.cookies.items()}).accounts
    kept = (now == before, 'value="Paul"' in html, whoami(host) == "olga", known == (olga.pk,))
    assert kept == (bool(fallbacks),) * 4
    if fallbacks:  # and with the next page what they have is signed with the new key
        settings.SECRET_KEY_FALLBACKS = []
        assert Visitor.of({name: cookie.value for name, cookie in paul.cookies.items()}) == before
        assert whoami(host) == "olga"


def test_all_cookies_of_ours_have_the_prefix():
    found = {visitors.COOKIE, installed.SESSION_COOKIE_NAME, installed.CSRF_COOKIE_NAME, installed.LANGUAGE_COOKIE_NAME}
    assert {name.startswith("__Host-") for name in found} == {bool(installed.COOKIE_PREFIX)}
