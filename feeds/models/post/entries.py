"""Entries, and the comments on them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Self, Unpack

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account
from feeds.models.event.events import Event
from feeds.models.event.history import Gone, sole
from feeds.models.event.posting import Closed
from feeds.models.moderation.suspicions import is_blocked
from feeds.models.moderation.verbs import Verb
from feeds.models.post import wording
from feeds.models.post.arguments import About
from feeds.models.post.cards import Carrier, cards, taken_in
from feeds.models.post.headings import HEADLINE_MAX, MINUTE_MAX, Headed
from feeds.models.post.posts import COMMENT_MAX, ENTRY_MAX, Post
from feeds.models.post.querysets import PostQuerySet, indexes_of
from feeds.models.post.reactions import Tally, toggle
from feeds.models.post.states import SHOWN, PostState, has_times
from feeds.values.addresses import Address

MOMENT = ~models.Q(moment="")
BY_HOST = models.Q(by_host=True)


class Entry(Headed, Carrier, Post):
    """A piece of commentary in an event, with its comments and reactions."""

    wording = wording.ENTRY
    WRITTEN = Post.WRITTEN | {"text": ENTRY_MAX, "headline": HEADLINE_MAX, "minute": MINUTE_MAX}
    BY_HOSTS = frozenset({"headline", "minute"})
    EDITABLE = ("text", "headline", "minute", "happened_at")
    PERSONAL = Post.PERSONAL | {"happened_at": None, "carries": ""}
    CARDS = cards
    NEWEST = 10
    """Number of comments on an entry that pages show unless a reader asks for more: the newest ones."""

    is_near: bool
    """Whether it is among the newest entries. Set only by `Event.moments`."""
    shown_comments: list["Comment"]
    """Comments to show, in order. Set only by `threads.give_newest`."""
    thread: object = None
    """Part of its comments on a page that shows other ones than the newest. Set only by `threads.open_at`."""
    counts = models.JSONField(default=dict, editable=False, help_text="reactions of each kind, as pages show them")
    counted = models.PositiveBigIntegerField(default=0, editable=False, help_text="number of the change that said so")
    marked = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="number of the change that last made it a key moment"
    )
    replies = models.IntegerField(default=0, db_default=0, editable=False, help_text="visible comments on it")

    objects = PostQuerySet["Entry"].as_manager()

    class Meta:
        default_related_name = "entries"
        ordering = ["-position"]
        verbose_name, verbose_name_plural = gettext_lazy("entry"), gettext_lazy("entries")
        constraints = [models.UniqueConstraint(fields=["event", "position"], name="entry_position"), has_times("entry")]
        indexes = [
            *indexes_of("entry", "event"),
            models.Index(fields=["event", "counted"], name="entry_counted"),
            models.Index(fields=["event", "published_at", "position"], condition=SHOWN, name="entry_clock"),
            models.Index(fields=["event", "position"], condition=SHOWN & MOMENT, name="entry_moments"),
            models.Index(
                fields=["event", "published_at", "position"], condition=SHOWN & MOMENT, name="entry_moments_clock"
            ),
            models.Index(fields=["event", "position"], condition=SHOWN & BY_HOST, name="entry_hosts"),
            models.Index(
                fields=["event", "published_at", "position"], condition=SHOWN & BY_HOST, name="entry_hosts_clock"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        """Address of the entry's place on the event's page."""
        return f"{self.event.get_absolute_url()}#{self.element_id}"

    @property
    def appearances(self) -> tuple[int, ...]:
        """Numbers as for every post, and that of the change that last made it a key moment."""
        return (*super().appearances, self.marked)

    @property
    def permalink(self) -> str:
        """Address of the entry's own page."""
        return reverse("entry", args=[self.event.slug, self.pk])

    @property
    def own_page(self) -> str:
        """Address of the entry's own page, which has it however much is posted later."""
        return self.permalink

    @property
    def is_long(self) -> bool:
        """Whether the entry has more comments than pages show."""
        return self.replies > self.NEWEST

    @staticmethod
    def count_replies(on: Iterable[int], more: int) -> None:
        """Add `more`, which may be negative, to the replies of each entry in `on`, a collection of primary keys.

        Only under the event's lock.
        """
        Entry.objects.filter(pk__in=on).update(replies=models.F("replies") + more)

    def take_place(self, event: Event, number: int) -> None:
        """The same as for every post, and the number of a key moment."""
        super().take_place(event, number)
        self.marked = number if self.moment else 0

    @classmethod
    def taken_in(cls, posts: Sequence[Self]) -> None:
        """Keep the numbers of reactions and the cards that the entries came with."""
        taken_in(posts)
        Tally.objects.bulk_create([Tally(entry=entry, before=entry.counts) for entry in posts if entry.counts])

    def comment(self, name: str, text: str, **about: Unpack[About]) -> "Comment":
        """Add a comment and return it, with the same `about` and errors as `Event.publish`.

        Raises also `Gone` if the entry was removed.
        """
        return self.event.add(self.comments, name, text, entry=self, **about)

    def react(
        self, kind: str, *, visitor: str, user: Account | None = None, network: str = "", address: Address | None = None
    ) -> None:
        """Add this visitor's reaction, or take it back if it is there; `publish_counts` updates pages.

        Raises `Closed`, `TooOften`, and `Gone` if the entry was removed.
        """
        if not self.is_shown:
            raise Gone
        self.event.require_reactions(kind)
        if user is None and is_blocked(self.event.blocked_networks, address):
            raise Closed(_("Reactions from your network are blocked here. You can still read."))
        toggle(self, kind, visitor=visitor, user=user, network=network)

    def publish_counts(self, *, at_once: bool = False) -> float:
        """Send the numbers of reactions to pages if they have changed, at most twice a second.

        Returns the seconds until the next publication is possible; 0 if nothing is left to do. After the end of the
        event the numbers no longer change. `at_once`: see `Tally.wait`.
        """
        tally = sole(Tally.objects.filter(pk=self.pk))
        if tally is None or not tally.due:
            return 0
        if (wait := tally.wait(timezone.now(), at_once=at_once)) > 0:
            return wait
        with self._changing() as (event, row):
            tally = Tally.objects.get(pk=self.pk)  # another process may have been faster
            if (wait := tally.wait(timezone.now(), at_once=at_once)) > 0:
                return wait if tally.due else 0
            if event.is_over:
                Tally.objects.filter(pk=self.pk).update(due=False)
            else:
                row.count(event)
        return 0

    def count(self, event: Event) -> None:
        """Update the numbers of reactions and of the card. Only inside `changing()`, with the event it yields."""
        tallies = Tally.objects.filter(pk=self.pk)
        tallies.update(due=False)  # first, so that it waits for concurrent taps and counts them
        tally = sole(tallies)
        counts = tally.count() if tally else {}
        told = self.card.count() if self.card else False
        if counts == self.counts and not told:
            return
        changed: dict[str, Any] = {"counts": counts}
        if self.is_shown:
            changed["counted"] = event.take_number()
            Event.objects.filter(pk=event.pk).update(counted=changed["counted"])
            tallies.update(last=timezone.now(), last_but_one=models.F("last"))
        Entry.objects.filter(pk=self.pk).update(**changed)

    def pin(self, *, by: Account | None = None) -> int:
        """Pin the entry to the top of the event's page in place of the one there; returns the number of the change.

        Raises `Gone` if the entry was removed, and `Overtaken` if somebody else has pinned it.
        """
        with self._changing() as (event, row):
            if not row.is_shown:
                raise Gone
            if event.pinned_id == row.pk:
                row._overtaken(by, Verb.PINNED)
                return event.seq
            event.note(by, Verb.PINNED, row, before=event.pinned_id)
            return event.set_pinned(row, event.take_number())

    def unpin(self, *, by: Account | None = None) -> int:
        """Unpin the entry; returns the number of the change. Raises `Overtaken` if somebody else has unpinned it."""
        with self._changing() as (event, row):
            if event.pinned_id != row.pk:
                row._overtaken(by, Verb.UNPINNED)
                return event.seq
            event.note(by, Verb.UNPINNED, row, pinned=True)
            return event.set_pinned(None, event.take_number())

    def mark(self, moment: str, *, by: Account | None = None, before: str | None = None) -> int:
        """List the entry as a key moment under this label, or no longer list it if "". Returns the change's number.

        `before`: the label that the host saw. Raises `Overtaken` if somebody else has changed the label since, and
        `Gone` if the entry was removed.
        """
        with self._changing() as (event, row):
            if not row.is_shown:
                raise Gone
            if row.moment == moment:
                return row.seq
            if before is not None and row.moment != before:
                row._overtaken(by, None)
            event.note(by, Verb.MARKED if moment else Verb.UNMARKED, row, moment=row.moment)
            return row._stamp(event, moment=moment)

    @classmethod
    def changed_together(cls, event: Event, posts: Sequence[Self], *, shown: bool) -> None:
        """Update the pinned entry and the key moments after these entries have left or come back."""
        for entry in posts:
            if entry.pk == event.pinned_id:
                event.set_pinned(None, entry.seq)
            elif entry.moment:
                event.take_note_of(entry.seq)

    def _stamp(self, event: Event, **fields: Any) -> int:
        state = fields.get("state", self.state)
        if state == PostState.ERASED:
            fields |= {"counts": {}} | ({"moment": ""} if self.moment else {})
            self.reactions.all().delete()
            self.drop_card()
            Tally.objects.filter(pk=self.pk).delete()
        if fields.get("moment") and not self.moment:
            fields["marked"] = event.head + 1
        number = super()._stamp(event, **fields)
        if event.pinned_id == self.pk:  # it is also shown in the event's own part of the page
            event.set_pinned(self if state == PostState.SHOWN else None, number)
        elif self.moment or "moment" in fields:
            event.take_note_of(number)
        return number


