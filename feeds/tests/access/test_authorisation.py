"""Every address and every method, for everybody there is: each does what the table allows.

An address without a row fails. To visitors who may not know of an event, it answers like one that does not exist,
header by header and byte by byte.
"""

import re

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from feeds.live.sockets import _authorise
from feeds.models import Ban, Comment, Entry, Event
from feeds.tests.access.permissions import (
    CELLS,
    HOSTING,
    OF_AN_EVENT,
    OUTSIDERS,
    ROLES,
    ROUTES,
    TABLE,
    address,
    ask,
    form,
    outcome,
)
from feeds.tests.helpers import HTMX
from feeds.urls import websocket_urlpatterns

pytestmark = pytest.mark.timeout(240)  # hundreds of requests in a test, and the machine may be busy


def test_every_address_has_a_row():
    assert TABLE.keys() == ROUTES.keys()
    assert [str(pattern.pattern) for pattern in websocket_urlpatterns] == [
        "events/<slug:slug>/live/",
        "design/rehearsal/<slug:key>/events/<slug:slug>/live/",
        "design/rehearsal/<slug:key>/log/",
        "design/rehearsal/<slug:key>/design/live/",
        "design/live/",
        "",
    ]


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_everybody_does_what_they_may_and_nothing_else(event, people, visibility):
    event.configure(visibility=visibility)
    names = TABLE if visibility == "public" else OF_AN_EVENT
    found = {
        name: tuple(
            " ".join(outcome(ask(client, method, name, event)) for client in people.values()) for method in CELLS
        )
        for name in names
    }
    assert found == {name: TABLE[name] for name in names}


KEEPING = {"django_session", "feeds_signin", "feeds_known", "feeds_networkkey", "feeds_attempt"}
"""Tables of present and past visitors, read only by the server and the visitor they are about."""


def test_nobody_changes_anything_by_looking(event, people):
    """Host or not; also what is only written down."""
    for role in ("anonymous", "poster", "owner"):
        for name in ROUTES:
            with CaptureQueriesContext(connection) as asked:
                people[role].get(address(name, event))
            changed = {
                found[1]
                for each in asked
                if (found := re.match(r'(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(\w+)"', each["sql"]))
            }
            assert changed <= KEEPING, (role, name)


def test_who_is_refused_changes_nothing(event, people):
    event.configure(visibility="public")

    def everything():
        rows = [list(model.objects.order_by("pk").values()) for model in (Event, Entry, Comment, Ban)]
        return repr(rows), set(event.hosts.all())

    before = everything()
    for name in OF_AN_EVENT:
        for cell, (role, client) in zip(TABLE[name][1].split(), people.items(), strict=True):
            if cell != "ok":
                client.post(address(name, event), form(name, event))
                assert everything() == before, (name, role)


def compared(answer, slug):
    """All of an answer but the address that was asked for and what is random in every answer."""
    without = re.compile(rf"{slug}|[0-9A-Za-z]{{64}}|[0-9a-f]{{32}}")
    headers = sorted((name, without.sub("…", value)) for name, value in answer.headers.items())
    cookies = sorted((name, bool(cookie.value), cookie["max-age"]) for name, cookie in answer.cookies.items())
    return answer.status_code, headers, cookies, without.sub("…", answer.content.decode())


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ABSENT = "nowhere"
WAYS = [*((method, {}) for method in METHODS), *((method, HTMX) for method in CELLS)]
NO_HOSTS = ("anonymous", "removed host")
"""Those outsiders who ask in the ways that no view tells people apart in."""


