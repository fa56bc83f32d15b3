"""Feeds that take back, and calendars."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest
from django.utils import timezone

from feeds.models import Entry, Event
from feeds.outlets import items, syndication
from feeds.tests.frames import posts_in
from feeds.tests.helpers import fetch, now
from feeds.timeline import listing

ORIGIN = "https://live.example.org"
ATOM, THREAD, TOMB = (
    f"{{{name}}}"
    for name in (
        "http://www.w3.org/2005/Atom",
        "http://purl.org/syndication/thread/1.0",
        "http://purl.org/atompub/tombstones/1.0",
    )
)
HOSTILE = ']]></content></entry>\u0000\u0008\u202e<script>alert(1)</script>\nEND:VEVENT\r\nBEGIN:VALARM & "x"'


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = ORIGIN
    syndication.kept.clear()


class Reader:
    """A feed reader: it keeps what it has read by id, and deletes what a feed says is gone."""

    def __init__(self, client, path="/events/match/feed.atom"):
        self.client, self.path, self.kept, self.etag = client, path, {}, ""

    def polls(self):
        """Read pages until one has nothing new."""
        answer = self.client.get(self.path, headers={"If-None-Match": self.etag} if self.etag else {})
        if answer.status_code == 304:
            return 304
        self.etag = answer["ETag"]
        path = self._take(answer)
        while path:
            path = self._take(self.client.get(path.removeprefix(ORIGIN)))
        return 200

    def _take(self, answer):
        """Newer pages come first, so what is known from this round is not replaced by an older one."""
        root = ElementTree.fromstring(answer.content)
        for gone in root.findall(f"{TOMB}deleted-entry"):
            assert gone.get("when")
            self.kept.pop(gone.get("ref"), None)
        for entry in root.findall(f"{ATOM}entry"):
            self.kept[entry.findtext(f"{ATOM}id")] = re.sub(r"<[^>]+>", "", entry.findtext(f"{ATOM}content"))
        return next((link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "next"), None)

    def has(self):
        return sorted(self.kept.values())


def test_a_feed_has_entries_and_comments_as_feed_readers_want_them(event, olga, rita):
    event.configure(description="Rovers against City.")
    goal = event.publish("Olga", "**Goal!** & more", user=olga, markdown=True)
    goal.mark("1–0")
    said = goal.comment("Rita", "Yes <3")
    answer = rita.get("/events/match/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.subtitle) == ("Match", "Rovers against City.")
    assert feed.feed.id == f"tag:live.example.org,2026:event/{event.pk}"
    assert feed.feed.link == f"{ORIGIN}/events/match/"
    comment, entry = feed.entries
    assert (entry.title, entry.author, entry.link) == ("1–0", "Olga", ORIGIN + goal.permalink)
    assert "<strong>Goal!</strong> &amp; more" in entry.content[0].value
    assert [tag.term for tag in entry.tags] == ["moment", "host"]
    assert (entry.thr_total, comment["thr_in-reply-to"]["ref"]) == ("1", entry.id)
    assert comment.id == f"tag:live.example.org,2026:event/{event.pk}/comment/{said.pk}"
    assert comment.link.endswith(f"#comment-{said.pk}")


def test_ids_survive_a_changed_address_and_readers_are_led_to_the_new_one(event, rita):
    event.publish("Ann", "Hello")
    before = feedparser.parse(rita.get("/events/match/feed.atom").content)
    event.configure(slug="final")
    assert rita.get("/events/match/feed.atom?view=hosts")["Location"] == "/events/final/feed.atom?view=hosts"
    after = feedparser.parse(rita.get("/events/final/feed.atom").content)
    assert [each.id for each in after.entries] == [each.id for each in before.entries]
    assert before.entries[0].link != after.entries[0].link


@pytest.mark.parametrize("poll_each", [1, 7])
def test_a_reader_has_in_the_end_what_the_page_has(event, olga, rita, monkeypatch, poll_each):
    monkeypatch.setattr(items, "PAGE", 5)
    monkeypatch.setattr(listing, "FIRST", 100)
    reader, entries = Reader(rita), []

    def step(number):
        """One change of the storm."""
        entry = Entry.objects.get(pk=entries[number % len(entries)]) if entries else None
        match number % 9:
            case 4 if entry.is_shown:
                entry.comment("Bob", f"Comment {number}")
            case 5 if entry.is_shown:
                entry.revise(f"Edited {number}")
            case 6:
                entry.retract(erase=number % 2 == 0)
            case 7 if removed := event.entries.removed_by_hosts().first():
                removed.restore(by=olga)
            case 8 if entry.is_shown:
                entry.mark("Moment")
            case _:
                entries.append(event.publish("Ann", f"Entry {number}").pk)

    for number in range(60):
        step(number)
        if number % poll_each == 0:
            reader.polls()
    reader.polls()
    shown = posts_in(fetch(rita, "/events/match/"))
    assert reader.has() == sorted(shown.values())
    assert len(shown) > 15


def test_comments_go_and_come_back_with_their_entry(event, olga, rita):
    entry = event.publish("Ann", "Goal")
    entry.comment("Bob", "Yes")
    reader = Reader(rita)
    reader.polls()
    assert reader.has() == ["Goal", "Yes"]
    entry.retract(by=olga)
    reader.polls()
    assert reader.has() == []
    entry.restore(by=olga)
    reader.polls()
    assert reader.has() == ["Goal", "Yes"]


def test_a_removal_names_no_words_and_what_was_never_seen_is_not_named(event, olga, rita):
    event.publish("Ann", "SECRET").retract(by=olga)
    event.publish("Eve", "HELD", visitor="e" * 32, hold="A link.")
    for name in ("feed.atom", "feed.json"):
        text = fetch(rita, f"/events/match/{name}")
        assert "SECRET" not in text
        assert "HELD" not in text
        assert "Ann" not in text
        assert len(re.findall(r"event/\d+/entry/\d+", text)) == 1


@pytest.mark.parametrize("name", ["feed.atom", "feed.json", "event.ics"])
def test_an_unchanged_poll_is_one_query(event, rita, name, django_assert_num_queries):
    event.publish("Ann", "Hello")
    etag = rita.get(f"/events/match/{name}")["ETag"]
    assert etag == f'"{now(event)}"'
    with django_assert_num_queries(1):
        answer = rita.get(f"/events/match/{name}", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    event.publish("Ann", "News")
    assert rita.get(f"/events/match/{name}", headers={"If-None-Match": etag}).status_code == 200


def test_a_feed_is_made_once_for_all_that_poll(event, rita, django_assert_num_queries):
    event.publish("Ann", "Hello")
    first = rita.get("/events/match/feed.atom").content
    with django_assert_num_queries(1):
        assert rita.get("/events/match/feed.atom?utm_source=x").content == first
    assert len(syndication.kept) == 1


def test_views_choose_entries_and_take_back_what_no_longer_belongs(event, olga, rita):
    goal = event.publish("Olga", "Goal", user=olga)
    event.publish("Ann", "Nice").comment("Bob", "Yes")
    goal.mark("1–0")
    readers = {view: Reader(rita, f"/events/match/feed.atom?view={view}") for view in ("moments", "hosts", "all")}
    for reader in readers.values():
        reader.polls()
    assert {view: reader.has() for view, reader in readers.items()} == {
        "moments": ["Goal"],
        "hosts": ["Goal"],
        "all": ["Goal", "Nice", "Yes"],
    }
    goal.mark("")
    readers["moments"].polls()
    assert readers["moments"].has() == []


def test_json_feed_says_the_same(event, olga, rita):
    goal = event.publish("Olga", "Goal", user=olga, headline="1–0")
    said = goal.comment("Bob", "Yes")
    gone = event.publish("Ann", "Gone")
    gone.retract()
    answer = rita.get("/events/match/feed.json")
    feed = answer.json()
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{ORIGIN}/events/match/", f"{ORIGIN}/events/match/feed.json")
    comment, entry = feed["items"]
    assert (entry["title"], entry["content_text"], entry["authors"]) == ("1–0", "Goal", [{"name": "Olga"}])
    assert entry["tags"] == ["host"]
    assert comment["_commentary"] == {"seq": said.seq, "kind": "comment", "in_reply_to": entry["id"]}
    assert [each["id"].rpartition("/")[2] for each in feed["_commentary"]["removed"]] == [str(gone.pk)]
    assert all(type(each["id"]) is str and each["url"].startswith(ORIGIN) for each in feed["items"])


def test_hostile_texts_stay_texts(event, rita):
    event.configure(title="]]><x> \u202eevil", description=HOSTILE)
    event.publish(HOSTILE[:40], HOSTILE).comment("x", HOSTILE)
    Event.objects.filter(pk=event.pk).update(description=HOSTILE)
    event.entries.update(text=HOSTILE, name=HOSTILE[:40])  # as no form would store it
    for path in ("/events/match/feed.atom", "/events.atom", "/live.atom"):
        root = ElementTree.fromstring(rita.get(path).content)
        assert "alert(1)" in "".join(root.itertext())
        assert not root.findall(f".//{ATOM}script")
        assert not re.search("[\x00\x08\u202e]", "".join(root.itertext()))
    for item in rita.get("/events/match/feed.json").json()["items"]:
        assert "<script" not in item["content_html"]
    (read,) = icalendar.Calendar.from_ical(rita.get("/events/match/event.ics").content).walk("VEVENT")
    assert "END:VEVENT\nBEGIN:VALARM" in str(read["DESCRIPTION"]).replace("\r\n", "\n")


def test_pages_of_a_feed_lead_to_each_other(event, rita):
    for number in range(items.PAGE + 10):
        event.publish("Ann", f"Entry {number}")
    first = feedparser.parse(rita.get("/events/match/feed.atom").content)
    links = {link.rel: link.href for link in first.feed.links}
    assert links["self"] == links["first"] == f"{ORIGIN}/events/match/feed.atom"
    second = feedparser.parse(rita.get(links["next"].removeprefix(ORIGIN)).content)
    assert (len(first.entries), len(second.entries)) == (items.PAGE, 10)
    assert "next" not in {link.rel for link in second.feed.links}
    for before in ("", "x", "0", "-1", "9" * 40):
        assert rita.get(f"/events/match/feed.atom?before={before}").status_code == 200
    assert len(syndication.kept) == 1


def test_feeds_of_the_site_have_public_events_alone(event, draft, new_event, rita):
    new_event("for-few", visibility=Event.Visibility.UNLISTED).publish("Ann", "Psst")
    old = new_event("old")
    old.publish("Ann", "Old")
    old.archive()
    coming = new_event("final", state=Event.State.SCHEDULED)
    event.publish("Ann", "Goal")
    draft.publish("Olga", "Nobody knows")
    feed = feedparser.parse(rita.get("/events.atom").content)
    assert not feed.bozo
    assert sorted(each.title for each in feed.entries) == ["Final", "Match"]
    live = feedparser.parse(rita.get("/live.atom").content)
    assert ([each.title for each in live.entries], live.bozo) == (["Goal"], False)
    calendar = icalendar.Calendar.from_ical(rita.get("/events.ics").content)
    assert sorted(str(each["SUMMARY"]) for each in calendar.walk("VEVENT")) == ["Final", "Match"]
    for path in ("/events.atom", "/live.atom", "/events.ics"):
        etag = rita.get(path)["ETag"]
        assert rita.get(path, headers={"If-None-Match": etag}).status_code == 304
        coming.configure(visibility="draft")
        event.publish("Ann", "More")
        assert rita.get(path, headers={"If-None-Match": etag}).status_code == 200
        coming.configure(visibility="public")


def test_without_any_event_they_are_empty(rita, db):
    for path in ("/events.atom", "/live.atom"):
        feed = feedparser.parse(rita.get(path).content)
        assert (feed.entries, feed.bozo) == ([], False)
    assert icalendar.Calendar.from_ical(rita.get("/events.ics").content).walk("VEVENT") == []


def test_a_calendar_reminds_ten_minutes_before_the_start(event, rita):
    event.configure(
        state="scheduled", title="Final, with; signs and a very long title " + "x" * 60, description="One\nTwo"
    )
    content = rita.get("/events/match/event.ics").content
    assert all(len(each) <= 75 for each in content.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(content)
    (read,) = calendar.walk("VEVENT")
    assert str(read["SUMMARY"]) == event.title
    assert read["DTSTART"].dt == datetime(2026, 7, 4, 18, 0, tzinfo=UTC)
    assert str(read["UID"]) == f"event-{event.pk}@live.example.org"
    assert str(read["DESCRIPTION"]) == f"One\nTwo\n\n{ORIGIN}/events/match/"
    (alarm,) = calendar.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-10)
    before = read["SEQUENCE"]
    event.configure(starts_at=timezone.now() - timedelta(hours=1), state="live")
    event.end()
    (read,) = icalendar.Calendar.from_ical(rita.get("/events/match/event.ics").content).walk("VEVENT")
    assert read["SEQUENCE"] > before
    assert read["DTEND"].dt == event.ended_at.replace(microsecond=0)
    assert not read.walk("VALARM")
