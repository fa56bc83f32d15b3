"""Frames: the changes after a cursor as HTML.

A frame is a function of the database and of two places in an event's history. It has the *latest state* of every row
that changed in between. So applying it twice, or an older one before a newer one, ends in the same page.

Numbers are handed out under the event's lock, so all up to a head that was read are committed. Therefore reading the
head first and the rows after it misses nothing.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.template.loader import render_to_string

from feeds.access.rules import Banned
from feeds.forms import Cursor, JumpForm, new_form_key
from feeds.memo import for_everybody
from feeds.models import Event, sole
from feeds.timeline.changes import Changes
from feeds.timeline.days import meet, meet_others
from feeds.timeline.listing import run
from feeds.timeline.standings import Signs, Standing, banned_from, is_for_hosts
from feeds.timeline.variants import Variant
from serving.wire import Message

FRAME = 200
"""Changes in one frame at most; pages that are further behind get several frames."""
RESET = 500
"""Number of changes behind which a page is replaced instead of caught up."""
NOWHERE = Cursor("none", 0)
"""Stands for every cursor that is not a place to continue from: unknown, ahead of the head, or too far behind."""
WHOSE = f"whose-{uuid.uuid4().hex}"
"""Stands in a shared frame for the cursor of the page that gets it. It is random, so nobody outside can send it."""


@dataclass(frozen=True)
class Frame:
    """The step that takes a page from one cursor to another, with the facts that a room needs about it."""

    start: Cursor
    end: Cursor
    html: str
    reset: bool = False
    last: bool = True
    """Whether it led to the event's head when it was rendered."""
    for_hosts: bool = False
    """Whether the event is a draft now, which only hosts may read."""
    banned: Mapping[str, Banned] | None = None
    """Visitors who may not read it now, by id, each with the reason they are told. None if the event did not change."""
    signs: Signs | None = None
    """None if the event did not change."""
    over: bool = False
    """Whether the event is over at its end, so that pages stop asking for more."""
    slug: str = ""
    """The event's present address; "" if the event did not change."""
    news: int = 0
    """Number of entries that appeared, for the announcement."""
    latest: str = ""
    """Name of the newest one's author."""
    holds: frozenset[str] = frozenset()
    """Ids of the posts whose words it has, and “event” if it has the event's own part."""
    outdates: frozenset[str] = frozenset()
    """Ids of posts that existed before and have changed. An earlier frame that holds one of them is outdated."""

    @cached_property
    def message(self) -> Message:
        """The frame as the message that sockets send."""
        return Message(self.html)

    def standing_after(self, before: Standing) -> Standing:
        """The standing of the event at the end of this frame, given the one at its start."""
        return Standing(
            slug=self.slug or before.slug,
            cursor=self.end,
            over=self.over,
            for_hosts=self.for_hosts,
            banned=before.banned if self.banned is None else self.banned,
            signs=self.signs or before.signs,
        )

    def at(self, cursor: Cursor) -> "Frame":
        """A shared frame, for a page that is at this cursor."""
        return replace(self, start=cursor, html=self.html.replace(WHOSE, str(cursor)))


def meant(event: Event, cursor: Cursor) -> Cursor:
    """The one cursor that stands for all with the same changes ahead, so that they can share a frame."""
    known = event.has_reached(cursor.epoch, cursor.seq) and event.head - cursor.seq <= RESET
    return Cursor(event.epoch, cursor.seq) if known else NOWHERE


def frame_between(
    event_pk: int, start: Cursor, end: Cursor | None = None, *, variant: Variant | None = None, **how: bool
) -> Frame | None:
    """The frame of `frames_between` in one variant; None if there is nothing to change."""
    variant = variant or Variant.plain()
    return frames_between(event_pk, start, end, variants=[variant], **how).get(variant)


def frames_between(
    event_pk: int,
    start: Cursor,
    end: Cursor | None = None,
    *,
    variants: Iterable[Variant],
    beyond: bool = False,
    shared: bool = False,
) -> dict[Variant, Frame]:
    """For each variant the frame that brings a page at `start` to `end` (None: to the head), or part of the way.

    There is none if the page is there already, or the event is gone. A cursor of another epoch, ahead of the head or
    more than RESET changes behind gets its first page instead.

    A frame takes effect only on a page that is still at `start`: an answer over HTTP may come late, and a page may go
    back for earlier entries meanwhile. With `beyond` it takes effect on any page and leads all the way. With `shared`
    it is for all cursors that mean `start`: see `Frame.at`.
    """
    event = sole(Event.objects.filter(pk=event_pk))
    if event is None:
        return {}
    head = Cursor(event.epoch, event.head)
    if end is None or end.seq < start.seq or not event.has_reached(end.epoch, end.seq):
        end = head
    if start == end:
        return {}
    guard = "" if beyond else f"[value={WHOSE if shared else start}]"
    if end.seq - start.seq > (FRAME if beyond else RESET) or not event.has_reached(start.epoch, start.seq):
        return {variant: _reset(event, start, guard, variant) for variant in variants}
    variants = tuple(variants)
    changes = Changes(event, start, Cursor(end.epoch, min(end.seq, start.seq + FRAME)), variants)
    return {variant: _frame(changes, guard, variant) for variant in variants}


def _frame(changes: Changes, guard: str, variant: Variant) -> Frame:
    """The frame that shows these changes on pages of this variant."""
    event, end, shown = changes.event, changes.end, changes.shown_in(variant)
    context = vars(shown) | {
        "event_changed": changes.event_changed,
        "appeared": shown.places,
        "days_meet": meet_others(shown.appeared, event),
        "approved": changes.approved,
        "listed": changes.listed,
    }
    at_head = end == Cursor(event.epoch, event.head)
    of_event: set[str] = {"event"} if changes.event_changed else set()
    return Frame(
        changes.start,
        end,
        _render(event, end, guard, variant, context),
        last=at_head,
        over=event.is_over and at_head,
        for_hosts=is_for_hosts(event),
        banned=changes.banned,
        signs=Signs.of(event) if changes.event_changed else None,
        slug=event.slug if changes.event_changed else "",
        news=len(shown.appeared),
        latest=shown.appeared[-1].name if shown.appeared else "",
        holds=frozenset(of_event.union(shown.ids_held())),
        outdates=changes.outdates | of_event,
    )


def _reset(event: Event, start: Cursor, guard: str, variant: Variant) -> Frame:
    """The frame that replaces a page with the event's first one."""
    first = run(event, variant)
    end = Cursor(event.epoch, event.head)
    context: dict[str, object] = {"event_changed": True, "reset": True, "entries": first.entries, "older": first.more}
    context |= {"jump": JumpForm(event, None), "days_meet": meet(first.entries, event)}
    html = _render(event, end, guard, variant, context)
    return Frame(
        start,
        end,
        html,
        reset=True,
        over=event.is_over,
        for_hosts=is_for_hosts(event),
        banned=banned_from(event),
        signs=Signs.of(event),
        slug=event.slug,
    )


def whole_page(event: Event, variant: Variant) -> Frame:
    """The frame that shows the first page from scratch, wherever a page is, and leaves it at the head."""
    return _reset(event, NOWHERE, guard="", variant=variant)


def _render(event: Event, end: Cursor, guard: str, variant: Variant, context: Mapping[str, object]) -> str:
    common: dict[str, object] = {
        "event": event,
        "cursor": end,
        "form_key": new_form_key(),
        "guard": guard,
        "variant": variant,
    }
    with for_everybody(variant.language):
        return render_to_string("partials/live/frame.html", common | dict(context))
