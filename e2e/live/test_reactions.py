"""Reactions through real servers: many taps are few frames, and the last one is told whoever dies."""

import time
from concurrent.futures import ThreadPoolExecutor

from e2e.deployment import Deployment
from e2e.protocol import ProtocolReader, Visitor

VISITORS, TAPS = 100, 3


def numbers(frame: str) -> bool:
    return "-reactions" in frame


def test_a_burst_of_taps_is_two_frames_a_second_and_the_last_tap_is_told(
    two_processes: Deployment, new_slug: str
) -> None:
    slug = two_processes.event(new_slug, entries=1)
    readers = [ProtocolReader.live(url, slug) for url in two_processes.urls]
    entry = readers[0].page.entries[0]
    first = Visitor(two_processes.url)
    first.fetch_token()

    def taps(number: int) -> None:
        visitor = Visitor(two_processes.urls[number % 2])
        visitor.cookies, visitor.token = dict(first.cookies), first.token
        visitor.cookies.pop("commentary_visitor", None)
        for _ in range(TAPS):  # on, off, on
            answer = visitor.post(f"/events/{slug}/entries/{entry.pk}/react/", kind="like")
            assert answer.status == 200, answer.text

    before, start = readers[0].page.seq, time.monotonic()
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(taps, range(VISITORS)))
    took = time.monotonic() - start
    for reader in readers:
        reader.until(lambda page: f"Like, {VISITORS}" in page.element(f"{entry.id}-reactions").text, "the last tap")
        frames = sum(map(numbers, reader.frames))
        assert 2 <= frames <= 2 * took + 3
        assert reader.page.seq - before <= 2 * took + 3
        reader.agrees()
        reader.disconnect()
    print(f"{VISITORS * TAPS} taps in {took:.1f} s were {frames} frames")


def test_the_last_tap_is_told_though_the_process_that_took_it_is_killed(
    two_processes_again: Deployment, new_slug: str
) -> None:
    deployment = two_processes_again
    slug = deployment.event(new_slug, entries=1)
    with ProtocolReader.live(deployment.urls[1], slug) as reader:
        entry = reader.page.entries[0]
        for name in ("Ann", "Ben"):
            Visitor(deployment.urls[0], name).post(f"/events/{slug}/entries/{entry.pk}/react/", kind="love")
        deployment.kill(0)
        reader.until(lambda page: "Love, 2" in page.element(f"{entry.id}-reactions").text, "the last tap", 10)
