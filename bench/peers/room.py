"""Commentary's server, sockets and rooms without the database: `python -m bench.peers.room PORT`.

The real `Server`, the real consumer, the real `Room`. Only what they ask the database is answered from a list, into
which a publisher's socket puts ready-made fragments: the last step alone, fed like the peers are fed.
"""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "site"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentary.settings")

from commentary.asgi import application
from feeds.forms import Cursor
from feeds.live import hub as hubs
from feeds.live import room as rooms
from feeds.live import sockets
from feeds.timeline import frames
from feeds.timeline.frames import FRAME, Frame, Signs
from feeds.timeline.variants import Variant
from serving.server import Server, endpoints

EVENT, SLUG, EPOCH = 1, "bench", "bench"
fragments: list[str] = []


def frame_between(event_pk: int, start: Cursor, end: Cursor | None = None, **_: Any) -> Frame | None:
    last = min(len(fragments), start.seq + FRAME, end.seq if end else len(fragments))
    if start.seq >= last:
        return None
    return Frame(start, Cursor(EPOCH, last), "".join(fragments[start.seq : last]))


def frames_between(event_pk: int, start: Cursor, *, variants: set[Variant]) -> dict[Variant, Frame]:
    frame = frame_between(event_pk, start)
    return dict.fromkeys(variants, frame) if frame else {}


def standing(event_pk: int) -> Any:
    return SLUG, Cursor(EPOCH, len(fragments)), False, False, {}, Signs()


def heads(event_pks: list[int]) -> dict[int, Cursor]:
    return dict.fromkeys(event_pks, Cursor(EPOCH, len(fragments)))


def at_once(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """In place of `in_thread`, which is there for the database."""

    async def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return call


def instead_of(module: Any, name: str, substitute: Any) -> None:
    assert hasattr(module, name), f"{module.__name__}.{name} is no more: what does the product ask now?"
    setattr(module, name, substitute)


for substitute in (frame_between, frames_between, standing, heads):
    instead_of(frames, substitute.__name__, substitute)
for module in (rooms, hubs, sockets):
    instead_of(module, "in_thread", at_once)
instead_of(sockets, "_authorise", lambda slug, cookies: (EVENT, False))
counted = SimpleNamespace(report=lambda process, here: {event: len(browsers) for event, browsers in here.items()})
instead_of(hubs, "Presence", SimpleNamespace(objects=counted))


async def with_publisher(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "websocket" or scope["path"] != "/publish/":
        await application(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        fragments.append(message["text"])
        if room := hubs.hub.rooms.get(EVENT):
            room.woken.set()


Server(with_publisher, endpoints=endpoints("127.0.0.1", int(sys.argv[1]))).run()
