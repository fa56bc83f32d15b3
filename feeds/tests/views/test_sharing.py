"""Links to an event as messengers and search engines show them."""

import gzip
import io
import random
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from feeds.forms.branding import read_picture
from feeds.models import Event
from feeds.outlets import linked_data, share_picture, site_map
from feeds.tests.frames import posts_in
from feeds.tests.helpers import elements, fetch, picture_file
from feeds.tests.views.sharing import canonical_in, card_in, linked_data_in, share_picture_of
from feeds.timeline.variants import ORDERS, VIEWS

ORIGIN = "https://live.example.org"
HOSTILE = '</script><script>alert(1)</script>]]>\u202e\u2066<!-- & \u2028 "quoted"'


@pytest.fixture
def published(event, olga, settings):
    """The match under its public address, with entries of a host and of a visitor, and a comment."""
    settings.PUBLIC_URL = ORIGIN
    event.configure(description="Rovers against City.", status_line="2–1 · 64'")
    goal = event.publish("Olga", "**Goal!** It is in\n\nthe net.", user=olga, markdown=True)
    event.publish("Paul", "What a match")
    goal.comment("Rita", "Yes")
    return Event.objects.get(pk=event.pk)


def test_every_way_to_read_an_event_names_one_address(published, rita):
    for order in ORDERS:
        for view in VIEWS:
            html = fetch(rita, f"/events/match/?order={order}&view={view}&utm_source=x")
            assert canonical_in(html) == [f"{ORIGIN}/events/match/"]
            assert len(linked_data_in(html)) == ((order, view) == ("newest", "all"))
    assert canonical_in(fetch(rita, "/events/match/wall/")) == [f"{ORIGIN}/events/match/"]
    entry = published.entries.first()
    assert canonical_in(fetch(rita, f"{entry.permalink}?since=0")) == [ORIGIN + entry.permalink]


def test_a_pasted_link_shows_title_words_and_a_picture(published, rita):
    for path in ("/events/match/", "/events/match/wall/"):
        assert card_in(fetch(rita, path)) == {
            "og:title": "Match",
            "twitter:title": "Match",
            "og:type": "article",
            "og:url": f"{ORIGIN}/events/match/",
            "og:site_name": "Commentary",
            "og:locale": "en",
            "og:description": "Rovers against City.",
            "twitter:description": "Rovers against City.",
            "og:image": ORIGIN + share_picture_of(published),
            "og:image:type": "image/png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": "Match · Live · 2–1 · 64'",
            "twitter:card": "summary_large_image",
            "twitter:image": ORIGIN + share_picture_of(published),
        }
    entry = published.entries.get(by_host=True)
    found = card_in(fetch(rita, entry.permalink))
    assert (found["og:title"], found["og:description"]) == (
        "Goal! It is in the net. · Match",
        "Goal! It is in the net.",
    )


def test_without_a_public_address_it_is_that_of_the_request(event, rita):
    html = fetch(rita, "/events/match/")
    assert canonical_in(html) == ["http://testserver/events/match/"]
    etag = rita.get("/events/match/")["ETag"]
    assert rita.get("/events/match/", headers={"If-None-Match": etag}).status_code == 304
    other = rita.get("/events/match/", headers={"If-None-Match": etag, "Host": "127.0.0.1"})
    assert canonical_in(other.content.decode()) == ["http://127.0.0.1/events/match/"]
    assert "Host" in other["Vary"]


def test_a_link_to_an_unlisted_event_tells_its_title_alone_and_a_draft_nothing(published, rita, as_hugo):
    published.configure(visibility="unlisted")
    for path in ("/events/match/", "/events/match/wall/"):
        html = fetch(rita, path)
        assert card_in(html) == {"og:title": "Match", "twitter:title": "Match"}
        assert (canonical_in(html), linked_data_in(html)) == ([], [])
    published.configure(visibility="draft")
    assert card_in(fetch(as_hugo, "/events/match/")) == {}
    assert linked_data_in(fetch(as_hugo, "/events/match/")) == []


