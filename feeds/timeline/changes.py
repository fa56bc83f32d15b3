"""Changes of an event between two places in its history, and the part of them that each variant shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.forms import Cursor
from feeds.models import Comment, Entry, Event, Post
from feeds.models.post.cards import give
from feeds.models.post.querysets import PostQuerySet
from feeds.timeline.listing import neighbour
from feeds.timeline.order import arranged, goes_on_top
from feeds.timeline.replies import Replies
from feeds.timeline.standings import banned_from
from feeds.timeline.threads import give_newest
from feeds.timeline.variants import ALL, MOMENTS, Variant

Places = list[tuple[Entry, Entry | None]]
"""Entries in the order of the page, each with the one above it; a page without that one has no room for the entry."""


@dataclass(frozen=True)
class Shown:
    """The part of the changes that pages of one variant show, by what a frame does with it."""

    newest: list[Entry]
    """New entries for which every page of the newest ones has room: one swap for all, each goes on top."""
    appeared: list[Entry]
    """All entries that appeared."""
    places: Places
    """Those of them that are not among the newest, with their places."""
    around: dict[str, None]
    """Selectors of the parts of entries' own pages that now have other entries around, and reload them."""
    revised: list[Entry]
    """Entries that changed where they are."""
    left: list[Entry]
    """Entries that are no longer key moments."""
    replies: Replies
    recounted: list[Entry]
    """Entries with other numbers of reactions, or other reactions to choose from."""
    removed: list[Post]
    moved: list[Post]

    def ids_held(self) -> Iterator[str]:
        """Ids of the posts whose words a frame with this has."""
        for entry in (*self.appeared, *self.revised):
            yield entry.element_id
        for entry in self.appeared:
            yield from (comment.element_id for comment in entry.shown_comments)
        for comment in self.replies.comments:
            yield comment.element_id
            yield f"entry-{comment.entry_id}"  # which may be removed, and the comment with it


class Changes:
    """The latest state of everything that changed between two places, read once for all variants."""

    def __init__(self, event: Event, start: Cursor, end: Cursor, variants: tuple[Variant, ...]) -> None:
        self.event, self.start, self.end = event, start, end
        changed = [post for model in Post.kinds.values() for post in _changed(event, model, start, end)]
        in_sight = [post for post in changed if not post.is_under_removed]
        shown = [post for post in in_sight if post.is_shown]
        self.entries = [post for post in shown if isinstance(post, Entry)]
        self.comments = [post for post in in_sight if isinstance(post, Comment)]
        self.replies = Replies.within(start.seq, end.seq, self.comments)
        for entry in self.entries:
            entry.event = event
        self._give_comments([entry for entry in self.entries if any(self._appears(entry, each) for each in variants)])
        # A post that was held from the beginning is on no page.
        self.removed = [post for post in in_sight if not post.is_shown and post.seq != post.position]
        # Their authors' pages list held posts, also those under a removed entry.
        self.approved = [post for post in changed if post.was_held and post.is_shown]
        self.listed = [post for post in changed if not post.is_shown and post.seq != post.position]
        # A page deletes these first: an upsert would leave them in their old places.
        self.moved = [post for post in shown if start.seq < post.moved <= end.seq]
        self.outdates = frozenset(post.element_id for post in in_sight if not post.is_new_since(start.seq))
        self.event_changed = start.seq < event.seq <= end.seq
        self.banned = banned_from(event) if self.event_changed else None
        self.recounted = self._recounted()
        give([*self.entries, *self.recounted])

    def shown_in(self, variant: Variant) -> Shown:
        """The part of the changes that pages of this variant show."""
        appeared = [entry for entry in self.entries if self._appears(entry, variant)]
        newest = [entry for entry in appeared if goes_on_top(entry, variant) and entry not in self.moved]
        places = self._places(appeared, variant)
        whole = {entry.pk for entry in appeared}
        others = [entry for entry in self.entries if entry.pk not in whole and entry.seq <= self.end.seq]
        return Shown(
            newest=newest,
            appeared=appeared,
            places=[place for place in places if place[0] not in newest],
            around=self._around(places, others, variant),
            revised=[entry for entry in others if variant.shows(entry)],
            left=[entry for entry in others if variant.view == MOMENTS and entry.marked and not entry.moment],
            replies=self._replies_below(variant, whole),
            recounted=[entry for entry in self.recounted if entry.pk not in whole and variant.shows(entry)],
            removed=[post for post in self.removed if getattr(post, "entry_id", None) not in whole],
            moved=[post for post in self.moved if getattr(post, "entry_id", None) not in whole],
        )

    def _recounted(self) -> list[Entry]:
        """Entries with other numbers of reactions, or other reactions to choose from. At most one query."""
        if self.event.counted <= self.start.seq:
            return []
        visible = Entry.objects.visible().filter(event=self.event)
        found = list(visible.filter(counted__gt=self.start.seq, counted__lte=self.end.seq))
        for entry in found:
            entry.event = self.event
        return found

    def _appears(self, entry: Entry, variant: Variant) -> bool:
        return variant.shows(entry) and self.start.seq < variant.since(entry) <= self.end.seq

    def _give_comments(self, appeared: list[Entry]) -> None:
        """Like `give_newest`. All comments on an entry that did not exist at `start` are among the changed ones."""
        start = self.start.seq
        give_newest([entry for entry in appeared if not entry.is_new_since(start)])
        for entry in appeared:
            if entry.is_new_since(start):
                theirs = [each for each in self.comments if each.entry_id == entry.pk and each.is_shown]
                entry.shown_comments = theirs[-Entry.NEWEST :]

    def _replies_below(self, variant: Variant, whole: set[int]) -> Replies:
        """Changed comments on entries that such a page had before."""
        had = self.replies.entries - whole
        if had and variant.view != ALL:
            entries = variant.among(Entry.objects.filter(pk__in=had))
            had = set(entries.order_by().values_list("pk", flat=True))
        return self.replies.on(had.__contains__)

    def _around(self, places: Places, others: list[Entry], variant: Variant) -> dict[str, None]:
        """See `Shown.around`."""
        found = [post.element_id for post in self.removed if isinstance(post, Entry)]
        found += [entry.element_id for entry in others if not variant.shows(entry)]
        for entry, before in places:
            found += [entry.element_id] if entry.shown != entry.position or entry in self.moved else []
            found += [before.element_id] if before else []
        top = [".newest"] if any(before is None for _entry, before in places) else []
        return dict.fromkeys([f"#{each}-here" for each in found] + top)

    def _places(self, appeared: list[Entry], variant: Variant) -> Places:
        """The places of entries, in the order of the page, since an entry's place may be in this frame, too.

        A page of the newest entries has room for any new one.
        """
        places: Places = []
        last: Entry | None = None
        newest_first = not variant.is_oldest_first
        for entry in arranged(appeared, variant):
            is_new = entry.position > self.start.seq
            if goes_on_top(entry, variant):
                before = None
            elif is_new and (newest_first or (last and last.position > self.start.seq)):
                before = last  # all new ones are in this step
            else:
                before = neighbour(entry, variant, self.end.seq)
            places.append((entry, before))
            last = entry
        return places


def _changed(event: Event, model: type[Post], start: Cursor, end: Cursor) -> list[Post]:
    """The latest state of the posts of a kind that changed, each with the one it is under."""
    posts: PostQuerySet[Post] = PostQuerySet(model).filter(event=event)
    return (posts.select_related(model.parent) if model.parent else posts).changed_within(start.seq, end.seq)
