"""The number of readers, summed over all processes; and the heartbeat that tells it every 15 s."""

import re
from contextlib import ExitStack

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.servers import wait_until

RESUME = "#socket > #resume"
"""Part of a heartbeat that comes by the clock, and of no other heartbeat."""


def test_readers_of_all_processes_are_counted_on_the_home_page_and_in_the_next_heartbeats(
    two_processes: Deployment,
) -> None:
    slug = two_processes.event("counted", title="Who reads this?")
    first, second = two_processes.urls

    def counted() -> list[str]:
        card = re.search(rf'<a href="/events/{slug}/">.*?</li>', Visitor(second).get("/").text, re.DOTALL)
        assert card
        return re.findall(r"\d+ readers? now", card[0])

    assert counted() == ["0 readers now"]
    with ExitStack() as stack:
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in (first, first, second)]
        for reader in readers:
            reader.frames.clear()
        wait_until(lambda: counted() == ["3 readers now"], "the count on the home page")
        # The process that counted last told its readers of the sum.
        wait_until(lambda: any(map(heard, readers)), "the count on a page")
        for reader in readers:
            assert reader.frames or reader.receive(), "no second heartbeat"


def test_a_host_decides_at_once_whether_everybody_sees_how_many_read(two_processes: Deployment, new_slug: str) -> None:
    slug = two_processes.event(new_slug)
    change = f"Event.objects.get(slug={slug!r}).configure(show_readers={{}})"
    with ExitStack() as stack:
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in two_processes.urls]
        two_processes.shell(change.format(False))
        for reader in readers:
            reader.until(lambda page: page.heartbeat == ("live", ""), "a heartbeat without a number")
            assert RESUME not in reader.frames[-1], "it came with the next heartbeat, not at once"
            assert " now" not in reader.visitor.get("/").text.partition(f"/events/{slug}/")[2].partition("</li>")[0]
        two_processes.shell(change.format(True))
        for reader in readers:
            reader.until(lambda page: "reader" in page.heartbeat[1], "the number")
            assert RESUME not in reader.frames[-1], "it came with the next heartbeat, not at once"


def heard(reader: ProtocolReader) -> bool:
    while reader.receive(0):
        pass
    return reader.page.heartbeat == ("live", "3 readers")
