"""The people of one story, each in a browser context of their own, on any process and device."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error

from e2e.deployment import Deployment
from e2e.evidence import keep, keep_some
from e2e.patience import HANGING
from e2e.people.person import Person
from e2e.proxy import Proxy
from e2e.watch import Watch

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Otherwise each page of one site gets a frame of its own in the browser, which makes loading it a fifth slower.
    "--enable-features=RenderDocument:level/crashed-frame",
]
"""Arguments of Chromium."""


def chromium(*, headed: bool = False) -> str:
    """Path of Debian's Chromium. The build without windows comes first, as it needs half the work."""
    found = (None if headed else shutil.which("chromium-headless-shell")) or shutil.which("chromium")
    assert found, "this needs Chromium: e2e/install-servers installs it"
    return found


MANY = 10
"""Complaints of browsers that the message of a failure has room for."""
PHONE = {"viewport": {"width": 412, "height": 839}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
WORDS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "javascript": lambda on: {"java_script_enabled": on},
    "reduced_motion": lambda on: {"reduced_motion": "reduce" if on else "no-preference"},
    "forced_colours": lambda on: {"forced_colors": "active" if on else "none"},
    "dark": lambda on: {"color_scheme": "dark" if on else "light"},
    "language": lambda code: {"locale": code},
    "width": lambda pixels: {"viewport": {"width": pixels, "height": 720}},
}
"""Options of a person, and their names in Playwright."""


class Cast:
    def __init__(
        self,
        browser: Browser,
        results: Path,
        deployment: Deployment | None = None,
        proxies: Callable[[str], Proxy] | None = None,
        *,
        films: bool = False,
        usual: dict[str, Any] | None = None,
    ) -> None:
        self.browser, self.results, self.films, self.usual = browser, results, films, usual or {}
        self._deployment, self._proxies = deployment, proxies
        self.people: list[Person] = []
        log = deployment.log if deployment else None
        self._log_began = log.stat().st_size if log and log.exists() else 0

    def reader(self, who: str, **options: Any) -> Person:
        """A person who reads. Options: see `joins`."""
        return self.joins(who, **options)

    poster = reader  # nobody needs more than a browser to post

    def host(self, who: str, **options: Any) -> Person:
        """A person signed in with the account of Olga, the host of every event."""
        host = self.joins(who, **options)
        host.has_signed_in()
        return host

    def joins(self, who: str, url: str = "", *, on: int = 0, bad_network: bool = False, **options: Any) -> Person:
        """A person with a browser of their own, at that address or on that process of the deployment (-1: the last).

        `bad_network` gives them a `network` that can be told to misbehave. `phone`, `javascript`, `reduced_motion`,
        `forced_colours`, `dark`, `language` and `width` say what they use; whatever else `new_context` of Playwright
        takes can be given, too.
        """
        if not url:
            assert self._deployment, "somebody without an address, and no deployment"
            url = self._deployment.urls[on]
        network = None
        if bad_network:
            assert self._proxies
            network = self._proxies(url)
            url = network.url
        # What slides and fades in takes browsers a fifth of their time: stories that are about movement ask for it.
        chosen = self.usual | {"base_url": url} | self._translated({"reduced_motion": True} | options)
        context = self.browser.new_context(**chosen)
        context.set_default_timeout(HANGING * 1000)
        context.tracing.start(snapshots=self.films, screenshots=self.films)
        watch = Watch({urlsplit(url).netloc})
        watch.follow(context)
        person = Person(who, url, context, watch)
        person._network = network
        self.people.append(person)
        return person

    def _translated(self, options: dict[str, Any]) -> dict[str, Any]:
        meant: dict[str, Any] = {}
        if options.pop("phone", False):
            meant |= PHONE
            if self.browser.browser_type.name == "firefox":
                del meant["is_mobile"]  # it does not know that
        for name, value in options.items():
            meant |= WORDS[name](value) if name in WORDS else {name: value}
        return meant

    def troubles(self) -> list[str]:
        for person in self.people:
            for page in person.context.pages:
                page.title()  # a round trip: whatever the browser has still to tell is told before
        return [f"{person.who}: {each}" for person in self.people for each in person.watch.unexpected()]

    def said(self) -> list[str]:
        """Complaints of the browsers so far, the first few, without asking a browser that may hang."""
        return [f"{person.who}: {each}" for person in self.people for each in person.watch.unexpected()][:MANY]

    def keeps_evidence(self) -> None:
        """Put all there is to know about a story that went wrong into its folder."""
        keep(self.results, self.people, self._deployment, self._log_began)

    def keeps(self, kinds: frozenset[str]) -> None:
        """Put what a run wants of every story into its folder."""
        keep_some(self.results, self.people, kinds)

    def leaves(self) -> None:
        for person in self.people:
            with suppress(Error):  # the browser may be what went wrong
                person.context.close()
