"""Choices of readers: the order of entries, which of them they see, and a time to go to."""

import re
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from feeds.forms import Cursor
from feeds.live import database
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.tests.frames import posts_in, steps
from feeds.tests.helpers import HTMX, elements, fetch, now, submit, values
from feeds.timeline import frames, listing
from feeds.timeline.frames import frame_between, frames_between
from feeds.timeline.variants import Variant
from feeds.views.pages import ORDER_COOKIE

OLDEST = Variant.parse({"order": "oldest"})
MOMENTS, HOSTS = Variant.parse({"view": "moments"}), Variant.parse({"view": "hosts"})
PAGE = "/events/match/"


def changes_since(event, seq, variant):
    """Effects of a frame on entries, without the cursor and the event's own part."""
    own = {"#event", "#notices", "#about", "#pinned", "#moments", "#moment-count", "#cursor"}
    found = steps(frame_between(event.pk, Cursor(event.epoch, seq), variant=variant).html)
    short = [(swap, target.removeprefix("#cursor ~ * "), ids[:1]) for swap, target, ids in found]
    return [each for each in short if each[1] not in own]


def texts(html):
    return list(posts_in(html).values())


def test_what_makes_no_sense_in_an_address_is_as_if_it_was_missing():
    nonsense = {"order": "sideways", "view": "%00", "language": "xx-klingon"}
    assert Variant.parse(nonsense) is Variant.parse({}) is Variant.plain()
    assert Variant.parse({"order": "oldest", "view": "hosts"}) is Variant.parse({"view": "hosts", "order": "oldest"})
    assert OLDEST.query.urlencode() == "order=oldest"
    assert Variant.plain().query.urlencode() == ""


def test_oldest_first_a_new_entry_goes_to_pages_that_show_the_one_before_it(event):
    one, two, three = (event.publish("Paul", text) for text in ("One", "Two", "Three"))
    assert changes_since(event, 1, OLDEST) == [
        ("upsert", f"#entries:has(> #{one.element_id})", [two.element_id]),
        ("upsert", f"#entries:has(> #{two.element_id})", [three.element_id]),
    ]
    assert changes_since(event, 0, OLDEST)[0] == ("upsert", "#entries", [one.element_id])
    assert 'sort="asc"' in frame_between(event.pk, Cursor(event.epoch, 0), variant=OLDEST).html


def test_an_entry_enters_and_leaves_the_key_moments_as_hosts_mark_it(event):
    one, two = event.publish("Paul", "One"), event.publish("Paul", "Two")
    two.mark("Kick-off")
    start = now(event).seq
    one.mark("Before")
    assert changes_since(event, start, MOMENTS) == [
        ("upsert", f"#entries:has(> #{two.element_id})", [one.element_id]),
    ]
    start = now(event).seq
    one.refresh_from_db()
    one.mark("Renamed")
    assert changes_since(event, start, MOMENTS) == [
        ("outerHTML", f"#{one.element_id}-body", [f"{one.element_id}-body"]),
    ]
    one.mark("")
    assert changes_since(event, start, MOMENTS) == [("delete", f"#entries > #{one.element_id}", [])]
    assert changes_since(event, start, Variant.plain()) == [
        ("outerHTML", f"#{one.element_id}-body", [f"{one.element_id}-body"]),
    ]


def test_only_hosts_are_shown_with_what_everybody_comments(event, olga):
    by_visitor, by_host = event.publish("Paul", "Visitor"), event.publish("Olga", "Host", user=olga)
    start = now(event).seq
    by_visitor.comment("Rita", "Not here")
    comment = by_host.comment("Rita", "Here")
    by_visitor.revise("Nor this")
    assert changes_since(event, 0, HOSTS) == [("upsert", "#entries", [by_host.element_id])]
    assert changes_since(event, start, HOSTS) == [
        ("upsert", f"#{by_host.element_id}-comments", [comment.element_id]),
    ]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("view", ["all", "hosts", "moments"])
