"""Writers who insist, and readers who come back, both without a browser so that there can be many."""

import random
import re
import threading
import time
from http.client import HTTPException
from typing import Any

from websockets.exceptions import WebSocketException

from e2e.protocol import Page, ProtocolReader, Visitor

POLL_SECONDS = 20.0
INSIST_SECONDS = 60.0
_CURSOR = re.compile(r'id="cursor" name="after" value="([\w-]+)"')
_GUARD = re.compile(r'hx-target="#cursor\[value=([\w-]+)\]')


class Ledger:
    """Which changes were acknowledged when, and how long after that each reader had them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[int, float] = {}
        self.submitted: dict[str, int] = {}
        self.refused: list[str] = []
        self.staleness: list[float] = []

    def acknowledge(self, seq: int) -> None:
        with self.lock:
            self.acknowledged.setdefault(seq, time.monotonic())

    def arrived(self, before: int, seq: int) -> None:
        now = time.monotonic()
        with self.lock:
            self.staleness += [now - self.acknowledged[n] for n in range(before + 1, seq + 1) if n in self.acknowledged]


class Writer(threading.Thread):
    """Publishes, comments, revises and removes as a host of the event, and repeats what got no proper answer."""

    def __init__(self, url: str, slug: str, name: str, seed: int, ledger: Ledger, pause: float) -> None:
        super().__init__(name=name, daemon=True)
        self.visitor = Visitor(url, name).sign_in()
        self.slug, self.ledger, self.pause = slug, ledger, pause
        self.chance = random.Random(seed)
        self.stopped = threading.Event()
        self.number = 0

    def run(self) -> None:
        while not self.stopped.wait(self.chance.uniform(0, 2 * self.pause)):
            self.number += 1
            self.act(self.chance.choices(["publish", "comment", "edit", "remove"], [5, 3, 2, 2])[0])

    def act(self, verb: str) -> None:
        if verb == "publish":
            self.submit("entries/", f"{self.name} {self.number}", key=f"{self.name}{self.number}")
            return
        answer = self.insist("GET", f"/events/{self.slug}/")
        entries = Page(answer.text).entries if answer and answer.status == 200 else ()
        if not entries:
            return
        entry = self.chance.choice(entries[:20])
        if verb == "comment":
            key = f"{self.name}{self.number}"
            self.submit(f"entries/{entry.pk}/comments/", f"{self.name} {self.number}", key=key)
        elif verb == "edit":
            self.submit(f"entries/{entry.pk}/edit/", f"{entry.text} *")
        else:
            self.submit(f"entries/{entry.pk}/remove/")

    def submit(self, path: str, text: str = "", key: str = "") -> None:
        answer = self.insist("POST", f"/events/{self.slug}/{path}", name=self.name, text=text, key=key)
        if answer is None:
            self.ledger.refused.append(f"no answer to {path} {text}")
        elif answer.status == 200:
            self.ledger.acknowledge(answer.seq)
            if key:
                self.ledger.submitted[text] = answer.seq
        elif answer.status not in {404, 410}:  # somebody else removed it meanwhile
            self.ledger.refused.append(f"{answer.status} to {path} {text}")

    def insist(self, method: str, path: str, **fields: str) -> Any:
        """Repeat the very same request until it gets an answer that is not about a server being away."""
        end = time.monotonic() + INSIST_SECONDS
        while time.monotonic() < end:
            try:
                answer = self.visitor.get(path) if method == "GET" else self.visitor.post(path, htmx=True, **fields)
                if answer.status < 500:
                    return answer
            except (OSError, HTTPException):
                pass
            time.sleep(0.2)
        return None


class Reader(threading.Thread):
    """A page that reconnects as htmx does and polls when it hears nothing, and keeps what it got for later.

    Applying 200 pages' frames while servers share the machine would measure the readers; `page()` does it.
    """

    def __init__(self, url: str, slug: str, seed: int, ledger: Ledger, shared: dict[str, str]) -> None:
        super().__init__(name=f"reader {seed}", daemon=True)
        self.reader = ProtocolReader(url, slug)
        self.cursor = self.reader.page.cursor
        self.kept: list[str] = []
        self.backwards = 0
        self.ledger, self.shared = ledger, shared
        self.chance = random.Random(seed)
        self.stopped = threading.Event()

    @property
    def seq(self) -> int:
        return int(self.cursor.rpartition("-")[2])

    def run(self) -> None:
        attempt = 0
        while not self.stopped.is_set():
            try:
                self.reader.connect()
                self.reader.resume(self.cursor)
                attempt = 0
                self.listen()
            except (OSError, WebSocketException, HTTPException):
                pass
            finally:
                self.hang_up()
            delay = min(0.5 * 2**attempt, 2) * self.chance.uniform(0.7, 1.3)
            attempt += 1
            self.stopped.wait(delay)

    def listen(self) -> None:
        assert self.reader.socket
        heard = time.monotonic()
        while not self.stopped.is_set():
            try:
                frame = self.reader.socket.recv(timeout=1)
            except TimeoutError:
                if time.monotonic() - heard > POLL_SECONDS:
                    heard = time.monotonic()
                    self.take(self.reader.poll(self.cursor))
                continue
            heard = time.monotonic()
            assert isinstance(frame, str)
            self.take(frame)

    def hang_up(self) -> None:
        try:
            self.reader.disconnect()
        except (OSError, WebSocketException):
            self.reader.socket = None

    def take(self, frame: str) -> None:
        if not (found := _CURSOR.search(frame)):
            return  # a heartbeat
        if (guard := _GUARD.search(frame)) and guard[1] != self.cursor:
            return  # a late answer, which would take no effect
        self.kept.append(self.shared.setdefault(frame, frame))
        before, self.cursor = self.seq, found[1]
        if self.seq < before:
            self.backwards += 1
        self.ledger.arrived(before, self.seq)

    def page(self) -> Page:
        """The document after all that came."""
        page = Page(self.reader.html)
        for frame in self.kept:
            page.swap(frame)
        return page