def test_search_engines_read_a_live_blog(published, rita):
    (found,) = linked_data_in(fetch(rita, "/events/match/"))
    goal, said = published.entries.get(by_host=True), published.entries.get(by_host=False)
    updates, comments = found.pop("liveBlogUpdate"), found.pop("comment")
    assert found["@type"] == "LiveBlogPosting"
    assert (found["headline"], found["url"]) == ("Match", f"{ORIGIN}/events/match/")
    assert found["coverageStartTime"] == "2026-07-04T18:00:00Z"
    assert found["dateModified"] == f"{published.changed_at:%Y-%m-%dT%H:%M:%SZ}"
    assert "coverageEndTime" not in found
    assert (found["about"]["@type"], found["about"]["startDate"]) == ("Event", "2026-07-04T18:00:00Z")
    assert [each["name"] for each in found["author"]] == published.people
    assert found["publisher"]["name"] == "Commentary"
    assert [(each["headline"], each["url"], each["articleBody"], each["commentCount"]) for each in updates] == [
        ("Goal! It is in the net.", ORIGIN + goal.permalink, "Goal! It is in\n\nthe net.", 1)
    ]
    assert [(each["@type"], each["url"], each["text"], each["author"]["name"]) for each in comments] == [
        ("Comment", ORIGIN + said.permalink, "What a match", "Paul")
    ]
    published.end()
    (found,) = linked_data_in(fetch(rita, "/events/match/"))
    assert found["coverageEndTime"] == f"{published.ended_at:%Y-%m-%dT%H:%M:%SZ}"


def test_an_entry_on_its_own_page_has_its_comments(published, rita):
    goal = published.entries.get(by_host=True)
    goal.revise("**Goal!** By Ann", by=published.owner)
    (found,) = linked_data_in(fetch(rita, goal.permalink))
    assert (found["@type"], found["articleBody"], "dateModified" in found) == ("BlogPosting", "Goal! By Ann", True)
    assert found["isPartOf"]["url"] == f"{ORIGIN}/events/match/"
    assert [(each["text"], each["author"]["name"]) for each in found["comment"]] == [("Yes", "Rita")]


def test_it_has_the_entries_of_the_page_and_follows_each_change(published, rita):
    for number in range(40):
        published.publish("Paul", f"Entry {number}")
    for change in (lambda: None, lambda: published.entries.first().retract(), lambda: published.publish("Ann", "New")):
        change()
        html = fetch(rita, "/events/match/")
        (found,) = linked_data_in(html)
        shown = [ORIGIN + f"/events/match/entries/{each.removeprefix('entry-')}/" for each in posts_in(html)]
        assert [each["url"] for each in found["comment"]] == [each for each in shown if "comment" not in each]


def test_no_text_ends_the_block_or_reaches_what_is_around_it(event, rita):
    event.configure(title=HOSTILE[:60], description=HOSTILE)
    event.publish(HOSTILE[:30], HOSTILE, user=event.owner)
    event.publish(HOSTILE[:30], HOSTILE).comment("x", HOSTILE)
    for path in ("/events/match/", *(entry.permalink for entry in event.entries.all())):
        html = fetch(rita, path)
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
        assert not re.search("[<>&\u2028\u2029\u202e\u2066\u0000-\u0008]", block)
        assert len(linked_data_in(html)) == 1
        assert [name for name, _ in elements(html)].count("script") == 2
        assert "alert(1)" in str(linked_data_in(html))


def test_it_costs_no_query_on_a_page_that_is_kept(published, rita):
    linked_data.updates.clear()
    fetch(rita, "/events/match/")
    assert len(linked_data.updates) == 1
    for host in ("a.localhost", "127.0.0.1", "localhost:1", "localhost:2"):
        rita.get("/events/match/", headers={"Host": host})
    assert len(linked_data.updates) == 1


def picture_of(client, event, language="en"):
    answer = client.get(share_picture_of(event, language))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    image = Image.open(io.BytesIO(answer.content))
    return answer, image.convert("RGB")


def test_the_share_picture_shows_title_state_status_line_and_looks(event, rita):
    answer, plain = picture_of(rita, event)
    assert plain.size == (1200, 630)
    assert answer["Cache-Control"] == "public, max-age=86400, immutable"
    seen = {answer.content}
    for fields in (
        {"title": "Final"},
        {"status_line": "2–1"},
        {"accent": "#7a0b56"},
        {"state": "ended"},
        {"picture": read_picture(picture_file())},
    ):
        event.configure(**fields)
        answer, image = picture_of(rita, event)
        assert answer.content not in seen, fields
        seen.add(answer.content)
    assert image.getpixel((5, 5)) == (0x7A, 0x0B, 0x56)
    assert picture_of(rita, event, "de")[0].content not in seen


@pytest.mark.parametrize(
    "title", ["نهائي كأس المدينة", "🚀🔥 Petrel 7", "W" * 120, "日本", "\u202eevil", "x " * 60, "שלום 7 Привет"]
)
def test_any_title_makes_a_picture(event, rita, title):
    event.configure(title=title, status_line="W" * 40)
    picture_of(rita, event)


