"""A consumer for each socket, in the group of the event: as the Channels tutorial does it, its async version."""

from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.template.loader import render_to_string

from .models import Entry

GROUP = "event"
STAMP = 34
SAMPLE = {"number": 4711, "name": "Ann", "at": "2026-11-22T18:14:00+00:00"}
WORDS = (
    "The second stage is alight, and all nine engines of the first look good from here. "
    "Next comes the turn, in about forty seconds, and then the landing burn. "
)
"""The entry that fan-out is measured with: its text is these words and the stamp."""


def sample(text: str) -> dict[str, Any]:
    at = text.index("~q")
    return SAMPLE | {"text": WORDS + text[at : at + STAMP]}


def render(entry: dict[str, Any]) -> str:
    return render_to_string("tutorial/entry.html", {"entry": entry})


class RenderedPerSocket(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        after = parse_qs(self.scope["query_string"].decode()).get("after")
        if after:
            for entry in await entries_after(int(after[0])):
                await self.send(text_data=render(entry))

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def entry_published(self, event: dict[str, Any]) -> None:
        await self.send(text_data=render(event["entry"]))


class RenderedOnce(RenderedPerSocket):
    async def entry_rendered(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


class Publisher(AsyncWebsocketConsumer):
    """Publishes to consumers that render for themselves."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = {"type": "entry.published", "entry": sample(text_data or "")}
        await self.channel_layer.group_send(GROUP, message)


class PublisherOfText(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = {"type": "entry.rendered", "text": render(sample(text_data or ""))}
        await self.channel_layer.group_send(GROUP, message)


@database_sync_to_async
def entries_after(number: int) -> list[dict[str, object]]:
    return [entry.as_message() for entry in Entry.objects.filter(pk__gt=number).order_by("pk")]
