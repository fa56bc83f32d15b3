"""Changes after a cursor, as one frame of HTML.

A frame is a function of the database and of two places in an event's history: it holds the *latest
state* of every row that changed in between, so applying one twice, or an older one before a newer one,
ends in the same page. All numbers up to a head that was read are committed, since they are handed out
under the event's lock; therefore reading the head first and the rows after it misses nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string

from commentary.wire import Message
from feeds.access import Banned
from feeds.forms import Cursor, new_form_key
from feeds.models import Comment, Entry, Event, Held, sole

PAGE = 50
"""Entries on a page."""
FRAME = 200
"""Changes in one frame at most; who is further behind gets several."""
RESET = 500
"""Changes behind which a page is replaced rather than caught up."""


@dataclass(frozen=True)
class Frame:
    start: Cursor
    end: Cursor
    html: str
    reset: bool = False
    last: bool = True
    """Whether it led to the event's head, as far as was known when it was rendered."""
    for_hosts: bool = False
    """Whether the event is a draft now, which only hosts may read."""
    banned: Mapping[str, Banned] | None = None
    """Visitors who may not read it now, and what they are told. None if the event itself did not change."""
    over: bool = False
    """Whether the event is over at the end of it, so that pages need not ask for more."""
    slug: str = ""
    """The event's address now, where the event itself changed."""
    news: int = 0
    """Entries that appeared, for the announcement."""
    latest: str = ""
    """Name of the author of the newest of them."""
    holds: frozenset[str] = frozenset()
    """Ids of the posts whose words it has, and “event” where it has the event's own part."""
    outdates: frozenset[str] = frozenset()
    """Ids of what was there before and has changed: an earlier frame that holds one tells what is no longer so."""

    @cached_property
    def message(self) -> Message:
        """The frame as all who get it on a socket are sent it."""
        return Message(self.html)


def heads(event_pks: list[int]) -> dict[int, Cursor]:
    """Where each of these events is now, in one query. An event that is gone is missing from the answer."""
    rows = Event.objects.filter(pk__in=event_pks).values_list("pk", "epoch", "head")
    return {pk: Cursor(epoch, head) for pk, epoch, head in rows}


def standing(event_pk: int) -> tuple[str, Cursor, bool, bool, Mapping[str, Banned]] | None:
    """An event's address, where it is now, and as in `Frame` if it is over and who may read it; None for one that is
    gone."""
    event = sole(Event.objects.filter(pk=event_pk))
    if event is None:
        return None
    return event.slug, Cursor(event.epoch, event.head), event.is_over, _for_hosts(event), _banned(event)


def entries_before(event: Event, position: int | None = None) -> tuple[list[Entry], int | None]:
    """A page of visible entries with their comments, newest first, and the position to page on from.

    `position` None means the newest page. The second value is None at the beginning of the event.
    """
    entries = Entry.objects.visible().filter(event=event)
    if position is not None:
        entries = entries.filter(position__lt=position)
    page = list(with_comments(entries)[: PAGE + 1])
    more = len(page) > PAGE
    for entry in page:
        entry.event = event
    return page[:PAGE], page[PAGE - 1].position if more else None


def with_comments(entries: Any) -> Any:
    """Entries with `.shown_comments`, the visible ones in order."""
    return entries.prefetch_related(_visible_comments())


def _visible_comments() -> Any:
    return Prefetch("comments", Comment.objects.visible(), to_attr="shown_comments")


