"""A flood: five browsers post fifty a second, hundreds read, and a host ends it. What is left of it, and where?"""

import asyncio
import json
import re
import struct
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from e2e.deployment import Deployment
from e2e.patience import HANGING
from e2e.protocol.comparing import unlike
from e2e.protocol.page import Page
from e2e.protocol.visitor import Answer, Visitor
from e2e.readers import place, seq_of

FLOODERS, PER_SECOND, HANDS = 5, 50, 20
"""So many browsers and posts, and posts under way at once."""
WORDS = "Cheap watches"
_CURSOR = re.compile(r'id="cursor" name="after" value="([\w-]+)"')


class Ban(NamedTuple):
    began: float
    seq: int


class Sent(NamedTuple):
    began: float
    status: int
    process: int


class Flooder:
    """One browser that posts to each process in turn and does not care what it is told."""

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
        """An entry; every sixth is a comment on somebody else's."""
        process, began = number // FLOODERS % len(self.browsers), time.monotonic()
        path = f"/events/{self.slug}/entries/" + (f"{self.entry}/comments/" if number % 6 == 0 else "")
        answer = self.browsers[process].post(path, name=self.name, text=f"{WORDS}, {number}")
        self.sent.append(Sent(began, answer.status, process))


@contextmanager
def flooding(flooders: list[Flooder]) -> Iterator[None]:
    """They post by the clock while the block runs, or as fast as they are answered where that is slower."""
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


# Who reads meanwhile


class Opened(NamedTuple):
    """A page somebody has open."""

    visitor: Visitor
    path: str
    html: str

    @classmethod
    def by(cls, visitor: Visitor, path: str) -> "Opened":
        answer = visitor.get(path)
        assert answer.status == 200, answer.text
        return cls(visitor, path, answer.text)


