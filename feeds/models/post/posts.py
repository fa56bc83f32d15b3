"""Posts: the fields and verbs that entries and comments share."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, Unpack

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from feeds.models import sqlite
from feeds.models.accounts.account import Account
from feeds.models.event.events import Event
from feeds.models.event.history import Gone, Overtaken, sole
from feeds.models.limits.rates import remember_erased
from feeds.models.moderation.subjects import Subject
from feeds.models.moderation.suspicions import suspicion
from feeds.models.moderation.verbs import Verb
from feeds.models.post.arguments import Heading
from feeds.models.post.cards import Card
from feeds.models.post.kinds import kind_of, kinds
from feeds.models.post.states import HasState, PostState
from feeds.models.post.wording import Wording
from feeds.models.post.words import HasWords
from feeds.values.words import search_key

ENTRY_MAX, COMMENT_MAX = 2000, 1000
AUTHOR_MAY_CHANGE_FOR = timedelta(minutes=10)
PUT_BACK = gettext_noop("A host sent it back for review.")


class Post(HasWords, HasState):
    """A piece of text in an event, such as an entry or a comment."""

    kinds: ClassVar[dict[str, type["Post"]]] = kinds
    wording: ClassVar[Wording]
    CARDS: ClassVar[dict[str, type[Card]]] = {}
    """Kinds of cards that this kind of post can carry."""
    carries: str = ""
    PERSONAL: ClassVar[dict[str, Any]] = {
        "sought": "",
        "hold_reason": "",
        "visitor": "",
        "network": "",
        "submission": None,
        "user": None,
    }
    """Fields with a person's identity, each with its value in an erased row. Each kind adds what is written in it."""

    event = models.ForeignKey(Event, models.CASCADE, db_index=False, verbose_name=gettext_lazy("event"))
    seq = models.PositiveBigIntegerField(help_text=gettext_lazy("number of the last change of this row"))
    position = models.PositiveBigIntegerField(
        help_text=gettext_lazy("sorts the page: number at creation, or of the change that put it at the top")
    )
    moved = models.PositiveBigIntegerField(
        default=0,
        editable=False,
        help_text=gettext_lazy("number of the change that put it at the top; 0: it was never moved"),
    )
    shown = models.PositiveBigIntegerField(
        help_text=gettext_lazy("number of the change that last showed it to readers; 0: never shown")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, db_index=False
    )
    visitor = models.CharField(max_length=32, blank=True, editable=False)
    submission = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  ("" is not unique)
    by_host = models.BooleanField(gettext_lazy("by host"), default=False, editable=False)
    published_at = models.DateTimeField(gettext_lazy("published at"), editable=False)
    edited_at = models.DateTimeField(gettext_lazy("edited at"), null=True, editable=False)
    network = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.PERSONAL = dict.fromkeys(cls.WRITTEN, "") | cls.PERSONAL
        kinds[kind_of(cls)] = cls

    def get_absolute_url(self) -> str:
        """Address of the post's place on a page."""
        raise NotImplementedError

    def take_place(self, event: Event, number: int) -> None:
        """Set the numbers of a post that is not saved yet, in an event that is being filled; the next number each."""
        self.event, self.position, self.seq = event, number, number
        self.shown = number if self.is_shown else 0

    @classmethod
    def taken_in(cls, posts: "Sequence[Self]") -> None:
        """Make rows that depend on these posts, with which an event was just filled."""

    @classmethod
    def changed_together(cls, event: Event, posts: "Sequence[Self]", *, shown: bool) -> None:
        """Update rows that depend on these posts, which have just left the page together, or come back if `shown`."""

    def _stamp(self, event: Event, **fields: Any) -> int:
        number = event.take_number()
        if "state" in fields:
            fields |= self.fields_in(fields["state"], timezone.now())
            fields |= {"shown": number} if fields["state"] == PostState.SHOWN else {}
        if changed := {name: fields[name] for name in self.WRITTEN if name in fields}:
            fields["sought"] = search_key(*(self.words | changed).values())
        type(self)._default_manager.filter(pk=self.pk).update(seq=number, **fields)
        return number

    @contextmanager
    def _changing(self) -> Iterator[tuple["Event", Self]]:
        """Yields the event under its lock, and this row read under the lock. Raises `Gone` if either was deleted."""
        with self.event.changing() as event:
            row = sole(type(self)._default_manager.filter(pk=self.pk))
            if row is None:
                raise Gone
            yield event, row

    def _erase(self, event: Event) -> int:
        """Delete the author's words and identity, also from the log; returns the number. Only inside `changing()`."""
        event.acts.erase_posts([self])
        event.reports.of(self).delete()
        return self._stamp(event, state=PostState.ERASED, **self.PERSONAL)

    def _overtaken(self, by: Account | None, verb: Verb | None) -> int:
        """Return the row's number if this host has already made the change (a retry); else raise `Overtaken`.

        Without a host nothing is raised. `verb`: the act that a retry would repeat, None if no act would.
        """
        if by is None or self.event.has_just(by, verb, self):
            return self.seq
        last = self.event.acts.filter(post=self.element_id).first()
        alone = _("This is waiting for review.") if self.is_held else _("Its author has already removed this.")
        raise Overtaken(last.already if last else alone)

    def revise(
        self,
        text: str,
        name: str | None = None,
        *,
        by: Account | None = None,
        seen: int | None = None,
        as_author: bool = False,
        **heading: Unpack[Heading],
    ) -> int:
        """Replace the text, and the name and parts of the heading if given. Raises `Gone` if the post was removed.

        Like all verbs, it returns the number of the change, or the row's last number if there was nothing to change.
        It adds the act to the log if a host, `by`, does it. `seen`: the number of the row that was edited. Raises
        `Overtaken` if somebody has changed the row since.

        `as_author`: a visitor edits an own post. It must wait for a host if a new post with these words would. An
        author can still change a post that waits; it goes on waiting.
        """
        with self._changing() as (event, row):
            waits = as_author and row.state == PostState.WAITING
            if not (row.is_shown or waits) or row.is_under_removed:
                raise Gone
            by_visitor = as_author and bool(row.visitor) and not row.by_host
            fields = {"text": text, **heading} | ({} if name is None else {"name": name})
            typed, words = row._words_with(fields, masked=by_visitor)
            fields |= {field: words[field] for field in fields.keys() & row.WRITTEN.keys()}
            if all(getattr(row, field) == value for field, value in fields.items()):
                return row.seq
            if seen is not None and row.seq != seen and not waits:  # held meanwhile, and only its author sees it
                raise Overtaken(_("Somebody else has changed this in the meantime. It now says:"))
            event.note(by, Verb.EDITED, row, **row.editable)
            if row.by_host and row.name != words["name"]:
                event.keep_bylines([row.name, words["name"]], row.user)
            held = {}
            if by_visitor:
                accepted = () if row.is_held else row.words.values()
                held = row._holding(suspicion(event, row.visitor, typed.values(), before=accepted))
            return row._stamp(event, **fields, edited_at=timezone.now(), **held)

    def _words_with(self, fields: Mapping[str, object], *, masked: bool) -> tuple[dict[str, str], dict[str, str]]:
        """All its words once these fields are changed: as they were typed, and as they are stored."""
        typed = self.words | {field: str(fields[field]) for field in fields.keys() & self.WRITTEN.keys()}
        return typed, self.event.mask(typed) if masked else typed

    @staticmethod
    def _holding(reason: str) -> dict[str, Any]:
        """Fields, with their values, that make the post wait for this reason; empty without a reason."""
        return {"state": PostState.WAITING, "hold_reason": reason} if reason else {}

    def retract(self, *, by: Account | None = None, erase: bool = False) -> int:
        """Remove the post for every reader.

        With `erase` (by its author, or the owner of the event) the words leave the database at once. Without it, a
        host can `restore` them. Raises `Overtaken` if it was removed before, except to erase: that still erases.
        """
        with self._changing() as (event, row):
            if erase and row.state == PostState.ERASED:
                return row.seq
            if not erase and not row.is_shown:
                return row._overtaken(by, Verb.REMOVED)
            event.note(by, Verb.REMOVED, row, restorable=not erase)
            if erase:
                sqlite.erased()
                remember_erased(row)
                return row._erase(event)
            return row._stamp(event, state=PostState.REMOVED)

    def restore(self, *, by: Account | None = None) -> int:
        """Show the post again where it was. Raises `Gone` if it was erased, `Overtaken` if it is not removed."""
        with self._changing() as (event, row):
            if row.state == PostState.ERASED:
                raise Gone
            if row.is_shown:
                return row._overtaken(by, Verb.RESTORED)
            event.note(by, Verb.RESTORED, row, removable=True)
            return row._stamp(event, state=PostState.SHOWN)

    def approve(self, *, by: Account | None, top: bool = False, seen: int | None = None) -> int:
        """Approve a post that waits: it appears at its time of submission, or at the `top`.

        Raises `Overtaken` if it no longer waits, or has changed since the change `seen`.
        """
        with self._changing() as (event, row):
            if row.state != PostState.WAITING:
                return row._overtaken(by, Verb.APPROVED)
            if seen is not None and row.seq != seen:
                raise Overtaken(_("Its author has changed this in the meantime. Read it again before you approve it."))
            event.note(by, Verb.APPROVED, row, waited=True)
            where = {"position": event.head + 1, "moved": event.head + 1} if top else {}
            return row._stamp(event, state=PostState.SHOWN, **where)

    def reject(self, *, by: Account | None) -> int:
        """Reject a post that waits; its author is told. Raises `Overtaken` if it no longer waits."""
        with self._changing() as (event, row):
            if row.state != PostState.WAITING:
                return row._overtaken(by, Verb.REJECTED)
            event.note(by, Verb.REJECTED, row, waited=True)
            return row._stamp(event, state=PostState.REJECTED)

    def hold_again(self, *, by: Account | None, reason: str = "") -> int:
        """Let the post wait again, for this reason, or the one it had before. Raises `Gone` if it was erased."""
        with self._changing() as (event, row):
            if row.state == PostState.ERASED:
                raise Gone
            event.note(by, Verb.HELD_AGAIN, row)
            return row.wait_again(event, reason)

    def wait_again(self, event: Event, reason: str = "") -> int:
        """Let the post wait for this reason, or the one it had before. Only inside `changing()`; see `hold_again`."""
        return self._stamp(event, **self._holding(reason or (self.hold_reason if self.was_held else PUT_BACK)))

    def is_new_since(self, number: int) -> bool:
        """Whether the post was made after this change, so that no page at this change has it."""
        return self.position > number and not self.moved

    @property
    def appearances(self) -> tuple[int, ...]:
        """Numbers of the changes that last made the post appear to readers, to some of them, or in another place."""
        return (self.shown, self.moved)

    @property
    def kind(self) -> str:
        """Name of its kind: “entry”, “comment”."""
        return kind_of(type(self))

    @property
    def is_under_removed(self) -> bool:
        """Whether the post is out of sight because the post it was written under is removed."""
        return bool(self.parent) and not getattr(self, self.parent).is_shown

    @property
    def subject(self) -> Subject:
        """The post as the log stores it, without its words."""
        return Subject(self.kind, self.name)

    @property
    def place(self) -> int:
        """Place among the posts of its kind on a page: the higher, the newer."""
        return self.position

    @property
    def element_id(self) -> str:
        """Id of the post's element in every page and frame; ids inside the element begin with it."""
        return f"{self.kind}-{self.pk}"

    @property
    def own_page(self) -> str:
        """Address of a page that has the post, however much is posted later."""
        return self.get_absolute_url()

    @property
    def time(self) -> datetime:
        """The time that pages show."""
        return self.published_at

    def author_may_change_until(self) -> datetime:
        """Moment until which its author may edit or remove the post."""
        return self.published_at + AUTHOR_MAY_CHANGE_FOR
