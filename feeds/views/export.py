"""An event's document over HTTP: written to a file as fast as the database goes, sent as fast as the browser reads."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.models import Verb
from feeds.transfer import exports
from feeds.views import login_required
from feeds.views.caching import never_kept

PIECE = 64 * 1024
"""Bytes that are sent at once."""
AGAIN = 0.05
"""Seconds until more is looked for, where what is written is sent."""


@require_POST
@login_required
def export(request: HttpRequest, slug: str) -> HttpResponse:
    event = rules.owned_event(Person.of(request), slug)
    event.note_now(request.user, Verb.EXPORTED)
    response: Any = StreamingHttpResponse(content_type="application/json; charset=utf-8")
    response.streaming_content = _while_written(event.pk) if hasattr(request, "scope") else _written(event.pk)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.json"'
    return never_kept(response)


def _written(event_pk: int) -> Any:
    """For a server without an event loop."""
    with TemporaryFile() as file:
        exports.write(event_pk, file)
        sent = file.seek(0)
        while piece := _read(file, sent):
            sent += len(piece)
            yield piece


async def _while_written(event_pk: int) -> AsyncIterator[bytes]:
    """The file as far as it is written, and so on until all of it is sent.

    A browser that reads slowly keeps a file waiting, but no snapshot of the database; one that leaves stops it.
    """
    left = False
    with TemporaryFile(buffering=0) as file:
        writing = asyncio.ensure_future(asyncio.to_thread(_write, event_pk, file, lambda: left))
        sent = 0
        try:
            while True:
                done = writing.done()
                if piece := await asyncio.to_thread(_read, file, sent):
                    sent += len(piece)
                    yield piece
                elif done:
                    break
                else:
                    await asyncio.wait({writing}, timeout=AGAIN)
            await writing  # what went wrong breaks the answer off, so that nobody takes it for whole
        finally:
            left = True
            await asyncio.wait({writing})


def _write(event_pk: int, file: IO[bytes], until: Any) -> None:
    buffered = io.BufferedWriter(file, PIECE)
    try:
        exports.write(event_pk, buffered, until=until)
        buffered.flush()
    finally:
        buffered.detach()
        connections.close_all()  # of a thread that may never come again


def _read(file: IO[bytes], sent: int) -> bytes:
    """Beside the place where the other thread writes."""
    return os.pread(file.fileno(), PIECE, sent)
