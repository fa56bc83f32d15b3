"""`make chaos`: is anything lost, duplicated or reordered while everything breaks?

Two processes behind nginx, on PostgreSQL and Redis; writers that insist on an answer; readers that come
back; and faults by a plan that follows from the seed. At the end every reader's document is compared with a
fresh page. Exits 1 when anything is lost, duplicated or reordered, or a page stays behind.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.cast import FLAGS, Cast, chromium
from e2e.chaos.faults import break_things
from e2e.chaos.ledger import Ledger
from e2e.chaos.plan import plan
from e2e.chaos.readers import Reader, leave, open_page
from e2e.chaos.report import Report
from e2e.chaos.verdict import Verdict, judge
from e2e.chaos.world import World, world
from e2e.chaos.writers import Writer
from e2e.patience import HANGING
from e2e.people.person import Person
from e2e.protocol.page import Page
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor

ENTRIES = 60
"""Entries from the beginning: more than a page shows, so that readers can ask for earlier ones."""

EXPECTED = ["htmx:error: (signal is aborted|Failed to fetch)", "WebSocket connection to '[^']+' failed"]
"""Messages of browsers about polls without an answer, and about a server that is away."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, choices=range(5, 601), metavar="5…600")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="a run with the same seed breaks the same")
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--browsers", type=int, default=3)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--rate", type=float, default=6, help="changes a second, all writers together")
    parser.add_argument("--plan", action="store_true", help="print what would break when, and break nothing")
    options = parser.parse_args(arguments)
    if options.plan:
        for track, faults in plan(options.seed, options.seconds).items():
            print(track, *faults, sep="\n")
        return 0
    print(
        f"seed {options.seed}: {options.seconds} s, {options.readers} readers, {options.browsers} browsers, "
        f"{options.writers} writers",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="commentary-chaos-") as folder, world(Path(folder)) as made:
        report = run(made, options)
    print(report)
    return 1 if report.broken else 0


def run(made: World, options: argparse.Namespace) -> Report:
    """Run a storm: everybody reads and writes while things break, then every page is compared with a fresh one."""
    slug, ledger = made.deployment.event("chaos", entries=ENTRIES), Ledger()
    with browsers(made, options.browsers) as people:
        readers = open_readers(made, options, slug, ledger)
        writers = open_writers(made, options, slug, ledger)
        open_browsers(people, slug)
        threads: list[Reader | Writer] = [*readers, *writers]
        for thread in threads:
            thread.start()

        report = Report(made.faults, ledger)
        report.complaints += break_things(made, plan(options.seed, options.seconds), options.seconds)
        made.heal()
        healed = time.monotonic()
        for each in writers:
            each.stopped.set()
        for each in writers:
            each.join()
        fresh = whole(made.url, slug)
        report.behind, report.last = wait_for_all(readers, people, fresh.seq, healed + HANGING)
        report.converged = time.monotonic() - healed
        report.states = Counter(each.heartbeat.state for each in readers)
        report.states += Counter(person.document().heartbeat[0] for person in people)
        leave(readers)
        compare(readers, fresh, report)
        for person in people:
            compare_browser(person, slug, report)
    check_the_books(made, ledger, report)
    return report


def open_readers(made: World, options: argparse.Namespace, slug: str, ledger: Ledger) -> list[Reader]:
    """Readers behind the bad networks; every other one asks for earlier entries at some time."""
    page, shared = open_page(Visitor(made.url), slug), dict[str, str]()

    def reader(number: int) -> Reader:
        pages_back_at = options.seconds * number / options.readers if number % 2 else 0
        url = made.proxies[number % len(made.proxies)].url
        return Reader(url, slug, number, ledger, shared, page=page, pages_back_at=pages_back_at)

    return [reader(number) for number in range(options.readers)]


def open_writers(made: World, options: argparse.Namespace, slug: str, ledger: Ledger) -> list[Writer]:
    """Writers, every other one of them behind a bad network."""

    def writer(number: int) -> Writer:
        url = made.proxies[number % len(made.proxies)].url if number % 2 else made.url
        return Writer(url, slug, number, options.seed, ledger, options.writers / options.rate)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(writer, range(options.writers)))


def open_browsers(people: list[Person], slug: str) -> None:
    """Open the event in each browser; the first one shows all entries."""
    for person in people:
        person.loses_the_network()
        person.is_refused(502)
        person.watch.allowed += EXPECTED
        person.opens(slug)
    for person in people[:1]:
        person.document_back_to(0)


def wait_for_all(
    readers: list[Reader], people: list[Person], seq: int, until: float
) -> tuple[dict[str, str], dict[str, str]]:
    """Wait until every page is at change `seq`.

    Returns the cursors, by name, of those who are not there in time, and of those who were the last to get there.
    """
    last: dict[str, str] = {}
    pause = threading.Event()
    while not pause.wait(0.05):
        places = {reader.name: reader.cursor for reader in readers}
        places |= {person.who: person.cursor.input_value() for person in people}
        behind = {who: cursor for who, cursor in places.items() if int(cursor.rpartition("-")[2]) != seq}
        if not behind or time.monotonic() > until:
            break
        last = behind
    return behind, last


def whole(url: str, slug: str) -> Page:
    """A fresh page with all that is there."""
    reader = ProtocolReader(url, slug)
    while reader.page.older:
        reader.take_older(reader.older_answer())
    return reader.page


def compare(readers: list[Reader], fresh: Page, report: Report) -> None:
    """Every reader's document with a fresh one; those that follow from the same frames are one."""
    expected = cache(fresh.normalised)
    verdicts: dict[tuple[str, ...], Verdict] = {}
    for reader in readers:
        if reader.history not in verdicts:
            page = reader.page()
            same = page.normalised(page.floor) == expected(page.floor)
            verdicts[reader.history] = Verdict() if same else judge(page, fresh)
        report.verdict.add(reader.name, verdicts[reader.history])
        report.verdict.reordered += [f"{reader.name} went back: {step}" for step in reader.backwards]


def compare_browser(person: Person, slug: str, report: Report) -> None:
    shown, tab = person.document(), person.tab()
    tab.goes_to(f"/events/{slug}/")
    report.verdict.add(person.who, judge(shown, tab.document_back_to(shown.floor)))
    report.complaints += [f"{person.who}: {trouble}" for trouble in person.watch.unexpected()]


def check_the_books(made: World, ledger: Ledger, report: Report) -> None:
    """Check that every acknowledged post is in the database, once."""
    rows = made.deployment.shell(
        "for model in (Entry, Comment):\n    for row in model.objects.exclude(name='Ann'): print(row.position)\n"
    ).split()
    positions = Counter(int(row) for row in rows)
    report.verdict.lost += [
        f"“{text}” is not in the database" for text, seq in ledger.submitted.items() if seq not in positions
    ]
    if len(positions) > len(ledger.submitted) + len(ledger.refused):
        report.verdict.duplicated.append(f"{len(positions)} posts in the database, {len(ledger.submitted)} were made")


@contextmanager
def browsers(made: World, number: int) -> Iterator[list[Person]]:
    if not number:
        yield []
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        cast = Cast(browser, made.folder)
        yield [cast.joins(f"Browser {each}", made.proxies[each % len(made.proxies)].url) for each in range(number)]
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
