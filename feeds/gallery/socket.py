"""The socket of pages outside events, for designers: it reports saved files."""

from functools import partial
from urllib.parse import parse_qsl

from django.conf import settings

from feeds.gallery.live_reload import watch
from feeds.live.messages import outdated, render
from feeds.live.sockets import refuse
from feeds.timeline.variants import Variant
from serving import Receive, Scope, Send


async def gallery_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serves the socket of a page outside events: it hears of saved files and of nothing else."""
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


async def _tell(send: Send, variant: Variant, changed: bool) -> None:
    """Shows the problems, which need no new page, and lets the page reload if files have changed."""
    said = render(variant, "partials/live/broken_frame.html", {"broken": watch.broken})
    await send({"type": "websocket.send", "text": said + (outdated() if changed else "")})
