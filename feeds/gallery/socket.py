"""The socket of pages that are not those of an event, for designers: it tells what was saved."""

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings

from feeds.gallery.live_reload import watch
from feeds.live.messages import outdated, render
from feeds.live.sockets import refuse
from feeds.timeline.variants import Variant


async def gallery_socket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The socket of pages that are not those of an event: they hear what was saved, and nothing else."""
    if not settings.WATCH_TEMPLATES:
        await refuse(scope, receive, send)
        return
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    tell = partial(_tell, send, Variant.parse(query))
    with watch.told(tell):
        await tell(query.get("build") != settings.BUILD)
        while (await receive())["type"] == "websocket.receive":
            pass


async def _tell(send: Any, variant: Variant, anew: bool) -> None:
    """What is wrong needs no new page, and so is there at once."""
    said = render(variant, "partials/broken_frame.html", {"broken": watch.broken})
    await send({"type": "websocket.send", "text": said + (outdated() if anew else "")})
