"""The socket of an event's page: authorise, join the room, hand on the cursor. It changes nothing."""

import asyncio
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from feeds import access
from feeds.forms import Cursor
from feeds.models import Event
from feeds.rooms import Reader, hub, in_thread

GRACE = 3.0
"""Seconds a page has to say where it is, before it is taken to be where it was when it was rendered."""


class EventConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = None  # rooms listen for it, so a page connects even while the layer is away

    async def connect(self) -> None:
        try:
            self.event, host = await in_thread(self._authorise)()
        except Http404:
            raise DenyConnection from None
        self.reader = Reader(self.send, self.close, host=host)
        await self.accept()
        self.late: asyncio.Future[None] | None = None
        self.grace = asyncio.get_running_loop().call_later(GRACE, self._resume_from_address)

    def _authorise(self) -> tuple[Event, bool]:
        user = self.scope["user"]
        event = access.event_for(user, self.scope["url_route"]["kwargs"]["slug"])
        return event, access.hosts(user, event)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if cursor := Cursor.of_resume(text_data or ""):
            self.grace.cancel()
            await hub.join(self.event, self.reader, cursor)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "reader"):
            self.grace.cancel()
            if self.late:
                self.late.cancel()
            hub.leave(self.event, self.reader)

    def _resume_from_address(self) -> None:
        """The page cannot send: htmx needs crypto.randomUUID for that, which http:// has on localhost only."""
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        cursor = Cursor.parse(query.get("after", [""])[0]) or Cursor("none", 0)
        self.late = asyncio.ensure_future(hub.join(self.event, self.reader, cursor))


class Refuse(AsyncWebsocketConsumer):
    """Answers any other path with 403."""

    channel_layer_alias = None

    async def connect(self) -> Any:
        raise DenyConnection
