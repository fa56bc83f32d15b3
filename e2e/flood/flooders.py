"""Browsers that flood an event with posts."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from e2e.protocol.visitor import Visitor

FLOODERS = 5
"""Browsers."""
PER_SECOND = 50
"""Posts of all of them together."""
HANDS = 20
"""Posts under way at a time."""
WORDS = "Cheap watches"


class Sent(NamedTuple):
    began: float
    status: int
    process: int


class Flooder:
    """A browser that posts to each process in turn, whatever the answers are."""

    def __init__(self, urls: list[str], slug: str, number: int, entry: int) -> None:
        self.name, self.slug, self.entry = f"Flooder {number}", slug, entry
        self.browsers = [Visitor(url, self.name) for url in urls]
        first = self.browsers[0]
        first.get(f"/events/{slug}/")
        first.fetch_token()
        for other in self.browsers[1:]:
            other.cookies, other.token = first.cookies, first.token
        self.sent: list[Sent] = []
        self.banned_at = 0.0

    def post(self, number: int) -> None:
        """Post an entry; every sixth time a comment on somebody else's entry."""
        process, began = number // FLOODERS % len(self.browsers), time.monotonic()
        path = f"/events/{self.slug}/entries/" + (f"{self.entry}/comments/" if number % 6 == 0 else "")
        answer = self.browsers[process].post(path, name=self.name, text=f"{WORDS}, {number}")
        self.sent.append(Sent(began, answer.status, process))


@contextmanager
def flooding(flooders: list[Flooder]) -> Iterator[None]:
    """Let them post by the clock while the block runs, or as fast as answers come if that is slower."""
    stopped, hands = threading.Event(), threading.Semaphore(HANDS)

    def post(number: int) -> None:
        try:
            flooders[number % len(flooders)].post(number)
        finally:
            hands.release()

    def keep_pace() -> None:
        due, posts = time.monotonic(), []
        for number in count():
            if stopped.wait(max(0.0, due - time.monotonic())):
                break
            hands.acquire()
            posts.append(pool.submit(post, number))
            due = max(due + 1 / PER_SECOND, time.monotonic() - 1)
        for each in posts:
            each.result()

    with ThreadPoolExecutor(HANDS + 1) as pool:
        running = pool.submit(keep_pace)
        try:
            yield
        finally:
            stopped.set()
        running.result()
