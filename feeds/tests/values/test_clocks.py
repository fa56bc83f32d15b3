"""Times and days as the clock in the event's zone shows them."""

import re
import zoneinfo
from datetime import UTC, datetime

import pytest

from feeds.forms import Cursor
from feeds.tests.helpers import HTMX, fetch, now
from feeds.timeline.frames import frame_between
from feeds.values.clocks import moments


def shown(html):
    """Number, class and words of the day of each entry, and the date of its time in UTC."""
    return re.findall(r'data-day="(\d+)".*?<p class="(day[^"]*)">([^<]*)</p>.*?<time datetime="([^T"]*)', html, re.S)


def clocks(html):
    return re.findall(r'(?:<time class="when"|/entries/\d+/"><time)[^>]*>([^<]*)<', html)


def test_the_abbreviation_of_the_zone_is_right_across_a_change_of_clocks(event, rita):
    event.publish("Paul", "Before", at=datetime(2026, 10, 25, 0, 59, tzinfo=UTC))
    event.publish("Paul", "After", at=datetime(2026, 10, 25, 1, 1, tzinfo=UTC))
    assert clocks(fetch(rita, "/events/match/")) == ["02:01 CET", "02:59 CEST"]


def test_hosts_read_the_clock_of_each_moment_and_not_of_the_start(event, as_olga, olga):
    """The match began in summer; these happened in winter."""
    winter = datetime(2026, 12, 24, 11, 30, tzinfo=UTC)
    entry = event.publish("Paul", "Snow", at=winter)
    event.entries.update(minute="63'")
    entry.refresh_from_db()
    entry.retract(by=olga)
    event.acts.update(at=winter)
    for path in ("/events/match/host/removed/", "/events/match/host/log/", "/events/match/owner/?q=snow"):
        assert "12:30 CET" in fetch(as_olga, path), path


@pytest.mark.parametrize(
    ("zone", "clock", "said"),
    [
        ("UTC", "12:00", "18:00 UTC"),
        ("Europe/Istanbul", "15:00", "21:00 UTC+3"),
        ("America/Sao_Paulo", "09:00", "15:00 UTC-3"),
        ("Asia/Kathmandu", "17:45", "23:45 UTC+5:45"),
        ("America/New_York", "08:00", "14:00 EDT"),
    ],
)
def test_the_zone_is_said_once_and_one_without_letters_says_how_far_it_is(event, rita, zone, clock, said):
    event.configure(time_zone=zone)
    event.publish("Paul", "Noon", at=datetime(2026, 7, 4, 12, tzinfo=UTC))
    html = fetch(rita, "/events/match/")
    assert clocks(html) == [clock]
    assert f"Sat 4 Jul 2026, {said}</time>" in html
    assert '<time datetime="2026-07-04T12:00Z"' in html


def test_days_begin_at_midnight_in_the_events_zone(event, rita):
    for at in (datetime(2026, 7, 4, 21, 59, tzinfo=UTC), datetime(2026, 7, 4, 22, 1, tzinfo=UTC)):
        event.publish("Paul", "Entry", at=at)
    late, early = shown(fetch(rita, "/events/match/"))
    assert early[1:] == ("day", "Saturday 4 July", "2026-07-04")
    assert late[1:] == ("day other", "Sunday 5 July", "2026-07-04")  # in UTC
    assert early[0] != late[0]


def test_an_edit_says_when_with_the_date_where_it_was_another_day(event, rita):
    for edited in (datetime(2026, 7, 4, 18, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC)):
        entry = event.publish("Paul", "Good", at=datetime(2026, 7, 4, 18, tzinfo=UTC))
        entry.revise("Better")
        type(entry).objects.filter(pk=entry.pk).update(edited_at=edited)
    found = re.findall(
        r'<span class="edited">edited <time datetime="([^"]*)"[^>]*>([^<]*)</time>', fetch(rita, "/events/match/")
    )
    assert found == [("2026-07-06T08:00Z", "6 Jul, 10:00"), ("2026-07-04T18:07Z", "20:07")]


