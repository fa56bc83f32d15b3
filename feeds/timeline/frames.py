"""Changes after a cursor, as one frame of HTML.

A frame is a function of the database and of two places in an event's history: it holds the *latest
state* of every row that changed in between, so applying one twice, or an older one before a newer one,
ends in the same page. All numbers up to a head that was read are committed, since they are handed out
under the event's lock; therefore reading the head first and the rows after it misses nothing.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string

from feeds.access.rules import Banned
from feeds.forms import Cursor, JumpForm, new_form_key
from feeds.memo import for_everybody
from feeds.models import Comment, Entry, Event, sole
from feeds.timeline.listing import neighbour, run
from feeds.timeline.replies import Replies
from feeds.timeline.standings import Signs, Standing, banned_from, is_for_hosts
from feeds.timeline.threads import give_newest
from feeds.timeline.variants import ALL, MOMENTS, NEWEST, Variant
from serving.wire import Message

FRAME = 200
"""Changes in one frame at most; who is further behind gets several."""
RESET = 500
"""Changes behind which a page is replaced rather than caught up."""
NOWHERE = Cursor("none", 0)
"""Stands for every cursor that is no place to go on from: unknown, ahead of the head, or too far behind."""
WHOSE = f"whose-{uuid.uuid4().hex}"
"""Stands in a frame that several share for the cursor of the page that gets it. Nobody outside ever sees it."""


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
    signs: Signs | None = None
    """None if the event itself did not change."""
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
        """A `shared` frame for a page that is at this cursor."""
        return replace(self, start=cursor, html=self.html.replace(WHOSE, str(cursor)))


def meant(event: Event, cursor: Cursor) -> Cursor:
    """The one cursor that stands for all that lead on from the same place, so that they can share a frame."""
    known = event.has_been_at(cursor.epoch, cursor.seq) and event.head - cursor.seq <= RESET
    return Cursor(event.epoch, cursor.seq) if known else NOWHERE


def frame_between(
    event_pk: int, start: Cursor, end: Cursor | None = None, *, variant: Variant | None = None, **how: bool
) -> Frame | None:
    """As `frames_between`, in one variant. None when there is nothing to say."""
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
    """For each variant the frame that brings a page at `start` to `end` (None: to the head), or part of the way there.

    There is none when there is nothing to say: the page is there already, or the event is gone. A cursor
    of another epoch, ahead of the head or more than RESET changes behind gets its first page instead.

    A frame takes effect only on a page that is still at `start`: an answer over HTTP may come late, and a page may
    go back for earlier entries while a frame is on its way. For one that may be `beyond` its start by now it
    takes effect in any case, and leads all the way. `shared`: it is for all whose cursor means `start`, see `Frame.at`.
    """
    event = sole(Event.objects.filter(pk=event_pk))
    if event is None:
        return {}
    head = Cursor(event.epoch, event.head)
    if end is None or end.seq < start.seq or not event.has_been_at(end.epoch, end.seq):
        end = head
    if start == end:
        return {}
    guard = "" if beyond else f"[value={WHOSE if shared else start}]"
    if end.seq - start.seq > (FRAME if beyond else RESET) or not event.has_been_at(start.epoch, start.seq):
        return {variant: _reset(event, start, guard, variant) for variant in variants}
    step = _Step(event, start, Cursor(end.epoch, min(end.seq, start.seq + FRAME)), guard, tuple(variants))
    return {variant: step.frame(variant) for variant in step.variants}


class _Step:
    """What changed in an event between two places, read once for all variants."""

    def __init__(self, event: Event, start: Cursor, end: Cursor, guard: str, variants: tuple[Variant, ...]) -> None:
        self.event, self.start, self.end, self.guard, self.variants = event, start, end, guard, variants
        entries = Entry.objects.filter(event=event).changed_within(start.seq, end.seq)
        written = Comment.objects.filter(event=event).select_related("entry")
        changed = written.changed_within(start.seq, end.seq)
        comments = [comment for comment in changed if not comment.is_under_removed]
        self.entries = [entry for entry in entries if not entry.removed_at]
        self.comments = comments
        self.replies = Replies.within(start.seq, end.seq, comments)
        for entry in self.entries:
            entry.event = event
        self._give_comments([entry for entry in self.entries if any(self._appears(entry, each) for each in variants)])
        # One that waits for a host from the beginning is on no page.
        self.removed = [post for post in (*entries, *comments) if post.removed_at and post.seq != post.position]
        # Their authors' pages list those that wait, whatever became of the entry they were written under.
        self.approved = [post for post in (*self.entries, *changed) if post.hold_reason and not post.removed_at]
        self.listed = [post for post in (*entries, *changed) if post.removed_at and post.seq != post.position]
        # Where a page has one of these it goes first: an upsert of what is there leaves it in its place.
        self.moved = [
            post for post in (*self.entries, *comments) if not post.removed_at and start.seq < post.moved <= end.seq
        ]
        self.outdates = frozenset(post.element_id for post in (*entries, *comments) if not post.is_new_since(start.seq))
        self.event_changed = start.seq < event.seq <= end.seq
        self.banned = banned_from(event) if self.event_changed else None
        self.recounted = self._recounted()

    def _recounted(self) -> list[Entry]:
        """Entries that were reacted to, or with which one can do so otherwise. No query where there are none."""
        if self.event.counted <= self.start.seq:
            return []
        visible = Entry.objects.visible().filter(event=self.event)
        return list(visible.filter(counted__gt=self.start.seq, counted__lte=self.end.seq))

    def _appears(self, entry: Entry, variant: Variant) -> bool:
        return variant.shows(entry) and self.start.seq < variant.since(entry) <= self.end.seq

    def _give_comments(self, appeared: list[Entry]) -> None:
        """As `give_newest`. All comments on an entry that did not exist at `start` are among the changed ones."""
        start = self.start.seq
        give_newest([entry for entry in appeared if not entry.is_new_since(start)])
        for entry in appeared:
            if entry.is_new_since(start):
                theirs = [each for each in self.comments if each.entry_id == entry.pk and not each.removed_at]
                entry.shown_comments = theirs[-Entry.NEWEST :]

    def frame(self, variant: Variant) -> Frame:
        event, start, end = self.event, self.start, self.end
        appeared = [entry for entry in self.entries if self._appears(entry, variant)]
        newest, places = self._newest(appeared, variant), self._places(appeared, variant)
        whole = {entry.pk for entry in appeared}
        others = [entry for entry in self.entries if entry.pk not in whole and entry.seq <= end.seq]
        revised = [entry for entry in others if variant.shows(entry)]
        replies = self._replies_below(variant, whole)
        html = _render(
            event,
            end,
            self.guard,
            variant,
            {
                "event_changed": self.event_changed,
                "newest": newest,
                "appeared": [place for place in places if place[0] not in newest],
                "around": self._around(places, others, variant),
                "revised": revised,
                "replies": replies,
                "recounted": [each for each in self.recounted if each.pk not in whole and variant.shows(each)],
                "left": [entry for entry in others if variant.view == MOMENTS and entry.marked and not entry.moment],
                "removed": [post for post in self.removed if getattr(post, "entry_id", None) not in whole],
                "moved": [post for post in self.moved if getattr(post, "entry_id", None) not in whole],
                "approved": self.approved,
                "listed": self.listed,
            },
        )
        at_head = end == Cursor(event.epoch, event.head)
        holds = _held(whole_entries=appeared, bodies=revised, replies=replies, event_changed=self.event_changed)
        return Frame(
            start,
            end,
            html,
            last=at_head,
            over=event.is_over and at_head,
            for_hosts=is_for_hosts(event),
            banned=self.banned,
            signs=Signs.of(event) if self.event_changed else None,
            slug=event.slug if self.event_changed else "",
            news=len(appeared),
            latest=appeared[-1].name if appeared else "",
            holds=frozenset(holds),
            outdates=self.outdates | ({"event"} if self.event_changed else set()),
        )

    def _replies_below(self, variant: Variant, whole: set[int]) -> Replies:
        """Changed comments on entries that such a page had before."""
        had = self.replies.entries - whole
        if had and variant.view != ALL:
            entries = variant.among(Entry.objects.filter(pk__in=had))
            had = set(entries.order_by().values_list("pk", flat=True))
        return self.replies.on(had.__contains__)

    def _around(
        self, places: list[tuple[Entry, Entry | None]], others: list[Entry], variant: Variant
    ) -> dict[str, None]:
        """Selectors of what pages of single entries have that show other entries around them now, and ask which."""
        found = [post.element_id for post in self.removed if post.kind == "entry"]
        found += [entry.element_id for entry in others if not variant.shows(entry)]
        for entry, before in places:
            found += [entry.element_id] if entry.shown != entry.position or entry in self.moved else []
            found += [before.element_id] if before else []
        top = [".newest"] if any(before is None for _entry, before in places) else []
        return dict.fromkeys([f"#{each}-here" for each in found] + top)

    def _newest(self, appeared: list[Entry], variant: Variant) -> list[Entry]:
        """Entries that every page of the newest ones has room for: one swap for all, in which each goes on top."""
        return [entry for entry in appeared if _goes_on_top(entry, variant) and entry not in self.moved]

    def _places(self, appeared: list[Entry], variant: Variant) -> list[tuple[Entry, Entry | None]]:
        """Entries in the order of the page, each with the one that a page must show to have room for it.

        In that order, because that may be in this frame, too. A page of the newest entries has room for any new one.
        """
        places: list[tuple[Entry, Entry | None]] = []
        last: Entry | None = None
        newest_first = variant.order == NEWEST
        for entry in reversed(appeared) if newest_first else appeared:
            is_new = entry.position > self.start.seq
            if _goes_on_top(entry, variant):
                before = None
            elif is_new and (newest_first or (last and last.position > self.start.seq)):
                before = last  # all new ones are in this step
            else:
                before = neighbour(entry, variant, self.end.seq)
            places.append((entry, before))
            last = entry
        return places


def _goes_on_top(entry: Entry, variant: Variant) -> bool:
    """Whether every page of the newest entries has room for this one, wherever it ends."""
    return variant.order == NEWEST and variant.view != MOMENTS and entry.shown == entry.position


def _held(*, whole_entries: list[Entry], bodies: list[Entry], replies: Replies, event_changed: bool) -> Iterator[str]:
    for entry in (*whole_entries, *bodies):
        yield entry.element_id
    for entry in whole_entries:
        yield from (comment.element_id for comment in entry.shown_comments)
    for comment in replies.comments:
        yield comment.element_id
        yield f"entry-{comment.entry_id}"  # which may be removed, and the comment with it
    if event_changed:
        yield "event"


def _reset(event: Event, start: Cursor, guard: str, variant: Variant) -> Frame:
    first = run(event, variant)
    end = Cursor(event.epoch, event.head)
    context = {"event_changed": True, "reset": True, "entries": first.entries, "older": first.more}
    context["jump"] = JumpForm(event, None)
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
    """Shows the first page anew, wherever a page is that gets it, and leaves that at the head."""
    return _reset(event, NOWHERE, guard="", variant=variant)


def _render(event: Event, end: Cursor, guard: str, variant: Variant, context: dict[str, Any]) -> str:
    common = {
        "event": event,
        "cursor": end,
        "form_key": new_form_key(),
        "guard": guard,
        "variant": variant,
    }
    with for_everybody(variant.language):
        return render_to_string("partials/frame.html", common | context)
