"""Frames for entries with more comments than pages show."""

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from e2e.protocol.comparing import Thread
from feeds.models import Comment, Entry
from feeds.tests.frames import posts_in
from feeds.tests.helpers import fetch, now
from feeds.tests.timeline.long_threads import numbers, opened, said, thread_of
from feeds.timeline import threads
from feeds.timeline.frames import frame_between


def follow(event, page, start):
    frame = frame_between(event.pk, start)
    page.swap(frame.html)
    return frame


def test_one_that_is_too_many_takes_the_place_of_the_oldest_on_every_page(event, rita):
    entry = thread_of(event, 10)
    page, start = opened(rita, event), now(event)
    entry.comment("Paul", "11")
    frame = follow(event, page, start)
    assert said(page, entry) == numbers(2, 11)
    assert Thread(page, entry.element_id).header.text.split()[:2] == ["11", "comments"]
    assert list(posts_in(frame.html).values()) == ["11"], "what pages have already is not sent again"


def test_a_removal_brings_the_one_before_back_and_the_tenth_takes_the_link_away(event, rita):
    entry = thread_of(event, 12)
    page, start = opened(rita, event), now(event)
    entry.comments.get(text="7").retract()
    follow(event, page, start)
    assert said(page, entry) == ["2", *numbers(3, 6), *numbers(8, 12)]
    assert Thread(page, entry.element_id).header.text.split()[:2] == ["11", "comments"]
    start = now(event)
    entry.comments.get(text="2").retract(erase=True)
    follow(event, page, start)
    assert said(page, entry) == ["1", *numbers(3, 6), *numbers(8, 12)]
    assert page.headed == []


def test_who_has_opened_earlier_ones_keeps_them_and_gets_new_ones(event, rita):
    entry = thread_of(event, 12)
    page, start = opened(rita, event), now(event)
    link = f"{Thread(page, entry.element_id).link}&after={start}"
    page.swap(fetch(rita, link, htmx=True))
    entry.comment("Paul", "13")
    entry.comments.get(text="5").retract()
    entry.comments.get(text="1").revise("one")
    follow(event, page, start)
    assert said(page, entry) == ["one", *numbers(2, 4), *numbers(6, 13)]
    assert Thread(page, entry.element_id).header.text.strip() == "12 comments"


def test_an_old_one_that_comes_back_is_on_pages_that_show_the_next_one_and_on_no_others(event, rita):
    entry = thread_of(event, 120)
    for text in ("50", "109"):
        entry.comments.get(text=text).retract()
    closed, deep = opened(rita, event), opened(rita, event)
    part = opened(rita, event, f"entries/{entry.pk}/?before={entry.comments.get(text='60').position}")
    start = now(event)
    for _ in range(2):
        link = f"{Thread(deep, entry.element_id).link}&after={start}"
        deep.swap(fetch(rita, link, htmx=True))
    for text in ("50", "109"):
        entry.comments.get(text=text).restore()
    for page in (closed, deep, part):
        follow(event, page, start)
    assert said(closed, entry) == numbers(111, 120)
    assert said(deep, entry) == numbers(9, 120)
    assert said(part, entry) == numbers(1, 59)


def test_a_frame_with_many_new_ones_brings_pages_ten_and_those_who_have_opened_more_all(event, rita):
    entry = thread_of(event, 12)
    closed, deep, start = opened(rita, event), opened(rita, event), now(event)
    link = f"{Thread(deep, entry.element_id).link}&after={start}"
    deep.swap(fetch(rita, link, htmx=True))
    for number in range(13, 43):
        entry.comment("Paul", str(number))
    with CaptureQueriesContext(connection) as captured:
        frame = follow(event, closed, start)
    deep.swap(frame.html)
    assert said(closed, entry) == numbers(33, 42)
    assert said(deep, entry) == numbers(1, 42)
    assert len(captured) < 12, "one query for each of them"


def test_marks_of_removed_comments_are_where_their_place_is_shown(event, as_olga, olga):
    entry = thread_of(event, 30)
    page, start = opened(as_olga, event), now(event)
    for text in ("5", "25"):
        entry.comments.get(text=text).retract(by=olga)

    def look():
        page.swap(fetch(as_olga, f"{event.get_absolute_url()}host/removed/", htmx=True))
        articles = [node for node in Thread(page, entry.element_id).list.elements if node.tag == "article"]
        return [node.id for node in articles if node.attributes["class"] == "gap"]

    follow(event, page, start)
    gaps = {text: entry.comments.get(text=text).element_id for text in ("5", "25")}
    assert look() == [gaps["25"]]
    link = f"{Thread(page, entry.element_id).link}&after={now(event)}"
    page.swap(fetch(as_olga, link, htmx=True))
    assert look() == [gaps["5"], gaps["25"]]
    fresh = Thread(opened(as_olga, event), entry.element_id).list
    assert [node.id for node in fresh.elements if node.attributes["class"] == "gap"] == [gaps["25"]]


def test_a_page_of_long_threads_takes_as_many_queries_as_one_with_none(event, rita):
    page = event.get_absolute_url()

    def cost():
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            html = fetch(rita, page)
        return len(captured), len([text for text in posts_in(html) if text.startswith("comment")])

    event.publish("Paul", "Goal!").comment("Rita", "1")
    few, _ = cost()
    for _ in range(25):
        thread_of(event, 12)
    assert cost() == (few, 250)


def test_no_more_comments_are_read_than_a_page_shows(event, rita, monkeypatch):
    """However they are asked for: what the database returns becomes instances."""
    entry, read = thread_of(event, 300), []
    made = Comment.from_db.__func__
    monkeypatch.setattr(Comment, "from_db", classmethod(lambda cls, *row: read.append(1) or made(cls, *row)))
    for path, most in (
        ("", 10),
        (f"entries/{entry.pk}/", 10),
        (f"entries/{entry.pk}/?since=0", threads.PAGE + 11),
        (f"entries/{entry.pk}/?from=150", threads.PAGE + threads.AROUND + 12),
    ):
        read.clear()
        fetch(rita, event.get_absolute_url() + path)
        assert 0 < len(read) <= most
    read.clear()
    fetch(rita, f"{entry.permalink}comments/?after={now(event)}", htmx=True)
    assert len(read) <= threads.STEP + Entry.NEWEST + 1
    start = now(event)
    entry.comment("Paul", "301")
    read.clear()
    frame_between(event.pk, start)
    assert len(read) <= 12
