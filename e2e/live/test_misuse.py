"""Clients that misbehave: they flood the server, or do not read what they are sent."""

import json
from contextlib import ExitStack, suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.posters import publish_many
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.readers import comes_back, follow, reads_again, skim, stops_reading
from e2e.servers import redis

LARGE = "⚽" * 1990
"""More than 8 KB in a frame, the most that an entry may hold."""


def test_a_flood_of_messages_or_a_huge_one_ends_that_connection_alone(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    with ExitStack() as stack:
        flooding, huge, busy = (stack.enter_context(ProtocolReader.live(deployment.url, slug)) for _ in range(3))
        for _ in range(10):  # who pages through a long event
            busy.resume()
        with suppress(ConnectionClosed):
            for _ in range(1000):
                flooding.resume()
        assert flooding.is_closed() == 1008
        huge.send(json.dumps({"body": {"after": huge.page.cursor}, "filling": "x" * 16 * 1024}))
        assert huge.is_closed() in {1006, 1009}  # autobahn hangs up without a word
        head = Visitor(deployment.url).publish(slug, "Undisturbed")
        for reader in (*readers, busy):
            assert reader.reaches(head).texts == ["Undisturbed"]
        for reader in (flooding, huge):
            comes_back(reader)
            reader.reaches(head)
        agree([*readers, busy, flooding, huge])


def test_a_reader_who_stops_reading_is_caught_up_when_it_reads_again(one_process: Deployment) -> None:
    slug = one_process.event("unread")
    with ProtocolReader.live(one_process.url, slug) as other, ProtocolReader(one_process.url, slug) as reader:
        reader.connect(unread=1)
        reader.resume()
        reader.until(lambda page: page.heartbeat[0] == "live", "the heartbeat")
        # 450 entries of 12 KB or more: beyond what the kernel and the server hold for one connection.
        one_process.shell(
            f"event = Event.objects.get(slug={slug!r})\n"
            "for number in range(450): event.publish('Ann', f'{number} ' + '⚽' * 1990)\n"
        )
        for each in (other, reader):
            each.reaches(450)
        agree([other, reader])


def test_a_reader_who_stops_reading_costs_the_server_little_and_ends_where_the_others_are(tmp_path: Path) -> None:
    with ExitStack() as stack:
        # Redis, so that what `manage.py` publishes arrives at once and not with the tick.
        deployment = Deployment(tmp_path, REDIS_URL=stack.enter_context(redis(tmp_path)))
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        other = stack.enter_context(ProtocolReader(deployment.url, slug))
        comes_back(other)
        for head in range(50, 301, 50):
            publish_many(deployment, slug, 50, LARGE)
            skim(other, head)
        slow = stack.enter_context(ProtocolReader(deployment.url, slug))
        stops_reading(slow)
        slow.until(lambda page: page.heartbeat[0] == "live", "the heartbeat")
        before, received, grown = deployment.memory(), 0, 0
        for head in range(350, 2801, 50):
            publish_many(deployment, slug, 50, LARGE)
            received += skim(other, head)
            grown = max(grown, deployment.memory() - before)
        assert received > 16_000_000
        assert grown < 20_000_000, f"{grown / 1e6:.1f} MB"
        assert slow.page.seq == 300
        reads_again(slow)
        follow(slow, 2800)  # it may have been sent away meanwhile, after a minute
        slow.agrees()
