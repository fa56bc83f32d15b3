"""A server and a browser for pictures of `/design/`: one source tree, one theme.

The time stands still, and ids are those of the gallery's samples. What is left to differ is templates and styles.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from playwright.sync_api import Browser, Page

from e2e.deployment import ROOT, Deployment

PHONE, DESKTOP, VIEW, TALLEST = 390, 1280, 800, 3000
"""Widths, the height of the window, and the height up to which a page is in its picture."""
SCHEMES = ("light", "dark")
IN_EVERY_STATE = ("partials/entry/entry.html", "event/event.html", "desk/desk.html")
"""Templates of which each state has a picture, in our own look and as wide as a phone."""

LIST = """
import json
from base64 import b64decode
from feeds import gallery
from feeds.gallery.fullest import fullest
found = [(name, fullest(name)) for name in gallery.templates()]
print(json.dumps([(name, state.slug, [each.slug for each in gallery.states_of(name)] if name in {whole} else [])
    for name, state in found if "http-equiv" not in state.render()]))
"""
"""Code that lists templates with their fullest state, and all states of some. What leads elsewhere has no picture."""
SHOWN = """() => {
  for (const each of document.querySelectorAll("*"))
    if (getComputedStyle(each).contentVisibility === "auto") each.style.contentVisibility = "visible";
}"""
"""Script that shows what browsers leave out while it is not in view."""


@dataclass(frozen=True)
class Sight:
    """A state of a template at one width, in both schemes."""

    template: str
    state: str
    width: int

    @property
    def address(self) -> str:
        return f"/design/{self.template}/{self.state}/"

    def name(self, scheme: str) -> str:
        """The name of its picture."""
        template = self.template.removeprefix("partials/").removesuffix(".html").replace("/", "-")
        kind = "partial" if self.template.startswith("partials/") else "page"
        return f"{kind}-{template}--{self.state}-{self.width}-{scheme}.png"

    def __str__(self) -> str:
        return f"{self.template} “{self.state}” at {self.width}"


OF_ALL_LETTERS = Sight("partials/entry/entries.html", "all-that-can-differ", PHONE)
"""A sight with every kind of letters. Chromium knows the height of some only after it has drawn them: this is first."""


class Studio:
    """Photographs sights of one source tree, in one theme ("": our own look)."""

    def __init__(self, page: Page, deployment: Deployment, theme: str) -> None:
        self._page, self._deployment, self.theme = page, deployment, theme
        self._devtools = page.context.new_cdp_session(page)

    @cached_property
    def sights(self) -> list[Sight]:
        """All that has a picture: the fullest state of each template, at both widths if it is a page; and more states
        of the most important ones."""
        code = LIST.format(whole=() if self.theme else IN_EVERY_STATE)
        found: list[Sight] = []
        for template, fullest, others in json.loads(self._deployment.shell(code)):
            widths = (PHONE,) if template.startswith("partials/") else (PHONE, DESKTOP)
            found += [Sight(template, fullest, width) for width in widths]
            found += [Sight(template, state, PHONE) for state in others if state != fullest]
        return found

    def photographs(self, sight: Sight) -> dict[str, bytes]:
        """Its pictures by their names; none if the gallery does not have it."""
        self._page.set_viewport_size({"width": sight.width, "height": VIEW})
        answer = self._page.goto(sight.address)
        if not answer or answer.status == 404:
            return {}
        assert answer.ok, f"{sight}: {answer.status} {answer.text()[:500]}"
        self._page.evaluate(SHOWN)
        return {sight.name(scheme): self._photograph(sight.width, scheme) for scheme in SCHEMES}

    def forget_sheets(self) -> None:
        """Empties the browser's cache, so that it asks for style sheets again."""
        self._devtools.send("Network.clearBrowserCache")

    def _photograph(self, width: int, scheme: str) -> bytes:
        self._page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self._page.evaluate("document.getAnimations().forEach(each => each.finish())")  # colours pass into each other
        bottom = self._page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)")
        clip = {"x": 0, "y": 0, "width": width, "height": min(TALLEST, max(40, bottom)), "scale": 1}
        # Playwright's own way makes the window as high as the page and back, and then lines are broken in other places.
        how = {"clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": True}
        return b64decode(self._devtools.send("Page.captureScreenshot", how)["data"])


@contextmanager
def studio(browser: Browser, folder: Path, theme: str, root: Path = ROOT) -> Iterator[Studio]:
    """A studio with a new server of the sources in `root`, whose files are in `folder`.

    In DEBUG everybody sees the gallery, so it needs no account, and style sheets are read at each request.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deployment = Deployment(folder, DEBUG="1", THEME_DIR=str(root / "themes" / theme) if theme else "")
    deployment.root = root
    deployment.clock.stops("2026-07-04 18:30 UTC")
    if root == ROOT:
        deployment.prepare()
    else:
        deployment.manage("migrate", "--verbosity", "0")
    try:
        deployment.start_all()
        page = browser.new_page(base_url=deployment.url, locale="en-GB", reduced_motion="reduce")
        made = Studio(page, deployment, theme)
        made.photographs(OF_ALL_LETTERS)
        yield made
        page.context.close()
    finally:
        deployment.end_all()


def themes(root: Path = ROOT) -> list[str]:
    """Our own look, "", and each theme in themes/."""
    return ["", *sorted(folder.name for folder in (root / "themes").iterdir() if folder.is_dir())]
