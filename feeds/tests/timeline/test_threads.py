"""Entries with more comments than pages show: the newest ten, a link to the others, and pages of them."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from e2e.protocol.comparing import Thread
from e2e.protocol.page import Page
from feeds.models import Comment, Entry, Traces
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, cursor_in, fetch, now, submit
from feeds.timeline import threads
from feeds.timeline.frames import frame_between
from feeds.transfer.exports import pieces

SPAM = "s" * 32


def thread_of(event, number, **about):
    """An entry with comments “1”, “2” and on."""
    entry = event.publish("Paul", "Goal!")
    for each in range(1, number + 1):
        entry.comment("Rita", str(each), **about)
    entry.refresh_from_db()
    return entry


def opened(client, event, path=""):
    return Page(fetch(client, event.get_absolute_url() + path))


def said(page, entry):
    """What is said below an entry, in the order of the page."""
    words = (
        node.first("text").text.strip() for node in Thread(page, entry.element_id).list.elements if node.first("text")
    )
    return list(words)


def numbers(first, last):
    return [str(number) for number in range(first, last + 1)]


# Pages


def test_an_entry_shows_its_newest_ten_comments_and_above_them_how_many_there_are_and_a_link(event, rita):
    entry = thread_of(event, 12)
    page = opened(rita, event)
    assert said(page, entry) == numbers(3, 12)
    header = Thread(page, entry.element_id).header
    assert header is Thread(page, entry.element_id).list.elements[0]
    assert " ".join(header.text.split()) == "12 comments · Show earlier comments"
    link = page.element(f"{entry.element_id}-earlier-link")
    assert said(Page(fetch(rita, link.attributes["href"])), entry) == numbers(1, 12)


def test_of_an_entry_with_ten_comments_all_are_there_and_nothing_else(event, rita):
    entry = thread_of(event, 10)
    page = opened(rita, event)
    assert said(page, entry) == numbers(1, 10)
    assert page.headed == []


@pytest.mark.parametrize("path", ["", "?order=oldest", "?from=1", "entries/1/", "wall/"])
def test_so_it_is_wherever_an_entry_is_shown(event, rita, path):
    entry = thread_of(event, 12)
    assert said(opened(rita, event, path.replace("1/", f"{entry.pk}/")), entry) == numbers(3, 12)


def test_on_the_host_desk_as_well(event, as_olga):
    entry = thread_of(event, 12)
    assert said(opened(as_olga, event, "host/"), entry) == numbers(3, 12)


def test_large_numbers_are_written_as_people_do_in_their_language(event, rita):
    entry = thread_of(event, 11)
    Entry.objects.update(replies=4000)
    page = rita.get(event.get_absolute_url(), headers={"Accept-Language": "de"}).content.decode()
    said = Page(page).element(f"{entry.element_id}-earlier").text
    assert " ".join(said.split()) == "4.000 Kommentare · Frühere Kommentare zeigen"


def test_pages_of_comments_are_followed_by_the_next_without_gap_or_double(event, rita):
    entry = thread_of(event, 230)
    Comment.objects.get(text="120").retract()
    expected = [text for text in numbers(1, 230) if text != "120"]
    for start, word, step in (
        (f"{entry.permalink}?since=0", "later", 1),
        (f"{entry.permalink}?before=999", "earlier", -1),
    ):
        pages, path = [], start
        while path:
            html = fetch(rita, path)
            pages.append(said(Page(html), entry))
            link = re.search(rf'href="([^"]+)"[^>]*>Show {word} comments', html)
            path = link and link[1].partition("#")[0]
        assert [len(page) for page in pages] == [100, 100, 29]
        assert [text for page in pages[::step] for text in page] == expected


@pytest.mark.parametrize(
    ("place", "first", "last", "has_earlier", "has_later"),
    [
        ("since=0", 1, 100, False, True),
        ("since={100}", 101, 130, True, False),
        ("since={125}", 121, 130, True, False),  # as many as everywhere
        ("since={130}", 121, 130, True, False),
        ("since=99999", 121, 130, True, False),
        ("before={101}", 1, 100, False, True),
        ("before={30}", 1, 29, False, True),
        ("before={131}", 31, 130, True, False),
        ("before=1", 1, 100, False, True),
        ("from={20}", 15, 114, True, True),
        ("from={50}", 45, 130, True, False),
        ("from={1}", 1, 100, False, True),
        ("from={130}", 121, 130, True, False),
        ("from=99999", 121, 130, True, False),
    ],
)
def test_a_page_of_comments_is_a_hundred_of_them_wherever_it_begins(
    event, rita, place, first, last, has_earlier, has_later
):
    entry = thread_of(event, 131)
    Comment.objects.get(text="131").retract()
    positions = {comment.text: comment.position for comment in entry.comments.all()}
    query = re.sub(r"{(\d+)}", lambda found: str(positions[found[1]]), place)
    page = Page(fetch(rita, f"{entry.permalink}?{query}"))
    thread = Thread(page, entry.element_id)
    assert said(page, entry) == numbers(first, last)
    assert (bool(thread.link), thread.ceiling != float("inf")) == (has_earlier, has_later)
    assert thread.is_opened


@pytest.mark.parametrize("place", ["before=", "since=x", "from=-1", f"since={'9' * 40}", "before=1.5"])
def test_a_place_that_makes_no_sense_is_the_newest_ones(event, rita, place):
    entry = thread_of(event, 12)
    assert said(Page(fetch(rita, f"{entry.permalink}?{place}")), entry) == numbers(3, 12)


def test_a_link_to_an_old_comment_leads_to_a_page_that_has_it(event, rita):
    entry = thread_of(event, 30)
    comment = entry.comments.get(text="8")
    html = fetch(rita, comment.get_absolute_url().partition("#")[0])
    assert comment.element_id in posts_in(html)
    address = f"http://testserver{event.get_absolute_url()}#{comment.element_id}"
    headers = HTMX | {"HX-Current-URL": address}
    answer = rita.get(f"{event.get_absolute_url()}fragment/", headers=headers).content.decode()
    assert f'content="0; url={comment.get_absolute_url()}"' in answer
    assert f"#live:not(:has(#{comment.element_id}))" in answer


def test_who_comments_without_htmx_comes_to_a_page_with_the_comment(event, paul):
    entry = thread_of(event, 12)
    response = submit(paul, event, "Mine", entry=entry)
    mine = entry.comments.get(text="Mine")
    assert response["Location"] == mine.get_absolute_url()
    html = fetch(paul, response["Location"].partition("#")[0])
    assert list(posts_in(html).values())[-1] == "Mine"


# Steps


def test_htmx_brings_earlier_ones_fifty_at_a_time(event, rita):
    entry = thread_of(event, 130)
    page, sizes = opened(rita, event), []
    while link := Thread(page, entry.element_id).link:
        before = len(said(page, entry))
        answer = fetch(rita, f"{link}&after={now(event)}", htmx=True)
        sizes.append(len(posts_in(answer)))
        page.swap(answer, page.element(f"{entry.element_id}-earlier"))
        assert len(said(page, entry)) > before
    assert sizes == [60, 50, 20]
    assert said(page, entry) == numbers(1, 130)
    assert Thread(page, entry.element_id).header.text.strip() == "130 comments"


def test_the_page_of_an_entry_that_asks_for_itself_again_keeps_what_is_opened(event, rita):
    entry, neighbour = thread_of(event, 130), thread_of(event, 12)
    for path, first, last in (("", 71, 130), ("?before=60", 1, 58)):
        page = Page(fetch(rita, entry.permalink + path))
        for each in (entry, neighbour):
            if link := Thread(page, each.element_id).link:
                answer = fetch(rita, f"{link}&after={now(event)}", htmx=True)
                page.swap(answer, page.element(f"{each.element_id}-earlier"))
        opened = [node.attributes["value"] for node in page.root.all() if node.attributes.get("name") == "opened"]
        again = (
            f"{entry.permalink}{path}{'&' if path else '?'}again=1&after={now(event)}&opened={'&opened='.join(opened)}"
        )
        page.swap(fetch(rita, again, htmx=True))
        assert said(page, entry) == numbers(first, last)
        assert said(page, neighbour) == numbers(1, 12)
        assert bool(Thread(page, entry.element_id).link) is (first > 1)


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        ("{pk}-0", 101),
        ("{pk}-{350}", 350),
        ("{pk}-99999", 401),
        ("x", 401),
        ("9-9", 401),
        ("{pk}-1&opened={pk}-{360}", 360),
    ],
)
def test_but_no_more_than_a_bounded_number_of_them(event, rita, opened, first):
    entry = thread_of(event, 410)
    positions = {comment.text: comment.position for comment in entry.comments.all()}
    opened = re.sub(r"{(\d+)}", lambda found: str(positions[found[1]]), opened.replace("{pk}", str(entry.pk)))
    html = fetch(rita, f"{entry.permalink}?again=1&after={now(event)}&opened={opened}", htmx=True)
    assert [text for text in posts_in(html).values() if text.isdigit()] == numbers(first, 410)


def test_they_send_the_page_back_to_the_cursor_it_asked_with_whatever_that_is(event, rita):
    entry = thread_of(event, 12)
    path = f"{entry.permalink}comments/"
    for cursor in (f"{event.epoch}-3", f"{event.epoch}-999", "other-1"):
        assert str(cursor_in(fetch(rita, f"{path}?after={cursor}", htmx=True))) == cursor
    assert cursor_in(fetch(rita, f"{path}?after=nonsense", htmx=True)) == now(event)


def test_without_htmx_they_are_at_the_entry(event, rita):
    entry = thread_of(event, 12)
    response = rita.get(f"{entry.permalink}comments/?before=5")
    assert (response.status_code, response["Location"]) == (302, entry.get_absolute_url())
    assert rita.get(f"{event.get_absolute_url()}entries/99999/comments/", headers=HTMX).status_code == 404


# Frames


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
    page.swap(fetch(rita, link, htmx=True), page.element(f"{entry.element_id}-earlier"))
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
        deep.swap(fetch(rita, link, htmx=True), deep.element(f"{entry.element_id}-earlier"))
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
    deep.swap(fetch(rita, link, htmx=True), deep.element(f"{entry.element_id}-earlier"))
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
    marks = {text: entry.comments.get(text=text).element_id for text in ("5", "25")}
    assert look() == [marks["25"]]
    link = f"{Thread(page, entry.element_id).link}&after={now(event)}"
    page.swap(fetch(as_olga, link, htmx=True), page.element(f"{entry.element_id}-earlier"))
    assert look() == [marks["5"], marks["25"]]
    fresh = Thread(opened(as_olga, event), entry.element_id).list
    assert [node.id for node in fresh.elements if node.attributes["class"] == "gap"] == [marks["25"]]


# What it costs


def test_fifty_entries_with_long_threads_take_as_many_queries_as_one_with_none(event, rita):
    page = event.get_absolute_url()

    def cost():
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            html = fetch(rita, page)
        return len(captured), len([text for text in posts_in(html) if text.startswith("comment")])

    event.publish("Paul", "Goal!").comment("Rita", "1")
    few, _ = cost()
    for _ in range(50):
        thread_of(event, 12)
    assert cost() == (few, 500)


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


# Their number


def count_of(entry):
    entry.refresh_from_db(fields=["replies"])
    return entry.replies


def test_whatever_happens_to_comments_an_entry_knows_how_many_can_be_seen(event, olga):
    entry = event.publish("Paul", "Goal!")
    first = entry.comment("Rita", "1")
    waits = entry.comment("Rita", "2", visitor="v", hold="Every post waits in this event.")
    assert count_of(entry) == 1
    for step, number in (
        (lambda: waits.approve(by=olga), 2),
        (lambda: waits.hold_again(by=olga), 1),
        (lambda: waits.approve(by=olga, top=True), 2),
        (lambda: first.retract(by=olga), 1),
        (lambda: first.restore(by=olga), 2),
        (lambda: event.acts.first().undo(by=olga), 1),
        (lambda: first.retract(erase=True), 1),
        (lambda: waits.revise("casino"), 2 - 1),
        (lambda: waits.retract(erase=True), 0),
    ):
        step()
        assert count_of(entry) == number


def test_a_flood_that_is_removed_or_erased_is_not_counted_any_more(event, olga):
    entry, other = thread_of(event, 3), thread_of(event, 2)
    for number in range(5):
        entry.comment("Spam", f"Buy {number}", visitor=SPAM)
    spam = other.comment("Spam", "Buy!", visitor=SPAM)
    other.comment("Spam", "Buy more", visitor=SPAM, hold="Every post waits in this event.")
    assert (count_of(entry), count_of(other)) == (8, 3)
    event.remove_all_by(spam, by=olga)
    assert (count_of(entry), count_of(other)) == (3, 2)
    event.acts.first().undo(by=olga)
    assert (count_of(entry), count_of(other)) == (8, 3)
    event.erase(Traces.behind(spam), by=olga)
    assert (count_of(entry), count_of(other)) == (3, 2)


def test_an_imported_event_knows_it_too_and_an_export_has_all_comments(event, new_event):
    entry = thread_of(event, 12)
    entry.comments.get(text="3").retract()
    event.refresh_from_db()
    assert "".join(pieces(event)).count('"name": "Rita"') == 11
    copy = new_event("copy")
    comments = [Comment(name="Rita", text=str(n), position=n + 2, published_at=event.starts_at) for n in range(12)]
    comments[4].removed_at = event.starts_at
    copy.take_in([(Entry(name="Paul", text="Goal!", position=1, published_at=event.starts_at), comments)])
    assert copy.entries.get().replies == 11


def test_entries_from_before_are_counted_by_the_migration(event):
    entry, other = thread_of(event, 12), thread_of(event, 0)
    entry.comments.get(text="3").retract()
    Entry.objects.update(replies=0)
    import_module("feeds.migrations.0002_replies").count(apps, None)
    assert (count_of(entry), count_of(other)) == (11, 0)