class Onlooker(asyncio.Protocol):
    """One of hundreds, who cost this process next to nothing: keeps each frame, and when it led where."""

    def __init__(self, opened: Opened, url: str) -> None:
        self.opened, self.url, self.page = opened, url, Page(opened.html)
        self.frames: list[str] = []
        self.was_at: list[tuple[int, float]] = [(self.page.seq, time.monotonic())]
        self.cursors = [self.page.cursor]
        self.lost: Exception | None = None
        self._buffer, self._shaken = bytearray(), False
        self._wanted, self._there = 0, asyncio.Event()

    async def enters(self) -> None:
        where = urlsplit(self.url)
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: self, str(where.hostname), where.port or 80
        )
        self.transport = transport
        transport.write(
            f"GET {self.page.socket_path} HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {self.url}\r\n"
            f"Cookie: {self.opened.visitor.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def _send(self, opcode: int, payload: bytes) -> None:
        """Masked with zeros, which changes nothing."""
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2)
        self.transport.write(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc or ConnectionError("closed")
        self._there.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._shaken:
            head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101 "), head
            self._buffer, self._shaken = bytearray(rest), True
            self._send(1, json.dumps({"headers": {"HX-Request": "true"}, "body": {"after": self.cursors[-1]}}).encode())
        start, at = 0, self._buffer
        while len(at) >= start + 2:
            size, begins = at[start + 1], start + 2
            if size == 126:
                size, begins = struct.unpack_from(">H", at, begins)[0] if len(at) >= begins + 2 else 1 << 40, begins + 2
            elif size == 127:
                size, begins = struct.unpack_from(">Q", at, begins)[0] if len(at) >= begins + 8 else 1 << 40, begins + 8
            if len(at) < begins + size:
                break
            self._hear(at[start] & 15, bytes(at[begins : begins + size]))
            start = begins + size
        del at[:start]

    def _hear(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self._send(10, payload)
        if opcode == 1:
            frame = sys.intern(payload.decode())
            cursor = place(frame[-400:])
            if cursor or WORDS in frame:  # not those that say how many read
                self.frames.append(frame)
            if cursor:
                self.cursors.append(cursor)
                self.was_at.append((seq_of(cursor), time.monotonic()))
                if self._wanted and self.was_at[-1][0] >= self._wanted:
                    self._there.set()

    async def reaches(self, head: int) -> None:
        self._wanted = head
        if self.was_at[-1][0] < head:
            self._there.clear()
            await self._there.wait()
            assert self.lost is None, self.lost

    def reached(self, head: int) -> float:
        """The moment it did."""
        return next(moment for seq, moment in self.was_at if seq >= head)

    async def leaves(self) -> None:
        self.transport.close()


def shown(onlookers: list[Onlooker]) -> list[tuple[Opened, Page]]:
    """What is on their pages: one of each, since most got the same bytes."""
    each = {(id(onlooker.opened), *onlooker.frames): onlooker for onlooker in onlookers}
    for onlooker in each.values():
        for frame in onlooker.frames:
            onlooker.page.swap(frame)
    return [(onlooker.opened, onlooker.page) for onlooker in each.values()]


# A host


def ban(host: Visitor, slug: str, entry: int) -> Answer:
    """And remove everything they posted."""
    path = f"/events/{slug}/entries/{entry}/ban/"
    answer = host.post(path, period="day", remove="on", note="No advertisements")
    assert answer.status == 200, answer.text
    return answer


class Flood:
    """An event with ten entries by Ann, the browsers that flood it, and pages of every kind that are open."""

    def __init__(self, deployment: Deployment, slug: str) -> None:
        self.deployment, self.slug = deployment, slug
        deployment.event(slug, entries=10)
        self.host = Visitor(deployment.url).sign_in()
        ann = [int(pk) for pk in self._shell("print(*(e.pk for e in event.entries.order_by('pk')))").split()]
        self._shell(f"for pk in {ann[:3]}: event.entries.get(pk=pk).mark('Goal')")
        self.entry = ann[-1]
        self.flooders = [Flooder(deployment.urls, slug, number, self.entry) for number in range(FLOODERS)]
        german, self.german = (self._speaks_german() for _ in range(2))
        event = f"/events/{slug}/"
        self.anybody = [Visitor(url) for url in deployment.urls]
        paths = ["", "?order=oldest", "?view=moments", "?view=hosts", "wall/", f"entries/{self.entry}/"]
        self.opened = [Opened.by(Visitor(deployment.url), event + path) for path in paths] + [Opened.by(german, event)]
        self.validators: dict[tuple[int, str], str] = {}
        """Of what was asked for, by whom and with which address."""

    def _speaks_german(self) -> Visitor:
        visitor = Visitor(self.deployment.url)
        visitor.post("/language/", htmx=False, language="de")
        return visitor

    def _shell(self, code: str) -> str:
        return self.deployment.shell(f"event = Event.objects.get(slug={self.slug!r})\n{code}")

    def crowd(self, size: int) -> list[Onlooker]:
        """Half of them have the plain page, the others one of each kind, on all processes."""
        urls, kinds = self.deployment.urls, self.opened
        return [
            Onlooker(kinds[number // 2 % len(kinds)] if number % 4 > 1 else kinds[0], urls[number % len(urls)])
            for number in range(size)
        ]

    def theirs(self) -> list[int]:
        """An entry by each of the flooders."""
        names = [flooder.name for flooder in self.flooders]
        return json.loads(self._shell(f"print([event.entries.filter(name=n).first().pk for n in {names}])"))

    def gets_in_the_way(self) -> None:
        """Some of the flood is pinned and marked by mistake, and somebody else posts in the midst of it."""
        first, second, *_ = self.theirs()
        self._shell(
            f"event.entries.get(pk={first}).pin(by=event.owner)\n"
            f"event.entries.get(pk={second}).mark('Look', by=event.owner)\nevent.publish('Ann', 'Amid the flood')"
        )

    def ends(self) -> list[Ban]:
        """The host bans one after the other."""
        bans = []
        for flooder, entry in zip(self.flooders, self.theirs(), strict=True):
            began = time.monotonic()
            bans.append(Ban(began, ban(self.host, self.slug, entry).seq))
            flooder.banned_at = time.monotonic()
        return bans

    # What is left of it

    def asked(self, cursors: list[str]) -> list[tuple[Visitor, str, bool]]:
        """Everything a reader may ask for, of each process: who asks, what for, and whether as htmx does."""
        event, anybody = f"/events/{self.slug}/", self.anybody
        amid = self._shell("print(*(e.pk for e in event.entries.filter(text='Amid the flood')))").split()
        gone = [str(pk) for pk in self.theirs()]
        middle = max(map(seq_of, cursors)) // 2
        pages = ["", "wall/", "own-posts.css", *(f"entries/{pk}/" for pk in (self.entry, *amid, *gone))]
        pages += [
            f"?order={order}&view={view}" for order in ("newest", "oldest") for view in ("all", "moments", "hosts")
        ]
        pages += [f"?{way}={middle}" for way in ("before", "since", "from")]
        polls = [
            f"changes/?after={cursor}{variant}"
            for cursor in ("", "none-0", *cursors)
            for variant in ("", "&order=oldest", "&view=moments", "&language=de")
        ]
        parts = [f"entries/?before={middle}&after={cursors[-1]}", "wall/?again", *polls]
        asked = [(who, event + path, False) for who in (*anybody, self.german) for path in pages]
        asked += [(self.host, event + path, False) for path in pages[:3]]
        asked += [(who, event + path, True) for who in anybody for path in parts]
        asked += [(who, path, False) for who in anybody for path in ("/", event + "host/", event + "changes/")]
        return asked + [(flooder.browsers[0], event, False) for flooder in self.flooders]

    def told(self, cursors: list[str]) -> set[str]:
        """Where its words are said to a reader, who has the validator of an earlier answer where there was one."""

        def tells(who: Visitor, path: str, htmx: bool) -> bool:
            validator = self.validators.get((id(who), path), "")
            headers = ({"HX-Request": "true"} if htmx else {}) | ({"If-None-Match": validator} if validator else {})
            answer = who.request("GET", path, headers=headers)
            assert answer.status != 304, path
            self.validators[id(who), path] = answer.headers["ETag"] or ""
            return WORDS in answer.text

        with ThreadPoolExecutor(4) as pool:
            asked = self.asked(cursors)
            return {
                path
                for (_, path, _), is_so in zip(asked, pool.map(lambda each: tells(*each), asked), strict=True)
                if is_so
            }

    def replays(self, cursors: list[str]) -> str:
        """All that sockets say which resume from these places, in each process."""
        said = ""
        for url in self.deployment.urls:
            with ThreadPoolExecutor(4) as pool:
                said += "".join(pool.map(lambda cursor, url=url: replay(url, self.opened[0], cursor), cursors))
        return said

    def is_over_at_once(self) -> None:
        """Each process refused all that began after a flooder's ban."""
        for flooder in self.flooders:
            later = {(sent.process, sent.status) for sent in flooder.sent if sent.began > flooder.banned_at}
            assert later == {(process, 403) for process in range(len(self.deployment.urls))}
        left = (
            "print([k.visible().filter(name__startswith='Flooder').count() for k in (event.entries, event.comments)])"
        )
        assert self._shell(left).strip() == "[0, 0]"

    def is_nowhere(self, crowd: list[Onlooker], cursors: list[str]) -> None:
        """Not on a page that is open, in an answer or in what a socket says from any place; see `told`."""
        assert self.told(cursors) == set()
        frames = self.replays(some_of([cursor for onlooker in crowd for cursor in onlooker.cursors], 8))
        assert "Amid the flood" in frames
        assert WORDS not in frames
        fresh = {opened: Page(opened.visitor.get(opened.path).text) for opened in self.opened}
        for opened, page in shown(crowd):
            assert WORDS not in page.root.text, opened.path
            if "/entries/" not in opened.path:  # that page is of what was there when it was loaded
                assert not (lines := unlike(page, fresh[opened])), "\n".join((opened.path, *lines))
        for pk in self.theirs():
            assert self.anybody[-1].get(f"/events/{self.slug}/entries/{pk}/").status == 410


class Ended(NamedTuple):
    posts: float
    """A second, until the ban."""
    removals: list[float]
    """Seconds from when the host sent it until the last reader had it, for each of those who are banned."""
    everything: float
    """And for all, one after the other."""


async def is_ended(flood: Flood, crowd: list[Onlooker], seconds: float) -> tuple[Ended, list[str]]:
    """In the midst of it a host bans who floods. Returns also cursors from before, from which the flood was told."""
    try:
        await asyncio.gather(*(reader.enters() for reader in crowd))
        with flooding(flood.flooders):
            await asyncio.sleep(seconds)
        await asyncio.to_thread(flood.gets_in_the_way)
        cursors = some_of([cursor for reader in crowd for cursor in reader.cursors], 3)
        told = await asyncio.to_thread(flood.told, cursors)
        assert len(told) > 20, told
        with flooding(flood.flooders):
            began = time.monotonic()
            await asyncio.sleep(seconds)
            bans = await asyncio.to_thread(flood.ends)
            await asyncio.gather(*(reader.reaches(bans[-1].seq) for reader in crowd))
            await asyncio.sleep(seconds)  # they go on, and are refused
        before = sum(began < sent.began < bans[0].began for flooder in flood.flooders for sent in flooder.sent)
        last = [max(reader.reached(ban.seq) for reader in crowd) for ban in bans]
        removals = [moment - ban.began for moment, ban in zip(last, bans, strict=True)]
        return Ended(before / (bans[0].began - began), removals, last[-1] - bans[0].began), cursors
    finally:
        for reader in crowd:
            await reader.leaves()


def end(flood: Flood, readers: int, seconds: float) -> Ended:
    crowd = flood.crowd(readers)
    ended, cursors = asyncio.run(is_ended(flood, crowd, seconds))
    flood.is_over_at_once()
    flood.is_nowhere(crowd, cursors)
    return ended


def some_of(cursors: list[str], wanted: int = 8) -> list[str]:
    """Places spread over an event's history, the first and the last among them."""
    places = sorted(set(cursors), key=seq_of)
    return [places[(len(places) - 1) * number // (wanted - 1)] for number in range(wanted)] if places else []


def replay(url: str, opened: Opened, cursor: str) -> str:
    """What a socket of this page says until it is level again."""
    head = seq_of(_CURSOR.search(opened.visitor.get(opened.path).text)[1])  # type: ignore[index]
    path, said = Page(opened.html).socket_path, ""
    with connect(url.replace("http", "ws", 1) + path, origin=Origin(url), proxy=None, max_size=None) as socket:
        socket.send(json.dumps({"headers": {"HX-Request": "true"}, "body": {"after": cursor}}))
        at, end = seq_of(cursor), time.monotonic() + HANGING
        try:
            while at < head or not said:
                frame = str(socket.recv(timeout=end - time.monotonic()))
                said += frame
                at = max(at, seq_of(place(frame) or "-0"))
        except ConnectionClosed:
            pass
    return said
