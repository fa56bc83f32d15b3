"""Comments that changed between two places in an event's history, and the pages with room for each.

A page shows the newest comments on an entry, or all from some place on if its reader opened earlier ones. As with
entries, there is never a gap. So a comment that appears further back goes to pages that show the one right after it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from feeds.models import Comment, Entry
from feeds.timeline.threads import may_have_been_long, newest, next_after


@dataclass(frozen=True)
class Brought:
    """A comment that a frame inserts, with the condition on the pages that get it."""

    comment: Comment
    next: Comment | None = None
    """The comment right after it. Pages with only a part of the comments need this one to have room."""
    is_further_back: bool = False
    """Whether only those of them have room that show `next` and more than the newest comments."""
    if_missing: bool = False
    """Whether pages that have it keep it as it is. It was further back than they show, until others were removed."""

    @property
    def came_back(self) -> bool:
        """Whether it was removed before and has reappeared among others."""
        return self.next is not None and not self.if_missing and self.comment.shown != self.comment.position


@dataclass(frozen=True)
class Tidied:
    """An entry with its newest comments; older ones leave pages where no reader has opened them."""

    entry: Entry
    newest: list[Comment]

    @property
    def is_full(self) -> bool:
        """Whether it has as many comments as pages show, and more."""
        return self.entry.is_long and len(self.newest) == Entry.NEWEST


@dataclass(frozen=True)
class Replies:
    """Changed comments by what a frame does with them."""

    revised: list[Comment] = field(default_factory=list)
    """Comments with other words, replaced where a page has them."""
    brought: list[Brought] = field(default_factory=list)
    """Comments to insert, the newest first, since some depend on the next one."""
    tidied: list[Tidied] = field(default_factory=list)
    """Entries whose older comments leave pages."""
    counted: list[Entry] = field(default_factory=list)
    """Entries with another number of comments."""

    @classmethod
    def within(cls, start: int, end: int, changed: list[Comment]) -> "Replies":
        """The operations that take these comments on a page at `start` to `end`."""
        threads: defaultdict[int, list[Comment]] = defaultdict(list)
        for comment in changed:
            threads[comment.entry_id].append(comment)
        steps = [_Changed(start, end, comments) for comments in threads.values()]
        found = newest([step.entry for step in steps if step.is_to_be_tidied], end)
        replies = cls()
        for step in steps:
            replies.revised.extend(step.revised)
            replies.brought.extend(step.brought(found[step.entry.pk]))
            if step.appeared or step.lost_some:
                replies.counted.append(step.entry)
            if step.is_to_be_tidied:
                replies.tidied.append(Tidied(step.entry, found[step.entry.pk]))
        return replies

    def on(self, has: Callable[[int], bool]) -> "Replies":
        """The part on entries that a page has; `has` tells that for an entry's key."""
        return Replies(
            [comment for comment in self.revised if has(comment.entry_id)],
            [each for each in self.brought if has(each.comment.entry_id)],
            [each for each in self.tidied if has(each.entry.pk)],
            [entry for entry in self.counted if has(entry.pk)],
        )

    @property
    def entries(self) -> set[int]:
        """Keys of the entries they are on."""
        comments = (*self.revised, *(each.comment for each in self.brought))
        others = (*(each.entry for each in self.tidied), *self.counted)
        return {comment.entry_id for comment in comments} | {entry.pk for entry in others}

    @property
    def comments(self) -> Iterator[Comment]:
        """Comments whose words are in the frame."""
        yield from self.revised
        yield from (each.comment for each in self.brought)


class _Changed:
    """The changed comments on one entry."""

    def __init__(self, start: int, end: int, changed: list[Comment]) -> None:
        self.start, self.end, self.entry = start, end, changed[0].entry
        visible = [comment for comment in changed if comment.is_shown]
        self.appeared = [each for each in visible if any(start < number <= end for number in each.appearances)]
        self.revised = [comment for comment in visible if comment not in self.appeared]
        self.lost_some = any(not comment.is_shown and comment.seq != comment.position for comment in changed)
        came_back = any(not comment.is_new_since(start) for comment in self.appeared)
        self.is_to_be_tidied = self.entry.is_long or ((self.lost_some or came_back) and may_have_been_long(self.entry))
        """Whether pages may show more or fewer comments than the newest."""

    def brought(self, last: list[Comment]) -> Iterator[Brought]:
        """The comments to insert; `last` are the newest comments of an entry to be tidied."""
        further_back = [each for each in self.appeared if self._is_further_back(each, last)]
        others = last if self.lost_some else []
        near = {each.pk: each for each in (*others, *self.appeared) if each not in further_back}
        for comment in sorted(near.values(), key=lambda each: -each.position):
            later = next((each for each in last if each.position > comment.position), None)
            yield Brought(comment, later, if_missing=comment not in self.appeared)
        before = last[0] if further_back else None
        for comment in reversed(further_back):
            # A comment after a new one is new as well, and so among these.
            later = before if comment.position > self.start else next_after(comment, self.end)
            yield Brought(comment, later, is_further_back=True)
            before = comment

    def _is_further_back(self, comment: Comment, last: list[Comment]) -> bool:
        return len(last) == Entry.NEWEST and comment.position < last[0].position
