"""The pages readers open: an event, an entry; drafts that do not exist for others."""

import re
from datetime import UTC, datetime

import pytest

from feeds.models import Entry
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, cursor_in, elements, facts, fetch, now, submit, values


def test_an_event_page_shows_the_newest_entries_first_with_their_comments_in_order(event, rita):
    one, two = event.publish("Paul", "One"), event.publish("Paul", "Two")
    for text in ("Yes", "No"):
        one.comment("Rita", text)
    html = fetch(rita, "/events/match/")
    assert list(posts_in(html).values()) == ["Two", "One", "Yes", "No"]
    assert cursor_in(html) == now(event)
    assert values(html, "article", "data-position") == ["2", "1", "3", "4"]
    assert values(html, "div", "hx-ws:connect") == [f"/events/match/live/?after={now(event)}"]
    assert two.element_id in html


def test_a_page_of_entries_is_followed_by_the_next_without_gap_or_double(event, rita):
    for number in range(120):
        event.publish("Paul", f"Entry {number}")
    Entry.objects.get(text="Entry 50").retract()
    expected = [f"Entry {number}" for number in range(119, -1, -1) if number != 50]
    plain, htmx, sizes = [], [], []
    path = "/events/match/"
    while path:
        html = fetch(rita, path)
        plain += posts_in(html).values()
        sizes.append(len(posts_in(html)))
        assert ("These are earlier entries" in html) is (path != "/events/match/")
        path = next((f"/events/match/{link}" for link in re.findall(r"(\?before=\d+)", html)), None)
    html, older = fetch(rita, "/events/match/"), True
    htmx += posts_in(html).values()
    while older := re.search(r'hx-get="(/events/match/entries/\?before=\d+)"', html):
        html = fetch(rita, f"{older[1]}&after={now(event)}", htmx=True)
        htmx += posts_in(html).values()
    assert plain == htmx == expected
    assert sizes == [25, 50, 44]
    assert "Start of the commentary" in html


def test_entries_that_come_meanwhile_do_not_shift_the_next_page(event, rita):
    for number in range(60):
        event.publish("Paul", f"Entry {number}")
    before = re.search(r"\?before=\d+", fetch(rita, "/events/match/"))[0]
    event.publish("Paul", "Entry 60")
    assert list(posts_in(fetch(rita, f"/events/match/{before}")).values()) == [f"Entry {n}" for n in range(34, -1, -1)]


def test_older_entries_send_the_page_back_to_the_cursor_it_asked_with(event, rita):
    for text in ("One", "Two", "Three"):
        event.publish("Paul", text)
    path = "/events/match/entries/?before=3"
    assert cursor_in(fetch(rita, f"{path}&after={event.epoch}-1", htmx=True)).seq == 1
    for unknown in (f"{event.epoch}-9", "other-1"):  # of a page that has to be told what changed since a restore
        assert str(cursor_in(fetch(rita, f"{path}&after={unknown}", htmx=True))) == unknown
    for useless in ("nonsense", ""):
        assert cursor_in(fetch(rita, f"{path}&after={useless}", htmx=True)) == now(event)
    assert list(posts_in(fetch(rita, path, htmx=True)).values()) == ["Two", "One"]


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "%00", "1.5"])
def test_a_place_that_makes_no_sense_is_the_newest_page(event, rita, before):
    event.publish("Paul", "One")
    html = fetch(rita, f"/events/match/?before={before}")
    assert (list(posts_in(html).values()), "earlier entries" in html) == (["One"], False)
    response = rita.get(f"/events/match/entries/?before={before}", headers=HTMX)
    assert (response.status_code, response["Location"]) == (302, "/events/match/")


def test_an_entry_has_a_page_of_its_own_with_its_comments(event, rita):
    entries = [event.publish("Paul", f"Entry {number}") for number in range(9)]
    entry = entries[4]
    comment = entry.comment("Rita", "Yes")
    html = fetch(rita, entry.permalink)
    around = [each.element_id for each in entries[1:8]]
    assert list(posts_in(html)) == [*around[:2:-1], comment.element_id, *around[2::-1]]
    assert "<title>Match · Paul: Entry 4</title>" in html
    current = [dict(attrs)["id"] for tag, attrs in elements(html) if tag == "article" and "aria-current" in dict(attrs)]
    assert current == [entry.element_id]


PAGES = ["", "wall/", "host/", "host/log/", "host/removed/", "settings/", "people/", "owner/"]


@pytest.mark.parametrize("path", PAGES)
def test_the_title_of_every_page_of_an_event_begins_with_the_event(event, as_olga, path):
    assert "<title>Match · " in fetch(as_olga, event.get_absolute_url() + path)


def test_the_page_of_a_removed_entry_says_that_it_is_gone(event, rita):
    removed, erased = event.publish("Paul", "SECRET"), event.publish("Paul", "SECRET")
    removed.retract()
    erased.retract(erase=True)
    for entry in (removed, erased):
        html = fetch(rita, entry.permalink, 410)
        assert "This entry was removed" in html
        assert 'href="/events/match/"' in html
        assert "SECRET" not in html
    removed.restore()
    assert "SECRET" in fetch(rita, removed.permalink)


