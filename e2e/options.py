"""Options of a run, from the environment: `make e2e DEPLOYMENT=nginx STORY=removal HEADED=1`.

What makes no sense stops the run with a sentence that says what to set.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

OURS = {
    "one_process": "one process, SQLite, the in-memory channel layer: what `make run` gives",
    "two_processes": "two processes on PostgreSQL and Redis",
    "nginx": "two processes on PostgreSQL and Redis, behind nginx",
    "daphne": "one process and SQLite, served by Daphne as it is",
}
ENGINES = ("chromium", "firefox", "webkit")


def _chosen(name: str, known: tuple[str, ...]) -> list[str]:
    """Some of those that are known, with commas between them, or “all”; none when nothing is said."""
    value = os.environ.get(name, "").strip().lower()
    chosen = list(known) if value == "all" else [each for each in value.replace(",", " ").split() if each]
    if unknown := [each for each in chosen if each not in known]:
        raise pytest.UsageError(f"{name}={unknown[0]} is not known: set {name} to {', '.join(known)} or all.")
    return chosen


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() not in {"", "0", "no", "off", "false"}


@dataclass
class Options:
    """The deployments, browsers and speed of this run's stories."""

    url: str
    """A server that is not ours, and that only stories marked `read_only` or `posting` may visit."""
    posting: bool
    """Whether stories may post there."""
    event: str
    """The address of the event there that they read, or post in."""
    deployments: list[str]
    """Deployments that every story runs against; empty for the one that the story names."""
    engines: list[str]
    headed: bool
    slow_motion: float
    video: bool
    """Whether the first try is filmed and traced in full, too. That takes browsers half as long again."""

    @classmethod
    def of_the_environment(cls) -> "Options":
        url = os.environ.get("URL", "").strip().rstrip("/")
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            raise pytest.UsageError(f"URL={url} is not an address: set URL=https://live.example.org, for instance.")
        slow = os.environ.get("SLOWMO", "").strip() or "0"
        if not slow.isdigit():
            raise pytest.UsageError(f"SLOWMO={slow} is not a number of milliseconds: set SLOWMO=200, for instance.")
        headed = _is_on("HEADED")
        if headed and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise pytest.UsageError("HEADED=1 needs a screen, and there is none: leave it out, or use xvfb-run.")
        deployments = _chosen("DEPLOYMENT", tuple(OURS))
        if url and deployments:
            raise pytest.UsageError("URL names a server and DEPLOYMENT starts one: set one of the two.")
        engines = _chosen("BROWSER", ENGINES) or ["chromium", *installed()]
        return cls(
            url,
            _is_on("POSTING"),
            os.environ.get("EVENT", "").strip(),
            deployments,
            engines,
            headed,
            float(slow),
            _is_on("VIDEO"),
        )

    def described(self) -> list[str]:
        """Which browsers there are and which are not, and what is visited if not the usual."""
        where = installed()
        missing = [name for name in ENGINES[1:] if name not in where]
        lines = ["browsers: " + ", ".join(self.engines)]
        if missing:
            how = f".venv/bin/playwright install --with-deps {' '.join(missing)}"
            lines[0] += f"; not installed, so not used: {', '.join(missing)} ({how})"
        if self.url:
            lines.append(
                f"server: {self.url}, {'posting allowed' if self.posting else 'read only (POSTING=1 allows more)'}"
            )
        for name in self.deployments:
            lines.append(f"deployment {name}: {OURS[name]}")
        return lines


def installed() -> dict[str, str]:
    """Paths of Playwright's own Firefox and WebKit, if installed: it cannot drive those of the system."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = {name: sorted(folder.glob(f"{name}-*")) for name in ENGINES[1:]}
    return {name: str(paths[-1]) for name, paths in found.items() if paths}
