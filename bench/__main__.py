"""`python -m bench` measures everything and writes bench/RESULTS.md; `--quick` or `--only NAME` prints a part of it.

`--smoke` only checks that each part works, with 20 readers and on any cores. `make test` runs it.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import load, machine, plot, report
from bench.book import Book
from bench.measures import MEASURES
from bench.rounds import Bench, say
from bench.servers import OURS
from e2e.patience import HANGING

HERE = Path(__file__).parent
LONGEST = 1800.0
"""Seconds after which a part is broken off. On a machine worth measuring on, none takes as long."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 readers, 3 rounds, a few minutes; only printed")
    parser.add_argument("--smoke", action="store_true", help="20 readers, 1 round: does it work? Nothing is measured")
    parser.add_argument("--only", action="append", choices=MEASURES, help="one measurement, or some; only printed")
    parser.add_argument("--rounds", type=int, default=0, help="rounds where ratios are judged (5; with --quick 3)")
    options = parser.parse_args()

    if options.smoke:
        machine.pinned, load.Load.hasty = False, True
    elif options.only != ["big"]:  # that one measures only Commentary
        subprocess.run([str(HERE / "install-peers")], check=True)
    load.build()
    machine.prepare()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to stop."))  # so that the servers stop, too
    folder = Path(tempfile.mkdtemp(prefix="commentary-bench-"))
    rounds = options.rounds or (1 if options.smoke else 3 if options.quick else 5)
    bench = Bench(Book(), folder, rounds, options.quick, options.smoke)
    began = time.monotonic()
    busy = machine.busy_elsewhere()
    failed = measure(bench, options.only or list(MEASURES))
    failed += [each for each in bench.broken if bench.smoke or OURS in each]
    if failed:
        print_logs(folder)
    shutil.rmtree(folder, ignore_errors=True)
    text = report.write(bench.book, seconds=time.monotonic() - began, rounds=bench.rounds, busy=busy)
    drawn = plot.plot(bench.book)
    if bench.smoke:
        print("20 readers and one round: numbers of this run would mean nothing.")
    else:
        print(text)
    if not (options.quick or options.only or options.smoke):
        (HERE / "RESULTS.md").write_text(text)
        (HERE / "results.svg").write_text(drawn)
    for each in failed:
        print("Failed:", each)
    return 1 if failed else 0


def measure(bench: Bench, names: list[str]) -> list[str]:
    """Run these parts. Returns the failures; the others are still worth measuring, and the report names the failed."""
    failed: list[str] = []
    for name in names:
        say("Measuring", name)
        try:
            with limited(name, 8 * HANGING if bench.smoke else LONGEST):
                MEASURES[name](bench)
        except Exception as error:
            say(f"{name} failed: {error!r}")
            bench.book.remark("failed", f"{name}: {error!r}")
            failed.append(f"{name}: {error!r}")
    return failed


@contextmanager
def limited(name: str, seconds: float) -> Iterator[None]:
    """Break off the block after these seconds, whatever it waits for."""

    def break_off(*_: Any) -> None:
        raise TimeoutError(f"{name} takes longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, break_off)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def print_logs(folder: Path) -> None:
    """Print the end of each server's log."""
    for log in sorted(folder.rglob("*.log")):
        if text := log.read_text(errors="replace").strip():
            print(f"--- {log.relative_to(folder)}\n{text[-3000:]}")


if __name__ == "__main__":
    sys.exit(main())
