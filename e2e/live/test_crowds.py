"""Many at once: readers of a burst, posters, and readers who all come back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack

import pytest

from e2e.deployment import Deployment
from e2e.patience import HANGING
from e2e.protocol.comparing import inserted
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.readers import Passenger, comes_back

READERS = 50
CROWD = 200

on_one_process = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
on_two_processes = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


@on_two_processes
def test_fifty_readers_of_four_hundred_changes_in_a_burst_all_have_the_page_of_who_comes_after(
    deployment: Deployment, slug: str
) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(READERS + 1) as pool:
        urls = [deployment.urls[number % len(deployment.urls)] for number in range(READERS)]
        readers = [stack.enter_context(reader) for reader in pool.map(lambda url: ProtocolReader.live(url, slug), urls)]
        burst = pool.submit(
            deployment.shell,
            f"event = Event.objects.get(slug={slug!r})\n"
            "for number in range(100):\n"
            "    entry = event.publish('Ann', f'Entry {number}')\n"
            "    comment = entry.comment('Ben', f'Comment {number}')\n"
            "    entry.revise(f'Changed {number}')\n"
            "    entry.retract() if number % 5 == 0 else comment.retract()\n",
        )
        list(pool.map(lambda reader: reader.reaches(400), readers))
        burst.result()
        assert min(len(reader.page.entries) for reader in readers) >= 25
        agree(readers)


@on_one_process
def test_a_page_from_before_the_first_of_five_hundred_entries_has_each_of_them_once_and_in_order(
    deployment: Deployment, slug: str
) -> None:
    with ProtocolReader(deployment.url, slug) as reader:
        assert reader.page.seq == 0
        deployment.shell(
            f"event = Event.objects.get(slug={slug!r})\n"
            "for number in range(1, 501): event.publish('Ann', f'Entry {number}')"
        )
        comes_back(reader)
        page = reader.reaches(500)
        assert page.texts == [f"Entry {number}" for number in range(500, 0, -1)]
        assert sorted(inserted(page)) == sorted(entry.id for entry in page.entries)
        reader.agrees()


def test_two_hundred_posts_forty_at_a_time_are_all_kept_and_numbered_without_gaps(
    one_process: Deployment,
) -> None:
    slug = one_process.event("crowded")
    visitors = [Visitor(one_process.url, f"Visitor {number}") for number in range(50)]

    def post(number: int) -> tuple[int, int]:
        visitor = visitors[number % len(visitors)]
        fields = {"name": visitor.name, "text": f"Post {number}"}
        answer = visitor.post(f"/events/{slug}/entries/", htmx=number % 2 == 0, **fields)
        return answer.status, answer.seq

    with ExitStack() as stack, ThreadPoolExecutor(40) as pool:
        readers = [stack.enter_context(ProtocolReader.live(one_process.url, slug)) for _ in range(5)]
        list(pool.map(Visitor.fetch_token, visitors))
        answers = list(pool.map(post, range(200)))
        assert [status for status, _ in answers] == [200, 303] * 100
        assert sorted(seq for _, seq in answers) == list(range(1, 201))
        for reader in readers:
            page = reader.reaches(200)
            assert sorted(page.texts) == sorted(f"Post {number}" for number in range(200))
            assert sorted(inserted(page)) == sorted(entry.id for entry in page.entries)
        agree(readers)


@on_two_processes
def test_a_hundred_and_fifty_publishers_forty_at_a_time_are_numbered_without_a_gap(deployment: Deployment) -> None:
    slug = deployment.event(f"publishers-{deployment.ports[0]}")
    visitors = [Visitor(deployment.urls[number % len(deployment.urls)], f"P{number}") for number in range(150)]
    with ExitStack() as stack, ThreadPoolExecutor(40) as pool:
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        list(pool.map(Visitor.fetch_token, visitors))
        seqs = list(pool.map(lambda visitor: visitor.publish(slug, f"By {visitor.name}"), visitors))
        assert sorted(seqs) == list(range(1, 151))
        for reader in readers:
            by_position = sorted(reader.reaches(150).entries, key=lambda entry: entry.position)
            assert [entry.text for entry in by_position] == [
                f"By {visitor.name}"
                for _, visitor in sorted(zip(seqs, visitors, strict=True), key=lambda each: each[0])
            ]
        agree(readers)


async def come_back_at_once(deployment: Deployment, slug: str, visitor: Visitor, crowd: list[Passenger]) -> None:
    async with AsyncExitStack() as stack:
        for reader in crowd:
            stack.push_async_callback(reader.leaves)
        await asyncio.gather(*(reader.enters(deployment.url) for reader in crowd))
        head = await asyncio.to_thread(visitor.publish, slug, "Before")
        await asyncio.gather(*(reader.reaches(head) for reader in crowd))
        deployment.kill()
        await asyncio.gather(*(reader.hears_the_end() for reader in crowd))
        await asyncio.to_thread(
            deployment.shell,
            f"event = Event.objects.get(slug={slug!r})\nfor number in range(100): event.publish('Ben', f'{{number}}')",
        )
        await asyncio.to_thread(deployment.start)

        def posts() -> int:
            return max(visitor.publish(slug, f"After {number}") for number in range(20))

        async def comes_back(reader: Passenger) -> None:
            await reader.enters(deployment.url)
            await reader.reaches(head + 120)

        async with asyncio.timeout(HANGING):
            last, *_ = await asyncio.gather(asyncio.to_thread(posts), *(comes_back(reader) for reader in crowd))
        assert last == head + 120


@pytest.mark.usefixtures("one_process_again")
def test_two_hundred_readers_of_a_killed_process_come_back_at_once_and_get_the_same_bytes(
    one_process: Deployment,
    new_slug: str,
) -> None:
    slug, visitor = one_process.event(new_slug), Visitor(one_process.url)
    visitor.fetch_token()
    page = ProtocolReader(one_process.url, slug)
    crowd = [Passenger(page) for _ in range(CROWD)]
    asyncio.run(come_back_at_once(one_process, slug, visitor, crowd))
    # The keys of the forms in a frame are new in each rendering: there was one for all.
    assert len({tuple(reader.frames) for reader in crowd}) == 1
    for frame in crowd[0].frames:
        page.page.swap(frame)
    page.agrees()