def test_an_entry_of_another_event_or_that_no_reader_ever_saw_has_no_page(event, elsewhere, olga, rita, without_tokens):
    entry = elsewhere.publish("Sam", "There")
    waiting, rejected, removed = (event.publish("Paul", "Wait", hold="A link.", visitor=str(n)) for n in range(3))
    rejected.reject(by=olga)
    event.remove_all_by(removed, by=olga)
    missing = without_tokens(rita.get("/events/match/entries/999999/"))
    assert "Page not found" in missing
    for each in (entry, waiting, rejected, removed):
        answer = rita.get(f"/events/match/entries/{each.pk}/")
        assert (answer.status_code, without_tokens(answer)) == (404, missing)
    waiting.approve(by=olga, top=True)
    fetch(rita, waiting.permalink)
    waiting.retract()
    fetch(rita, waiting.permalink, 410)


READS = ["", "changes/", "own-posts.css", "entries/", "entries/{}/", "entries/{}/edit/", "entries/{}/comments/"]
WRITES = ["entries/", "entries/{}/comments/", "entries/{}/edit/", "entries/{}/remove/"]


def answers(client, slug, pk, without_tokens):
    """Answers to a client for every page that an event may have."""
    own = [client.get(f"/events/{slug}/{path.format(pk)}", headers=h) for path in READS for h in ({}, HTMX)]
    own += [client.post(f"/events/{slug}/{path.format(pk)}", {"name": "S", "text": "T"}) for path in WRITES]
    return [(answer.status_code, without_tokens(answer), sorted(answer.items())) for answer in own]


def test_a_stranger_cannot_tell_a_draft_from_nothing(draft, rita, as_sam, as_hugo, without_tokens):
    entry = draft.publish("Olga", "Nobody knows yet")
    comment = entry.comment("Hugo", "Nor this")
    assert list(posts_in(fetch(as_hugo, "/events/secret-plan/")).values()) == ["Nobody knows yet", "Nor this"]
    assert "Nobody knows yet" in fetch(as_hugo, "/events/secret-plan/changes/")
    for stranger in (rita, as_sam):
        found = answers(stranger, "secret-plan", entry.pk, without_tokens)
        assert found == answers(stranger, "no-such-event", entry.pk, without_tokens)
        assert {status for status, _, _ in found} == {404}
    for path in ("settings/", "start/", "end/"):
        draft_answer = as_sam.post(f"/events/secret-plan/{path}")
        assert without_tokens(draft_answer) == without_tokens(as_sam.post(f"/events/no-such-event/{path}"))
        assert draft_answer.status_code == 404
    assert Entry.objects.get().comments.get() == comment


def test_a_draft_becomes_readable_when_it_is_published(draft, rita):
    fetch(rita, "/events/secret-plan/", 404)
    draft.configure(visibility="unlisted")
    assert "Secret plan" in fetch(rita, "/events/secret-plan/")
    draft.configure(visibility="draft")
    fetch(rita, "/events/secret-plan/", 404)


def test_a_former_address_leads_to_the_present_one(event, rita):
    entry = event.publish("Paul", "One")
    event.configure(slug="final")
    moved = [rita.get("/events/match/"), rita.get(f"/events/match/entries/{entry.pk}/")]
    assert [(response.status_code, response["Location"]) for response in moved] == [
        (302, "/events/final/"),
        (302, f"/events/final/entries/{entry.pk}/"),
    ]
    assert list(posts_in(fetch(rita, "/events/match/changes/", htmx=True)).values()) == ["One"]
    assert submit(rita, Entry.objects.get().event, "Two").status_code == 303


def test_the_title_of_an_entrys_page_has_no_markup_and_of_a_key_moment_the_label(event, olga, rita):
    entry = event.publish("Olga", "**GOAL** by [Ann](https://example.org/)\n\n2 < 3 & *more*", user=olga, markdown=True)
    assert "<title>Match · Olga: GOAL by Ann 2 &lt; 3 &amp; more</title>" in fetch(rita, entry.permalink)
    entry.mark("2–1")
    assert "<title>Match · 2–1</title>" in fetch(rita, entry.permalink)


def test_times_are_those_of_the_events_zone_with_the_date_where_it_differs(event, rita):
    event.publish("Paul", "Same day", at=datetime(2026, 7, 4, 18, 5, tzinfo=UTC))
    event.publish("Paul", "Past midnight there", at=datetime(2026, 7, 4, 22, 30, tzinfo=UTC))
    html = fetch(rita, "/events/match/")
    times = re.findall(r'<time datetime="([^"]*)">([^<]*)</time></a>', html)
    assert times == [
        ("2026-07-04T22:30Z", "00:30"),
        ("2026-07-04T18:05Z", "20:05"),
    ]
    assert facts(html) == ["Sat 4 Jul 2026, 20:00 CEST , hosted by olga and hugo"]
    event.configure(time_zone="America/New_York")
    assert facts(fetch(rita, "/events/match/"))[0].startswith("Sat 4 Jul 2026, 14:00 EDT")


def test_only_hosts_get_the_means_to_host(event, rita, as_sam, as_hugo, as_olga):
    shown = ["Host tools" in fetch(client, "/events/match/") for client in (rita, as_sam, as_hugo, as_olga)]
    assert shown == [False, False, True, True]


@pytest.mark.parametrize(
    "path", ["/nothing/", "/events/nothing/", "/events/match/nothing/", "/events/%00/", "/events/ä/"]
)
def test_an_unknown_address_says_so(event, rita, path):
    assert "<h1>Page not found</h1>" in fetch(rita, path, 404)


def test_pages_let_nothing_load_but_their_own_files(event, rita):
    event.publish("Paul", "One")
    policy = rita.get("/events/match/")["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == {
        "default-src 'none'",
        *(f"{kind} 'self'" for kind in ("script-src", "style-src", "img-src", "connect-src", "form-action")),
        "base-uri 'none'",
        "frame-ancestors 'self'",
    }
