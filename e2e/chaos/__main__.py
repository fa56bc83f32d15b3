"""`make chaos`: is anything lost, duplicated or reordered while everything breaks?

Two processes behind nginx, on PostgreSQL and Redis; writers that insist on an answer; readers that come
back; and faults by a schedule that follows from the seed. At the end every reader's document is compared
with a fresh page. Exits 1 when anything is lost, duplicated or reordered.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.chaos.people import Ledger, Reader, Writer
from e2e.chaos.world import World, world
from e2e.deployment import wait_until
from e2e.people import FLAGS, Cast, Person
from e2e.protocol import Page, ProtocolReader

CONVERGE_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, choices=range(5, 601), metavar="5…600")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--browsers", type=int, default=3)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--rate", type=float, default=6, help="changes a second, all writers together")
    options = parser.parse_args()
    print(
        f"seed {options.seed}: {options.seconds} s, {options.readers} readers, {options.browsers} browsers", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="commentary-chaos-") as folder, world(Path(folder)) as made:
        report = run(made, options)
    print(report)
    return 1 if report.broken else 0


@dataclass
class Report:
    faults: Counter[str]
    changes: int
    readers: int
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    staleness: list[float] = field(default_factory=list)
    converged: float = 0

    @property
    def broken(self) -> bool:
        return bool(self.lost or self.duplicated or self.reordered or self.complaints)

    def __str__(self) -> str:
        faults = ", ".join(f"{kind} {number}" for kind, number in sorted(self.faults.items()))
        worst, median = (max(self.staleness), statistics.median(self.staleness)) if self.staleness else (0, 0)
        lines = [
            f"changes acknowledged   {self.changes}",
            f"faults                 {sum(self.faults.values())}: {faults}",
            f"pages compared         {self.readers}",
            f"lost                   {len(self.lost)}",
            f"duplicated             {len(self.duplicated)}",
            f"reordered              {len(self.reordered)}",
            f"staleness              median {median * 1000:.0f} ms, worst {worst:.1f} s",
            f"converged              {self.converged:.1f} s after the last fault",
        ]
        details = [*self.lost, *self.duplicated, *self.reordered, *self.complaints]
        return "\n".join([*lines, *(f"  {detail}" for detail in details[:40])])


def run(made: World, options: argparse.Namespace) -> Report:
    slug, ledger = made.deployment.event("chaos", entries=10), Ledger()
    shared: dict[str, str] = {}
    readers = [
        Reader(made.proxies[number % len(made.proxies)].url, slug, options.seed + number, ledger, shared)
        for number in range(options.readers)
    ]
    pause = options.writers / options.rate
    writers = [
        Writer(made.url, slug, f"Writer {number}", options.seed + number, ledger, pause)
        for number in range(options.writers)
    ]
    with browsers(made, options.browsers) as people:
        for person in people:
            person.loses_the_network()
            person.is_refused(502)
            person.opens(slug)
        threads: list[Reader | Writer] = [*readers, *writers]
        for thread in threads:
            thread.start()
        made.break_things(options.seed, time.monotonic() + options.seconds, threading.Event())
        made.heal()
        healed = time.monotonic()
        for writer in writers:
            writer.stopped.set()
            writer.join()

        report = Report(made.faults, len(ledger.acknowledged), len(readers) + len(people))
        fresh = whole(made.url, slug)
        try:
            wait_until(lambda: all(reader.seq == fresh.seq for reader in readers), "the last change", CONVERGE_SECONDS)
        except AssertionError:
            report.lost += [
                f"{reader.name} stays at {reader.seq} of {fresh.seq}" for reader in readers if reader.seq != fresh.seq
            ]
        report.converged = time.monotonic() - healed
        for person in people:
            try:
                person.reads_what_a_fresh_page_says(within=CONVERGE_SECONDS * 1000)
            except AssertionError as error:
                report.lost.append(f"{person.who}: {error}")
            report.complaints += [f"{person.who}: {trouble}" for trouble in person.watch.unexpected()]
    for reader in readers:
        reader.stopped.set()
    for reader in readers:
        reader.join()
    compare(readers, fresh, report)
    check_the_books(made, ledger, report)
    report.staleness = ledger.staleness
    return report


def whole(url: str, slug: str) -> Page:
    """A fresh page with all that is there."""
    reader = ProtocolReader(url, slug)
    while reader.page.older:
        reader.take_older(reader.older_answer())
    return reader.page


def compare(readers: list[Reader], fresh: Page, report: Report) -> None:
    """Every reader's document with a fresh one, entry by entry."""
    expected = {entry.id: entry for entry in fresh.entries}
    for reader in readers:
        page = reader.page()
        shown = page.view()
        found = {entry.id: entry for entry in shown.entries}
        wrong = [
            identity for identity in expected.keys() | found.keys() if expected.get(identity) != found.get(identity)
        ]
        report.lost += [f"{reader.name} has {found.get(identity)} for {expected.get(identity)}" for identity in wrong]
        report.duplicated += [f"{reader.name} has #{identity} twice" for identity in shown.duplicate_ids]
        order = [entry.position for entry in shown.entries]
        if order != sorted(order, reverse=True):
            report.reordered.append(f"{reader.name} shows {order}")
        if reader.backwards:
            report.reordered.append(f"{reader.name} went back {reader.backwards} times")


def check_the_books(made: World, ledger: Ledger, report: Report) -> None:
    """What was acknowledged is in the database, once."""
    rows = made.deployment.shell(
        "for model in (Entry, Comment):\n    for row in model.objects.exclude(name='Ann'): print(row.position)\n"
    ).split()
    positions = Counter(int(row) for row in rows)
    report.lost += [
        f"“{text}” is not in the database" for text, seq in ledger.submitted.items() if seq not in positions
    ]
    if len(positions) > len(ledger.submitted) + len(ledger.refused):
        report.duplicated.append(f"{len(positions)} posts in the database, {len(ledger.submitted)} were made")
    report.complaints += ledger.refused


@contextmanager
def browsers(made: World, number: int) -> Iterator[list[Person]]:
    if not number:
        yield []
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        cast = Cast(browser, made.folder)
        yield [cast.joins(f"Browser {each}", made.proxies[each % len(made.proxies)].url) for each in range(number)]
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
