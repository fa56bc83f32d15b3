"""Pages of entries with more than a hundred comments, from every place among them."""

import re

import pytest
from django.contrib.auth.models import User

from e2e.protocol.comparing import Thread
from e2e.protocol.page import Page
from feeds.tests.conftest import made_once, make_event
from feeds.tests.frames import posts_in
from feeds.tests.helpers import fetch, now
from feeds.tests.timeline.long_threads import numbers, said, thread_of


@pytest.fixture(scope="module")
def entries(django_db_setup, django_db_blocker):
    """Entries of two events, with 130 comments that are shown and one that is removed, and with 410."""
    with made_once(django_db_blocker):
        olga = User.objects.create_user("olga")
        some, many = (thread_of(make_event(f"match-{size}", owner=olga), size) for size in (131, 410))
        some.comments.get(text="131").retract()
        yield some, many


@pytest.fixture
def some(entries, db):
    return entries[0]


@pytest.fixture
def many(entries, db):
    return entries[1]


def with_positions(text, entry):
    """A text with the position of a comment for each “{number}” in it."""
    positions = {comment.text: comment.position for comment in entry.comments.all()}
    return re.sub(r"{(\d+)}", lambda found: str(positions[found[1]]), text)


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
    some, rita, place, first, last, has_earlier, has_later
):
    query = with_positions(place, some)
    page = Page(fetch(rita, f"{some.permalink}?{query}"))
    thread = Thread(page, some.element_id)
    assert said(page, some) == numbers(first, last)
    assert (bool(thread.link), thread.ceiling != float("inf")) == (has_earlier, has_later)
    assert thread.is_opened


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
def test_a_page_that_asks_for_itself_again_gets_no_more_than_a_bounded_number_of_them(many, rita, opened, first):
    opened = with_positions(opened.replace("{pk}", str(many.pk)), many)
    html = fetch(rita, f"{many.permalink}?again=1&after={now(many.event)}&opened={opened}", htmx=True)
    assert [text for text in posts_in(html).values() if text.isdigit()] == numbers(first, 410)
