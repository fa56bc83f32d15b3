"""The variant of hosts: who gets it, on every way, and what is in it."""

import re

from asgiref.sync import async_to_sync, sync_to_async

from feeds.live import database
from feeds.live.reader import Reader
from feeds.live.room import Room
from feeds.tests.frames import posts_in, steps
from feeds.tests.helpers import fetch, now
from feeds.timeline.frames import frame_between
from feeds.timeline.variants import Variant

PAGE = "/events/match/"
TOOLS = 'class="tools"'


def test_only_hosts_get_the_variant_of_hosts_from_pages_polls_and_more_of_the_list(event, rita, as_hugo, as_sam):
    start = now(event)
    for number in range(60):
        entry = event.publish("Paul", f"Entry {number}", visitor="p" * 32)
    for number in range(12):
        entry.comment("Rita", f"Comment {number}", visitor="r" * 32)
    addresses = [
        f"{PAGE}changes/?hosts=1&after={start}",
        f"{PAGE}entries/?hosts=1&before=20&after={now(event)}",
        f"{PAGE}entries/{entry.pk}/comments/?hosts=1&after={now(event)}",
    ]
    for client in (rita, as_sam):
        assert [TOOLS in fetch(client, path, htmx=True) for path in addresses] == [False, False, False]
        assert [TOOLS in fetch(client, f"{path}?hosts=1") for path in (PAGE, entry.permalink)] == [False, False]
    assert [TOOLS in fetch(as_hugo, path, htmx=True) for path in addresses] == [True, True, True]
    plain = [path.replace("hosts=1&", "") for path in addresses]
    assert [TOOLS in fetch(as_hugo, path, htmx=True) for path in plain] == [False, False, False]
    for path in (PAGE, entry.permalink, f"{PAGE}host/"):
        page = fetch(as_hugo, path)
        assert TOOLS in page
        live = re.findall(r'hx-(?:ws:connect|get)="([^"]*(?:live|changes|entries)/\?[^"]*)"', page)
        assert live
        assert all("hosts=1" in address for address in live), live
    assert TOOLS not in fetch(as_hugo, f"{PAGE}wall/")


def test_a_host_who_is_removed_gets_the_frames_of_readers_from_then_on(event, hugo, as_hugo, monkeypatch):
    monkeypatch.setattr(database, "in_thread", sync_to_async)
    received = []

    async def receives(html):
        if "<hx-upsert" in html:
            received.append(([*posts_in(html).values()][-1], TOOLS in html))

    host = Reader(receives, None, cookies={}, variant=Variant.plain().for_hosts())
    host.host = (hugo.pk, as_hugo.cookies["sessionid"].value)

    async def live():
        room = Room(event.pk)
        await room.join(host, start)
        await sync_to_async(event.publish)("Paul", "Before", visitor="p" * 32)
        while await room.flush():
            pass
        await sync_to_async(event.remove_host)(hugo, by=owner)
        await sync_to_async(event.publish)("Paul", "After", visitor="p" * 32)
        while await room.flush():
            pass
        for task in list(room.audience._aside.values()):
            await task
        room.task.cancel()

    start, owner = now(event), event.owner
    async_to_sync(live)()
    assert received == [("Before", True), ("After", False)]
    assert (host.host, host.variant) == (None, Variant.plain())


def test_tools_fit_the_state_of_the_entry_and_follow_it(event, olga):
    entry, other = (event.publish("Paul", text, visitor="p" * 32) for text in ("One", "Two"))
    hosts = Variant.plain().for_hosts()
    entry.pin()
    start = now(event)
    other.pin()
    frame = frame_between(event.pk, start, variant=hosts).html
    assert ("delete", "#cursor ~ * .unpin", []) in steps(frame)
    assert ("afterend", f"#cursor ~ * #{other.element_id}-tools .pin", []) in steps(frame)
    start = now(event)
    other.mark("Goal")
    frame = frame_between(event.pk, start, variant=hosts).html
    assert ("outerMorph", f"#cursor ~ * #{other.element_id}-tools", [f"{other.element_id}-tools"]) in steps(frame)
    assert "Edit label" in frame
    assert "tools" not in frame_between(event.pk, start).html
    by_host = event.publish("Olga", "Three", user=olga, visitor="o" * 32)
    frame = frame_between(event.pk, start, variant=hosts).html
    assert f"/entries/{by_host.pk}/edit/" in frame
    assert f"/entries/{by_host.pk}/ban/" not in frame
