"""A client who lets 300 MB wait."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

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


class Published(NamedTuple):
    """A hundred large entries, and their cost."""

    size: int
    """Bytes that a reader got."""
    seconds: float
    memory: int
    """Bytes of the server."""


class Publisher:
    """Publishes large entries while another reader follows."""

    def __init__(self, deployment: Deployment, slug: str, reader: ProtocolReader) -> None:
        self.deployment, self.slug, self.reader = deployment, slug, reader
        self.head = 0

    def publish(self) -> Published:
        publish_many(self.deployment, self.slug, 100, LARGE)
        self.head += 100
        published = time.monotonic()
        return Published(skim(self.reader, self.head), time.monotonic() - published, self.deployment.memory())


def test_a_client_who_never_reads_300_megabytes_costs_little_and_is_sent_away(tmp_path: Path) -> None:
    with ExitStack() as stack:
        deployment = Deployment(tmp_path, REDIS_URL=stack.enter_context(redis(tmp_path)))
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        other = stack.enter_context(ProtocolReader(deployment.url, slug))
        comes_back(other)
        publisher = Publisher(deployment, slug, other)

        # Until the room keeps as many frames as it ever does, and each of its threads has rendered large ones.
        before = max(publisher.publish().memory for _ in range(24))
        port = stops_reading(stack.enter_context(ProtocolReader(deployment.url, slug)))
        assert is_connected(deployment.url, port)
        received, grown, slowest = 0, 0, 0.0
        began, closed = time.monotonic(), 0.0
        while (received < 300_000_000 or not closed) and time.monotonic() < began + 900:
            size, seconds, memory = publisher.publish()
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
