"""The socket of an event's page: authorise, join the room, hand on the cursor. It changes nothing."""

import asyncio
import logging
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from commentary import BACKPRESSURE
from feeds import access
from feeds.access import Banned, Person, Visitor
from feeds.forms import Cursor
from feeds.hub import hub
from feeds.models import Event
from feeds.rooms import Reader, farewell, in_thread

logger = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds a page has to say where it is, before it is taken to be where it was when it was rendered."""
MESSAGES, PER_SECONDS = 20, 5.0
"""A page says where it is once a connection, and again after it fetched earlier entries. More is a flood."""


class EventConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = None  # rooms listen for it, so a page connects even while the layer is away

    async def connect(self) -> None:
        person = Person(self.scope["user"], Visitor.of(self.scope["cookies"]))
        try:
            self.event, host = await in_thread(self._authorise)(person)
        except (Http404, Banned) as refusal:  # a refused handshake would be tried again for ever
            await self.accept()
            await self.send(farewell(refusal))
            await self.close()
            return
        ready = self.scope.get("extensions", {}).get(BACKPRESSURE)
        self.reader = Reader(self.send, self.close, host=host, visitor=person.visitor.id, ready=ready)
        self.heard: deque[float] = deque(maxlen=MESSAGES)
        self.joining: asyncio.Task[None] | None = None
        await self.accept()
        self.grace = asyncio.get_running_loop().call_later(GRACE, self._resume_from_address)

    def _authorise(self, person: Person) -> tuple[Event, bool]:
        event = access.event_for(person, self.scope["url_route"]["kwargs"]["slug"])
        return event, person.hosts(event)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not hasattr(self, "reader"):
            return
        now = time.monotonic()
        if len(self.heard) == MESSAGES and now - self.heard[0] < PER_SECONDS:
            await self.close(code=1008)
            return
        self.heard.append(now)
        if cursor := Cursor.of_resume(text_data or ""):
            self._join(cursor)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "reader"):
            self.grace.cancel()
            if self.joining:
                self.joining.cancel()
            hub.leave(self.event, self.reader)

    def _resume_from_address(self) -> None:
        """The page cannot send: htmx needs crypto.randomUUID for that, which http:// has on localhost only."""
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self._join(Cursor.parse(query.get("after", [""])[0]) or Cursor("none", 0))

    def _join(self, cursor: Cursor) -> None:
        """In a task of its own, so that a reader who is slow to take it can still be heard leaving."""
        self.grace.cancel()
        if self.joining:
            self.joining.cancel()
        self.joining = asyncio.create_task(hub.join(self.event, self.reader, cursor))
        self.joining.add_done_callback(self._joined)

    def _joined(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()):
            logger.error("A page of event %s could not be caught up", self.event.pk, exc_info=error)
            self.closing = asyncio.ensure_future(self.close(code=1011))  # it comes back and tries again


class Refuse(AsyncWebsocketConsumer):
    """Answers any other path with 403."""

    channel_layer_alias = None

    async def connect(self) -> Any:
        raise DenyConnection