def test_pages_follow_each_other_in_each_order_and_view(event, olga, rita, monkeypatch, order, view):
    monkeypatch.setattr(listing, "FIRST", 5)
    monkeypatch.setattr(listing, "PAGE", 5)
    for number in range(24):
        entry = event.publish("Paul", f"Entry {number}", user=olga if number % 2 else None)
        if number % 3 == 0:
            entry.mark("Moment")
    which = {"all": range(24), "hosts": range(1, 24, 2), "moments": range(0, 24, 3)}[view]
    expected = [f"Entry {number}" for number in (which if order == "oldest" else reversed(which))]
    plain, htmx, path = [], [], f"{PAGE}?order={order}&view={view}"
    while path:
        html = fetch(rita, path)
        assert values(html, "div", "hx-ws:connect")[0].count("view=") == (view != "all")
        plain += texts(html)
        links = [dict(attrs) for tag, attrs in elements(html) if tag == "a"]
        path = next((each["href"] for each in links if each.get("id") == "older-link"), None)
    html = fetch(rita, f"{PAGE}?order={order}&view={view}")
    htmx += texts(html)
    while more := re.search(r'id="older-link"[^>]* hx-get="([^"]+)"', html):
        html = fetch(rita, more[1].replace("&amp;", "&"), htmx=True)
        htmx += texts(html)
    assert plain == htmx == expected


def test_the_order_is_remembered_and_what_an_address_says_counts_more(event, rita, paul):
    for text in ("One", "Two"):
        event.publish("Paul", text)
    assert texts(fetch(rita, PAGE)) == ["Two", "One"]
    assert texts(fetch(rita, f"{PAGE}?order=oldest")) == ["One", "Two"]
    assert texts(fetch(rita, PAGE)) == ["One", "Two"]
    assert texts(fetch(rita, f"{PAGE}?order=sideways")) == ["One", "Two"]
    assert texts(fetch(rita, f"{PAGE}?order=newest")) == ["Two", "One"]
    assert texts(fetch(rita, PAGE)) == ["Two", "One"]
    assert texts(fetch(paul, PAGE)) == ["Two", "One"]


def test_going_back_from_another_order_shows_the_page_as_it_was(event, rita, as_sam):
    """A browser shows what it has, unless that varies by a cookie that it did not have then."""
    event.publish("Paul", "One")
    for client, names in ((rita, {"Accept-Language"}), (as_sam, {"Accept-Language", "Cookie"})):
        page = client.get(PAGE)
        assert page["Cache-Control"] == "private, no-cache"
        assert {name for name in page["Vary"].split(", ") if name not in {"Accept-Encoding", "Host"}} == names
        assert ORDER_COOKIE in client.get(f"{PAGE}?order=oldest").cookies
    event.end()
    for client in (rita, as_sam):
        assert ORDER_COOKIE not in client.get(f"{PAGE}?order=newest").cookies


def test_a_page_in_another_order_or_view_is_not_the_one_a_browser_has(event, rita):
    event.publish("Paul", "One")
    rita.get(PAGE)
    tags = [rita.get(f"{PAGE}?{query}")["ETag"] for query in ("", "view=hosts", "view=moments", "order=oldest")]
    assert len(set(tags)) == 4


def test_who_reads_oldest_first_is_led_to_the_page_of_what_they_posted(event, rita):
    rita.get(f"{PAGE}?order=oldest")
    answer = submit(rita, event, "Last of all")
    assert answer["Location"] == event.entries.get().permalink


def test_a_poll_is_answered_in_the_order_and_view_of_the_page_whatever_the_browser_remembers(event, olga, rita):
    start = now(event)
    event.publish("Paul", "One")
    event.publish("Olga", "Two", user=olga)
    event.publish("Paul", "Three")
    rita.get(f"{PAGE}?order=oldest")
    for query, order, expected in (
        ("", "desc", "One Two Three"),
        ("order=oldest", "asc", "One Two Three"),
        ("view=hosts", "desc", "Two"),
    ):
        html = fetch(rita, f"{PAGE}changes/?{query}&after={start}", htmx=True)
        assert texts(html) == expected.split()
        assert set(re.findall(r'~ \* #entries[^"]*" key="data-position" sort="(\w+)"', html)) == {order}
        assert f"changes/?{query}" in html or not query


