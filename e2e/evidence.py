"""Evidence of a failed story, in one folder: see docs/qa.md for reading it.

The video is made of the pictures in the trace, so that no program has to be installed. Taking them, and the page around
each step, takes half as long again: the second try of a story that failed has them, or with VIDEO=1 the first. Whatever
cannot be had, since the browser or the server is what went wrong, is left out, and README.txt there says so.
"""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page

from e2e.deployment import ROOT, Deployment
from e2e.patience import HANGING
from e2e.people.person import Person

RESULTS = ROOT / "e2e" / "results"
STATE = """() => {
  const words = selector => (document.querySelector(selector)?.innerText ?? '').trim().replace(/\\s+/g, ' ')
  return {
    cursor: document.querySelector('#cursor')?.getAttribute('value') ?? 'none',
    state: document.querySelector('#heartbeat')?.dataset.state ?? 'none',
    words: words('output'),
    entries: document.querySelectorAll('[role=feed] .entry').length,
    newest: words('[role=feed] .entry .text'),
  }
}"""
LONGEST, LAST = 2.0, 1.0
"""Seconds for which a picture stands at most, however long nothing moved; and for which the last one does."""


def keep(folder: Path, people: list[Person], deployment: Deployment | None, log_began: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept, missing = list[str](), list[str]()

    def attempt(name: str, make: Callable[[Path], object]) -> None:
        try:
            make(folder / name)
        except (Error, OSError, AssertionError, ValueError, KeyError) as error:
            missing.append(f"{name}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
        else:
            kept.append(name)

    attempt("cursors.txt", lambda path: path.write_text(cursors(people, deployment)))
    for number, person in enumerate(people, 1):
        name = f"{number}-{re.sub(r'[^a-z0-9]+', '-', person.who.lower())}"
        for tab, page in enumerate(person.context.pages, 1):
            attempt(f"{name}-tab-{tab}.png", lambda path, page=page: page.screenshot(path=path, timeout=HANGING * 1000))  # type: ignore[misc]
            attempt(f"{name}-tab-{tab}.html", lambda path, page=page: path.write_text(page.content()))  # type: ignore[misc]
        attempt(f"{name}-console.txt", lambda path, who=person: path.write_text("\n".join(who.watch.console)))  # type: ignore[misc]
        attempt(f"{name}-network.txt", lambda path, who=person: path.write_text("\n".join(who.watch.network)))  # type: ignore[misc]
        attempt(f"{name}-trace.zip", lambda path, who=person: who.context.tracing.stop(path=path))  # type: ignore[misc]
        trace = folder / f"{name}-trace.zip"
        if trace.exists():
            for tab, frames in enumerate(pictures(trace), 1):
                attempt(f"{name}-tab-{tab}-video.webp", lambda path, frames=frames: film(path, frames))  # type: ignore[misc]
    if deployment:
        attempt("server.log", lambda path: path.write_bytes(deployment.log.read_bytes()[log_began:]))
    lines = [*kept, *(f"Missing: {each}" for each in missing)]
    (folder / "README.txt").write_text("How to read this: docs/qa.md.\n\n" + "\n".join(lines) + "\n")


def cursors(people: list[Person], deployment: Deployment | None) -> str:
    """Cursors of all pages, and the head of the server."""
    lines, slugs = list[str](), dict[str, None]()
    for person in people:
        for tab, page in enumerate(person.context.pages, 1):
            lines.append(f"{person.who}, tab {tab}, {page.url}: {_state(page)}")
            slugs |= dict.fromkeys(re.findall(r"/events/([\w-]+)/", page.url))
    for slug in slugs:
        lines.append(f"The server, {slug}: {_head(deployment, slug)}")
    return "\n".join(lines) + "\n"


def _state(page: Page) -> str:
    try:
        found = page.evaluate(STATE)
    except Error as error:
        return f"does not answer: {error.message.splitlines()[0]}"
    return "at {cursor}, {state} (“{words}”), {entries} entries, the first “{newest}”".format(**found)


def _head(deployment: Deployment | None, slug: str) -> str:
    if not deployment or not deployment.processes:
        return "not known"
    try:
        return deployment.shell(
            f"event = Event.objects.filter(slug={slug!r}).first()\n"
            "print(f'at {event.epoch}-{event.head}, {event.state}' if event else 'has no such event')"
        ).strip()
    except (AssertionError, OSError, ValueError) as error:
        return f"does not answer: {type(error).__name__}"


Frame = tuple[float, bytes]


def pictures(trace: Path) -> list[list[Frame]]:
    """The pictures in a trace, with their times in seconds, for each tab."""
    found: dict[str, list[Frame]] = defaultdict(list)
    with zipfile.ZipFile(trace) as archive:
        names = set(archive.namelist())
        for name in sorted(name for name in names if name.endswith(".trace")):
            for line in archive.read(name).splitlines():
                event = json.loads(line)
                picture = event.get("file") or f"resources/{event.get('sha1')}"
                if event["type"] == "screencast-frame" and picture in names:
                    found[event["pageId"]].append((event["timestamp"] / 1000, archive.read(picture)))
    return list(found.values())


def film(path: Path, frames: list[Frame]) -> None:
    """An animated picture, which every browser shows."""
    images = [Image.open(io.BytesIO(picture)).convert("RGB") for _, picture in frames]
    size = (max(image.width for image in images), max(image.height for image in images))
    images = [image if image.size == size else _on_ground(image, size) for image in images]
    times = [time for time, _ in frames]
    lasts = [min(after - time, LONGEST) for time, after in pairwise(times)] + [LAST]
    durations = [max(20, int(1000 * each)) for each in lasts]
    images[0].save(path, save_all=True, append_images=images[1:], duration=durations, quality=60, method=0)


def _on_ground(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    ground = Image.new("RGB", size)
    ground.paste(image)
    return ground
