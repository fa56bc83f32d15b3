"""Pages for tests of what is told to an audience, without a server or a database."""

from feeds.forms import Cursor
from feeds.live.audience import Audience
from feeds.live.reader import Reader
from feeds.timeline.standings import Signs, Standing


class Outlet:
    """A connection as our own server lends it."""

    def __init__(self):
        self.full = False
        self.written = []

    def write(self, message):
        self.written.append(message.text)


class Page:
    """An open page, and the messages that it was sent."""

    def __init__(self, name, variant=None, *, outlet=None):
        self.name = name
        self.received = outlet.written if outlet else []
        self.closed_with = None
        self.reader = Reader(self.receives, self.is_closed, cookies={}, outlet=outlet, variant=variant)

    async def receives(self, html):
        self.received.append(html)

    async def is_closed(self, code=1000):
        self.closed_with = code


def audience_of(*pages):
    """An audience in which all of these are level."""
    audience = Audience(event_pk=1)
    for page in pages:
        audience.set_level(page.reader)
    return audience


def standing(seq=1, **signs):
    """The standing of an event that anybody may read."""
    return Standing("match", Cursor("epoch", seq), over=False, for_hosts=False, banned={}, signs=Signs(**signs))
