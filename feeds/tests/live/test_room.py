"""A room reads and renders once for the many readers who need the same."""

import asyncio
from collections import Counter

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from feeds.forms import Cursor
from feeds.live import database
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.tests.helpers import cursor_in, now
from feeds.timeline import frames

PLACES, READERS = 5, 100


@pytest.fixture
def rendered(monkeypatch):
    """Number of frames rendered from each place, for any readers."""
    counts, frames_between = Counter(), frames.frames_between

    def counted(event_pk, start, *args, **kwargs):
        frames = frames_between(event_pk, start, *args, **kwargs)
        counts.update([start] * len(frames))
        return frames

    monkeypatch.setattr(frames, "frames_between", counted)
    # In the thread of the test, whose transaction nobody else sees.
    monkeypatch.setattr(database, "in_thread", sync_to_async)
    return counts


class Rita:
    """A page in a room: where it was when it came, and the frames that it was sent since, heartbeats left out."""

    def __init__(self, cursor):
        self.came_from = self.cursor = cursor
        self.frames = []
        self.reader = Reader(self.receives, self.is_closed, cookies={})

    async def receives(self, html):
        if 'id="cursor"' in html:
            self.cursor = cursor_in(html)
            self.frames.append(html)
            await self.meanwhile()

    async def is_closed(self, code=None):
        raise AssertionError(f"closed with {code}")


def crowd_of(event):
    """Readers at a few places in the event's history, one change after the other, and much more after the last."""
    places = []
    for number in range(PLACES):
        event.publish("Paul", f"Entry {number}")
        places.append(now(event))
    for number in range(60):
        event.publish("Paul", f"Unseen {number}")
    return [Rita(place) for place in places for _ in range(READERS // PLACES)]


@async_to_sync
async def come_back(event, crowd, posts=0):
    """Readers come back to a new room, all at once. With every frame that is received, one of `posts` is published."""
    room = Room(event.pk)

    async def somebody_posts():
        nonlocal posts
        await asyncio.sleep(0)  # as with a network between them: others have their turn
        if posts:
            posts -= 1
            await sync_to_async(event.publish)("Paul", f"{posts} to come")
            await room.flush()

    for each in crowd:
        each.meanwhile = somebody_posts
    try:
        await asyncio.gather(*(room.join(each.reader, each.came_from) for each in crowd))
        while await room.flush():
            pass
        assert (posts, set(room.audience.readers)) == (0, {each.reader for each in crowd})
    finally:
        room.task.cancel()


def test_who_joins_is_told_first_how_many_read(event, rendered):
    """Before the next heartbeat, which may be 15 seconds away."""
    event.publish("Paul", "Goal!")
    first, here = [], now(event)

    @async_to_sync
    async def joins():
        room = Room(event.pk)

        async def receives(html):
            first.append(html)

        await room.join(Reader(receives, receives, cookies={}), here)
        room.task.cancel()

    joins()
    assert ["heartbeat" in html and "1 reader" in html for html in first] == [True]


def test_readers_who_come_back_from_the_same_place_cost_one_rendering_together(event, rendered):
    crowd = crowd_of(event)
    come_back(event, crowd)
    assert rendered == {each.came_from: 1 for each in crowd}
    assert {each.cursor for each in crowd} == {now(event)}


def test_who_comes_back_while_others_post_is_caught_up_once_and_then_follows_with_everybody(event, rendered):
    crowd, head = crowd_of(event), now(event)
    come_back(event, crowd, posts=20)
    assert {each.cursor for each in crowd} == {now(event)} == {Cursor(head.epoch, head.seq + 20)}
    # One frame for all who came from a place, and beside those only the room's own steps, one after the other.
    assert {place for place in rendered if place.seq < head.seq} == {each.came_from for each in crowd}
    assert set(rendered.values()) == {1}
    # And all who came from one place were sent the very same frames: keys of forms are new in every rendering.
    assert len({(each.came_from, *each.frames) for each in crowd}) == PLACES


def test_pages_that_do_not_say_where_they_are_are_not_taken_back_by_a_room_that_is_behind(event, rendered):
    event.publish("Paul", "Goal!")
    loaded, crowd = now(event), [Rita(now(event)) for _ in range(3)]
    event.publish("Paul", "Seen by the room")
    steps = []

    async def told():
        steps.append({each.cursor.seq for each in crowd})

    @async_to_sync
    async def join_unasked():
        room = Room(event.pk)
        await room.flush()
        for number in range(3):
            await sync_to_async(event.publish)("Paul", f"Entry {number}")
        polled = await sync_to_async(now)(event)
        for each in crowd:
            each.cursor, each.meanwhile = polled, told
        try:
            await asyncio.gather(*(room.join(each.reader, loaded, sure=False) for each in crowd))
        finally:
            room.task.cancel()

    join_unasked()
    assert steps == [{5}] * len(crowd)
    assert rendered[loaded] == 1  # for all of them


def test_a_room_that_does_not_know_its_event_yet_keeps_still_at_a_heartbeat(event, rendered):
    async def beats():
        room = Room(event.pk)
        await room.beat()
        room.task.cancel()
        return room.slug

    assert async_to_sync(beats)() == ""
