"""Rehearsals of this process: few, each known by a key that only its designer has, and forgotten after a while."""

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from feeds.forms import Cursor
from feeds.gallery.live_reload import watch
from feeds.gallery.rehearsal.frame_log import FrameLog
from feeds.gallery.rehearsal.look import Look
from feeds.gallery.rehearsal.memory import Memory
from feeds.gallery.rehearsal.sample import ACTS, SLUG, NothingThere, make_event
from feeds.gallery.rehearsal.stage import Stage
from feeds.live import database
from feeds.live.process import process
from feeds.live.reader import Reader
from feeds.memo import rooted
from feeds.models import Closed, Event, Gone, Overtaken
from serving.threads import loop

AT_ONCE = 8
"""Rehearsals in one process. One more ends the one that was used least recently."""
FORGOTTEN = 3600.0
"""Seconds after which a rehearsal without open pages is forgotten."""
ACTS_MAX = 300
"""Acts in one rehearsal, so that it stays small."""
PATIENCE = 5.0
"""Seconds that a request waits for the room, which may be busy."""
SOCKETS = 32
"""Connections that the pages of one rehearsal may have at a time."""


class Full(Exception):
    """Raised by a rehearsal in which too much was done. The message says what to do."""


class Rehearsal:
    """One sample event with its database, its room, its look and its log."""

    def __init__(self, key: str, asked: QueryDict, browser: int, tidy_up: Callable[[], None]) -> None:
        self.key = key
        self.log = FrameLog()
        self.look = Look(asked)
        self.network = ""
        """“lost” while nothing gets through, “blocked” while only sockets do not, else “”."""
        self.said, self.went_wrong = "", False
        """What was done last, and whether it could not be done."""
        self.used_at = time.monotonic()
        self.sockets = 0
        self._server, self._memory = loop.get(), Memory()
        self._browser = browser
        self._acts = 0
        self._stage = Stage(self.entered, tidy_up)
        with self.opened():
            event = make_event()
        self.event_pk, self._at = event.pk, Cursor(event.epoch, event.head)
        self._listener, self._ends = self._new_listener(), ExitStack()

    @property
    def path(self) -> str:
        """Address under which all of its pages are."""
        return f"/design/rehearsal/{self.key}/"

    @property
    def page(self) -> str:
        """Address of the event's page."""
        return f"{self.path}events/{SLUG}/"

    @property
    def stage(self) -> Stage:
        """Rooms that its pages join."""
        return self._stage

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Has tasks begun in the block, and all that is rendered there, belong to this rehearsal."""
        with rooted(self.path), self.look.applied(), database.elsewhere(self.opened):
            yield

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The same, and database work of this thread. Nobody else works in this rehearsal meanwhile."""
        with self._memory.opened(), self.entered():  # in this order: meanwhile nobody changes the look
            yield

    def event(self) -> Event:
        """The event as it is now. Only within `opened`."""
        return Event.objects.get(pk=self.event_pk)

    def labels(self) -> list[tuple[str, str]]:
        """Name and label of each act, as the event is now."""
        with self.opened():
            event = self.event()
            return [(name, str(act.label_for(event))) for name, act in ACTS.items()]

    # What is done to the event and to the network

    def act(self, name: str) -> None:
        """Do what the button of this name in `ACTS` stands for, and say what was done in `said`.

        The log has the frame by then.
        """
        try:
            self._require_room()
            with self.opened():
                said, wrong = ACTS[name].do(self.event()), False
        except (NothingThere, Full, Closed, Gone, Overtaken) as refusal:
            said, wrong = str(refusal), True
        self.said, self.went_wrong = said, wrong
        self.run(self._follow())

    def _require_room(self) -> None:
        if self._acts >= ACTS_MAX:
            raise Full(_("This rehearsal is full. Begin another one."))
        self._acts += 1

    def lose(self, network: str) -> None:
        """Let nothing through (“lost”), or no sockets (“blocked”)."""
        self.network, self.went_wrong = network, False
        if network == "lost":
            self.said = _("Lost the connection. The page keeps trying; it says so after 40 seconds without a word.")
        else:
            self.said = _("Blocked sockets. The page asks for changes instead, after 20 seconds without a word.")
        self.run(self._cut(self.said))

    def come_back(self) -> None:
        """Let everything through again. Pages connect by themselves, and are sent what they have missed."""
        self.network, self.went_wrong = "", False
        self._stage.is_cut = False
        self.said = _("The connection is back. Pages notice within seconds, and get what they have missed.")
        self.run(self._return(self.said))

    def show(self, asked: QueryDict) -> None:
        """Show everything in another look. Open pages load again."""
        before, after = self.look, Look(asked)
        with self._memory.opened():
            self.look = after
            if (before.switches.theme, before.variant) == (after.switches.theme, after.variant):
                return
            with self.entered(), self.event().changing() as event:
                event.begin_epoch()  # what was rendered in the other theme is not shown again
                event.take_number()
            self._at = Cursor(event.epoch, event.head)
        self.run(self._restage())

    # On the event loop

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this on the server's event loop and wait for it. Without a server, as in commands, nobody listens."""
        server = loop.get() or self._server
        if server is None:
            work.close()
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(work, server).result(PATIENCE)

    def _new_listener(self) -> Reader:
        """Reader for the log. It counts as a tab of the designer's browser."""
        listener = Reader(self.log.take, _stay, cookies={}, variant=self.look.variant)
        listener.browser = self._browser
        return listener

    async def begin(self) -> None:
        """Open the room, with the log as its first reader."""
        self._ends.enter_context(watch.told(self._reload_pages))
        self._stage.start()
        await self._follow()

    async def _follow(self) -> None:
        """Wait until the room has moved on, and bring the log's reader back into it if it has left."""
        room = self._stage.rooms.get(self.event_pk)
        if room:
            room.woken.set()
            await asyncio.sleep(0)  # it hears of the change as any room does, and moves on by itself
            with self.entered():
                await room.flush()
        if self._stage.is_cut:
            return
        is_there = room is not None and self._listener in room.audience.everybody()
        if not is_there and not (room and room.standing and room.standing.over):
            await self._stage.join(self.event_pk, self._listener, self._at)
        self._note_place()

    def _note_place(self) -> None:
        room = self._stage.rooms.get(self.event_pk)
        self._at = (room.cursor if room else None) or self._at

    async def _cut(self, said: str) -> None:
        if not self._stage.is_cut:
            self._note_place()
        await self._stage.cut()
        await self.log.note(said)

    async def _return(self, said: str) -> None:
        await self.log.note(said)
        await self._follow()

    async def _restage(self) -> None:
        await self._stage.clear()
        self._listener = self._new_listener()
        self._stage.start()
        await self._follow()

    async def _reload_pages(self, changed: bool) -> None:
        """Let open pages load themselves again if templates or styles have changed."""
        if changed:
            self.look.forget_templates()
            with self.entered():
                await self._stage.reload_pages()

    @contextmanager
    def connected(self) -> Iterator[bool]:
        """Counts a connection while the block runs; yields whether there may be one more. Only on the event loop."""
        self.sockets += 1
        try:
            yield self.sockets <= SOCKETS
        finally:
            self.sockets -= 1
            self.used_at = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether nobody has it open, and nobody has used it for long."""
        return not self.sockets and time.monotonic() - self.used_at > FORGOTTEN

    def forget(self) -> None:
        """End it: its pages say that they are over."""
        self._ends.close()
        self.run(self._stage.clear())
        self._memory.close()


async def _stay(code: int = 1000) -> None:
    """The log stays open when its reader is dismissed."""


class Rehearsals:
    """All rehearsals of this process, by key."""

    def __init__(self) -> None:
        self._found: dict[str, Rehearsal] = {}
        self._lock = threading.Lock()

    def begin(self, asked: QueryDict, browser: int) -> Rehearsal:
        """Make a rehearsal in the look that was asked for. `browser`: see `visitors.browser_of`."""
        key = f"{process.hub.name[:8]}-{secrets.token_hex(12)}"
        rehearsal = Rehearsal(key, asked, browser, self.tidy_up)
        self.tidy_up(at_most=AT_ONCE - 1)
        with self._lock:
            self._found[key] = rehearsal
        rehearsal.run(rehearsal.begin())
        return rehearsal

    def tidy_up(self, at_most: int | None = None) -> None:
        """Forget those that are idle, and the least recently used ones beyond a number. Not on the event loop."""
        with self._lock:
            by_use = sorted(self._found.values(), key=lambda each: each.used_at, reverse=True)
            over = {each for each in by_use if each.is_idle} | {*by_use[AT_ONCE if at_most is None else at_most :]}
            for each in over:
                self._found.pop(each.key, None)
        for each in over:
            each.forget()

    def find(self, key: str) -> Rehearsal | None:
        """The rehearsal with this key, which is in use now; None if it is over, or another process has it."""
        found = self._found.get(key)
        if found:
            found.used_at = time.monotonic()
        return found

    def reset(self) -> None:
        """Forget all, like a new process. Tests call it."""
        with self._lock:
            ended, self._found = list(self._found.values()), {}
        for each in ended:
            each.forget()


rehearsals = Rehearsals()
"""The rehearsals of this process."""


def is_of_this_process(key: str) -> bool:
    """Whether a rehearsal with this key was begun here."""
    return key.startswith(f"{process.hub.name[:8]}-")
