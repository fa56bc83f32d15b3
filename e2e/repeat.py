"""`make e2e-repeat TIMES=20`: all stories, again and again. A line for each run, and what failed in it.

A story that needs its second try has failed in here: one that fails once in twenty runs is a story that fails. What a
run with a failure printed and left is kept apart, since the next run begins with the same folders.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from e2e.deployment import ROOT
from e2e.evidence import RESULTS

FAILED = RESULTS.with_name("failed")


def run(story: str, workers: str, kept: Path) -> tuple[bool, list[str]]:
    """Tell the stories once; whether all went well, and the lines that say what did not and how it came out.

    What a run in which not all went well printed and left is in `kept` then.
    """
    shutil.rmtree(RESULTS, ignore_errors=True)
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist=worksteal", "-rR", "--tb=short"]
    done = subprocess.run(
        [*command, "--rerun-show-tracebacks", "e2e/stories", *(["-k", story] if story else [])],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stdout.splitlines() if re.match(r"(FAILED|ERROR|RERUN) |\d+ \w+.* in ", line)]
    well = done.returncode == 0 and not any(line.startswith("RERUN") for line in said)
    if not well:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "output.txt").write_text(done.stdout)
        shutil.move(RESULTS, kept)
    return well, said or done.stdout.splitlines()[-5:]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make e2e-repeat", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--story", default="", help="as in make e2e STORY=…")
    parser.add_argument("--workers", default="auto")
    options = parser.parse_args()
    shutil.rmtree(FAILED, ignore_errors=True)
    FAILED.mkdir()
    failed = 0
    for number in range(1, options.times + 1):
        began = time.monotonic()
        kept = FAILED / f"run-{number}"
        well, said = run(options.story, options.workers, kept)
        failed += not well
        print(f"run {number} of {options.times}: {said[-1]} ({time.monotonic() - began:.0f} s)", flush=True)
        for line in said[:-1]:
            print(f"    {line}", flush=True)
        if not well:
            print(f"    What it printed and left is in {kept.relative_to(ROOT)}/", flush=True)
    print(f"{options.times} runs, {failed} with a failure")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
