"""Entries with more comments than pages show: the newest ten, a link to the others, and pages of them."""

import re

import pytest

from e2e.protocol.comparing import Thread
from e2e.protocol.page import Page
from feeds.models import Comment, Entry
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, cursor_in, fetch, now, submit
from feeds.tests.timeline.long_threads import numbers, opened, said, thread_of


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
    assert " ".join(said.split()) == "4.000 Kommentare · Frühere Kommentare anzeigen"


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


def test_htmx_brings_earlier_ones_fifty_at_a_time(event, rita):
    entry = thread_of(event, 130)
    page, sizes = opened(rita, event), []
    while link := Thread(page, entry.element_id).link:
        before = len(said(page, entry))
        answer = fetch(rita, f"{link}&after={now(event)}", htmx=True)
        sizes.append(len(posts_in(answer)))
        page.swap(answer)
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
                page.swap(answer)
        opened = [node.attributes["value"] for node in page.root.all() if node.attributes.get("name") == "opened"]
        again = (
            f"{entry.permalink}{path}{'&' if path else '?'}again=1&after={now(event)}&opened={'&opened='.join(opened)}"
        )
        page.swap(fetch(rita, again, htmx=True))
        assert said(page, entry) == numbers(first, last)
        assert said(page, neighbour) == numbers(1, 12)
        assert bool(Thread(page, entry.element_id).link) is (first > 1)


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
