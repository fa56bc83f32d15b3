"""Patience: seconds that this run waits for anything, and tests at a time. No other module here decides that.

What a test waits for is there soon or never. So each wait is a limit of *hanging*: far beyond what it takes on any
machine, and reached only when something went wrong. A short piece of work at the start of the run measures how slow
this machine is now, for all workers of the run; `SLOWNESS=3 make test` says so instead.

A number of seconds that the *product* means (a poll after 20 s, an end after two hours) is none of these: tests let the
clock of the server or of a browser go there (e2e/clock.py, `Person.lets_time_pass`).
"""

import os
import time
from hashlib import sha256
from pathlib import Path

REFERENCE = 0.55
"""Seconds that the piece of work takes on a machine on which all tests take six minutes."""
NAME = "SLOWNESS"
ON_A_CORE = 2
"""Tests at a time for each core: browsers and servers wait for each other now and then."""


def _work() -> None:
    """A bit of everything that tests are made of: digests, texts and small objects."""
    digest = b""
    for number in range(1_500_000):
        digest = sha256(digest + str(number).encode()).digest() if number % 4 == 0 else digest
        _ = {"number": number, "text": str(number), "first": digest[:4]}


def measured() -> float:
    """Factor by which this machine, with everything that runs on it, is slower than the reference; at least 1."""
    if said := os.environ.get(NAME):
        return max(1.0, float(said))
    began = time.monotonic()
    _work()
    slowness = max(1.0, (time.monotonic() - began) / REFERENCE) * ON_A_CORE
    os.environ[NAME] = f"{slowness:.2f}"  # for the workers of this run, and what they start
    return slowness


SLOWNESS = measured()
HANGING = min(60 * SLOWNESS, 240)
"""Seconds after which what has not happened will not: for any wait, request, start and end of a process."""


def cores() -> float:
    """Cores that this process may use, or the share of them that its control group has."""
    usable = float(len(os.sched_getaffinity(0)))
    for quota in _quotas():
        usable = min(usable, quota)
    return usable


def _quotas() -> list[float]:
    """Quotas as systemd (`CPUQuota=`), Docker and a CI set them, in control groups of either version."""
    found: list[float] = []
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            root, names = Path("/sys/fs/cgroup"), ["cpu.max"]
        elif "cpu" in controllers.split(","):
            root, names = Path("/sys/fs/cgroup/cpu"), ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
        else:
            continue
        here = root / path.lstrip("/")
        for folder in (here, *here.parents):
            if folder.is_relative_to(root):
                quota, *period = " ".join(_text(folder / name) for name in names).split() or ["max"]
                if quota.isdigit() and period:
                    found.append(int(quota) / int(period[0]))
    return found


def _memory() -> float:
    """GB that can be had."""
    for line in _text(Path("/proc/meminfo")).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 2**20
    return 2.0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def workers(at_most: int = 8) -> int:
    """Tests at a time, each with servers and perhaps a browser, which take a GB together."""
    return max(1, min(round(cores() * ON_A_CORE), int(_memory()), at_most))
