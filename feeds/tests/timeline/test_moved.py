"""A post with another place on the page: it was there, waits again and is approved at the top, unseen by the page."""

from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from e2e.protocol.page import Page
from feeds.models import Comment, Entry
from feeds.tests.frames import follow, posts_in
from feeds.tests.helpers import now
from feeds.timeline import frames, listing
from feeds.timeline.variants import ORDERS, VIEWS, Variant

RITA = "r" * 32


def opened(event, query=""):
    return Page(Client().get(event.get_absolute_url() + query).content.decode())


def hold_and_approve_at_the_top(post, by):
    post.revise("See https://casino.example/", as_author=True)
    post.approve(by=by, top=True)


@pytest.fixture
def match(event, olga):
    event.configure(blocked_words="casino")
    for number in range(5):
        event.publish("Olga", f"Entry {number}", user=olga).mark("Moment")
    Entry.objects.filter(text="Entry 1").update(visitor=RITA, by_host=False)
    for number in range(3):
        Entry.objects.get(text="Entry 1").comment("Rita", f"Comment {number}", visitor=RITA)
    event.refresh_from_db()
    return event


@pytest.mark.parametrize("frame", [200, 1])
@pytest.mark.parametrize("query", [f"?order={order}&view={view}" for order in ORDERS for view in VIEWS])
def test_an_entry_that_is_put_at_the_top_leaves_its_old_place(match, olga, monkeypatch, query, frame):
    monkeypatch.setattr(frames, "FRAME", frame)
    variant = Variant.parse(dict(part.split("=") for part in query[1:].split("&")))
    page = opened(match, query)
    hold_and_approve_at_the_top(Entry.objects.get(text="Entry 1"), olga)
    match.publish("Olga", "After it", user=olga)
    match.refresh_from_db()
    follow(page, match, variant)
    assert page.entries == opened(match, query).entries
    moved = next((entry for entry in page.entries if "casino" in entry.text), None)
    assert (moved is None) is (variant.view == "hosts")
    assert moved is None or [comment.text for comment in moved.comments] == ["Comment 0", "Comment 1", "Comment 2"]


def test_a_comment_that_is_put_at_the_end_leaves_its_old_place(match, olga):
    page = opened(match)
    hold_and_approve_at_the_top(Comment.objects.get(text="Comment 0"), olga)
    match.refresh_from_db()
    follow(page, match, Variant.plain())
    said = [comment.text for comment in page.entry("Entry 1").comments]
    assert said == ["Comment 1", "Comment 2", "See https://casino.example/"]
    assert page.entries == opened(match).entries


def test_an_approval_that_is_undone_and_given_again_at_the_top_moves_the_entry(match, olga):
    entry = match.publish("Rita", "May I?", visitor=RITA, hold="Every post in this event is reviewed.")
    match.publish("Olga", "Later", user=olga)
    entry.approve(by=olga)
    match.refresh_from_db()
    page = opened(match)
    assert page.texts[:2] == ["Later", "May I?"]
    match.acts.first().undo(by=olga)
    entry.approve(by=olga, top=True)
    match.refresh_from_db()
    follow(page, match, Variant.plain())
    assert page.texts == opened(match).texts
    assert page.texts[:2] == ["May I?", "Later"]


def test_one_that_moved_and_was_removed_and_restored_in_later_frames_is_where_it_belongs(match, olga, monkeypatch):
    page, entry = opened(match), Entry.objects.get(text="Entry 1")
    hold_and_approve_at_the_top(entry, olga)
    match.publish("Olga", "After it", user=olga)
    entry.retract(by=olga)
    entry.restore(by=olga)
    match.refresh_from_db()
    monkeypatch.setattr(frames, "FRAME", 3)
    follow(page, match, Variant.plain())
    assert page.entries == opened(match).entries


def test_the_page_of_an_entry_that_moved_asks_for_what_is_around_it_now(match, olga):
    entry = Entry.objects.get(text="Entry 1")
    page = opened(match, f"entries/{entry.pk}/")
    hold_and_approve_at_the_top(entry, olga)
    match.refresh_from_db()
    follow(page, match, Variant.plain())
    (ask,) = page.ids["again"]
    assert ask.attributes["hx-include"] == "#cursor, .opened"
    query = {"again": "1", "after": page.cursor}
    answer = Client().get(entry.permalink, query, headers={"HX-Request": "true"})
    page.swap(answer.content.decode())
    assert page.entries == opened(match, f"entries/{entry.pk}/").entries
    assert page.cursor == str(now(match))


def test_pages_of_other_entries_ask_again_where_a_frame_cannot_tell_all(match, monkeypatch):
    """One that is far behind, or whose times are told in another zone."""
    entry = Entry.objects.get(text="Entry 1")
    pages = {path: opened(match, path) for path in (f"entries/{entry.pk}/", "?before=4")}
    match.configure(time_zone="Asia/Tokyo")
    Comment.objects.get(text="Comment 1").retract()
    match.refresh_from_db()
    for path, page in pages.items():
        follow(page, match, Variant.plain())
        address = match.get_absolute_url() + path + ("&" if "?" in path else "?")
        answer = Client().get(f"{address}again=1&after={page.cursor}", headers={"HX-Request": "true"})
        page.swap(answer.content.decode())
        assert page.element("excerpt").text.split() == opened(match, path).element("excerpt").text.split()
        assert f"{entry.published_at.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}" in page.element("excerpt").text


def test_a_page_of_later_entries_that_asks_again_goes_on_from_where_it_ends_then(match, monkeypatch):
    monkeypatch.setattr(listing, "FIRST", 2)
    monkeypatch.setattr(listing, "PAGE", 2)
    path, htmx = "?order=oldest&since=1", {"HX-Request": "true"}
    page = opened(match, path)
    more = f"{page.element('older-link').attributes['hx-get']}&after={page.cursor}"
    page.swap(Client().get(more, headers=htmx).content.decode())
    assert len(page.entries) == 4
    again = f"{match.get_absolute_url()}{path}&again=1&after={page.cursor}"
    page.swap(Client().get(again, headers=htmx).content.decode())
    fresh = opened(match, path)
    assert (page.texts, page.older) == (fresh.texts, fresh.older)


def test_the_page_of_an_entry_that_is_gone_says_so_when_it_asks_again(match):
    entry = Entry.objects.get(text="Entry 1")
    page = opened(match, f"entries/{entry.pk}/")
    entry.retract(erase=True)
    answer = Client().get(entry.permalink, {"again": "1", "after": page.cursor}, headers={"HX-Request": "true"})
    page.swap(answer.content.decode())
    assert "Entry 1" not in posts_in(answer.content.decode()).values()
    assert page.element(f"entry-{entry.pk}-here").elements == []
    assert Client().get(entry.permalink, {"again": "1"}).status_code == 410


def test_one_that_readers_never_saw_is_not_told_of_to_pages_that_ask_again(match):
    entry = match.publish("Rita", "May I?", visitor=RITA, hold="Every post in this event is reviewed.")
    assert Client().get(entry.permalink, {"again": "1"}, headers={"HX-Request": "true"}).status_code == 404