def frame_between(event_pk: int, start: Cursor, end: Cursor | None = None, *, beyond: bool = False) -> Frame | None:
    """The frame that brings a page at `start` to `end` (None: to the head), or part of the way there.

    Returns None when there is nothing to say: the page is there already, or the event is gone. A cursor
    of another epoch, ahead of the head or more than RESET changes behind gets the newest page instead.

    It takes effect only on a page that is still at `start`: an answer over HTTP may come late, and a page may
    go back for earlier entries while a frame is on its way. For one that may be `beyond` its start by now it
    takes effect in any case, and leads all the way.
    """
    event = sole(Event.objects.filter(pk=event_pk))
    if event is None:
        return None
    head = Cursor(event.epoch, event.head)
    if end is None or end.seq < start.seq or not event.has_been_at(end.epoch, end.seq):
        end = head
    if start == end:
        return None
    if end.seq - start.seq > (FRAME if beyond else RESET) or not event.has_been_at(start.epoch, start.seq):
        return _reset(event, start, beyond)

    end = Cursor(end.epoch, min(end.seq, start.seq + FRAME))
    entries = Entry.objects.filter(event=event).changed_within(start.seq, end.seq)
    comments = Comment.objects.filter(event=event, entry__removed_at=None).changed_within(start.seq, end.seq)
    appeared = [entry for entry in entries if entry.shown > start.seq and not entry.removed_at]
    _give_comments(appeared, start, comments)
    for entry in appeared:
        entry.event = event
        if entry.shown != entry.position:
            entry.above = _entry_above(entry, end)
    whole = {entry.pk for entry in appeared}
    on_page = [comment for comment in comments if comment.entry_id not in whole]
    revised = [entry for entry in entries if not entry.removed_at and entry.pk not in whole]
    shown = [comment for comment in on_page if not comment.removed_at]
    # One that waits for a host from the beginning is on no page.
    removed = [post for post in (*entries, *on_page) if post.removed_at and post.seq != post.position]
    event_changed = start.seq < event.seq <= end.seq
    html = _render(
        event,
        start,
        end,
        beyond,
        {
            "event_changed": event_changed,
            "appeared": appeared[::-1],
            "revised": revised,
            "comments": shown,
            "recounted": _recounted(event, start, end, whole),
            "removed": removed,
            "rejected": [post for post in removed if post.held == Held.REJECTED],
            "approved": [post for post in (*appeared, *shown) if post.hold_reason],
        },
    )
    return Frame(
        start,
        end,
        html,
        last=end == head,
        over=event.is_over and end == head,
        for_hosts=_for_hosts(event),
        banned=_banned(event) if event_changed else None,
        slug=event.slug if event_changed else "",
        news=len(appeared),
        latest=appeared[-1].name if appeared else "",
        holds=frozenset(_held(whole_entries=appeared, bodies=revised, comments=shown, event_changed=event_changed)),
        outdates=frozenset(post.element_id for post in (*revised, *removed, *on_page) if post.position <= start.seq)
        | ({"event"} if event_changed else set()),
    )


def _recounted(event: Event, start: Cursor, end: Cursor, whole: set[int]) -> list[Entry]:
    """Entries that were reacted to; and where it changed what one can react with, those that pages show most likely.

    No query where there were no reactions.
    """
    visible = Entry.objects.visible().filter(event=event)
    found: list[Entry] = []
    if event.counted > start.seq:
        found += visible.filter(counted__gt=start.seq, counted__lte=end.seq)
    if start.seq < event.redrawn <= end.seq:
        found += visible[:FRAME]
    return [entry for pk, entry in {entry.pk: entry for entry in found}.items() if pk not in whole]


def _give_comments(appeared: list[Entry], start: Cursor, comments: list[Comment]) -> None:
    """As `with_comments`. All comments on an entry that did not exist at `start` are among the changed ones."""
    prefetch_related_objects([entry for entry in appeared if entry.position <= start.seq], _visible_comments())
    for entry in appeared:
        if entry.position > start.seq:
            entry.shown_comments = [each for each in comments if each.entry_id == entry.pk and not each.removed_at]


def _held(
    *, whole_entries: list[Entry], bodies: list[Entry], comments: list[Comment], event_changed: bool
) -> Iterator[str]:
    for entry in (*whole_entries, *bodies):
        yield entry.element_id
    for entry in whole_entries:
        yield from (comment.element_id for comment in entry.shown_comments)
    for comment in comments:
        yield comment.element_id
        yield f"entry-{comment.entry_id}"  # which may be removed, and the comment with it
    if event_changed:
        yield "event"


def _entry_above(entry: Entry, end: Cursor) -> Entry | None:
    """The entry right above on a page that is at `end`; None for the newest.

    A page shows the newest entries without a gap. So it has room for a restored one just if it shows
    the one above; that it may itself be restored later does not count here.
    """
    newer = Entry.objects.visible().filter(event=entry.event_id, position__gt=entry.position, shown__lte=end.seq)
    return newer.order_by("position").first()


def _reset(event: Event, start: Cursor, beyond: bool) -> Frame:
    entries, older = entries_before(event)
    end = Cursor(event.epoch, event.head)
    context = {"event_changed": True, "reset": True, "entries": entries, "older": older}
    html = _render(event, start, end, beyond, context)
    return Frame(
        start,
        end,
        html,
        reset=True,
        over=event.is_over,
        for_hosts=_for_hosts(event),
        banned=_banned(event),
        slug=event.slug,
    )


def whole_page(event: Event) -> Frame:
    """Shows the newest page anew, wherever a page is that gets it, and leaves that at the head."""
    return _reset(event, Cursor("none", 0), beyond=True)


def _for_hosts(event: Event) -> bool:
    return event.visibility == Event.Visibility.DRAFT


def _banned(event: Event) -> dict[str, Banned]:
    bans = event.bans.current().select_related("event") if event.has_bans else []
    return {ban.visitor: Banned.by(ban) for ban in bans}


def _render(event: Event, start: Cursor, end: Cursor, beyond: bool, context: dict[str, Any]) -> str:
    common = {
        "event": event,
        "cursor": end,
        "form_key": new_form_key(),
        "guard": "" if beyond else f"[value={start}]",
    }
    return render_to_string("partials/frame.html", common | context)