@pytest.mark.parametrize(("method", "headers"), WAYS, ids=[f"{way}{' by htmx' if said else ''}" for way, said in WAYS])
def test_a_draft_is_a_missing_event_to_all_but_its_hosts(event, people, method, headers):
    event.configure(visibility="draft", slug="rebuild")
    for name in OF_AN_EVENT:
        for role in OUTSIDERS if method in CELLS else NO_HOSTS:
            answer, missing = (
                ask(people[role], method, name, event, slug, headers=headers) for slug in (event.slug, ABSENT)
            )
            assert answer.status_code in {204, 302, 403, 404, 405}, (name, role)
            assert compared(answer, event.slug) == compared(missing, ABSENT), (name, role)
        if method in CELLS and not headers:
            hosts = [outcome(ask(people[role], method, name, event)) for role in HOSTING]
            assert hosts == TABLE[name][CELLS[method]].split()[len(OUTSIDERS) :], name


def test_nothing_that_a_request_says_of_itself_tells_a_draft_from_a_missing_event(event, people):
    """Not a validator that fits everything or was good while the event was public, and no language."""
    event.configure(visibility="public")
    known = {name: ask(people["poster"], "GET", name, event).headers.get("ETag", "*") for name in OF_AN_EVENT}
    event.configure(visibility="draft", slug="rebuild")
    german, htmx = {"Accept-Language": "de"}, HTMX | {"Accept-Language": "de", "If-None-Match": "*"}
    future = {"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"}
    for name in OF_AN_EVENT:
        asked = [{"If-None-Match": f"{known[name]}, *"}, future, german, htmx]
        ways = [*(("GET", headers) for headers in asked), ("HEAD", HTMX), ("OPTIONS", german), ("POST", htmx)]
        for method, headers in ways:
            for role in ("anonymous", "poster"):
                answer, missing = (
                    ask(people[role], method, name, event, slug, headers=headers) for slug in ("", ABSENT)
                )
                assert answer.status_code in {204, 302, 403, 404, 405}, (name, method, role, headers)
                assert compared(answer, event.slug) == compared(missing, ABSENT), (name, method, role, headers)


def test_that_comparison_notices_a_difference(event, people):
    answers = [ask(people["anonymous"], "GET", "event", event, slug) for slug in ("", ABSENT)]
    assert compared(answers[0], event.slug) != compared(answers[1], ABSENT)
    answers = [ask(people["host"], "GET", "changes", event, slug, headers=HTMX) for slug in ("", ABSENT)]
    assert compared(answers[0], event.slug) != compared(answers[1], ABSENT)


@pytest.mark.parametrize("visibility", ["public", "unlisted", "draft"])
def test_who_may_open_a_socket(event, people, visibility):
    event.configure(visibility=visibility)

    def opens(client):
        try:
            return _authorise(event.slug, {name: cookie.value for name, cookie in client.cookies.items()})
        except Http404:
            return None

    found = {role: opens(client) for role, client in people.items()}
    outside = None if visibility == "draft" else (event.pk, False)
    assert {role: opened and (opened[0], opened[1] is not None) for role, opened in found.items()} == {
        role: outside if role in OUTSIDERS else (event.pk, True) for role in ROLES
    }


@pytest.mark.parametrize("visibility", ["public", "unlisted", "draft"])
def test_lists_name_an_event_to_whom_they_may(event, people, visibility):
    event.configure(visibility=visibility, title="Rebuild the club house")
    for role, client in people.items():
        for path, headers in (("/", {}), ("/events/", HTMX)):
            listed = "Rebuild the club house" in client.get(path, headers=headers).content.decode()
            assert listed is (visibility == "public" or role not in OUTSIDERS), (role, path)


def test_no_post_is_reached_by_the_address_of_another_event(event, elsewhere, people):
    """Sam hosts the regatta, which gives him nothing in the match."""
    names = [name for name in OF_AN_EVENT if re.search("(entries|comments|bans|acts)/<int", ROUTES[name])]
    assert names
    for name in names:
        for method in CELLS:
            answer = ask(people["other host"], method, name, event, elsewhere.slug)
            assert outcome(answer) in {"absent", "-"}, (name, method)


def test_the_addresses_are_those_meant(event, ann):
    for name in TABLE:
        found = resolve(address(name, event))
        post = found.kwargs.get("post")
        assert (f"{found.url_name}-{post.model.__name__.lower()}" if post else found.url_name or name) == name
