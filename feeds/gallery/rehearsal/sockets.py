"""The sockets of a rehearsal: that of the event's page, which is the real one in other surroundings, and the log's."""

from functools import partial
from urllib.parse import parse_qsl

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from feeds.access import rules
from feeds.access.visitors import Person, Visitor
from feeds.gallery.rehearsal.frame_log import Row, rows_as_frame
from feeds.gallery.rehearsal.rehearsals import Rehearsal, rehearsals
from feeds.gallery.rehearsal.stage import Stage
from feeds.live import database
from feeds.live.messages import render
from feeds.live.reader import Host
from feeds.live.sockets import EventConsumer, cookies_of, refuse, user_of
from feeds.timeline.variants import Variant
from serving import Receive, Scope, Send


class RehearsalConsumer(EventConsumer):
    """The connection of a page in a rehearsal: everything is as for readers, in the rehearsal's room and database."""

    rehearsal: Rehearsal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await database.in_thread(may_rehearse)(cookies_of(scope["headers"])):
            await refuse(scope, receive, send)
            return
        found = rehearsals.find(scope["url_route"]["kwargs"]["key"])
        if found is None:
            await _say_over(scope, receive, send)
            return
        with found.connected() as is_allowed:
            if found.stage.is_cut or not is_allowed:
                await refuse(scope, receive, send)
                return
            self.rehearsal = found
            with found.entered():
                await super().__call__(scope, receive, send)

    @property
    def hub(self) -> Stage:
        """Rooms of the rehearsal."""
        return self.rehearsal.stage

    def authorise(self, slug: str, cookies: dict[str, str]) -> tuple[int, Host | None]:
        """Return the primary key of the event, as for any reader. Raises like `rules.event_for`."""
        return rules.event_for(Person(AnonymousUser(), Visitor.of(cookies)), slug).pk, None


async def log_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serves the log of a rehearsal: the lines there are, and each further one."""
    found = rehearsals.find(scope["url_route"]["kwargs"]["key"])
    if found is None or not await database.in_thread(may_rehearse)(cookies_of(scope["headers"])):
        await refuse(scope, receive, send)
        return
    with found.connected() as is_allowed:
        if not is_allowed:
            await refuse(scope, receive, send)
            return
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        language = Variant.parse(dict(parse_qsl(scope["query_string"].decode("latin-1")))).language
        tell = partial(_tell, send, language)
        with found.log.told(tell):
            await tell(list(found.log.rows))
            while (await receive())["type"] == "websocket.receive":
                pass


async def _tell(send: Send, language: str, rows: list[Row]) -> None:
    await send({"type": "websocket.send", "text": rows_as_frame(rows, language)})


async def _say_over(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells a page that its rehearsal is over. A refused handshake would be tried again for ever."""
    await receive()  # websocket.connect
    variant = Variant.parse(dict(parse_qsl(scope["query_string"].decode("latin-1"))))
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": render(variant, "design/rehearsal_over_frame.html", {})})
    await send({"type": "websocket.close", "code": 1000})


def may_rehearse(cookies: dict[str, str]) -> bool:
    """Whether these cookies are those of somebody who may see the gallery. Asks the database."""
    try:
        rules.require_designer(user_of(cookies))
    except Http404:
        return False
    return True
