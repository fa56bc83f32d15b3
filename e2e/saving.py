"""Costs of a saved file until five open pages show it: `python -m e2e.saving`. Figures are in docs/designers.md."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from e2e.cast import FLAGS, chromium
from e2e.deployment import ROOT, Deployment

SAVED = {
    "partials/entry/entry.html": ('class="entry"', 'class="entry n{}"'),
    "partials/post/by.html": ('<bdi class="', '<bdi class="n{} '),
    "partials/event/about.html": ('<p class="', '<p class="n{} '),
    "event/event.html": ("{% block ways %}", '{{% block ways %}}<i class="n{}">·</i>'),
    "theme.css": ("", "body {{ --n: {}; }}"),
}
"""Files to save, and what is replaced in ours; in the style sheet all."""
TIMES, PAUSE, AT_MOST = 4, 5.0, 30.0
"""Saves of each file, the seconds after each for the checks that follow, and those that pages may take."""
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Prints the medians: seconds until all pages show it, and CPU seconds of the server and of the browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        theme = Path(folder, "theme")
        server = Deployment(Path(folder), WATCH_TEMPLATES="1", THEME_DIR=str(theme))
        (theme / "templates").mkdir(parents=True)
        server.prepare()
        server.start_all()
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            pages = _pages(browser, f"{server.url}/events/{server.event('saved', entries=50)}/")
            print(f"{'saved':28} {'seconds':>8} {'server':>8} {'browser':>8}   load {os.getloadavg()[0]:.1f}")
            for name in SAVED:
                figures = [_cost(theme, name, pages) for _ in range(TIMES)]
                print(f"{name:28} " + " ".join(f"{median(each):8.2f}" for each in zip(*figures, strict=True)))
        finally:
            server.end_all()


def _pages(browser: Browser, event: str) -> list[Page]:
    pages = [browser.new_context().new_page() for _ in range(5)]
    for page in pages:
        page.goto(event)
    time.sleep(PAUSE)
    return pages


def _cost(theme: Path, name: str, pages: list[Page]) -> tuple[float, float, float]:
    """Seconds, CPU seconds of the server and CPU seconds of the browser until all pages show a save."""
    number = time.monotonic_ns()
    began, before = time.monotonic(), _cpu()
    _save(theme, name, number)
    shown = f"!!document.querySelector('.n{number}')"
    if name.endswith(".css"):
        shown = f"getComputedStyle(document.body).getPropertyValue('--n').trim() == '{number}'"
    while not all(page.evaluate(shown) for page in pages):
        assert time.monotonic() < began + AT_MOST, f"{name} is on no page"
        time.sleep(0.02)
    seconds, after = time.monotonic() - began, _cpu()
    time.sleep(PAUSE)
    return (seconds, *(after[program] - before[program] for program in ("manage.py", "chrom")))  # type: ignore[return-value]


def _save(theme: Path, name: str, number: int) -> None:
    old, new = SAVED[name]
    if name.endswith(".css"):
        (theme / name).write_text(new.format(number))
        return
    text, path = (ROOT / "templates" / name).read_text(), theme / "templates" / name
    assert old in text, name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(old, new.format(number), 1))


def _cpu() -> dict[str, float]:
    """CPU seconds of this process's descendants so far, by the program."""
    found = {"manage.py": 0.0, "chrom": 0.0}
    for command, ticks in _descendants():
        for program in found:
            found[program] += ticks / TICKS if program in command else 0
    return found


def _descendants() -> Iterator[tuple[str, int]]:
    """Command line and clock ticks of all processes below this one."""
    stats: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        stats[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {pid for pid, (parent, _) in stats.items() if parent in ours} - ours:
        ours |= more
    for pid in ours - {os.getpid()}:
        yield Path(f"/proc/{pid}/cmdline").read_text(errors="replace")[:400], stats[pid][1]


if __name__ == "__main__":
    main()
