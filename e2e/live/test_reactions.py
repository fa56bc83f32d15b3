"""Reactions and votes through real servers: many taps make few frames, and the last is told whichever process dies."""

from typing import Any

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.taps import tap

VISITORS, TAPS = 100, 3


def numbers(frame: str) -> bool:
    return "> .reactions" in frame


def test_a_burst_of_taps_is_two_frames_a_second_and_the_last_tap_is_told(
    two_processes: Deployment, new_slug: str
) -> None:
    slug = two_processes.event(new_slug, entries=1)
    readers = [ProtocolReader.live(url, slug) for url in two_processes.urls]
    entry, before = readers[0].page.entries[0], readers[0].page.seq
    burst = tap(two_processes.urls, entry, slug, visitors=VISITORS, taps=TAPS, rate=200)  # on, off, on
    assert burst.answers == {200: VISITORS * TAPS}
    for reader in readers:
        reader.until(lambda page: f"Like, {VISITORS}" in page.element(entry.id).text, "the last tap")
        frames = sum(map(numbers, reader.frames))
        assert 2 <= frames <= 2 * burst.seconds + 3
        assert reader.page.seq - before <= 2 * burst.seconds + 3
        reader.agrees()
        reader.disconnect()
    print(f"{VISITORS * TAPS} taps in {burst.seconds:.1f} s were {frames} frames")


def test_the_last_tap_is_told_though_the_process_that_took_it_is_killed(
    two_processes_again: Deployment, new_slug: str
) -> None:
    deployment = two_processes_again
    slug = deployment.event(new_slug, entries=1)
    with ProtocolReader.live(deployment.urls[1], slug) as reader:
        entry = reader.page.entries[0]
        love: dict[str, Any] = {f"love-{entry.pk}": ""}
        for name in ("Ann", "Ben"):
            Visitor(deployment.urls[0], name).post(f"/events/{slug}/react/", **love)
        deployment.kill(0)
        reader.until(lambda page: "Love, 2" in page.element(entry.id).text, "the last tap")


def test_every_vote_of_a_crowd_is_counted_once_though_a_process_is_killed(
    two_processes_again: Deployment, new_slug: str
) -> None:
    deployment = two_processes_again
    slug = deployment.event(new_slug)
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\n"
        "card = dict(kind='poll', options=['Rovers', 'City'], several=False, results='closed')\n"
        "event.publish('Olga', 'Who scores next?', user=event.owner, card=card).card.close()\n"
        "Entry.objects.get(event=event).card.reopen()"
    )
    with ProtocolReader.live(deployment.urls[1], slug) as reader:
        entry, before = reader.page.entries[0], reader.page.seq
        vote: dict[str, Any] = {f"vote-{entry.pk}-1": ""}
        burst = tap(
            deployment.urls, entry, slug, visitors=VISITORS, taps=TAPS, rate=200, button=next(iter(vote))
        )  # on, off, on
        assert burst.answers == {200: VISITORS * TAPS}
        Visitor(deployment.urls[0], "Ann").post(f"/events/{slug}/react/", **vote)
        deployment.kill(0)
        reader.until(lambda page: f"{VISITORS + 1} votes" in page.element(entry.id).text, "the last vote")
        assert reader.page.seq - before <= 2 * burst.seconds + 5
        reader.agrees()
