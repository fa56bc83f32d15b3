"""The socket of an event's page: it authorises, joins the room and hands on the cursor. It changes nothing."""

import asyncio
import logging
import time
from urllib.parse import parse_qsl

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, parse_cookie

from feeds.access import rules
from feeds.access.rules import Banned
from feeds.access.visitors import Person, Visitor
from feeds.forms import Cursor, Fragment, Typing
from feeds.live import database
from feeds.live.hub import Hub
from feeds.live.messages import farewell, outdated, render
from feeds.live.process import process
from feeds.live.reader import Host, Reader
from feeds.models.accounts.account import Account
from feeds.timeline.frames import NOWHERE
from feeds.timeline.variants import Variant
from serving import BROADCAST, Receive, Scope, Send

logger = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds a page has to say where it is. After that it is taken to be where it was when it was rendered."""
BEHIND = 0.05
"""Seconds by which this process may be late. Beyond, it is too busy to know what a page has said."""
MESSAGES, PER_SECONDS = 20, 5.0
"""Limit of messages in this time. A page says where it is when it connects, and after it fetched earlier entries."""
TYPING = 200
"""Limit of messages about typing in the same time. A page that was away may send a hundred at once (htmx 4.0.1)."""
TYPING_APART = 1.0
"""Seconds between two of them that are passed on."""


class EventConsumer(AsyncConsumer):
    """One connection. There are thousands, so it keeps little, and is one task while it waits.

    Channels' own consumers also listen to the channel layer, and close database connections before each message.
    Here the hub listens for all, and database work is done in other threads only.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.base_send = send
        self.window, self.heard, self.typed, self.typed_at = 0.0, 0, 0, 0.0
        self.joined_unasked = False
        self.joining: asyncio.Task[None] | None = None
        await receive()  # websocket.connect
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if not await self.connect(scope, query):
            return
        self._wait_for_resume(Cursor.parse(query.get("after")) or NOWHERE)
        scope["headers"].clear()  # two kilobytes that are no longer needed
        try:
            while (message := await receive())["type"] == "websocket.receive":
                text = message.get("text") or ""
                typing = Typing.of(text)
                if self._is_flooding(typing=bool(typing)):
                    await self.close(code=1008)
                elif typing:
                    await self._hear_typing(typing)
                elif cursor := Cursor.of_resume(text):
                    self.grace.cancel()
                    # A page that is heard after the grace may have said so before, and be further by now.
                    self._join(cursor, sure=not self.joined_unasked)
                    self.joined_unasked = False
                    if Fragment.of_resume(text):
                        context = {"slug": scope["url_route"]["kwargs"]["slug"]}
                        await self.send_text(render(self.reader.variant, "partials/live/fragment_frame.html", context))
        finally:
            self.grace.cancel()
            if self.joining:
                self.joining.cancel()
            self.hub.leave(self.event_pk, self.reader)

    @property
    def hub(self) -> Hub:
        """Rooms that the page may join."""
        return process.hub

    def authorise(self, slug: str, cookies: dict[str, str]) -> tuple[int, Host | None]:
        """Return the primary key of an event, and the host with these cookies. Raises like `rules.event_for`."""
        return _authorise(slug, cookies)

    async def connect(self, scope: Scope, query: dict[str, str]) -> bool:
        """Accept a reader who may read the event, and say farewell to all others. Returns whether it was accepted.

        `query` names the page's variant, and with `build` the templates that it was rendered with.
        """
        variant, build = Variant.parse(query), query.get("build")
        slug, cookies = scope["url_route"]["kwargs"]["slug"], cookies_of(scope["headers"])
        outlet = scope.get("extensions", {}).get(BROADCAST)
        self.reader = Reader(self.send_text, self.close, cookies=cookies, outlet=outlet, variant=variant)
        event_pk = self._admitted(slug, cookies)
        if event_pk is None:
            try:
                async with self.hub.asking:
                    event_pk = self._admitted(slug, cookies)  # the room may be there by now
                    if event_pk is None:
                        event_pk, self.reader.host = await database.in_thread(self.authorise)(slug, cookies)
            except (Http404, Banned) as refusal:  # a refused handshake would be tried again for ever
                await self.send({"type": "websocket.accept"})
                await self.send_text(farewell(variant, refusal))
                await self.close()
                return False
            except DatabaseError as error:  # it is away; the page tries again in a moment
                logger.warning("A page cannot connect: %s", str(error).splitlines()[0])
                await self.close(code=1013)
                return False
        self.event_pk = event_pk
        self.reader.variant = variant.asked_by(query, hosting=self.reader.host is not None)
        await self.send({"type": "websocket.accept"})
        if settings.WATCH_TEMPLATES and build not in {None, settings.BUILD}:  # saved while the page was away
            await self.send_text(outdated())
        return True

    def _admitted(self, slug: str, cookies: dict[str, str]) -> int | None:
        """Return the event's primary key without a query, for a reader without a session and a room that is there."""
        return None if settings.SESSION_COOKIE_NAME in cookies else self.hub.admits(slug, self.reader)

    async def send_text(self, text: str) -> None:
        """Send a message of HTML."""
        await self.send({"type": "websocket.send", "text": text})

    async def close(self, code: int = 1000) -> None:
        """End the connection with a WebSocket close code."""
        await self.send({"type": "websocket.close", "code": code})

    def _is_flooding(self, *, typing: bool) -> bool:
        now = time.monotonic()
        if now - self.window > PER_SECONDS:
            self.window, self.heard, self.typed = now, 0, 0
        if typing:
            self.typed += 1
        else:
            self.heard += 1
        return self.heard > MESSAGES or self.typed > TYPING

    async def _hear_typing(self, typing: Typing) -> None:
        """Pass it on, unless it comes more often than pages say so."""
        now = time.monotonic()
        if typing.place is not None and now - self.typed_at >= TYPING_APART:
            self.typed_at = now
            await self.hub.hear_typing(self.event_pk, self.reader, typing.place)

    def _wait_for_resume(self, loaded_at: Cursor) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + GRACE
        self.grace = loop.call_at(due, self._join_unasked, loaded_at, due)

    def _join_unasked(self, cursor: Cursor, due: float) -> None:
        """Join for a page that cannot say where it is, or not yet. It is where it was when it was loaded, or beyond."""
        if asyncio.get_running_loop().time() - due > BEHIND:  # it may have said so, and this process not heard it yet
            self._wait_for_resume(cursor)
            return
        self.joined_unasked = True
        self._join(cursor, sure=False)

    def _join(self, cursor: Cursor, *, sure: bool) -> None:
        """Join in a task of its own, so that a slow reader can still be heard leaving."""
        if self.joining:
            self.joining.cancel()
        self.joining = asyncio.create_task(self.hub.join(self.event_pk, self.reader, cursor, sure=sure))
        self.joining.add_done_callback(self._joined)

    def _joined(self, task: "asyncio.Task[None]") -> None:
        if self.joining is task:
            self.joining = None
        if not task.cancelled() and (error := task.exception()):
            logger.error("A page of event %s could not be caught up", self.event_pk, exc_info=error)
            self.closing = asyncio.ensure_future(self.close(code=1011))  # it comes back and tries again


def cookies_of(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read the cookies from the headers of an ASGI scope, by name."""
    return parse_cookie(b"; ".join(value for name, value in headers if name == b"cookie").decode("latin-1"))


def user_of(cookies: dict[str, str]) -> Account:
    """Account that is signed in with these cookies, or an anonymous one. Asks the database."""
    request = HttpRequest()
    request.COOKIES = cookies
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    return auth.get_user(request)


def signed_in(cookies: dict[str, str]) -> bool:
    """Whether these cookies are those of somebody with an account. Asks the database."""
    return settings.SESSION_COOKIE_NAME in cookies and user_of(cookies).is_authenticated


def _authorise(slug: str, cookies: dict[str, str]) -> tuple[int, Host | None]:
    """Return the primary key of the event at this address, and the host with these cookies. Raises like `event_for`."""
    person = Person(user_of(cookies), Visitor.of(cookies))
    event = rules.event_for(person, slug)
    if not person.user.pk or not person.hosts(event):
        return event.pk, None
    return event.pk, (person.user.pk, cookies[settings.SESSION_COOKIE_NAME])


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any other path with 403."""
    await send({"type": "websocket.close"})