def test_a_room_renders_once_for_each_variant_that_somebody_reads(event, olga, monkeypatch):
    monkeypatch.setattr(database, "in_thread", sync_to_async)
    rendered, received = [], {}

    def counted(event_pk, start, end=None, *, variants, **options):
        rendered.append(sorted(map(str, variants)))
        return frames_between(event_pk, start, end, variants=variants, **options)

    monkeypatch.setattr(frames, "frames_between", counted)

    def reader(name, variant):
        async def receives(html):
            received.setdefault(name, []).extend(texts(html))

        return Reader(receives, None, cookies={}, variant=variant)

    async def live():
        room = Room(event.pk)
        for name, variant in (("a", Variant.plain()), ("b", Variant.plain()), ("c", OLDEST), ("d", HOSTS)):
            await room.join(reader(name, variant), now_cursor)
        for user in (None, olga):
            await sync_to_async(event.publish)("Paul", "By a host" if user else "By a visitor", user=user)
        while await room.flush():
            pass
        room.task.cancel()

    now_cursor = now(event)
    async_to_sync(live)()
    assert rendered[0] == sorted(map(str, {Variant.plain(), OLDEST, HOSTS}))
    assert received == {
        "a": ["By a visitor", "By a host"],
        "b": ["By a visitor", "By a host"],
        "c": ["By a visitor", "By a host"],
        "d": ["By a host"],
    }


@pytest.fixture
def day(event):
    """An entry every quarter of an hour from 18:00 to 20:45 UTC, which is two hours later in Berlin."""
    for number in range(12):
        at = datetime(2026, 7, 4, 18 + number // 4, 15 * (number % 4), 30, tzinfo=UTC)
        event.publish("Paul", f"{at:%H:%M}", at=at)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_time_in_the_events_zone_leads_to_what_was_said_then(event, day, rita, order):
    html = fetch(rita, f"{PAGE}?order={order}&at=2026-07-04T21:15")
    current = re.search(r'<article id="entry-(\d+)"[^>]* aria-current="true" tabindex="-1" autofocus', html)
    assert current
    assert event.entries.get(pk=current[1]).text == "19:15"
    newest, oldest = ["20:00", "19:45", "19:30", "19:15", "19:00"], ["18:30", "18:45", "19:00", "19:15"]
    around = newest if order == "newest" else oldest
    assert texts(html)[: len(around)] == around
    assert "Entries around Sat 4 Jul 2026, 21:15 CEST." in html
    assert "Go to the newest entries" in html
    assert 'value="2026-07-04T20:00"' in fetch(rita, PAGE), "the field offers the start"
    assert texts(fetch(rita, f"{PAGE}?order=newest&at=2026-07-04T20:00"))[-1] == "18:00"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nonsense", "Enter a date and a time"),
        ("", "Enter a date and a time"),
        ("2026-02-30T10:00", "Enter a date and a time"),
        ("<b>", "Enter a date and a time"),
        ("\0" * 3, "Null characters"),
        ("0001-01-01T00:00", "Choose a time from 2026-07-04 20:00 to "),
        ("9999-12-31T23:59", "Choose a time from 2026-07-04 20:00 to "),
        ("2026-07-04T19:59", "Choose a time from 2026-07-04 20:00 to "),
    ],
)
def test_a_time_that_cannot_be_is_kept_with_what_is_wrong_about_it(event, day, rita, typed, said):
    answer = rita.get(PAGE, {"at": typed}, headers={})
    html = answer.content.decode()
    field = next(dict(attrs) for tag, attrs in elements(html) if dict(attrs).get("name") == "at")
    assert (answer.status_code, field["value"], field["aria-describedby"]) == (422, typed, "jump-at-error")
    assert said in re.search(r'id="jump-at-error">([^<]*)<', html)[1]
    assert texts(html)[0] == "20:45"


def test_nobody_jumps_in_an_event_without_entries(event, rita):
    assert "No entries yet." in fetch(rita, f"{PAGE}?at=2026-07-04T21:15", 422)
    assert rita.get(f"{PAGE}changes/?view=moments", headers=HTMX).status_code == 200
