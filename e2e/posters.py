"""A person who posts one thing after the other, whatever breaks meanwhile."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from e2e.deployment import Deployment
from e2e.protocol.visitor import Answer, Visitor


class Posted(NamedTuple):
    text: str
    status: int
    seconds: float
    """Seconds until the answer."""


class Poster:
    """Posts until told to stop, with and without htmx in turn, and remembers how each post was answered."""

    def __init__(self, url: str, slug: str, name: str, pause: float = 0.02) -> None:
        self.visitor, self.slug, self.pause = Visitor(url, name), slug, pause
        self.visitor.fetch_token()
        self.posted: list[Posted] = []

    @property
    def acknowledged(self) -> list[str]:
        return [text for text, status, _ in self.posted if status < 400]

    def run(self, stopped: threading.Event) -> None:
        while not stopped.wait(self.pause):
            text, began = f"{self.visitor.name}, {len(self.posted)}", time.monotonic()
            answer = self.post(text, htmx=len(self.posted) % 2 == 0)
            self.posted.append(Posted(text, answer.status, time.monotonic() - began))

    def post(self, text: str, *, htmx: bool) -> Answer:
        return self.visitor.post(f"/events/{self.slug}/entries/", htmx=htmx, name=self.visitor.name, text=text)


@contextmanager
def posting(posters: list[Poster]) -> Iterator[None]:
    """All of them post, each on their own, while the block runs. What went wrong for one of them is raised."""
    stopped = threading.Event()
    with ThreadPoolExecutor(len(posters)) as pool:
        running = [pool.submit(poster.run, stopped) for poster in posters]
        try:
            yield
        finally:
            stopped.set()
        for each in running:
            each.result()


def acknowledged(posters: list[Poster]) -> list[str]:
    """Texts of all posts that were answered as taken."""
    return [text for poster in posters for text in poster.acknowledged]


def publish_many(deployment: Deployment, slug: str, number: int, text: str) -> None:
    """Publish this many entries by `manage.py`: all but the last in one transaction, and with one wake-up."""
    deployment.shell(
        "from unittest.mock import patch\n"
        "from django.db.transaction import atomic\n"
        f"event = Event.objects.get(slug={slug!r})\n"
        "with patch('feeds.live.wakeups.Wakeups.wake'), atomic():\n"
        f"    for n in range({number - 1}): event.publish('Ann', {text!r})\n"
        f"event.publish('Ann', {text!r})\n"
    )
