"""`make mutants COUNT=300 SEED=7`: the share of a sample of faults that the fast tests notice, and the others."""

import argparse
import difflib
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from coverage import CoverageData

from e2e import patience
from e2e.deployment import ROOT
from e2e.mutants.faults import Fault, sample
from e2e.mutants.reach import measure, tests_of

ROOMS = ("feeds/models", "feeds/timeline", "feeds/access", "feeds/forms")
COPIES = ROOT / "var" / "mutants"
TESTS = ["-m", "pytest", "-x", "-p", "no:xdist", "--tb=no", "@var/tests.txt"]
MIGRATIONS = ["manage.py", "makemigrations", "--check", "--dry-run"]
SECONDS = 120 * patience.SLOWNESS
"""A limit of hanging: a fault that makes a loop endless is noticed as well."""


def copied(folder: Path) -> Path:
    """Copy what git knows of, as it is now, into `folder`: no fault ever stands in the tree that people edit."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, known.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def is_noticed(fault: Fault, folder: Path, noted: CoverageData, reference: Path) -> bool:
    """Whether a test fails, or Django asks for a migration, with this fault in the copy `folder`."""
    module = folder / fault.path
    honest = module.read_text()
    tests = tests_of(noted, reference, fault.path, fault.line)
    (folder / "var").mkdir(exist_ok=True)
    (folder / "var" / "tests.txt").write_text("\n".join(tests))
    module.write_text(fault.text)
    try:
        checks = [TESTS] if tests else []
        if fault.path.startswith("feeds/models/"):
            checks.append(MIGRATIONS)
        return not all(_is_well(check, folder) for check in checks)
    finally:
        module.write_text(honest)


def _is_well(arguments: list[str], folder: Path) -> bool:
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(SECONDS) == 0
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False


def difference(fault: Fault) -> str:
    """The lines that a fault takes away and puts in."""
    honest = (ROOT / fault.path).read_text().splitlines()
    lines = difflib.unified_diff(honest, fault.text.splitlines(), n=0, lineterm="")
    return "\n".join(f"    {line}" for line in list(lines)[3:])


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="faults, at most 2,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="modules whose path has this in it")
    options = parser.parse_args()
    modules = [str(file.relative_to(ROOT)) for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    faults = sample(ROOT, [path for path in modules if options.only in path], min(options.count, 2000), options.seed)
    shutil.rmtree(COPIES, ignore_errors=True)
    folders: SimpleQueue[Path] = SimpleQueue()
    at_a_time = max(1, int(patience.cores()))
    for number in range(at_a_time):
        folders.put(copied(COPIES / str(number)))
    reference = COPIES / "0"
    noted = measure(reference, list(ROOMS), ROOT / "var")

    def tried(fault: Fault) -> bool:
        folder = folders.get()
        try:
            noticed = is_noticed(fault, folder, noted, reference)
        finally:
            folders.put(folder)
        if not noticed:
            print(f"survived: {fault}\n{difference(fault)}", flush=True)
        return noticed

    with ThreadPoolExecutor(at_a_time) as pool:
        results = list(pool.map(tried, faults))
    _tell(faults, results)
    return 0


def _tell(faults: list[Fault], results: list[bool]) -> None:
    tried, noticed = Counter[str](), Counter[str]()
    for fault, was_noticed in zip(faults, results, strict=True):
        for room in (*ROOMS, "all"):
            if room == "all" or fault.path.startswith(room):
                tried[room] += 1
                noticed[room] += was_noticed
    for room, count in tried.items():
        print(f"{room}: {noticed[room]} of {count} faults noticed, {100 * noticed[room] / count:.0f} %")


if __name__ == "__main__":
    sys.exit(main())
