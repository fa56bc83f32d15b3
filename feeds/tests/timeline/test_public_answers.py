"""Answers that caches in between may keep: the same for everybody who may get them."""

import pytest
from django.conf import settings
from django.test import Client

from feeds.outlets.share_picture import digest_of
from feeds.tests.timeline.strangers import HOSTILE, somebody
from feeds.tests.views.sharing import share_picture_of
from feeds.urls import urlpatterns

pytestmark = pytest.mark.usefixtures("nothing_kept")

PUBLIC = {"feed-atom", "feed-json", "calendar", "events-atom", "live-atom", "events-calendar"}
PUBLIC |= {"accent", "logo", "share-picture", "unreachable", "event", "entry", "rest"}
"""Addresses whose answers caches in between may keep."""
VARIES = {"accept-language": {"language", "odd language"}, "cookie": {"language chosen", "cookies", "order chosen"}}
VARIES |= {"host": {"another host"}}
"""Which of these an answer may depend on that says so in `Vary`."""


@pytest.mark.parametrize("how", HOSTILE)
def test_what_caches_may_keep_is_the_same_whoever_asks(full_event, how):
    event, _start = full_event
    event.end()
    event.refresh_from_db()
    paths = [
        "/events/match/?order=newest",
        "/events/match/?order=newest&view=moments",
        f"/events/match/entries/{event.entries.first().pk}/",
        event.accent_url,
        event.logo_url,
        share_picture_of(event),
        *(f"/events/match/{name}" for name in ("feed.atom", "feed.json?view=moments", "event.ics")),
        *("/events.atom", "/live.atom", "/events.ics"),
        "/events/match/rest/?since=1",
        "/events/match/rest/?since=1&language=de",
        "/unreachable/?language=de",
        "/unreachable/?language=en",
    ]
    for path in paths:
        answer = Client().get(path)
        assert "public" in answer["Cache-Control"]
        with somebody(HOSTILE[how]) as client:
            other = client.get(path)
        if "public" in other["Cache-Control"] and how not in {
            each for name in answer.get("Vary", "").lower().split(", ") for each in VARIES.get(name, ())
        }:
            same = [(each.status_code, each.content, each.get("Location")) for each in (answer, other)]
            assert same[0] == same[1], path
            assert not [name for name in ("Set-Cookie", "X-Forwarded-Host") if name in other]
        assert b"evil.example" not in other.content, path


@pytest.mark.parametrize("path", ["/unreachable/", "/unreachable/?language=xx"])
def test_what_browsers_keep_for_when_the_network_is_gone_says_its_language_or_is_for_one_browser(rita, path):
    assert rita.get(path)["Cache-Control"] == "private, no-cache"
    rita.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert "nicht erreichbar" in rita.get(path).content.decode()
    assert "nicht erreichbar" not in rita.get("/unreachable/?language=en").content.decode()


def test_the_wall_is_kept_by_caches_only_where_its_address_is_known(event, rita, settings):
    event.end()
    assert rita.get("/events/match/wall/")["Cache-Control"] == "private, no-cache"
    settings.PUBLIC_URL = "https://live.example.org"
    answer = Client().get("/events/match/wall/", headers={"Host": "127.0.0.1"})
    assert "public" in answer["Cache-Control"]
    assert answer.content == Client().get("/events/match/wall/").content


def test_a_style_sheet_under_the_name_of_another_version_is_not_kept(rita):
    assert "immutable" in rita.get(f"/accent/0b6157.css?{settings.BUILD}")["Cache-Control"]
    for query in ("", "?evil", f"?{settings.BUILD}&evil"):
        assert rita.get(f"/accent/0b6157.css{query}")["Cache-Control"] == "no-cache"


def test_every_address_that_caches_may_keep_is_in_the_list(full_event):
    event, _start = full_event
    event.end()
    event.refresh_from_db()
    values = {"slug": "match", "pk": event.entries.first().pk, "digest": event.logo, "colour": "0b6157", "number": 1}
    values |= {"token": "abc", "uid": "MQ", "uidb64": "MQ", "template": "home/home.html", "state": "none"}
    values |= {"language": "en", "share": digest_of(event, "en")}
    values |= {"medium": "print", "name": "site.css", "kind": "poll", "width": 480, "form": "webp"}
    values |= {"key": "none", "rest": "events/match/", "scheme": "light"}
    found, answered = set(), 0
    for pattern in urlpatterns:
        path = "/" + str(pattern.pattern)
        path = path.replace("share/<slug:language>/<slug:digest>", f"share/en/{values['share']}")
        path = path.replace("<post:post>", f"entries/{values['pk']}")
        for converter, name in [
            ("slug", "slug"),
            ("int", "pk"),
            ("int", "number"),
            ("slug", "digest"),
            ("slug", "colour"),
            ("slug", "kind"),
            ("int", "width"),
            ("slug", "form"),
            ("slug", "key"),
            ("slug", "scheme"),
            ("path", "rest"),
        ]:
            path = path.replace(f"<{converter}:{name}>", str(values[name]))
        for name in ("token", "uid", "uidb64", "state", "template", "medium", "name"):
            for converter in ("str", "slug", "path"):
                path = path.replace(f"<{converter}:{name}>", values[name])
        assert "<" not in path, path
        query = "?language=en" if pattern.name == "unreachable" else f"?{settings.BUILD}"
        answer = Client().get(path + query)
        answered += 1
        if "public" in answer.get("Cache-Control", ""):
            found.add(pattern.name)
    assert answered > 50
    assert found == PUBLIC
