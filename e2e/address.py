"""A server that is not ours, given as URL=…: people visit it; nothing of it is started, stopped or looked into."""

import re
import urllib.request
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest

from e2e.clock import Clock
from e2e.deployment import Deployment
from e2e.patience import HANGING


class Address(Deployment):
    """Passes for a deployment. A story that needs more than its pages is skipped and says why."""

    def __init__(self, url: str, event: str, folder: Path) -> None:
        self.front, self.folder, self.log = url, folder, folder / "server.log"
        self.addresses, self.ports = [url], [urlsplit(url).port or 443]
        self.server, self.redis, self.database, self.processes = "not ours", None, None, {}
        self._event = event

    @property
    def public_event(self) -> str:
        """The event that EVENT names, or the first live one on the start page."""
        if not self._event:
            with urllib.request.urlopen(self.url + "/", timeout=HANGING) as answer:
                page = answer.read().decode()
            # Only live events have the badge; the start page shows them first.
            found = re.findall(r'href="(?:https?://[^/"]+)?/events/([\w-]+)/"', page.partition('class="badge live"')[0])
            self._event = (found or re.findall(r'href="/events/([\w-]+)/"', page) or [""])[-1 if found else 0]
        if not self._event:
            pytest.skip(f"no event is on the start page of {self.url}: EVENT=… names one")
        return self._event

    def _needs_more(self, *_: Any, **__: Any) -> NoReturn:
        pytest.skip(f"needs manage.py and the processes of the server, and {self.url} is not ours")

    manage = shell = event = prepare = start = kill = stop = tell_to_stop = memory = _needs_more

    @property
    def clock(self) -> Clock:  # type: ignore[override]  # there is none to set
        self._needs_more()

    def start_all(self) -> None:
        pass

    def end_all(self) -> None:
        pass
