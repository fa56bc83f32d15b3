"""The frames that a room keeps: shared by all who come from one place, and never outdated."""

import asyncio

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from feeds.forms import Cursor
from feeds.live import database, frame_cache
from feeds.live.frame_cache import FrameCache, Way
from feeds.tests.helpers import now
from feeds.timeline import frames
from feeds.timeline.variants import Variant

PLAIN = Variant.plain()


class Kept:
    """A frame cache of an event, a room that moves on, and the places from which frames were rendered."""

    def __init__(self, event, monkeypatch):
        self.event, self.here = event, now(event)
        self.cache = FrameCache(event.pk, lambda: self.here)
        self.rendered, frames_between = [], frames.frames_between

        def counted(event_pk, start, *args, **kwargs):
            self.rendered.append(start)
            return frames_between(event_pk, start, *args, **kwargs)

        monkeypatch.setattr(frames, "frames_between", counted)
        monkeypatch.setattr(database, "in_thread", sync_to_async)  # in the test's transaction

    def moves(self):
        """The room goes on to the head, by a frame of its own."""
        made = frames.frames_between(self.event.pk, self.here, variants=[PLAIN])
        self.rendered.clear()

        async def take():
            self.cache.take(made)

        async_to_sync(take)()
        self.here = now(self.event)
        return made[PLAIN]

    @async_to_sync
    async def lead(self, *starts, way=Way.CATCH_UP):
        """Frames for readers who all come at once."""
        return await asyncio.gather(*(self.cache.frame_from(start, PLAIN, way) for start in starts))


@pytest.fixture
def kept(event, monkeypatch):
    event.publish("Paul", "Kick-off!")
    return Kept(event, monkeypatch)


def test_two_who_come_from_one_place_share_a_frame_and_a_third_has_another(kept, event):
    first = kept.here
    event.publish("Paul", "Corner")
    kept.here = second = now(event)
    event.publish("Paul", "Goal!")
    kept.here = now(event)
    rita, paul, sam = kept.lead(first, first, second)
    assert rita is paul
    assert (rita.start, rita.end) == (first, kept.here)
    assert (sam.start, sam.end) == (second, kept.here)
    assert kept.rendered == [first, second]


def test_a_reader_who_is_a_few_steps_behind_gets_the_frames_that_everybody_got(kept, event):
    start, made = kept.here, []
    for text in ("Corner", "Goal!"):
        event.publish("Paul", text)
        made.append(kept.moves())
    assert kept.lead(start, start) == [made[0], made[0]]
    assert kept.lead(made[0].end) == [made[1]]
    assert kept.rendered == []


def test_a_reader_who_is_many_steps_behind_gets_one_frame_for_the_whole_way(kept, event):
    start = kept.here
    for number in range(frame_cache.SHORT_WAY + 1):
        event.publish("Paul", f"Entry {number}")
        kept.moves()
    rita, paul = kept.lead(start, start)
    assert rita is paul
    assert (rita.start, rita.end, kept.rendered) == (start, kept.here, [start])


def test_a_frame_with_words_that_were_removed_since_is_forgotten(kept, event):
    start = kept.here
    entry = event.publish("Paul", "Something rude")
    told = kept.moves()
    assert "Something rude" in told.html
    entry.retract()
    kept.moves()
    rita, paul = kept.lead(start, start)
    assert rita is paul
    assert "Something rude" not in rita.html
    assert kept.rendered == [start]


def test_a_page_that_may_be_beyond_gets_a_frame_to_where_the_room_is_now(kept, event):
    start = kept.here
    event.publish("Paul", "Corner")
    kept.here = now(event)
    (earlier,) = kept.lead(start, way=Way.PERHAPS_BEYOND)
    event.publish("Paul", "Goal!")
    kept.here = now(event)
    rita, paul = kept.lead(start, start, way=Way.PERHAPS_BEYOND)
    assert earlier.end != rita.end == kept.here
    assert rita is paul


def test_a_flood_of_made_up_places_costs_one_rendering_and_nobody_elses_frame(kept, event):
    start = kept.here
    event.publish("Paul", "Goal!")
    told = kept.moves()
    made_up = [Cursor(f"made-up-{number}", 1) for number in range(100)]
    found = kept.lead(*made_up)
    assert {(frame.reset, frame.end) for frame in found} == {(True, kept.here)}
    assert len(kept.rendered) == 1
    assert kept.lead(start) == [told]


def test_frames_together_are_bounded_and_the_oldest_go_first(kept, event, monkeypatch):
    start = kept.here
    event.publish("Paul", "Corner")
    kept.moves()
    event.publish("Paul", "Goal!")
    monkeypatch.setattr(frame_cache, "CHARACTERS", 1)
    second = kept.here
    told = kept.moves()
    assert kept.lead(second) == [told]
    assert kept.rendered == []
    rita, paul = kept.lead(start, start)
    assert rita is paul
    assert kept.rendered == [start]


def test_a_failure_is_not_kept(kept, event, monkeypatch):
    start = kept.here
    event.publish("Paul", "Goal!")
    kept.here = now(event)
    counted = frames.frames_between

    def fails(*args, **kwargs):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(frames, "frames_between", fails)
    with pytest.raises(RuntimeError):
        kept.lead(start)
    monkeypatch.setattr(frames, "frames_between", counted)
    rita, paul = kept.lead(start, start)
    assert rita is paul
    assert rita.end == kept.here
