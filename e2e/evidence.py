"""Evidence of a failed story, in one folder: see docs/qa.md for reading it.

The video is made of the pictures in the trace, so that no program has to be installed. Taking them, and the page around
each step, takes half as long again: the second try of a story that failed has them, or with --video the first. Whatever
cannot be had, since the browser or the server is what went wrong, is left out, and README.txt there says so.
"""

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import pytest
from playwright.sync_api import Error, Page

from e2e.deployment import ROOT, Deployment
from e2e.films import film, pictures
from e2e.options import PICTURES, TRACES, VIDEOS
from e2e.patience import HANGING
from e2e.people.person import Person
from e2e.protocol.comparing import alike, unlike
from e2e.protocol.page import Page as Document

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
SIGN_OF_HTMX = ' data-htmx-powered="true"'
"""What htmx adds to the elements that it has seen."""
MANY = 40
"""Lines of a difference that tell enough."""


class Folder:
    """A folder of evidence, and what could not be had for it."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path, self.kept, self.missing = path, list[str](), list[str]()

    def attempt(self, name: str, make: Callable[[Path], object]) -> None:
        """Let `make` write the file of this name. What it cannot is noted."""
        try:
            make(self.path / name)
        except (Error, OSError, AssertionError, ValueError, KeyError) as error:
            self.missing.append(f"{name}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
        else:
            self.kept.append(name)

    def explain(self) -> None:
        """Write README.txt."""
        lines = [*self.kept, *(f"Missing: {each}" for each in self.missing)]
        (self.path / "README.txt").write_text("How to read this: docs/qa.md.\n\n" + "\n".join(lines) + "\n")


def keep(path: Path, people: list[Person], deployment: Deployment | None, log_began: int) -> None:
    """Write everything there is to know about a story that failed into this folder."""
    folder = Folder(path)
    folder.attempt("cursors.txt", lambda path: path.write_text(cursors(people, deployment)))
    for name, person in _named(people):
        _keep_pictures(folder, name, person)
        for tab, page in enumerate(person.context.pages, 1):
            folder.attempt(f"{name}-tab-{tab}.html", lambda path, page=page: path.write_text(page.content()))  # type: ignore[misc]
        for kind, lines in (("console", person.watch.console), ("network", person.watch.network)):
            folder.attempt(f"{name}-{kind}.txt", lambda path, lines=lines: path.write_text("\n".join(lines)))  # type: ignore[misc]
        _keep_trace(folder, name, person)
        _keep_videos(folder, name)
    if deployment:
        folder.attempt("server.log", lambda path: path.write_bytes(deployment.log.read_bytes()[log_began:]))
    folder.explain()


def keep_some(path: Path, people: list[Person], kinds: frozenset[str]) -> None:
    """Write what --screenshot, --tracing and --video ask for of a story that passed into this folder."""
    folder = Folder(path)
    for name, person in _named(people):
        if PICTURES in kinds:
            _keep_pictures(folder, name, person)
        if kinds & {TRACES, VIDEOS}:
            _keep_trace(folder, name, person)
        if VIDEOS in kinds:
            _keep_videos(folder, name)
        if TRACES not in kinds:
            (path / f"{name}-trace.zip").unlink(missing_ok=True)


def _named(people: list[Person]) -> Iterator[tuple[str, Person]]:
    """People with the beginnings of the names of their files: “1-anna”."""
    for number, person in enumerate(people, 1):
        yield f"{number}-{re.sub(r'[^a-z0-9]+', '-', person.who.lower())}", person


def _keep_pictures(folder: Folder, name: str, person: Person) -> None:
    for tab, page in enumerate(person.context.pages, 1):
        patient = partial(page.screenshot, timeout=HANGING * 1000)
        folder.attempt(f"{name}-tab-{tab}.png", lambda path, patient=patient: patient(path=path))  # type: ignore[misc]


def _keep_trace(folder: Folder, name: str, person: Person) -> None:
    folder.attempt(f"{name}-trace.zip", lambda path: person.context.tracing.stop(path=path))


def _keep_videos(folder: Folder, name: str) -> None:
    trace = folder.path / f"{name}-trace.zip"
    for tab, frames in enumerate(pictures(trace) if trace.exists() else [], 1):
        folder.attempt(f"{name}-tab-{tab}-video.webp", lambda path, frames=frames: film(path, frames))  # type: ignore[misc]


def attach(report: pytest.TestReport, item: pytest.Item, folder: Path) -> None:
    """Name the files of a folder in the report of its test: in JUnit's XML, and as links in pytest-html's page."""
    config = item.config
    html = config.getoption("htmlpath", None)
    plugin = config.pluginmanager.getplugin("html")
    extras = list(getattr(report, "extras", []))
    for path in sorted(folder.iterdir()):
        item.user_properties.append(("evidence", os.path.relpath(path, ROOT)))
        if html and plugin:
            link = quote(os.path.relpath(path, Path(html).resolve().parent))
            if path.suffix in {".png", ".webp"} and not config.getoption("self_contained_html"):
                extras.append(plugin.extras.image(link, name=path.name))
            else:
                extras.append(plugin.extras.url(link, name=path.name))
    vars(report)["extras"] = extras


def shortened(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without the inside of Playwright, which tells nothing about a story."""
    steps = []
    while traceback:
        steps.append(traceback)
        traceback = traceback.tb_next
    rest: TracebackType | None = None
    for step in reversed(steps):
        if f"{os.sep}playwright{os.sep}" not in step.tb_frame.f_code.co_filename:
            rest = TracebackType(rest, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return rest


def cursors(people: list[Person], deployment: Deployment | None) -> str:
    """Cursors of all pages, what each has unlike a fresh one, and the head of the server."""
    lines, slugs = list[str](), dict[str, None]()
    for person in people:
        for tab, page in enumerate(person.context.pages, 1):
            lines.append(f"{person.who}, tab {tab}, {page.url}: {_state(page)}")
            lines += [f"    {line}" for line in _unlike_a_fresh_page(page)]
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


def _unlike_a_fresh_page(page: Page) -> list[str]:
    """The first differences between the list of this page and that of the page as it is loaded now."""
    if not re.search(r"/events/[\w-]+/(\?|$)", page.url):
        return []
    try:
        fresh = page.context.request.get(page.url, timeout=HANGING * 1000).text()
        shown = page.content().replace(SIGN_OF_HTMX, "")
        different = unlike(*alike(Document(shown), Document(fresh)))
    except (Error, AssertionError, KeyError, ValueError) as error:
        return [f"could not be compared with a fresh page: {str(error).splitlines()[0]}"]
    return different[:MANY] or ["equal to a fresh page"]


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
