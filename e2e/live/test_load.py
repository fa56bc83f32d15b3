"""Many at once, and processes that die."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.protocol import ProtocolReader, Visitor, agree, inserted

READERS = 50


def test_fifty_readers_of_a_thousand_changes_in_a_burst_all_have_the_page_of_who_comes_after(
    deployment: Deployment, slug: str
) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(READERS + 1) as pool:
        urls = [deployment.urls[number % len(deployment.urls)] for number in range(READERS)]
        readers = [stack.enter_context(reader) for reader in pool.map(lambda url: ProtocolReader.live(url, slug), urls)]
        burst = pool.submit(
            deployment.shell,
            f"event = Event.objects.get(slug={slug!r})\n"
            "for number in range(250):\n"
            "    entry = event.publish('Ann', f'Entry {number}')\n"
            "    comment = entry.comment('Ben', f'Comment {number}')\n"
            "    entry.revise(f'Changed {number}')\n"
            "    entry.retract() if number % 5 == 0 else comment.retract()\n",
        )
        list(pool.map(lambda reader: reader.reaches(1000, seconds=60), readers))
        burst.result()
        assert min(len(reader.page.entries) for reader in readers) >= 50
        agree(readers)


def test_four_hundred_posts_forty_at_a_time_are_all_kept_and_numbered_without_gaps(
    one_process: Deployment,
) -> None:
    slug = one_process.event("crowded")
    visitors = [Visitor(one_process.url, f"Visitor {number}") for number in range(100)]

    def post(number: int) -> tuple[int, int]:
        visitor = visitors[number % len(visitors)]
        fields = {"name": visitor.name, "text": f"Post {number}"}
        answer = visitor.post(f"/events/{slug}/entries/", htmx=number % 2 == 0, **fields)
        return answer.status, answer.seq

    with ExitStack() as stack, ThreadPoolExecutor(40) as pool:
        readers = [stack.enter_context(ProtocolReader.live(one_process.url, slug)) for _ in range(5)]
        list(pool.map(Visitor.fetch_token, visitors))
        answers = list(pool.map(post, range(400)))
        assert [status for status, _ in answers] == [200, 303] * 200
        assert sorted(seq for _, seq in answers) == list(range(1, 401))
        for reader in readers:
            page = reader.reaches(400)
            assert sorted(page.texts) == sorted(f"Post {number}" for number in range(400))
            assert sorted(inserted(page)) == sorted(entry.id for entry in page.entries)
        agree(readers)


def test_a_process_that_is_stopped_says_goodbye_and_its_readers_miss_nothing(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    assert deployment.stop(0) == 0
    assert readers[0].is_closed() == 1012
    deployment.start(0)
    head = Visitor(deployment.url).publish(slug, "Back again")
    readers[0].connect()
    readers[0].resume()
    for reader in readers:
        assert reader.reaches(head).texts == ["Back again"]
        reader.agrees()


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


def test_readers_of_a_killed_process_miss_nothing_when_it_is_back(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    ann = Visitor(deployment.url)
    ann.publish(slug, "Before")
    entry = readers[0].reaches(ann.publish(slug, "Before, too")).entry("Before, too")
    deployment.kill(0)
    assert readers[0].is_closed() == 1006
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\n"
        "for number in range(10): event.publish('Ben', f'Meanwhile {number}')\n"
        f"Entry.objects.get(pk={entry.pk}).revise('Before as well')\n"
    )
    deployment.start(0)
    readers[0].connect()
    readers[0].resume()
    head = ann.publish(slug, "After")
    for reader in readers:
        expected = ["After", *(f"Meanwhile {number}" for number in range(9, -1, -1)), "Before as well", "Before"]
        assert reader.reaches(head).texts == expected
        assert sorted(inserted(reader.page)) == sorted(each.id for each in reader.page.entries)
        reader.agrees()
