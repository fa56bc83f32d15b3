"""A client who lets 300 MB wait."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.deployment import Deployment
from e2e.posters import publish_many
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.readers import comes_back, is_connected, skim, stops_reading
from e2e.servers import redis

pytestmark = pytest.mark.timeout(1200)
LARGE = '"' * 1980
"""Each is six bytes in HTML."""


def test_a_client_who_never_reads_300_megabytes_costs_little_and_is_sent_away(tmp_path: Path) -> None:
    with ExitStack() as stack:
        deployment = Deployment(tmp_path, REDIS_URL=stack.enter_context(redis(tmp_path)))
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        other = stack.enter_context(ProtocolReader(deployment.url, slug))
        comes_back(other)
        head = 0

        def publish() -> tuple[int, float, int]:
            """Large entries; returns how many bytes that was to the other reader, in what time, and our memory."""
            nonlocal head
            publish_many(deployment, slug, 100, LARGE)
            head, published = head + 100, time.monotonic()
            return skim(other, head), time.monotonic() - published, deployment.memory()

        # Until the room keeps as many frames as it ever does, and each of its threads has rendered large ones.
        before = max(publish()[2] for _ in range(24))
        deaf = stack.enter_context(ProtocolReader(deployment.url, slug))
        port = stops_reading(deaf)
        assert is_connected(deployment.url, port)
        received, grown, slowest = 0, 0, 0.0
        began, closed = time.monotonic(), 0.0
        while (received < 300_000_000 or not closed) and time.monotonic() < began + 900:
            size, seconds, memory = publish()
            received, slowest, grown = received + size, max(slowest, seconds), max(grown, memory - before)
            if not closed and not is_connected(deployment.url, port):
                closed = time.monotonic() - began
        print(
            f"{received / 1e6:.0f} MB in {time.monotonic() - began:.0f} s, grown by {grown / 1e6:.1f} MB, closed after"
            f" {closed:.0f} s; the other reader had 100 entries of 12 KB {slowest:.1f} s later at most"
        )
        assert received >= 300_000_000
        assert grown < 20_000_000, f"{grown / 1e6:.1f} MB"
        assert 0 < closed < 75
        with ProtocolReader.live(deployment.url, slug) as fresh:
            said = Visitor(deployment.url).publish(slug, "Still here")
            assert fresh.reaches(said, seconds=3).texts[0] == "Still here"
            fresh.agrees()
        assert "Traceback" not in deployment.log.read_text()
