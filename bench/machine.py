"""Processes pinned to cores, the CPU and memory they take, and a description of this machine."""

import os
import platform
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "bench" / ".peers"
PYTHON = ROOT / ".venv" / "bin" / "python"
SERVER_CORE, CLIENT_CORE = 0, 1
pinned = True
"""Whether each side has a core of its own. Not in a smoke run."""


def prepare() -> None:
    """Allow files for 5,000 readers, here and in child processes, and move this process off the servers' core."""
    limit = 20_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(hard, limit) if os.geteuid() == 0 else hard))
    if not pinned:
        return
    cores = os.sched_getaffinity(0)
    if not {SERVER_CORE, CLIENT_CORE} <= cores:
        sys.exit(f"The measurements need the cores {SERVER_CORE} and {CLIENT_CORE}; this process may use {cores}.")
    os.sched_setaffinity(0, {CLIENT_CORE})


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run every process that the block starts on this core, with all its threads and children."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core} if pinned else before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    pids = [pid]
    for one in pids:
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                pids += [int(child) for child in Path(f"/proc/{one}/task/{task}/children").read_text().split()]
        except OSError:
            continue
    return pids


def _families(pids: tuple[int, ...]) -> set[int]:
    return {one for pid in pids for one in family(pid)}


def cpu_seconds(*pids: int) -> float:
    """Seconds of CPU that these processes and their children have taken.

    It is the kernel's clock of a process: what /proc/<pid>/stat says as utime + stime, but in nanoseconds, where
    that has ticks of 10 ms.
    """
    total = 0.0
    for pid in _families(pids):
        try:
            total += time.clock_gettime((~pid << 3) | 2)
        except OSError:
            continue
    return total


def ticked_cpu_seconds(pid: int) -> float:
    """Seconds of CPU of one process by /proc/<pid>/stat, for comparison."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_kb(*pids: int) -> int:
    """Resident memory in KB that is private or shared on purpose, without programs and libraries."""
    total = 0
    for pid in _families(pids):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        total += sum(int(value) for value in re.findall(r"Rss(?:Anon|Shmem):\s+(\d+)", status))
    return total


def versions() -> dict[str, str]:
    names = ("Django", "channels", "daphne", "autobahn", "Twisted", "channels-redis", "psycopg", "websockets")
    found = {"Python": platform.python_version()} | {name: version(name) for name in names}
    for name, command in {
        "Node": ["node", "--version"],
        "nginx": ["/usr/sbin/nginx", "-v"],
        "Redis": ["redis-server", "--version"],
        "PostgreSQL": ["psql", "--version"],
        "gcc": ["gcc", "--version"],
    }.items():
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            continue
        if number := re.search(r"\d+\.\d[\w.]*", done.stdout + done.stderr):
            found[name] = number[0]
    package = PEERS / "node_modules" / "ws" / "package.json"
    if package.exists() and (number := re.search(r'"version": "([^"]+)', package.read_text())):
        found["ws"] = number[1]
    nchan = PEERS / "nchan-version"
    found["nchan"] = nchan.read_text().strip() if nchan.exists() else "not installed"
    return found


def describe() -> str:
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    system = re.search(r'PRETTY_NAME="([^"]+)', Path("/etc/os-release").read_text())
    size = int(memory[1]) // 1024 // 1024 if memory else 0
    return (
        f"{os.cpu_count()} cores ({model[1].strip() if model else 'unknown'}), {size} GB, "
        f"{system[1] if system else 'Linux'}, kernel {platform.release()}"
    )


def busy_elsewhere() -> float:
    """Share of the cores that other programs take before anything is measured."""

    def jiffies() -> tuple[int, int]:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
        return sum(fields), fields[3] + fields[4]

    (all_before, idle_before) = jiffies()
    time.sleep(2)
    (all_after, idle_after) = jiffies()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)