class Comment(Post):
    """A reply to an entry."""

    wording = wording.COMMENT
    WRITTEN = Post.WRITTEN | {"text": COMMENT_MAX}
    parent = "entry"
    entry = models.ForeignKey(Entry, models.CASCADE, db_index=False, verbose_name=gettext_lazy("entry"))

    objects = PostQuerySet["Comment"].as_manager()

    class Meta:
        default_related_name = "comments"
        verbose_name, verbose_name_plural = gettext_lazy("comment"), gettext_lazy("comments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["event", "position"], name="comment_position"),
            has_times("comment"),
        ]
        indexes = [
            *indexes_of("comment", "entry"),
            models.Index(fields=["entry", "position"], name="comment_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        """Address of the comment on its entry's page, which is opened there however many comments follow."""
        return f"{reverse('entry', args=[self.event.slug, self.entry_id])}?from={self.position}#{self.element_id}"

    def take_place(self, event: Event, number: int) -> None:
        """The same as for every post, and one more reply of its entry."""
        super().take_place(event, number)
        self.entry.replies += 1 if self.is_shown else 0

    def _stamp(self, event: Event, **fields: Any) -> int:
        number = super()._stamp(event, **fields)
        is_shown = fields.get("state", self.state) == PostState.SHOWN
        if is_shown is not self.is_shown:
            Entry.count_replies([self.entry_id], 1 if is_shown else -1)
        return number

    @classmethod
    def changed_together(cls, event: Event, posts: Sequence[Self], *, shown: bool) -> None:
        """Count these comments among the replies of their entries, or no longer."""
        on = Counter(comment.entry_id for comment in posts)
        for number in {*on.values()}:
            Entry.count_replies([pk for pk in on if on[pk] == number], number if shown else -number)
