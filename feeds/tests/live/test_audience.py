"""An audience: everybody level is told the same, and nobody waits for somebody else."""

import asyncio

from asgiref.sync import async_to_sync

from feeds.tests.live.pages import Outlet, Page, audience_of
from feeds.timeline.variants import Variant
from serving.wire import Message

OLDEST = Variant.parse({"order": "oldest"})


def test_a_connection_that_breaks_is_closed_and_the_other_reader_is_told(caplog):
    rita, paul = Page("Rita"), Page("Paul")

    async def breaks(text):
        raise ConnectionError("reset by peer")

    rita.reader.send = breaks
    audience = audience_of(rita, paul)
    async_to_sync(audience.tell_variant)(Variant.plain(), Message("Goal!"))
    assert (paul.received, paul.closed_with) == (["Goal!"], None)
    assert (rita.received, rita.closed_with) == ([], 1011)
    assert audience.everybody() == [paul.reader]
    assert [record.getMessage() for record in caplog.records] == [
        "A page of event 1 could not be written to: reset by peer"
    ]


def test_a_page_that_does_not_read_misses_what_may_be_missed():
    rita, paul = Page("Rita", outlet=Outlet()), Page("Paul", outlet=Outlet())
    audience = audience_of(rita, paul)
    rita.reader.outlet.full = True
    async_to_sync(audience.tell)("partials/live/typing_frame.html", {"place": 0})
    assert (rita.received, len(paul.received)) == ([], 1)
    rita.reader.outlet.full = False
    async_to_sync(audience.tell)("partials/live/typing_frame.html", {"place": 0}, but=paul.reader)
    assert rita.received == paul.received


def test_one_variant_is_told_and_the_other_is_not():
    rita, paul = Page("Rita"), Page("Paul", OLDEST)
    audience = audience_of(rita, paul)
    async_to_sync(audience.tell_variant)(OLDEST, Message("Goal!"))
    assert (rita.received, paul.received) == ([], ["Goal!"])
    assert set(audience.level_variants()) == {Variant.plain(), OLDEST}


def test_tabs_of_one_browser_are_one_reader():
    rita, again, paul = Page("Rita"), Page("Rita"), Page("Paul")
    again.reader.browser = rita.reader.browser
    audience = audience_of(rita, again, paul)
    assert (audience.count, len(audience.browsers())) == (3, 2)


def test_a_reader_who_is_set_aside_twice_is_not_forgotten_when_the_first_wait_ends():
    rita, paul = Page("Rita"), Page("Paul")

    @async_to_sync
    async def set_aside_twice():
        audience, first, second = audience_of(rita, paul), asyncio.Event(), asyncio.Event()
        audience.set_aside(rita.reader, first.wait())
        audience.set_level(rita.reader)
        audience.set_aside(rita.reader, second.wait())
        first.set()
        await asyncio.sleep(0.01)
        waiting = set(audience.everybody())
        second.set()
        await asyncio.sleep(0.01)
        return waiting, audience.everybody()

    waiting, left = set_aside_twice()
    assert waiting == {rita.reader, paul.reader}
    assert left == [paul.reader]


def test_a_reader_who_leaves_while_set_aside_is_no_longer_waited_for():
    rita, paul = Page("Rita"), Page("Paul")
    ended = []

    async def waits():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("Rita")

    @async_to_sync
    async def leave():
        audience = audience_of(rita, paul)
        audience.set_aside(rita.reader, waits())
        await asyncio.sleep(0)
        audience.leave(rita.reader)
        await asyncio.sleep(0)
        return audience.everybody()

    assert leave() == [paul.reader]
    assert ended == ["Rita"]
