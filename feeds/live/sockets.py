"""The socket of an event's page: authorise, join the room, hand on the cursor. It changes nothing."""

import asyncio
import logging
import time
from typing import Any
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
from feeds.live.messages import farewell, outdated, render
from feeds.live.process import process
from feeds.live.reader import Reader
from feeds.timeline.frames import NOWHERE
from feeds.timeline.variants import Variant
from serving import BROADCAST

logger = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds a page has to say where it is, before it is taken to be where it was when it was rendered."""
BEHIND = 0.05
"""Seconds by which this process may be late; beyond, it is too busy to know what a page has said."""
MESSAGES, PER_SECONDS = 20, 5.0
"""A page says where it is once a connection, and again after it fetched earlier entries. More is a flood."""
TYPING, TYPING_APART = 200, 1.0
"""Of these beside: a page that was away may send a hundred at once (htmx 4.0.1). So many seconds lie between two."""


class EventConsumer(AsyncConsumer):
    """One for each connection, of which there are thousands: it keeps little, and is one task while it waits.

    Channels' own consumers listen to the channel layer as well and close database connections before each
    message. Rooms do the one for all of theirs, and there is no database work in here but in threads.
    """

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.base_send = send
        self.window, self.heard, self.typed, self.typed_at = 0.0, 0, 0, 0.0
        self.joined_unasked = False
        self.joining: asyncio.Task[None] | None = None
        await receive()  # websocket.connect
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if not await self.connect(scope, Variant.parse(query), query.get("build")):
            return
        self._wait_for_resume(Cursor.parse(query.get("after")) or NOWHERE)
        scope["headers"].clear()  # two kilobytes that nobody needs any more
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
                    # What it says after the grace it may have sent before, and be further by now.
                    self._join(cursor, sure=not self.joined_unasked)
                    self.joined_unasked = False
                    if Fragment.of_resume(text):
                        context = {"slug": scope["url_route"]["kwargs"]["slug"]}
                        await self.send_text(render(self.reader.variant, "partials/fragment_frame.html", context))
        finally:
            self.grace.cancel()
            if self.joining:
                self.joining.cancel()
            process.hub.leave(self.event_pk, self.reader)

    async def connect(self, scope: dict[str, Any], variant: Variant, build: str | None) -> bool:
        slug, cookies = scope["url_route"]["kwargs"]["slug"], cookies_of(scope["headers"])
        outlet = scope.get("extensions", {}).get(BROADCAST)
        self.reader = Reader(self.send_text, self.close, cookies=cookies, outlet=outlet, variant=variant)
        event_pk = self._admitted(slug, cookies)
        if event_pk is None:
            try:
                async with process.hub.asking:
                    event_pk = self._admitted(slug, cookies)  # the room may be there by now
                    if event_pk is None:
                        event_pk, self.reader.host = await database.in_thread(_authorise)(slug, cookies)
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
        await self.send({"type": "websocket.accept"})
        if settings.WATCH_TEMPLATES and build not in {None, settings.BUILD}:  # saved while the page was away
            await self.send_text(outdated())
        return True

    def _admitted(self, slug: str, cookies: dict[str, str]) -> int | None:
        """A crowd comes without a session and to a room that is there: that takes no query."""
        return None if settings.SESSION_COOKIE_NAME in cookies else process.hub.admits(slug, self.reader)

    async def send_text(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    async def close(self, code: int = 1000) -> None:
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
        """More often than pages say so it is not listened to."""
        now = time.monotonic()
        if typing.place is not None and now - self.typed_at >= TYPING_APART:
            self.typed_at = now
            await process.hub.hear_typing(self.event_pk, self.reader, typing.place)

    def _wait_for_resume(self, loaded_at: Cursor) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + GRACE
        self.grace = loop.call_at(due, self._join_unasked, loaded_at, due)

    def _join_unasked(self, cursor: Cursor, due: float) -> None:
        """The page cannot say where it is, or not yet: it is where it was when it was loaded, or beyond."""
        if asyncio.get_running_loop().time() - due > BEHIND:  # it may have said so, and this process not heard it yet
            self._wait_for_resume(cursor)
            return
        self.joined_unasked = True
        self._join(cursor, sure=False)

    def _join(self, cursor: Cursor, *, sure: bool) -> None:
        """In a task of its own, so that a reader who is slow to take it can still be heard leaving."""
        if self.joining:
            self.joining.cancel()
        self.joining = asyncio.create_task(process.hub.join(self.event_pk, self.reader, cursor, sure=sure))
        self.joining.add_done_callback(self._joined)

    def _joined(self, task: "asyncio.Task[None]") -> None:
        if self.joining is task:
            self.joining = None
        if not task.cancelled() and (error := task.exception()):
            logger.error("A page of event %s could not be caught up", self.event_pk, exc_info=error)
            self.closing = asyncio.ensure_future(self.close(code=1011))  # it comes back and tries again


def cookies_of(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return parse_cookie(b"; ".join(value for name, value in headers if name == b"cookie").decode("latin-1"))


def _user(cookies: dict[str, str]) -> Any:
    request = HttpRequest()
    request.COOKIES = cookies
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    return auth.get_user(request)


def signed_in(cookies: dict[str, str]) -> bool:
    """Whether these cookies are those of somebody with an account. Asks the database."""
    return settings.SESSION_COOKIE_NAME in cookies and bool(_user(cookies).is_authenticated)


def _authorise(slug: str, cookies: dict[str, str]) -> tuple[int, tuple[int, str] | None]:
    """The event at this address, and the user and session with these cookies if a host's. Raises as `event_for`."""
    person = Person(_user(cookies), Visitor.of(cookies))
    event = rules.event_for(person, slug)
    if not person.user.pk or not person.hosts(event):
        return event.pk, None
    return event.pk, (person.user.pk, cookies[settings.SESSION_COOKIE_NAME])


async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers any other path with 403."""
    await send({"type": "websocket.close"})
