"""What entries and comments have in common, and what can happen to one."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

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
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.suspicions import reason_in_words, suspicion
from feeds.models.moderation.verbs import Verb
from feeds.models.post.kinds import kinds
from feeds.values.words import search_key, spellings

NAME_MAX, ENTRY_MAX, COMMENT_MAX = 60, 2000, 1000
AUTHOR_MAY_CHANGE_FOR = timedelta(minutes=10)
PUT_BACK = gettext_noop("A host put it back to wait.")


def submission_digest(visitor: str, form_key: str, kind: str, target: int, text: str) -> str:
    """What makes two submissions the same one: same browser, same rendered form, same place, same text.

    The text counts, because a form that a frame brought has the same key in each of a visitor's tabs:
    two different texts must both be kept.
    """
    return hashlib.sha256("\0".join([visitor, form_key, kind, str(target), text]).encode()).hexdigest()


P = TypeVar("P", bound="Post")
SHOWN = models.Q(removed_at=None)
REMOVED_BY_HOSTS = models.Q(held="", removed_at__isnull=False) & ~models.Q(text="")


class PostQuerySet(models.QuerySet[P]):
    def visible(self) -> Self:
        return self.filter(SHOWN)

    def in_sight(self) -> Self:
        """Those that readers can see: visible, and not under a removed post."""
        parent = self.model.parent
        return self.visible().filter(**{f"{parent}__removed_at": None} if parent else {})

    def removed_by_hosts(self) -> Self:
        """What a host can restore: neither waiting, nor rejected, nor erased."""
        return self.filter(REMOVED_BY_HOSTS)

    def waiting(self) -> Self:
        """What waits for a host."""
        return self.filter(held="waiting").order_by()

    def from_networks(self, before: datetime) -> Self:
        """Those of before this moment of which it is known which network they came from."""
        return self.exclude(network="").filter(published_at__lt=before)

    def matching(self, words: str) -> Self:
        """Rows with these words in the text or the name, however somebody types them who looks for them."""
        wanted = models.Q(pk__in=())
        for sought in spellings(words):
            as_they_are = models.Q(text__icontains=sought) | models.Q(name__icontains=sought)
            wanted |= as_they_are | models.Q(sought__contains=sought)
        return self.filter(wanted)

    def with_words(self, words: str) -> Self:
        """Those of them that have a text still, removed ones included, the newest first. Reads all of them."""
        return self.exclude(text="").matching(words).order_by("-position")

    def changed_within(self, start: int, end: int) -> list[P]:
        """Rows whose state a reader at `start` needs to get to `end`, sorted by position.

        Also those that appeared in between and changed again later: their number lies beyond `end`,
        but what hangs on them (an entry's comments) does not.
        """
        changed = self.filter(seq__gt=start).order_by()  # so that it finds its index, which a longer condition does not
        return sorted(
            (row for row in changed if row.seq <= end or any(start < number <= end for number in row.appearances)),
            key=lambda row: row.position,
        )


def indexes_of(kind: str, parent: str) -> list[models.Index]:
    """For each list that pages show or ask for again and again, an index that has its rows in its order.

    None of them is on a foreign key alone: it would be taken for the better one, and lead through all its posts.
    """
    asked: dict[str, tuple[list[str], models.Q | None]] = {
        "seq": (["event", "seq"], None),
        "shown": (["event", "shown"], None),
        "page": ([parent, "position"], SHOWN),
        "times": (["event", "published_at"], None),
        "waiting": (["event", "published_at", "position"], models.Q(held="waiting")),
        "removed": (["event", "-removed_at"], REMOVED_BY_HOSTS),
        "gaps": (["event", "position"], REMOVED_BY_HOSTS),
        "held": (["visitor", "removed_at"], ~models.Q(held="")),
        "visitor": (["visitor", "published_at"], None),
        "user": (["user", "published_at"], None),
        "network": (["network", "published_at"], None),
        "networks": (["published_at"], ~models.Q(network="")),
    }
    return [
        models.Index(fields=fields, condition=which, name=f"{kind}_{name}") for name, (fields, which) in asked.items()
    ]


class Held(models.TextChoices):
    """What became of a post that not everybody shall see at once. It counts as removed until a host approves it."""

    WAITING = "waiting", gettext_lazy("waiting for a host")
    REJECTED = "rejected", gettext_lazy("not approved")


class SoughtField(models.TextField):
    """The name and the text of a post as a search compares them, where those are not simply found as they are."""

    def pre_save(self, post: Any, add: bool) -> str:
        return search_key(post.name, post.text)


class Post(models.Model):
    """A piece of text in an event, such as an entry or a comment."""

    kinds: ClassVar[dict[str, type["Post"]]] = kinds
    parent: ClassVar[str] = ""
    """Name of the field that leads to the post this kind is written under; "" for none."""
    PERSONAL: ClassVar[dict[str, Any]] = {
        "text": "",
        "name": "",
        "sought": "",
        "held": "",
        "hold_reason": "",
        "visitor": "",
        "network": "",
        "submission": None,
        "user": None,
    }
    """Fields that hold a person's words or tell whose they are, each with its value once the post is erased.

    A row that is left says that there was a post, and when.
    """

    event = models.ForeignKey(Event, models.CASCADE, db_index=False, verbose_name=gettext_lazy("event"))
    seq = models.PositiveBigIntegerField(help_text=gettext_lazy("number of the last change of this row"))
    position = models.PositiveBigIntegerField(
        help_text=gettext_lazy("sorts the page: number at creation, or of the change that put it at the top")
    )
    moved = models.PositiveBigIntegerField(
        default=0,
        editable=False,
        help_text=gettext_lazy("number of the change that put it at the top; 0: it is where it was made"),
    )
    shown = models.PositiveBigIntegerField(
        help_text=gettext_lazy("number of the change that last made readers see it; 0: none has")
    )
    name = models.CharField(gettext_lazy("name"), max_length=NAME_MAX, blank=True)
    text = models.TextField(gettext_lazy("text"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, db_index=False
    )
    visitor = models.CharField(max_length=32, blank=True, editable=False)
    submission = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  ("" is not unique)
    by_host = models.BooleanField(gettext_lazy("by host"), default=False, editable=False)
    published_at = models.DateTimeField(gettext_lazy("published at"), editable=False)
    edited_at = models.DateTimeField(gettext_lazy("edited at"), null=True, editable=False)
    removed_at = models.DateTimeField(gettext_lazy("removed at"), null=True, editable=False)
    held = models.CharField(max_length=10, choices=Held, blank=True, editable=False)
    hold_reason = models.CharField(max_length=100, blank=True, editable=False)
    network = models.CharField(max_length=64, blank=True, editable=False)
    markdown = models.BooleanField(default=False, editable=False)
    sought = SoughtField(blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        kinds[cls.__name__.lower()] = cls

    def get_absolute_url(self) -> str:
        """Its place on a page."""
        raise NotImplementedError

    @classmethod
    def removed_together(cls, event: Event, posts: "Sequence[Self]") -> None:
        """Update what depends on these posts, which were just removed in one go. Only inside `changing()`."""

    def _stamp(self, event: Event, **fields: Any) -> int:
        number = event.take_number()
        if "removed_at" in fields and fields["removed_at"] is None:
            fields["shown"] = number
        if "text" in fields or "name" in fields:
            fields["sought"] = search_key(fields.get("name", self.name), fields.get("text", self.text))
        type(self)._default_manager.filter(pk=self.pk).update(seq=number, **fields)
        return number

    @contextmanager
    def _changing(self) -> Iterator[tuple["Event", Self]]:
        """The event's lock and this row as it is under the lock."""
        with self.event.changing() as event:
            row = sole(type(self)._default_manager.filter(pk=self.pk))
            if row is None:
                raise Gone
            yield event, row

    def _erase(self, event: Event) -> int:
        """Delete what a person wrote and what tells who that was. Only inside `changing()`.

        The log keeps what hosts did to it, without its author's name and without words.
        """
        event.acts.erase_posts([self])
        return self._stamp(event, removed_at=self.removed_at or timezone.now(), **self.PERSONAL)

    def _overtaken(self, by: Account | None, verb: Verb | None) -> int:
        """What is to be done is so already: raises `Overtaken`, but where the same host did it, who asks once more."""
        if by is None or self.event.has_just(by, verb, self):
            return self.seq
        last = self.event.acts.filter(post=self.element_id).first()
        alone = _("This waits for a host.") if self.held else _("Its author removed this already.")
        raise Overtaken(last.already if last else alone)

    def revise(
        self,
        text: str,
        name: str | None = None,
        *,
        by: Account | None = None,
        seen: int | None = None,
        as_author: bool = False,
    ) -> int:
        """Replace the text (and the name, where one is given). Raises `Gone` when it was removed.

        Like all verbs it returns the number of the change, or the row's last one when there was nothing to
        change; and writes down what the host `by` did, where it is one. `seen` is the number of the row that was
        edited: raises `Overtaken` when somebody has changed it since. What a visitor changes `as_author` waits for
        a host where the new words would have made a new post wait. One that waits already its author can still
        change, and it goes on waiting.
        """
        name = self.name if name is None else name
        with self._changing() as (event, row):
            waits = as_author and row.held == Held.WAITING
            if (row.removed_at and not waits) or row.is_under_removed:
                raise Gone
            if (row.text, row.name) == (text, name):
                return row.seq
            if seen is not None and row.seq != seen and not waits:  # it was held meanwhile, and nobody else sees it
                raise Overtaken(_("Somebody else has changed this in the meantime. Here is what it says now."))
            event.note(by, Verb.EDITED, row, text=row.text)
            if row.by_host and row.name != name:
                event.keep_bylines([row.name, name], row.user)
            now, held = timezone.now(), {}
            if as_author and row.visitor and not row.by_host:
                held = row._holding(suspicion(event, row.visitor, f"{name}\n{text}", before=row._words), now)
            return row._stamp(event, text=text, name=name, edited_at=now, **held)

    @property
    def _words(self) -> str:
        """What of it is compared with blocked words; of one that waits nothing was accepted yet."""
        return "" if self.held else f"{self.name}\n{self.text}"

    def _holding(self, reason: str, now: datetime) -> dict[str, Any]:
        """Fields that make it wait, where there is a reason to."""
        return {"held": Held.WAITING, "hold_reason": reason, "removed_at": self.removed_at or now} if reason else {}

    def retract(self, *, by: Account | None = None, erase: bool = False) -> int:
        """Remove it for every reader.

        With `erase` (its author removes it, or an owner erases it) the words leave the database at once; without,
        a host can `restore` them. Where it is removed already, a host is told so, and erasing still erases.
        """
        with self._changing() as (event, row):
            if row.removed_at and not (erase and row.text):
                return row.seq if erase else row._overtaken(by, Verb.REMOVED)
            event.note(by, Verb.REMOVED, row, restorable=not erase)
            if erase:
                sqlite.erased()
                remember_erased(row)
                return row._erase(event)
            return row._stamp(event, removed_at=timezone.now())

    def restore(self, *, by: Account | None = None) -> int:
        """Show it again where it was. Raises `Gone` when its words are erased."""
        with self._changing() as (event, row):
            if not row.text:
                raise Gone
            if not row.removed_at:
                return row._overtaken(by, Verb.RESTORED)
            event.note(by, Verb.RESTORED, row, removable=True)
            return row._stamp(event, removed_at=None, held="")

    def approve(self, *, by: Account | None, top: bool = False, seen: int | None = None) -> int:
        """Let everybody see a post that waits: where its time of submission belongs, or at the `top`.

        Raises `Overtaken` when it waits no more, or says something else than at change `seen`.
        """
        with self._changing() as (event, row):
            if row.held != Held.WAITING:
                return row._overtaken(by, Verb.APPROVED)
            if seen is not None and row.seq != seen:
                raise Overtaken(_("Its author has changed this in the meantime. Read it again before you approve it."))
            event.note(by, Verb.APPROVED, row, waited=True)
            where = {"position": event.head + 1, "moved": event.head + 1} if top else {}
            return row._stamp(event, removed_at=None, held="", **where)

    def reject(self, *, by: Account | None) -> int:
        """Do not let it be seen; its author is told. Raises `Overtaken` when it waits no more."""
        with self._changing() as (event, row):
            if row.held != Held.WAITING:
                return row._overtaken(by, Verb.REJECTED)
            event.note(by, Verb.REJECTED, row, waited=True)
            return row._stamp(event, held=Held.REJECTED)

    def hold_again(self, *, by: Account | None) -> int:
        """Take an approval or a rejection back."""
        with self._changing() as (event, row):
            if not row.text:
                raise Gone
            event.note(by, Verb.HELD_AGAIN, row)
            return row._stamp(event, **row._holding(row.hold_reason or PUT_BACK, timezone.now()))

    def is_new_since(self, number: int) -> bool:
        """Whether it was made after this change, so that no page that is there can have it."""
        return self.position > number and not self.moved

    @property
    def is_erased(self) -> bool:
        return bool(self.removed_at) and not self.text

    @property
    def appearances(self) -> tuple[int, ...]:
        """Numbers of the changes that last made it appear to readers, or to some of them, or in another place."""
        return (self.shown, self.moved)

    @property
    def kind(self) -> str:
        return str(self._meta.model_name)

    @property
    def is_under_removed(self) -> bool:
        """Whether it is out of sight because of what it was written under."""
        return bool(self.parent and getattr(self, self.parent).removed_at)

    @property
    def why_held(self) -> str:
        """Why it waits, in the reader's language."""
        return reason_in_words(self.hold_reason)

    @property
    def subject(self) -> Subject:
        """The post as the log stores it, without its words."""
        return Subject(Kind(self.kind), self.name)

    @property
    def element_id(self) -> str:
        """The id of its element in every page and frame; ids inside it begin with this one."""
        return f"{self.kind}-{self.pk}"

    @property
    def own_page(self) -> str:
        """Address of a page that has it, however much came later."""
        return self.get_absolute_url()

    def author_may_change_until(self) -> datetime:
        return self.published_at + AUTHOR_MAY_CHANGE_FOR
