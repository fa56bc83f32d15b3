"""A reader who speaks the live protocol: a page with its socket."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from e2e.patience import HANGING
from e2e.protocol.comparing import Thread, alike
from e2e.protocol.content import Entry, View
from e2e.protocol.page import Page
from e2e.protocol.tree import parse_frame
from e2e.protocol.visitor import Visitor


class ProtocolReader:
    """A visitor's open page of an event, or of one of its entries, and its socket once `connect()` is called."""

    def __init__(
        self, url: str, slug: str, visitor: Visitor | None = None, entry: Entry | None = None, *, query: str = ""
    ) -> None:
        self.slug = slug
        self.visitor = visitor or Visitor(url)
        self.query = query
        """Order and view, as the address gives them."""
        self.path = f"/events/{slug}/" + (f"entries/{entry.pk}/" if entry else "") + (f"?{query}" if query else "")
        answer = self.visitor.get(self.path)
        assert answer.status == 200, answer.text
        self.html = answer.text
        self.page = Page(answer.text)
        self.frames: list[str] = []
        self.socket: ClientConnection | None = None
        self._connection = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.disconnect()

    @classmethod
    def live(
        cls, url: str, slug: str, visitor: Visitor | None = None, entry: Entry | None = None, *, query: str = ""
    ) -> Self:
        """Open a page, connect it, and wait until it is level with the server."""
        reader = cls(url, slug, visitor, entry, query=query)
        try:
            reader.connect()
            reader.resume()
            reader.until(lambda page: page.heartbeat[0] == "live", "the first heartbeat")
        except BaseException:
            reader.disconnect()
            raise
        return reader

    def connect(self, unread: int | None = None) -> None:
        """Open the socket. With `unread`, reading stops while this many frames wait to be received."""
        self.disconnect()
        connection = connect(
            f"ws://{self.visitor.netloc}{self.page.socket_path}",
            origin=Origin(self.visitor.url),
            additional_headers={"Cookie": self.visitor.cookie},
            open_timeout=HANGING,
            close_timeout=1,
            ping_interval=None,
            max_size=None,
            max_queue=unread,
            # A reader who stops must soon have much to read. Deflated, minutes of it would fit into the kernel.
            compression=None if unread else "deflate",
            proxy=None,
        )
        self.socket = self._connection.enter_context(connection)

    def disconnect(self) -> None:
        self._connection.close()
        self.socket = None

    def send(self, message: str | bytes) -> None:
        assert self.socket
        self.socket.send(message)

    def is_at(self, cursor: str) -> None:
        """Give this page another cursor than it has."""
        element = self.page.element("cursor")
        element.attributes = {**element.attributes, "value": cursor}

    def resume(self, cursor: str | None = None, *, beta: bool = True) -> None:
        """Send the page's cursor, in the shape of htmx 4 beta 6 or of 4.0.1."""
        headers, body = {"HX-Request": "true", "HX-Request-ID": "5a"}, {"after": cursor or self.page.cursor}
        self.send(json.dumps({"headers": headers, "body": body} if beta else {**body, "headers": headers}))

    def receive(self, seconds: float = HANGING) -> str | None:
        """Apply the next frame and return it, or None if none comes in time."""
        assert self.socket
        try:
            frame = self.socket.recv(timeout=max(0.0, seconds))
        except TimeoutError:
            return None
        assert isinstance(frame, str)
        self.frames.append(frame)
        self._take(frame)
        return frame

    def until(self, check: Callable[[Page], object], what: str, seconds: float = HANGING) -> None:
        """Apply frames until `check(page)` is true. Fails naming `what` after these seconds."""
        end = time.monotonic() + seconds
        while not check(self.page):
            assert self.receive(end - time.monotonic()) is not None, (
                f"{what} did not come within {seconds:g} s; the page is at {self.page.cursor}"
            )

    def reaches(self, seq: int, seconds: float = HANGING) -> Page:
        """Apply frames until the page has this change."""
        self.until(lambda page: page.seq >= seq, f"change {seq}", seconds)
        return self.page

    def sees(self, text: str, seconds: float = HANGING) -> Page:
        """Apply frames until the page shows an entry with this text."""
        self.until(lambda page: text in page.texts, f"“{text}”", seconds)
        return self.page

    def is_closed(self, seconds: float = HANGING) -> int:
        """Apply frames until the server closes the connection. Returns the code."""
        end = time.monotonic() + seconds
        try:
            while self.receive(end - time.monotonic()) is not None:
                pass
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError(f"The server did not close the connection within {seconds:g} s")

    def poll(self, cursor: str | None = None, status: int = 200) -> str:
        """Ask as the polling fallback does. Returns the answer, not yet applied."""
        path = f"/events/{self.slug}/changes/?{self.query}&after={cursor or self.page.cursor}"
        answer = self.visitor.get(path, htmx=True)
        assert answer.status == status, answer.text
        return answer.text

    def older_answer(self) -> str:
        """Follow “Show earlier entries”. Returns the answer, not yet applied."""
        link = self.page.element("older-link").attributes["hx-get"]
        answer = self.visitor.get(f"{link}&after={self.page.cursor}", htmx=True)
        assert answer.status == 200, answer.text
        return answer.text

    def take_older(self, answer: str) -> None:
        """Apply an answer of `older_answer`."""
        self._take(answer)

    def opens_comments(self, entry: str) -> None:
        """Follow “Show earlier comments” on the entry with this id, and apply the answer."""
        answer = self.visitor.get(f"{Thread(self.page, entry).link}&after={self.page.cursor}", htmx=True)
        assert answer.status == 200, answer.text
        self._take(answer.text)

    def opens_comment_form(self, entry: Entry) -> None:
        """Follow “Comment” on an entry, and put the form into its place."""
        link = next(node for node in self.page.element(entry.id).elements if node.attributes.get("class") == "say")
        answer = self.visitor.get(link.attributes["hx-get"], htmx=True)
        assert answer.status == 200, answer.text
        self.page.place(self.page.element(f"{entry.id}-reply"), 0, parse_frame(answer.text).clone().children)

    def _take(self, html: str) -> None:
        """Apply a frame or an answer, and resume where it brings a resume form that sends itself."""
        before = list(self.page.ids.get("resume", []))
        self.page.swap(html)
        form = self.page.ids.get("resume")
        if self.socket and form and before and form[0] not in before:
            assert form[0].attributes["hx-trigger"].startswith("load")
            self.resume()

    def fresh(self) -> View:
        """The view of a page that is opened now and pages back as far as this one."""
        return self._as_far(self._fresh())

    def _as_far(self, page: Page) -> View:
        """The view of a page, cut to the entries that this one reaches."""
        return page.view().up_to(self.page.ceiling) if page.is_oldest_first else page.view().down_to(self.page.floor)

    def _fresh(self) -> Page:
        other = copy(self)
        answer = self.visitor.get(self.path)
        assert answer.status == 200, answer.text
        other.page, other.socket = Page(answer.text), None
        cursor = other.page.cursor
        if self.page.is_oldest_first:
            while other.page.ceiling < self.page.ceiling:
                other.take_older(other.older_answer())
        else:
            while other.page.floor > self.page.floor:
                other.take_older(other.older_answer())
        for thread in [Thread(self.page, entry) for entry in self.page.headed if entry in other.page.headed]:
            while thread.is_opened and Thread(other.page, thread.entry).floor > thread.floor:
                other.opens_comments(thread.entry)
        assert other.page.cursor == cursor, "the event changed while it was read"
        return other.page

    def agrees(self) -> None:
        """Check that this page equals a fresh one, to the last comment."""
        mine, fresh = alike(self.page, self._fresh())
        assert mine.view() == self._as_far(fresh)


def agree(readers: list[ProtocolReader]) -> None:
    """Check that all these pages equal a fresh one. A page whose list was replaced may show less of it than others."""
    fresh = min(readers, key=lambda reader: reader.page.floor).fresh()
    assert [reader.page.view() for reader in readers] == [fresh.down_to(reader.page.floor) for reader in readers]
