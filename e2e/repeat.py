"""`make e2e-repeat TIMES=20`: all stories, again and again. A line for each run, and what failed in it.

A story that needs its second try has failed in here: one that fails once in twenty runs is a story that fails.
"""

import argparse
import re
import subprocess
import sys
import time

from e2e.deployment import ROOT


def run(story: str, workers: int) -> tuple[bool, list[str]]:
    """Tell the stories once; whether all went well, and the lines that say what did not and how it came out."""
    command = [sys.executable, "-m", "pytest", "-n", str(workers), "--dist=worksteal", "-rR", "--tb=short"]
    done = subprocess.run(
        [*command, "e2e/stories", *(["-k", story] if story else [])],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stdout.splitlines() if re.match(r"(FAILED|ERROR|RERUN) |\d+ \w+.* in ", line)]
    well = done.returncode == 0 and not any(line.startswith("RERUN") for line in said)
    return well, said or done.stdout.splitlines()[-5:]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make e2e-repeat", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--story", default="", help="as in make e2e STORY=…")
    parser.add_argument("--workers", type=int, default=3)
    options = parser.parse_args()
    failed = 0
    for number in range(1, options.times + 1):
        began = time.monotonic()
        well, said = run(options.story, options.workers)
        failed += not well
        print(f"run {number} of {options.times}: {said[-1]} ({time.monotonic() - began:.0f} s)", flush=True)
        for line in said[:-1]:
            print(f"    {line}", flush=True)
    print(f"{options.times} runs, {failed} with a failure")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
