"""Hundreds of changes drawn at random, and pages that follow them in every way there is."""

from contextlib import ExitStack

import pytest

from e2e.deployment import Deployment
from e2e.protocol.comparing import Thread
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor

PLAY = """
from random import Random
from feeds.tests.timeline import histories
# Pages stay connected and where they are: the event goes on at its address, and nobody who reads is banned.
histories.SETTINGS.update(dict.fromkeys(["address", "started", "live", "ended"], histories.SETTINGS["title"]))
event = Event.objects.get(slug={slug!r})
event.configure(blocked_words=histories.BLOCKED)
history, chance = histories.History(event, event.owner), Random({seed})
for entry in event.entries.order_by("-position")[:4]:
    for number in range(14):
        entry.comment("Ben", f"Remark {{number}}")

def play(times):
    history.play(times, chance, without=["ends", "archives", "keeps_time"])
    print(history.event.head)
"""


def opens_earlier_comments(reader: ProtocolReader) -> None:
    """Open earlier comments on every other entry with more than the page shows."""
    for entry in reader.page.headed[::2]:
        if Thread(reader.page, entry).link:
            reader.opens_comments(entry)


@pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
def test_whatever_changes_pages_that_are_live_reconnect_or_poll_are_what_a_fresh_page_is(
    deployment: Deployment, new_slug: str
) -> None:
    slug = deployment.event(new_slug, entries=80)
    deployment.shell(PLAY.format(seed=11, slug=slug))
    deployment.shell("play(40)")
    with ExitStack() as stack:
        live = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        deep, returning = (stack.enter_context(ProtocolReader.live(deployment.url, slug)) for _ in range(2))
        deep.take_older(deep.older_answer())
        curious, asking = (
            stack.enter_context(ProtocolReader.live(deployment.url, slug)),
            ProtocolReader(deployment.url, slug),
        )
        polling, stale = ProtocolReader(deployment.url, slug), ProtocolReader(deployment.url, slug)
        long_threads = set[str]()
        for turn in range(3):
            if turn == 0:
                returning.disconnect()
            for reader in (curious, asking):
                opens_earlier_comments(reader)
                long_threads |= {*reader.page.headed}
            head = int(deployment.shell("play(45)"))
            for reader in (polling, asking):
                while reader.page.seq < head:
                    reader.page.swap(reader.poll())
            if turn == 2:
                returning.connect()
                returning.resume()
                returning.reaches(head)
            readers = [*live, deep, polling, *([returning] if turn == 2 else [])]
            for reader in (*live, deep, curious):
                reader.reaches(head)
            agree(readers)
            for reader in (curious, asking):
                reader.agrees()
        assert long_threads, "no entry ever had more comments than pages show"
        while stale.page.seq < head:
            stale.page.swap(stale.poll())
        agree([*live, deep, stale])


@pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)
def test_pages_in_each_order_and_view_that_are_live_reconnect_or_poll_are_what_a_fresh_page_is(
    deployment: Deployment, new_slug: str
) -> None:
    slug = deployment.event(new_slug, entries=60)
    deployment.shell(PLAY.format(seed=3, slug=slug))
    deployment.shell("play(40)")
    queries = [f"order={order}&view={view}" for order in ("newest", "oldest") for view in ("all", "moments", "hosts")]
    with ExitStack() as stack:
        live, returning, polling = [], [], []
        for number, query in enumerate(queries):
            url = deployment.urls[number % len(deployment.urls)]
            live.append(stack.enter_context(ProtocolReader.live(url, slug, query=query)))
            returning.append(stack.enter_context(ProtocolReader.live(url, slug, query=query)))
            polling.append(ProtocolReader(url, slug, query=query))
        deep = stack.enter_context(ProtocolReader.live(deployment.url, slug, query="order=oldest"))
        deep.take_older(deep.older_answer())
        assert not deep.page.older
        for reader in returning:
            reader.disconnect()
        for turn in range(3):
            head = int(deployment.shell("play(30)"))
            for reader in polling:
                reader.page.swap(reader.poll())
            if turn == 1:
                for reader in returning:
                    reader.connect()
                    reader.resume()
            here = [*live, deep, *(returning if turn >= 1 else [])]
            for reader in here:
                reader.reaches(head)
            for query in queries[:3]:  # those with the newest entries first, which can be compared with one page
                agree([reader for reader in (*here, *polling) if reader.query == query])
            for reader in (*here, *polling):
                if reader.page.is_oldest_first:
                    reader.agrees()
        shown = {query: reader.page.texts for query, reader in zip(queries, live, strict=True)}
        assert len({tuple(texts) for texts in shown.values()}) == len(queries)


def test_the_page_of_one_entry_follows_that_entry_and_those_around_it(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    ann.publish(slug, "Another")
    ann.publish(slug, "Gaol")
    another, entry = reversed(ProtocolReader(deployment.url, slug).page.entries)
    with ProtocolReader.live(deployment.urls[-1], slug, entry=entry) as reader:
        ann.edit(slug, entry, "Goal")
        ann.comment(slug, entry, "Whose?")
        ann.edit(slug, another, "Before it")
        reader.reaches(ann.publish(slug, "Not this"))
        assert reader.page.texts == ["Goal", "Before it"]
        assert [comment.text for comment in reader.page.entry("Goal").comments] == ["Whose?"]
        for each, left in ((entry, ["Before it"]), (another, ["Goal"])):
            deployment.shell(f"Entry.objects.get(pk={each.pk}).retract()")
            reader.reaches(reader.page.seq + 1)
            assert reader.page.texts == left
            deployment.shell(f"Entry.objects.get(pk={each.pk}).restore()")
            reader.until(lambda page: page.texts == ["Goal", "Before it"], "its return")
        reader.reaches(ann.remove(slug, entry))
        assert reader.page.texts == ["Before it"]
