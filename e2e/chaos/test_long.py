"""Outages that last. They take minutes, so `make chaos` runs them and `make test` does not."""

import re
import time
from contextlib import ExitStack
from pathlib import Path
from socket import SO_RCVBUF, SOL_SOCKET

import pytest

from e2e.chaos.world import Redis
from e2e.deployment import Deployment, postgres, redis
from e2e.protocol import ProtocolReader, Visitor

pytestmark = pytest.mark.timeout(400)
LARGE = '"' * 1980
"""Each is six bytes in HTML."""
CURSOR = re.compile(r'id="cursor" name="after" value="[\w]+-(\d+)"')


def test_a_minute_without_redis_refuses_no_post_and_costs_readers_seconds(tmp_path: Path) -> None:
    with ExitStack() as stack:
        layer = Redis(tmp_path)
        layer.start()
        stack.callback(layer.kill)
        database = stack.enter_context(postgres(tmp_path))
        deployment = Deployment(tmp_path, processes=2, DATABASE_URL=database, REDIS_URL=layer.url)
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        visitors = [Visitor(url, f"Visitor {number}") for number, url in enumerate(deployment.urls)]
        posted, slowest = 0, 0.0

        def post(visitor: Visitor) -> float:
            """Post as a browser does and see it in every page; returns how long the answer took."""
            nonlocal posted
            began = time.monotonic()
            answer = visitor.post(f"/events/{slug}/entries/", name=visitor.name, text=f"Post {posted}")
            took = time.monotonic() - began
            assert answer.status == 200
            posted += 1
            assert answer.seq == posted
            for reader in readers:
                reader.reaches(posted, seconds=5)
            return took

        post(visitors[0])
        layer.kill()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            slowest = max(slowest, *(post(visitor) for visitor in visitors))
        layer.start()
        assert post(visitors[0]) < 2
        assert post(visitors[1]) < 2
        for reader in readers:
            reader.agrees()
        rows = deployment.shell("for entry in Entry.objects.order_by('position'): print(entry.text)").splitlines()
        assert rows == [f"Post {number}" for number in range(posted)]
        assert slowest < 3, f"a post took {slowest:.1f} s"
        assert "Traceback" not in deployment.log.read_text()


def rss(deployment: Deployment) -> int:
    """Bytes of memory that the first process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{deployment.processes[0].pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def is_connected(server: int, client: int) -> bool:
    """Does the kernel hold the server's end of this connection? Its client, who never reads, would not notice."""
    wanted = (f"0100007F:{server:04X}", f"0100007F:{client:04X}", "01")
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return wanted in {tuple(line.split()[1:4]) for line in lines}


def test_a_client_who_never_reads_300_megabytes_costs_little_and_is_sent_away(tmp_path: Path) -> None:
    with ExitStack() as stack:
        layer = stack.enter_context(redis(tmp_path))
        deployment = Deployment(tmp_path, REDIS_URL=layer)
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        other = stack.enter_context(ProtocolReader.live(deployment.url, slug))
        head, received = 0, 0

        def publish(number: int) -> None:
            """Have so many large entries published, and the other reader receive them."""
            nonlocal head, received
            # One wake-up for all of them: from `manage.py`, each would cost a new connection to Redis.
            deployment.shell(
                "from unittest.mock import patch\n"
                f"event = Event.objects.get(slug={slug!r})\n"
                "with patch('feeds.wakeups.wake'):\n"
                f"    for n in range({number - 1}): event.publish('Ann', {LARGE!r})\n"
                f"event.publish('Ann', {LARGE!r})\n"
            )
            head, at = head + number, 0
            assert other.socket
            while at < head:  # its page is of no interest here
                frame = str(other.socket.recv(timeout=10))
                received += len(frame)
                at = max(at, *map(int, CURSOR.findall(frame)), 0)

        publish(400)
        deaf = stack.enter_context(ProtocolReader(deployment.url, slug))
        deaf.connect(unread=1)
        assert deaf.socket
        deaf.socket.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 16384)
        deaf.resume()
        client = deaf.socket.local_address[1]
        assert is_connected(deployment.ports[0], client)
        before, received, grown = rss(deployment), 0, 0
        began, closed = time.monotonic(), 0.0
        while (received < 300_000_000 or not closed) and time.monotonic() < began + 240:
            publish(200)
            grown = max(grown, rss(deployment) - before)
            if not closed and not is_connected(deployment.ports[0], client):
                closed = time.monotonic() - began
        print(f"{received / 1e6:.0f} MB, grown by {grown / 1e6:.1f} MB, closed after {closed:.0f} s")
        assert received >= 300_000_000
        assert grown < 20_000_000, f"{grown / 1e6:.1f} MB"
        assert 0 < closed < 75
        with ProtocolReader.live(deployment.url, slug) as fresh:
            said = Visitor(deployment.url).publish(slug, "Still here")
            assert "Still here" in fresh.reaches(said, seconds=3).texts
            fresh.agrees()
        assert "Traceback" not in deployment.log.read_text()
