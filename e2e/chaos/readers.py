"""Readers who come back, without a browser so that there can be many."""

import asyncio
import json
import random
import re
import threading
import time
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from e2e.chaos.ledger import Ledger
from e2e.chaos.signs import Signs, signs
from e2e.patience import HANGING
from e2e.protocol.page import Page
from e2e.protocol.visitor import Visitor

_ELSEWHERE = re.compile(r'hx-target="#cursor:not\(\[value=([\w-]+)\]\)')
_TOKEN = re.compile(r"\b(?:[A-Za-z0-9]{64}|[0-9a-f]{32})\b")
"""A form's key, or one against forgery: what two renderings of the same thing differ in."""


def open_page(visitor: Visitor, slug: str) -> str:
    answer = visitor.get(f"/events/{slug}/")
    assert answer.status == 200, answer.text
    return answer.text


class Reader:
    """A page that reconnects as htmx does, polls when it hears nothing, and keeps what it got for later.

    Applying 200 pages' frames while servers share the machine would measure the readers; `page()` does it
    afterwards. All of them live on one event loop.
    """

    def __init__(
        self,
        url: str,
        slug: str,
        number: int,
        ledger: Ledger,
        shared: dict[str, str],
        *,
        page: str = "",
        pages_back_at: float = 0,
    ) -> None:
        """`shared` holds every frame once, without tokens; at `pages_back_at` seconds it asks for earlier entries.

        `page` is the event's page where it was loaded already: to render it 200 times takes a while.
        """
        self.name = f"Reader {number}"
        self.visitor = Visitor(url)
        page = page or open_page(self.visitor, slug)
        self.ledger, self.shared, self.pages_back_at = ledger, shared, pages_back_at
        self.html = self._shared(page)
        found = signs(page)
        self.cursor, self.address, self.older = found.cursor, found.socket, found.older or ""
        assert found.heartbeat
        self.heartbeat = found.heartbeat
        self.kept: list[str] = []
        """Frames and answers."""
        self.backwards: list[str] = []
        self.highest = self.seq
        self.poll_at = 0.0
        self.socket: ClientConnection | None = None
        self.chance = random.Random(number)
        self.stopped = threading.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        self.connection: asyncio.Task[None] | None = None

    @property
    def seq(self) -> int:
        return int(self.cursor.rpartition("-")[2])

    def start(self) -> None:
        asyncio.run_coroutine_threadsafe(self._start(), _loop()).result()

    def join(self) -> None:
        """Leave, once `stopped` is set."""
        leave([self])

    def page(self) -> Page:
        """The document after all frames and answers."""
        page = Page(self.html)
        for each in self.kept:
            page.swap(each)
        return page

    @property
    def history(self) -> tuple[str, ...]:
        """Everything from which the document follows."""
        return self.html, *self.kept

    def _shared(self, html: str) -> str:
        if html not in self.shared:
            self.shared[html] = _TOKEN.sub("token", html)
        return self.shared[html]

    async def _start(self) -> None:
        self.poll_at = time.monotonic() + self.heartbeat.silence
        self._connect()
        self._do(self._poll())
        if self.pages_back_at:
            self._do(self._page_back())

    async def leave(self) -> None:
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _do(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def _connect(self) -> None:
        """Connect to the present address, and give up what was there before."""
        if self.connection:
            self.connection.cancel()
        self.socket = None
        self.connection = self._do(self._stay_connected())

    async def _stay_connected(self) -> None:
        attempt = 0
        while not self.stopped.is_set():
            with suppress(OSError, WebSocketException):
                async with connect(
                    f"ws://{self.visitor.netloc}{self.address}",
                    origin=Origin(self.visitor.url),
                    additional_headers={"Cookie": self.visitor.cookie},
                    compression=None,
                    open_timeout=HANGING,
                    close_timeout=1,
                    ping_interval=None,
                    max_size=None,
                    proxy=None,
                ) as socket:
                    self.socket, attempt = socket, 0
                    await self._resume()
                    async for frame in socket:
                        assert isinstance(frame, str)
                        self.take(frame)
            self.socket = None
            await asyncio.sleep(min(0.5 * 2**attempt, 2) * self.chance.uniform(0.7, 1.3))
            attempt += 1

    async def _resume(self) -> None:
        if self.socket:
            headers = {"HX-Request": "true", "HX-Request-ID": "5a"}
            await self.socket.send(json.dumps({"headers": headers, "body": {"after": self.cursor}}))

    async def _poll(self) -> None:
        while True:
            if (left := self.poll_at - time.monotonic()) > 0:
                await asyncio.sleep(left)
                continue
            try:
                self.take(await self._get(self.heartbeat.address, self.heartbeat.timeout))
            except OSError:
                self.poll_at = time.monotonic() + self.heartbeat.again

    async def _page_back(self) -> None:
        await asyncio.sleep(self.pages_back_at)
        while self.older:
            asked = self.older
            try:
                answer = await self._get(asked)
            except OSError:
                await asyncio.sleep(2)  # somebody presses the link again
                continue
            self.kept.append(self._shared(answer))
            if self.older != asked:
                continue  # a frame has started the list again, where the answer takes no effect
            found = signs(answer)
            self.cursor, self.older = found.cursor, found.older or ""
            if self.heartbeat.state == "live":
                with suppress(WebSocketException):
                    await self._resume()

    async def _get(self, address: str, patience: float = HANGING) -> str:
        host, _, port = self.visitor.netloc.partition(":")
        path = f"{address}{'&' if '?' in address else '?'}after={self.cursor}"
        headers = f"Host: {self.visitor.netloc}\r\nCookie: {self.visitor.cookie}\r\nHX-Request: true\r\n"
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(f"GET {path} HTTP/1.0\r\n{headers}\r\n".encode())
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.transport.abort()
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.I)
        if b" 200 " not in head.partition(b"\r\n")[0] or not length or len(body) != int(length[1]):
            raise ConnectionError(f"no proper answer to {path}")
        return body.decode()

    def take(self, frame: str) -> None:
        found = signs(frame)
        if found.heartbeat:
            self.heartbeat, self.poll_at = found.heartbeat, time.monotonic() + found.heartbeat.silence
        if (astray := _ELSEWHERE.search(frame)) and astray[1] != self.cursor:
            self._do(self._resume())
        if found.cursor:
            self.kept.append(self._shared(frame))
            if found.guard in {"", self.cursor}:  # else a late answer, which takes no effect
                self._move(found)
        if found.socket:
            self.address = found.socket
            self._connect()

    def _move(self, found: Signs) -> None:
        before, self.cursor = self.cursor, found.cursor
        if found.older is not None:
            self.older = found.older
        if self.seq < int(before.rpartition("-")[2]):
            self.backwards.append(f"{before} → {self.cursor}")
        if self.seq > self.highest:
            self.ledger.arrived(self.highest, self.seq)
            self.highest = self.seq


def leave(readers: Iterable[Reader]) -> None:
    async def all_leave() -> None:
        await asyncio.gather(*(reader.leave() for reader in readers))

    asyncio.run_coroutine_threadsafe(all_leave(), _loop()).result(timeout=HANGING)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="readers").start()
    return loop
