"""Commentary's server, sockets and rooms without the database: `python -m bench.peers.room PORT`.

The real `Server`, the real consumer, the real `Room`. Only what they ask the database is answered from a list, into
which a publisher's socket puts ready-made fragments: the last step alone, fed like the peers are fed.
"""

import os
import sys
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "site"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentary.settings")

from commentary.asgi import application
from feeds.forms import Cursor
from feeds.live import chores, database, sockets
from feeds.live.process import process
from feeds.models import Presence
from feeds.models.event.presence import PresenceQuerySet
from feeds.timeline import frames, standings
from feeds.timeline.frames import FRAME, Frame
from feeds.timeline.standings import Signs, Standing
from feeds.timeline.variants import Variant
from serving import Receive, Scope, Send, connections
from serving.server import Server, endpoints

EVENT, SLUG, EPOCH = 1, "bench", "bench"
fragments: list[str] = []
P = ParamSpec("P")
T = TypeVar("T")


def here() -> Cursor:
    return Cursor(EPOCH, len(fragments))


def frame_between(
    event_pk: int, start: Cursor, end: Cursor | None = None, *, variant: Variant | None = None, **how: bool
) -> Frame | None:
    last = min(len(fragments), start.seq + FRAME, end.seq if end else len(fragments))
    if start.seq >= last:
        return None
    return Frame(start, Cursor(EPOCH, last), "".join(fragments[start.seq : last]))


def frames_between(
    event_pk: int,
    start: Cursor,
    end: Cursor | None = None,
    *,
    variants: Iterable[Variant],
    beyond: bool = False,
    shared: bool = False,
) -> dict[Variant, Frame]:
    frame = frame_between(event_pk, start, end)
    return dict.fromkeys(variants, frame) if frame else {}


def standing_of(event_pk: int) -> Standing | None:
    return Standing(SLUG, here(), over=False, for_hosts=False, banned={}, signs=Signs())


def heads(event_pks: list[int]) -> dict[int, Cursor]:
    return dict.fromkeys(event_pks, here())


def at_once(function: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """In place of `in_thread`, which is there for the database."""

    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    return call


def authorise(slug: str, cookies: dict[str, str]) -> tuple[int, tuple[int, str] | None]:
    return EVENT, None


def nothing() -> None:
    """In place of chores in the database."""


def never() -> bool:
    return False


class CountedHere(PresenceQuerySet):
    def report(self, process: str, readers: Mapping[int, Collection[int]]) -> dict[int, int]:
        return {event: len(browsers) for event, browsers in readers.items()}


# Assigned by name, so that mypy compares each stand-in with what it replaces.
frames.frame_between = frame_between
frames.frames_between = frames_between
standings.standing_of = standing_of
standings.heads = heads
database.in_thread = at_once
chores.keep_up = nothing
chores.tidy_up = nothing
chores.has_abandoned = never
sockets._authorise = authorise
Presence.objects = CountedHere.as_manager()
connections.ALLOWANCE = float("inf")  # the publisher sends more than any browser


async def with_publisher(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "websocket" or scope["path"] != "/publish/":
        await application(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        fragments.append(message["text"])
        if room := process.hub.rooms.get(EVENT):
            room.woken.set()


Server(with_publisher, endpoints=endpoints("127.0.0.1", int(sys.argv[1]))).run()
