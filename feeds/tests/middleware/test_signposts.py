"""Addresses that lead elsewhere, and answers for addresses that not everybody may know of."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from feeds.middleware.spelling import corrected
from feeds.models import Event, FormerSlug, Invitation
from feeds.models.event.address import AddressField
from feeds.tests.helpers import HTMX, fetch, submit
from feeds.urls import urlpatterns


def where(client, path):
    answer = client.get(path)
    return answer.status_code, answer.get("Location"), answer.get("Cache-Control")


def test_an_event_may_change_its_address_and_back_and_every_browser_finds_it(event, rita):
    event.configure(slug="final")
    assert where(rita, "/events/match/?order=oldest&x=%2B") == (
        302,
        "/events/final/?order=oldest&x=%2B",
        "private, no-cache",
    )
    event.configure(slug="match")
    assert where(rita, "/events/final/") == (302, "/events/match/", "private, no-cache")
    assert "Match" in fetch(rita, "/events/match/")


def test_no_redirect_of_ours_is_for_ever():
    files = [path for folder in ("feeds", "site") for path in (settings.ROOT / folder).rglob("*.py")]
    sources = {path: path.read_text() for path in files if "tests" not in path.relative_to(settings.ROOT).parts}
    assert len(sources) > 50
    forever = re.compile(r"permanent\s*=\s*True|PermanentRedirect|status(_code)?\s*=\s*30[18]")
    assert [path.name for path, source in sources.items() if forever.search(source)] == []


@pytest.mark.parametrize("spelling", ["Match", "MATCH", "mAtCh"])
def test_capitals_in_an_address_make_no_difference(event, rita, as_hugo, spelling):
    entry = event.publish("Ann", "Goal!")
    pages = ["", "?view=hosts&order=oldest", f"entries/{entry.pk}/?a=1", "wall/", f"entries/{entry.pk}/#x"]
    for page in pages:
        there = f"/events/match/{page}".partition("#")[0]
        assert where(rita, f"/events/{spelling}/{page}") == (302, there, "private, no-cache")
    for page in ("host/", "host/log/?page=2", "settings/", "people/", f"entries/{entry.pk}/edit/"):
        assert where(as_hugo, f"/events/{spelling}/{page}")[:2] == (302, f"/events/match/{page}")
    assert "Goal!" in fetch(rita, f"/events/{spelling}/changes/?after=x", htmx=True)
    assert rita.post(f"/events/{spelling}/entries/", {"name": "Rita", "text": "Hello", "key": ""}).status_code == 303
    assert event.entries.filter(text="Hello").exists()


def test_capitals_tell_a_draft_from_nothing_no_more_than_small_letters(draft, rita, as_hugo, without_tokens):
    for page in ("", "wall/", "changes/", "own-posts.css", "host/"):
        secret, nothing = (rita.get(f"/events/{slug}/{page}") for slug in ("Secret-Plan", "Nothing-Here"))
        assert secret.status_code == nothing.status_code
        assert dict(secret.items()).keys() == dict(nothing.items()).keys()
        assert secret.get("X-Robots-Tag") == nothing.get("X-Robots-Tag")
        if secret.status_code == 404:
            assert without_tokens(secret) == without_tokens(nothing)
    assert where(as_hugo, "/events/Secret-Plan/")[:2] == (302, "/events/secret-plan/")


def test_an_address_is_looked_up_by_its_index(event):
    for manager, spelling in ((Event.objects, "Match"), (FormerSlug.objects, "Former")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(manager.filter(slug=spelling).order_by()[:1])
        (query,) = [each["sql"] for each in queries]
        assert spelling.lower() in query
        if connection.vendor == "sqlite":
            plan = manager.filter(slug=spelling).order_by().explain()
            assert "SEARCH" in plan
            assert "SCAN" not in plan
        else:
            assert f"'{spelling.lower()}'" in query
            assert "UPPER" not in query


def test_no_address_is_kept_with_capitals(new_event, as_admin):
    assert new_event("Petrel-7").slug == "petrel-7"
    event = Event.objects.get()
    event.configure(slug="Petrel-8")
    assert (event.slug, FormerSlug.objects.get().slug) == ("petrel-8", "petrel-7")
    assert isinstance(Event._meta.get_field("slug"), AddressField)
    assert Event.objects.at("PETREL-7") == Event.objects.at("Petrel-8") == event


def test_search_engines_are_told_not_to_list_what_is_not_public(new_event, as_olga, rita, paul):
    for visibility, client in (("unlisted", rita), ("draft", as_olga), ("public", rita)):
        event = new_event(f"an-{visibility}", visibility=visibility, accent="#7a0b56")
        for number in range(60):
            entry = event.publish("Ann", f"Entry {number}")
        pages = ["", "?before=20", "wall/", f"entries/{entry.pk}/", "changes/", "own-posts.css", "?at=2026-07-04T20:00"]
        told = {client.get(f"/events/an-{visibility}/{page}").get("X-Robots-Tag") for page in pages}
        polled = client.get(f"/events/an-{visibility}/changes/?after=x", headers=HTMX)
        more = client.get(f"/events/an-{visibility}/entries/?before=20", headers=HTMX)
        told |= {polled.get("X-Robots-Tag"), more.get("X-Robots-Tag"), submit(client, event).get("X-Robots-Tag")}
        assert told == ({None} if visibility == "public" else {"noindex"})
    Event.objects.get(slug="an-unlisted").configure(slug="another")
    assert paul.get("/events/an-unlisted/")["X-Robots-Tag"] == "noindex"


TOKENS = {"uid": "MQ", "uidb64": "MQ", "token": "abc-def"}


def test_every_address_with_a_token_keeps_it_to_itself(olga, event):
    uid, token = urlsafe_base64_encode(force_bytes(olga.pk)), default_token_generator.make_token(olga)
    paths = []
    for pattern in urlpatterns:
        path = "/" + str(pattern.pattern)
        if "token" in path:
            for values in (TOKENS, TOKENS | {"uid": uid, "uidb64": uid, "token": token}):
                filled = re.sub(r"<\w+:(\w+)>", lambda found, values=values: values[found[1]], path)
                paths.append(filled)
    paths.append(f"/invitations/{Invitation.make(event, by=olga, meant_for='')}/")
    assert len(paths) >= 7
    for path in paths:
        for answer in (Client().get(path), Client().post(path), Client().get(path, headers=HTMX)):
            headers = [answer[name] for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")]
            assert headers == ["no-referrer", "noindex", "private, no-store"], (path, answer.status_code)
    assert Client().get("/")["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("origin", "site", "taken"),
    [
        ("null", "same-origin", True),
        ("null", None, False),
        ("null", "cross-site", False),
        ("null", "same-site", False),
        ("null", "none", False),
        ("http://testserver", None, True),
        ("http://evil.example", None, False),
        ("http://evil.example", "same-origin", False),
    ],
)
def test_a_form_on_a_page_that_tells_its_address_to_nobody_is_taken(event, olga, origin, site, taken):
    """Browsers send “Origin: null” from such a page."""
    client = Client(enforce_csrf_checks=True)
    path = f"/invitations/{Invitation.make(event, by=olga, meant_for='')}/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())[1]
    form = {"username": "rita", "password1": "a long password 1", "password2": "a long password 1"}
    headers = {"Origin": origin} | ({"Sec-Fetch-Site": site} if site else {})
    assert client.post(path, form, headers=headers).status_code == 403  # without a token, whatever it says
    answer = client.post(path, form | {"csrfmiddlewaretoken": token}, headers=headers)
    assert (answer.status_code != 403) is taken


def test_elsewhere_a_form_without_an_origin_is_taken_only_where_the_browser_says_that_it_is_ours(event):
    client = Client(enforce_csrf_checks=True)
    html = client.get("/events/match/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1]
    form = {"name": "Rita", "text": "Hello", "key": "", "csrfmiddlewaretoken": token}
    found = [
        client.post("/events/match/entries/", form, headers={"Origin": "null"} | more).status_code
        for more in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-origin"})
    ]
    assert found == [403, 403, 303]


NEARLY = [
    ("/events/match", "/events/match/"),
    ("/Events/match/", "/events/match/"),
    ("/EVENTS/match/WALL", "/events/match/wall/"),
    ("/Events/match/Host/Log/?page=2", "/events/match/host/log/?page=2"),
    ("/EVENTS/match/Own-Posts.CSS", "/events/match/own-posts.css"),
    ("/Events/", "/events/"),
    ("/Sign-In", "/sign-in/"),
    ("/SIGN-IN/AbC/", "/sign-in/AbC/"),
    ("/Invitations/AbC", "/invitations/AbC/"),
    ("/Password/", "/password/"),
    ("/Admin/", "/admin/"),
    ("/Design", "/design/"),
    ("/Events/match/?x=%2B&y=1", "/events/match/?x=%2B&y=1"),
]


@pytest.mark.parametrize(("path", "there"), NEARLY)
def test_an_address_that_is_nearly_right_leads_to_the_right_one(event, rita, path, there):
    answer = rita.get(path)
    assert (answer.status_code, answer["Location"]) == (302, there)
    assert resolve(there.partition("?")[0])


@pytest.mark.parametrize("path", ["/Nothing/", "/events/match/nothing", "/Ünt/"])
def test_an_address_that_is_not_leads_nowhere(event, rita, path):
    assert rita.get(path).status_code == 404
    assert corrected(f"/{path}") is corrected("//Sign-In/") is None


def test_capitals_in_both_parts_of_an_address_lead_to_the_event(event, rita):
    assert rita.get("/EVENTS/MATCH/", follow=True).redirect_chain[-1] == ("/events/match/", 302)


@pytest.mark.parametrize("path", ["/sign-in/AbC", "/password/AbC", "/invitations/AbC", "/Sign-In/AbC/"])
def test_a_redirect_to_an_address_with_a_token_keeps_it_to_itself(rita, db, path):
    answer = rita.get(path)
    assert answer.status_code == 302
    headers = [answer[name] for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")]
    assert headers == ["no-referrer", "noindex", "private, no-store"]


def test_a_redirect_to_an_event_says_what_its_page_says(new_event, rita, without_tokens):
    for visibility in ("public", "unlisted", "draft"):
        new_event(f"an-{visibility}", visibility=visibility, state="ended")
    for path in ("/events/{}", "/Events/{}/wall", "/events/{}/rest"):
        told = {slug: rita.get(path.format(slug)) for slug in ("an-public", "an-unlisted", "an-draft", "nothing")}
        robots = {slug: answer.get("X-Robots-Tag") for slug, answer in told.items()}
        assert robots == {"an-public": None, "an-unlisted": "noindex", "an-draft": None, "nothing": None}
        assert {answer["Cache-Control"] for answer in told.values()} == {"private, no-store"}
    page, rest = (rita.get(f"/events/an-unlisted/{part}") for part in ("", "rest/"))
    assert rest["X-Robots-Tag"] == page["X-Robots-Tag"] == "noindex"
    assert "s-maxage" in rest["Cache-Control"]
    assert "s-maxage" in page["Cache-Control"]
    assert "X-Robots-Tag" not in rita.get("/events/an-public/rest/")


def test_nobody_keeps_a_page_for_one_person(event, draft, as_hugo, as_admin):
    paths = ["/", "/password/", "/events/new/", "/events/import/", "/events/secret-plan/", "/nothing/"]
    paths += [f"/events/match/{page}" for page in ("settings/", "people/", "host/", "host/log/", "host/removed/")]
    for path in paths:
        assert as_hugo.get(path)["Cache-Control"] == "private, no-store", path
    assert "no-store" in as_admin.get("/admin/")["Cache-Control"]


def test_every_answer_says_who_may_keep_it(event, rita):
    values = {"slug": "match", "pk": "1"}
    for pattern in urlpatterns:
        path = "/" + re.sub(r"<\w+:(\w+)>", lambda found: values.get(found[1], "x"), str(pattern.pattern))
        assert "Cache-Control" in rita.get(path), path
