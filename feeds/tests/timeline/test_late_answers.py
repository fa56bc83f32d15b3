"""Answers to “Show earlier …” that come after a frame that started the list again."""

import pytest

from e2e.protocol.comparing import Thread
from feeds.tests.frames import follow
from feeds.tests.helpers import fetch, now
from feeds.tests.timeline.long_threads import opened, said, thread_of
from feeds.timeline import frames, listing, threads
from feeds.timeline.frames import frame_between
from feeds.timeline.variants import ORDERS, Variant

PLAIN = Variant.plain()


@pytest.fixture(autouse=True)
def short_lists(monkeypatch):
    monkeypatch.setattr(frames, "FRAME", 12)
    for name in ("FIRST", "PAGE"):
        monkeypatch.setattr(listing, name, 5)
    monkeypatch.setattr(threads, "STEP", 5)


def ask(client, page, link):
    return fetch(client, f"{link}&after={page.cursor}", htmx=True)


def start_again(page, event, loaded, variant=PLAIN):
    """Apply the frame for a page that did not say where it is, and was loaded long ago."""
    frame = frame_between(event.pk, loaded, variant=variant, beyond=True)
    assert frame.reset
    page.swap(frame.html)


@pytest.mark.parametrize("order", ORDERS)
def test_further_entries_leave_no_gap_in_a_list_that_is_shorter_by_then(event, rita, order):
    query, variant = f"?order={order}", Variant.parse({"order": order})
    loaded = now(event)
    for number in range(20):
        event.publish("Paul", f"Entry {number}")
    page = opened(rita, event, query)
    page.swap(ask(rita, page, page.element("older-link").attributes["hx-get"]))
    late = ask(rita, page, page.element("older-link").attributes["hx-get"])
    event.publish("Paul", "Newest")
    start_again(page, event, loaded, variant)
    before = page.view()
    page.swap(late)
    assert page.view() == before
    follow(page, event, variant)
    fresh = opened(rita, event, query)
    assert (page.texts, page.older) == (fresh.texts, fresh.older)


def test_further_entries_come_once_however_often_they_are_asked_for(event, rita):
    for number in range(20):
        event.publish("Paul", f"Entry {number}")
    page = opened(rita, event)
    twice = [ask(rita, page, page.element("older-link").attributes["hx-get"]) for _ in range(2)]
    for answer in twice:
        page.swap(answer)
    assert page.texts == [f"Entry {number}" for number in range(19, 9, -1)]
    event.publish("Paul", "Newest")
    follow(page, event)
    assert page.texts == ["Newest", *(f"Entry {number}" for number in range(19, 9, -1))]


def test_earlier_comments_leave_no_gap_below_an_entry_that_shows_the_newest_by_then(event, rita):
    loaded, entry = now(event), thread_of(event, 30)
    page = opened(rita, event)
    page.swap(ask(rita, page, Thread(page, entry.element_id).link))
    late = ask(rita, page, Thread(page, entry.element_id).link)
    entry.comment("Rita", "31")
    start_again(page, event, loaded)
    before = page.view()
    page.swap(late)
    assert page.view() == before
    follow(page, event)
    assert said(page, entry) == said(opened(rita, event), entry)
    while link := Thread(page, entry.element_id).link:
        page.swap(ask(rita, page, link))
    assert said(page, entry) == [str(number) for number in range(1, 32)]
