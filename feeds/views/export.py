"""Download of an event's document. It is written as fast as the database allows, and sent as fast as it is read."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_POST

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.models import Verb
from feeds.transfer import exports
from feeds.views import login_required
from feeds.views.caching import never_kept

PIECE = 64 * 1024
"""Bytes sent at a time."""
AGAIN = 0.05
"""Seconds to wait for more, once everything written is sent."""


@require_POST
@login_required
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """POST sends the event's document as a JSON file to its owner."""
    event = rules.owned_event(Person.of(request), slug)
    event.note_now(request.user, Verb.EXPORTED)
    content = _while_written(event.pk) if hasattr(request, "scope") else _written(event.pk)
    response = StreamingHttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.json"'
    return never_kept(response)


def _written(event_pk: int) -> Iterator[bytes]:
    """Yield the file in pieces, for a server without an event loop."""
    with TemporaryFile() as file:
        exports.write(event_pk, file)
        sent = file.seek(0)
        while piece := _read(file, sent):
            sent += len(piece)
            yield piece


async def _while_written(event_pk: int) -> AsyncIterator[bytes]:
    """Yield the file in pieces while another thread writes it.

    A browser that reads slowly holds a file open, but no snapshot of the database. One that leaves stops the writing.
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
            await writing  # an error breaks the answer off, so that nobody takes it for complete
        finally:
            left = True
            await asyncio.wait({writing})


def _write(event_pk: int, file: IO[bytes], until: Callable[[], bool]) -> None:
    buffered = io.BufferedWriter(file, PIECE)
    try:
        exports.write(event_pk, buffered, until=until)
        buffered.flush()
    finally:
        buffered.detach()
        connections.close_all()  # of a thread that may never come again


def _read(file: IO[bytes], sent: int) -> bytes:
    """Bytes after the first `sent`, without moving the file position that the other thread writes at."""
    return os.pread(file.fileno(), PIECE, sent)