def test_right_to_left_titles_begin_at_the_right(event, rita):
    def ink(image, box):
        return len(image.crop(box).getcolors(100_000))

    event.configure(title="نهائي")
    _, image = picture_of(rita, event)
    assert ink(image, (900, 170, 1140, 300)) > ink(image, (60, 170, 300, 300)) == 1


def test_an_earlier_picture_leads_to_the_one_of_now(event, rita):
    before = share_picture_of(event)
    event.configure(status_line="2–1")
    answer = rita.get(before)
    assert (answer.status_code, answer["Location"]) == (302, share_picture_of(event))
    for path in ("/events/match/share/xx/000000000000.png", "/events/nowhere/share/en/000000000000.png"):
        assert rita.get(path).status_code == 404


def test_nobody_makes_the_server_draw_more_than_there_are_events_and_languages(event, rita):
    share_picture.pictures.clear()
    for number in range(20):
        rita.get(f"/events/match/share/en/{number}.png", follow=True)
    assert len(share_picture.pictures) == 1


def mapped(client, path="/sitemap.xml"):
    root = ElementTree.fromstring(fetch(client, path))
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    return [(each.findtext(f"{name}loc"), each.findtext(f"{name}lastmod")) for each in root]


def test_the_map_has_public_events_with_the_time_of_their_last_change(published, draft, new_event, rita):
    new_event("for-few", visibility=Event.Visibility.UNLISTED)
    new_event("old", state=Event.State.ARCHIVED)
    then = timezone.now() - timedelta(days=3)
    Event.objects.filter(pk=published.pk).update(changed_at=then)
    assert mapped(rita) == [(f"{ORIGIN}/events/match/", f"{then:%Y-%m-%dT%H:%M:%S}Z")]
    entry = published.publish("Ann", "One more")
    entry.retract()
    published.refresh_from_db()
    assert published.changed_at > timezone.now() - timedelta(minutes=5)
    assert mapped(rita) == [(f"{ORIGIN}/events/match/", f"{published.changed_at:%Y-%m-%dT%H:%M:%S}Z")]


def test_a_long_map_is_several_files(published, new_event, rita, monkeypatch):
    monkeypatch.setattr(site_map.EventMap, "limit", 1)
    new_event("final")
    files = [address for address, _ in mapped(rita)]
    assert files == [f"{ORIGIN}/sitemap.xml?p=1", f"{ORIGIN}/sitemap.xml?p=2"]
    found = [address for each in files for address, _ in mapped(rita, each.removeprefix(ORIGIN))]
    assert sorted(found) == [f"{ORIGIN}/events/final/", f"{ORIGIN}/events/match/"]
    for number in ("3", "x", "-1", "9" * 40):
        fetch(rita, f"/sitemap.xml?p={number}", 404)


def test_crawlers_are_told_where_the_map_is_and_of_no_event(published, draft, rita):
    text = fetch(rita, "/robots.txt")
    assert text.splitlines()[0] == "User-agent: *"
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in text.splitlines()
    assert "match" not in text
    assert "secret" not in text
    assert not Client().get("/robots.txt").cookies


def test_a_page_of_fifty_entries_grows_by_six_kilobytes_at_most(published, olga, rita):
    words = "".join(
        f"{first}{vowel}{last} " for first in "bdgklmnprst" for vowel in "aeiou" for last in "nrstl"
    ).split()
    chance = random.Random(7)  # so that it does not compress like one sentence repeated
    for number in range(50):
        said = " ".join(chance.choices(words, k=50))
        published.publish(("Paul", "Olga")[number % 2], said, user=(None, olga)[number % 2])
    html = fetch(rita, "/events/match/")
    without = re.sub(r'<link rel="canonical".*?</script>', "", html, flags=re.S)
    assert len(html) - len(without) > 9_000
    grown = len(gzip.compress(html.encode(), 6)) - len(gzip.compress(without.encode(), 6))
    assert 0 < grown <= 6 * 1024, grown


def test_pages_name_their_feeds_but_those_of_drafts_do_not(event, draft, rita, as_hugo):
    def feeds(html):
        return re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', html)

    assert feeds(fetch(rita, "/events/match/")) == [
        ("application/atom+xml", "/events/match/feed.atom"),
        ("application/feed+json", "/events/match/feed.json"),
        ("text/calendar", "/events/match/event.ics"),
    ]
    assert feeds(fetch(as_hugo, "/events/secret-plan/")) == []
    assert [path for _, path in feeds(fetch(rita, "/"))] == ["/events.atom", "/events.ics"]