def test_a_comment_has_a_date_only_where_it_is_not_that_of_its_entry(event, rita):
    entry = event.publish("Paul", "The day after the event's", at=datetime(2026, 7, 6, 10, tzinfo=UTC))
    entry.comment("Mia", "At once", at=datetime(2026, 7, 6, 10, 5, tzinfo=UTC))
    entry.comment("Mia", "A day later", at=datetime(2026, 7, 7, 10, 5, tzinfo=UTC))
    assert clocks(fetch(rita, "/events/match/")) == ["12:00", "12:05", "7 Jul, 12:05"]


def test_who_jumps_into_the_hour_that_a_change_of_clocks_leaves_out_is_told_the_one_that_is(event, rita):
    event.publish("Paul", "Before", at=datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    type(event).objects.filter(pk=event.pk).update(starts_at=datetime(2026, 3, 28, tzinfo=UTC))
    assert "Entries around Sun 29 Mar 2026, 03:30 CEST." in fetch(rita, "/events/match/?at=2026-03-29T02:30")


def test_who_jumps_in_a_view_without_entries_is_told_that_there_are_none(event, rita):
    event.publish("Paul", "Not a key moment", at=datetime(2026, 7, 4, 19, tzinfo=UTC))
    assert "No key moments yet." in fetch(rita, "/events/match/?view=moments&at=2026-07-04T21:30")


AUTUMN = {"starts_at": datetime(2026, 10, 24, 22, tzinfo=UTC), "time_zone": "Europe/Berlin"}


@pytest.fixture
def two_hours(event):
    """An event during which clocks showed the hour from 2 to 3 twice, ended at 02:10 CET."""
    event.configure(**AUTUMN)
    event.publish("Ann", "In CEST", at=datetime(2026, 10, 25, 0, 50, tzinfo=UTC))
    event.publish("Ann", "In CET", at=datetime(2026, 10, 25, 1, 10, tzinfo=UTC))
    return event


def jumped(client, at):
    answer = client.get("/events/match/", {"at": at})
    html = answer.content.decode()
    around = re.findall(r"Entries around ([^<]*?)\. |(Choose a time[^<]*)<", html)
    there = re.findall(r'href="(/events/match/\?[^"]*at=[^"]*)">Go to ([^<]*)<', html)
    here = re.search(r'aria-current="true" tabindex="-1".*?<div class="text"[^>]*><p>([^<]*)', html, re.S)
    return around[0][0] or around[0][1], there, here and here[1]


def test_of_an_hour_that_came_twice_both_can_be_gone_to(two_hours, rita, monkeypatch):
    monkeypatch.setattr("feeds.forms.jump.timezone.now", lambda: datetime(2026, 10, 25, 1, 55, tzinfo=UTC))
    around, there, here = jumped(rita, "2026-10-25T02:50")
    assert (around, here) == ("Sun 25 Oct 2026, 02:50 CEST", "In CEST")
    ((address, name),) = there
    assert (address, name) == ("/events/match/?at=2026-10-25T02%3A50%2B01%3A00", "Sun 25 Oct 2026, 02:50 CET")
    html = fetch(rita, address)
    assert "Entries around Sun 25 Oct 2026, 02:50 CET." in html
    assert 'value="2026-10-25T02:50"' in html
    around, there, here = jumped(rita, "2026-10-25T02:50+01:00")
    assert (around, here, there[0][1]) == ("Sun 25 Oct 2026, 02:50 CET", "In CET", "Sun 25 Oct 2026, 02:50 CEST")
    assert fetch(rita, there[0][0]).count("02:50 CEST") == 2
    assert jumped(rita, "2026-10-25T02:50 01:00")[0] == "Sun 25 Oct 2026, 02:50 CET"
    assert jumped(rita, "2026-10-25T00:50Z")[0] == "Sun 25 Oct 2026, 02:50 CEST"


def test_of_an_hour_that_came_twice_the_one_is_taken_in_which_there_was_something(two_hours, rita, monkeypatch):
    monkeypatch.setattr("feeds.forms.jump.timezone.now", lambda: datetime(2026, 10, 25, 1, 10, tzinfo=UTC))
    assert jumped(rita, "2026-10-25T02:50")[:2] == ("Sun 25 Oct 2026, 02:50 CEST", [])
    assert jumped(rita, "2026-10-25T02:05")[0] == "Sun 25 Oct 2026, 02:05 CEST"
    refused = "Choose a time from 2026-10-25 00:00 to 2026-10-25 02:10 CET."
    assert jumped(rita, "2026-10-25T02:50+01:00")[0] == jumped(rita, "2026-10-25T03:05")[0] == refused
    type(two_hours).objects.update(starts_at=datetime(2026, 10, 25, 1, 5, tzinfo=UTC))
    two_hours.entries.filter(text="In CEST").delete()
    assert jumped(rita, "2026-10-25T02:07") == ("Sun 25 Oct 2026, 02:07 CET", [], "In CET")


@pytest.mark.parametrize("at", ["2026-10-25T02:50+25:00", "2026-10-25T02:50+1", "0001-01-01T00:00+23:59", "2026-10-25"])
def test_no_time_that_somebody_makes_up_breaks_the_page(two_hours, rita, at):
    assert rita.get("/events/match/", {"at": at}).status_code == 422


def test_a_list_of_key_moments_tells_the_two_hours_apart(two_hours, rita):
    for entry in two_hours.entries.all():
        entry.mark("Goal")
    moments = fetch(rita, "/events/match/").partition('id="moments"')[2].partition("</nav>")[0]
    assert set(re.findall(r"<time[^>]*>([^<]*)</time>", moments)) == {"02:50 CEST", "02:10 CET"}


SETTINGS = {"title": "Match", "slug": "match", "visibility": "public", "posting": "open", "reactions": "like"}


def saved(client, starts_at, time_zone="Europe/Berlin", path="/events/match/settings/", **more):
    return client.post(path, SETTINGS | {"starts_at": starts_at, "time_zone": time_zone} | more)


@pytest.mark.parametrize("minute", [30, 31])
def test_a_start_in_the_second_of_two_hours_stays_when_something_else_is_saved(event, as_hugo, minute):
    start = datetime(2026, 10, 25, 1, minute, 12, 345, tzinfo=UTC)
    event.configure(starts_at=start, time_zone="Europe/Berlin")
    html = fetch(as_hugo, "/events/match/settings/")
    assert re.findall(r'name="start_hour" value="(\d)"[^>]*checked', html) == ["2"]
    assert f"02:{minute} CEST (UTC+2)" in html
    assert f"02:{minute} CET (UTC+1)" in html
    epoch = type(event).objects.get().epoch
    for hour in ({"start_hour": "2"}, {}):
        assert saved(as_hugo, f"2026-10-25T02:{minute}", title="Final", **hour).status_code == 302
        event.refresh_from_db()
        assert (event.starts_at, event.title, event.epoch) == (start, "Final", epoch)
    assert saved(as_hugo, f"2026-10-25T02:{minute}", start_hour="1").status_code == 302
    event.refresh_from_db()
    assert event.starts_at == datetime(2026, 10, 25, 0, minute, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/events/new/", "/events/match/settings/"])
def test_who_enters_a_time_that_the_clocks_show_twice_is_asked_which_is_meant(event, as_hugo, path):
    answer = saved(as_hugo, "2026-10-25T02:30", path=path, slug="final")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "That time comes twice when the clocks go back. Choose which one you mean." in html
    assert 'value="2026-10-25T02:30"' in html
    assert re.findall(r'name="start_hour" value="(\d)"', html) == ["1", "2"]
    assert saved(as_hugo, "2026-10-25T02:30", path=path, slug="final", start_hour="3").status_code == 422
    assert saved(as_hugo, "2026-10-25T02:30", path=path, slug="final", start_hour="2").status_code == 302
    assert type(event).objects.get(slug="final").starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_who_enters_any_other_time_is_asked_nothing(event, as_hugo):
    assert "start_hour" not in fetch(as_hugo, "/events/match/settings/")
    for entered, meant in (("2026-10-25T01:59", 23), ("2026-10-25T03:00", 2)):
        assert saved(as_hugo, entered, start_hour="2").status_code == 302
        event.refresh_from_db()
        assert event.starts_at.hour == meant
    answer = saved(as_hugo, "2026-03-29T02:30")
    assert "That hour is skipped when the clocks go forward." in answer.content.decode()
    assert 'value="2026-03-29T02:30"' in answer.content.decode()


@pytest.mark.parametrize("zone", ["CET", "Etc/GMT+5", "EST5EDT", "Japan"])
def test_a_zone_that_is_not_in_the_list_stays_when_something_else_is_saved(event, as_hugo, zone):
    event.configure(time_zone=zone)
    html = fetch(as_hugo, "/events/match/settings/")
    assert re.findall(r'<option value="([^"]*)" selected', html) == [zone, "0"]  # the second is the slow mode
    shown = re.search(r'name="starts_at" value="([^"]*)"', html)[1]
    before = type(event).objects.get()
    assert saved(as_hugo, shown, zone, title="Final").status_code == 302
    event.refresh_from_db()
    assert (event.time_zone, event.starts_at, event.title, event.epoch) == (
        zone,
        before.starts_at,
        "Final",
        before.epoch,
    )
    assert saved(as_hugo, shown, "Mars/Olympus").status_code == 422


def test_the_admin_keeps_the_instant_and_says_in_which_zone_it_is_told(event, as_admin):
    start = datetime(2026, 10, 25, 1, 30, 12, 345, tzinfo=UTC)
    event.configure(starts_at=start, time_zone="CET")
    address = f"/admin/feeds/event/{event.pk}/change/"
    html = fetch(as_admin, address)
    assert "In UTC, whatever the event" in html
    shown = dict(re.findall(r'name="(starts_at_\d)" value="([^"]*)"', html))
    assert shown == {"starts_at_0": "2026-10-25", "starts_at_1": "01:30:12"}
    form = {name: getattr(event, name) for name in ("slug", "time_zone", "state", "visibility", "posting", "reactions")}
    form |= shown | {"title": "Final", "owner": event.owner_id, "comments_open": "on", "show_readers": "on"}
    form |= {"slow_mode": "0", "report_limit": "0"}
    answer = as_admin.post(address, form | {"show_typing": "on", "hosts": [host.pk for host in event.hosts.all()]})
    assert answer.status_code == 302
    event.refresh_from_db()
    assert (event.title, event.starts_at, event.time_zone) == ("Final", start, "CET")


def test_hours_that_clocks_leave_out_or_repeat():
    berlin, howe, apia = (zoneinfo.ZoneInfo(name) for name in ("Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"))
    found = [
        len(moments(datetime(*shown), zone))
        for shown, zone in [
            ((2026, 3, 29, 1, 59), berlin),
            ((2026, 3, 29, 2, 0), berlin),
            ((2026, 3, 29, 2, 59), berlin),
            ((2026, 3, 29, 3, 0), berlin),
            ((2026, 10, 25, 1, 59), berlin),
            ((2026, 10, 25, 2, 0), berlin),
            ((2026, 10, 25, 2, 59), berlin),
            ((2026, 10, 25, 3, 0), berlin),
            ((2026, 4, 5, 1, 30), howe),
            ((2026, 4, 5, 1, 29), howe),
            ((2011, 12, 30, 12, 0), apia),
            ((2026, 10, 25, 2, 30), UTC),
        ]
    ]
    assert found == [1, 0, 0, 1, 1, 2, 2, 1, 2, 1, 0, 1]


def test_pages_get_the_style_sheet_for_days_as_soon_as_those_of_two_entries_meet(event, rita):
    def latest():
        head = now(event)
        return frame_between(event.pk, Cursor(head.epoch, head.seq - 1)).html

    sheet, page = re.compile(r"/static/days(\.\w+)?\.css"), "/events/match/"
    event.publish("Paul", "Kick-off", at=datetime(2026, 7, 4, 18, tzinfo=UTC))
    event.publish("Paul", "Half-time", at=datetime(2026, 7, 4, 19, tzinfo=UTC))
    assert not sheet.search(latest() + fetch(rita, page))
    event.publish("Paul", "The day after", at=datetime(2026, 7, 5, 9, tzinfo=UTC))
    assert re.search(r"#days:empty[^>]*>\s*<link[^>]*" + sheet.pattern, latest())
    assert f'<div id="days"><link rel="stylesheet" href="{sheet.search(fetch(rita, page))[0]}">' in fetch(rita, page)
    older = rita.get("/events/match/entries/?before=3&order=newest", headers=HTMX)
    assert sheet.search(older.content.decode())
