"""`python -m bench`: everything, into bench/RESULTS.md; `--quick` or `--only NAME`: a part of it, printed."""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import load, machine, report
from bench.book import Book
from bench.measures import MEASURES, Bench, say

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 readers, 3 rounds, a few minutes; only printed")
    parser.add_argument("--only", action="append", choices=MEASURES, help="one measurement, or some; only printed")
    parser.add_argument("--rounds", type=int, default=0, help="rounds where ratios are judged (5; with --quick 3)")
    options = parser.parse_args()

    subprocess.run([str(HERE / "install-peers")], check=True)
    load.build()
    machine.prepare()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to stop."))  # so that the servers stop, too
    folder = Path(tempfile.mkdtemp(prefix="commentary-bench-"))
    bench = Bench(Book(), folder, options.rounds or (3 if options.quick else 5), options.quick)
    began, failed = time.monotonic(), []
    busy = machine.busy_elsewhere()
    try:
        for name in options.only or MEASURES:
            say("Measuring", name)
            try:
                MEASURES[name](bench)
            except Exception as error:  # the others are still worth measuring; the report names this one
                say(f"{name} failed: {error!r}")
                bench.book.remark("failed", f"{name}: {error!r}")
                failed.append(name)
    finally:
        if failed:
            print(f"Logs of the servers are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    text = report.write(bench.book, seconds=time.monotonic() - began, rounds=bench.rounds, busy=busy)
    print(text)
    if not (options.quick or options.only):
        (HERE / "RESULTS.md").write_text(text)
        (HERE / "results.svg").write_text(report.plot(bench.book))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
