"""Options of a run, from the command line: those of pytest-playwright, and `--deployment`, `--posting` and `--event`.

What makes no sense stops the run with a sentence that says what to do.
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
    "caddy": "the same behind Caddy, where it is installed",
    "haproxy": "the same behind HAProxy, where it is installed",
    "daphne": "one process and SQLite, served by Daphne as it is",
}
ENGINES = ("chromium", "firefox", "webkit")
PICTURES, TRACES, VIDEOS = "screenshot", "tracing", "video"
"""Options that say what is kept of a story: always (“on”), of one that fails, or as usual."""


@dataclass
class Options:
    """The server, the browsers and the recordings of this run's stories."""

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
    always: frozenset[str]
    """What is kept of a story that passes as well: pictures, traces, videos."""
    films: bool
    """Whether the first try is filmed and traced in full, too. That takes browsers half as long again."""

    @classmethod
    def of(cls, config: pytest.Config) -> "Options":
        """The options of this run. Raises `pytest.UsageError`."""
        url = (config.getoption("base_url") or "").rstrip("/")
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            raise pytest.UsageError(f"--base-url {url} is not an address: try --base-url https://live.example.org.")
        headed = bool(config.getoption("headed"))
        if headed and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise pytest.UsageError("--headed needs a screen, and there is none: leave it out, or use xvfb-run.")
        deployments = config.getoption("deployment")
        if url and deployments:
            raise pytest.UsageError("--base-url names a server and --deployment starts one: use one of the two.")
        return cls(
            url,
            bool(config.getoption("posting")),
            config.getoption("event"),
            list(OURS) if "all" in deployments else deployments,
            config.getoption("browser") or ["chromium", *installed()],
            headed,
            frozenset(kind for kind in (PICTURES, TRACES, VIDEOS) if config.getoption(kind) == "on"),
            any(config.getoption(kind) != "off" for kind in (TRACES, VIDEOS)),
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
            allowed = "posting allowed" if self.posting else "read only (--posting allows more)"
            lines.append(f"server: {self.url}, {allowed}")
        for name in self.deployments:
            lines.append(f"deployment {name}: {OURS[name]}")
        return lines


OPTIONS = pytest.StashKey[Options]()
"""Where a run's configuration has them."""


def add_options(parser: pytest.Parser) -> None:
    """Add our options to those of pytest and pytest-playwright."""
    group = parser.getgroup("commentary", "Commentary")
    group.addoption(
        "--deployment",
        action="append",
        default=[],
        choices=[*OURS, "all"],
        help="Tell every story on this deployment. Without it, on the one that the story names.",
    )
    group.addoption("--posting", action="store_true", help="Let stories marked “posting” post at --base-url.")
    group.addoption("--event", default="", metavar="ADDRESS", help="The event at --base-url to read, or to post in.")


def installed() -> dict[str, str]:
    """Paths of Playwright's own Firefox and WebKit, if installed: it cannot drive those of the system."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = {name: sorted(folder.glob(f"{name}-*")) for name in ENGINES[1:]}
    return {name: str(paths[-1]) for name, paths in found.items() if paths}
