"""Posting in an event: the people that may post now, and the posts that wait for a host first."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account, names_of
from feeds.models.event import posting_rules
from feeds.models.event.guards import Guarded
from feeds.models.event.history import Gone, sole
from feeds.models.limits.rates import require_pause, was_erased
from feeds.models.moderation.suspicions import is_blocked, suspicion
from feeds.models.post.arguments import Written
from feeds.models.post.cards import CardData, attach, carrying, masked, words_in
from feeds.models.post.kinds import kind_of, kinds, plural_of
from feeds.models.post.reactions import DEFAULT_KINDS, KINDS
from feeds.models.post.states import PostState
from feeds.values.addresses import Address

if TYPE_CHECKING:
    from feeds.models.moderation.bans import Ban
    from feeds.models.post.entries import Entry
    from feeds.models.post.posts import Post
    from feeds.models.post.querysets import PostQuerySet

P = TypeVar("P", bound="Post")

logger = logging.getLogger(__name__)

RECENT = timedelta(days=1)
WAITING = 50
"""Waiting posts that the desk shows at once; the next ones follow when these are decided on."""
NUMBERED = 1000
"""Waiting posts up to which they are counted."""


class Closed(Exception):
    """The event does not accept this post or reaction now. The message tells the visitor why."""


class TakesPosts(Guarded):
    """Posting rules of an event, its reactions and its posts."""

    Posting = posting_rules.Posting

    slug: "models.SlugField[str, str]"
    entries: Any
    comments: Any
    bans: Any
    keep_bylines: "Callable[[Iterable[str], Account | None], None]"

    posting = models.CharField(
        gettext_lazy("posting"), max_length=10, choices=posting_rules.posting_rules, default=Posting.OPEN
    )
    comments_open = models.BooleanField(
        gettext_lazy("comments"), default=True, help_text=gettext_lazy("Visitors may comment on entries.")
    )
    reactions = models.CharField(gettext_lazy("reactions"), max_length=60, blank=True, default=DEFAULT_KINDS)
    show_readers = models.BooleanField(
        gettext_lazy("show reader count"),
        default=True,
        help_text=gettext_lazy("Hosts always see it."),
    )
    show_typing = models.BooleanField(
        gettext_lazy("show “someone is typing”"),
        default=True,
        help_text=gettext_lazy("Never who, never what."),
    )
    has_bans = models.BooleanField(default=False, editable=False)  # most have none, and need not be searched for them
    has_cards = models.BooleanField(default=False, db_default=False, editable=False)  # for the same reason
    pinned = models.ForeignKey("feeds.Entry", models.SET_NULL, null=True, editable=False, related_name="+")
    counted = models.PositiveBigIntegerField(default=0, editable=False)  # the highest number of an entry's `counted`

    class Meta:
        abstract = True

    def set_pinned(self, entry: "Entry | None", number: int) -> int:
        """Only inside `changing()`; `Entry.pin` and `Entry.unpin` are the verbs."""
        type(self)._default_manager.filter(pk=self.pk).update(pinned=entry, seq=number)
        return number

    @property
    def rule(self) -> posting_rules.Posting:
        """The posting rule, with its terms."""
        return self.Posting(self.posting)

    def require_open(self, action: str = "post", *, by_host: bool) -> None:
        """Raises `Closed` if a host, or else a visitor, may not take this action now: “post” or “comment”."""
        if self.is_over:
            raise Closed(_("This event has ended, so nothing can be added."))
        if action not in (self.rule.hosts if by_host else self.rule.visitors).split():
            raise Closed(str(self.rule.refusal))

    def require_comments(self, *, by_host: bool) -> None:
        """Raises `Closed` if a host, or else a visitor, may not comment here now."""
        self.require_open("comment", by_host=by_host)
        if not by_host and not self.comments_open:
            raise Closed(_("Comments are off for now. Your text is kept here."))

    @property
    def visitors_may(self) -> str:
        """Actions that visitors can take now, for style sheets: some of “post comment react change”."""
        return " ".join(self._allowed(by_host=False))

    @property
    def hosts_may(self) -> str:
        """Actions that hosts can take now, in the same form as `visitors_may`."""
        return " ".join(self._allowed(by_host=True))

    def _allowed(self, *, by_host: bool) -> list[str]:
        if self.is_over:
            return ["change"] if by_host else []
        allowed = (self.rule.hosts if by_host else self.rule.visitors).split()
        if not (by_host or self.comments_open):
            allowed = [action for action in allowed if action != "comment"]
        return [*allowed, "change"]

    @property
    def kinds(self) -> list[str]:
        """Kinds of reactions that the hosts have chosen, in the order of `KINDS`."""
        chosen = self.reactions.split()
        return [kind for kind in KINDS if kind in chosen]

    @property
    def takes_reactions(self) -> bool:
        """Whether people can react now."""
        return not self.is_over and "react" in self.rule.visitors

    def require_reactions(self, kind: str) -> None:
        """Raises `Closed` if reactions of this kind are not possible now."""
        if self.is_over:
            raise Closed(_("This event has ended, so nothing can be added."))
        if not self.takes_reactions:
            raise Closed(_("Posting and reactions are closed for now."))
        if kind not in self.kinds:
            raise Closed(_("This event no longer has that reaction. Reload the page to see the current ones."))

    def typists(self, *, commenting: bool) -> str:
        """People whose typing of an entry, or of a comment if `commenting`, is shown: “all”, “hosts” or "" (nobody)."""
        action = "comment" if commenting else "post"
        if not self.show_typing or action not in self._allowed(by_host=True):
            return ""
        return "all" if action in self._allowed(by_host=False) else "hosts"

    def add(
        self,
        posts: "models.Manager[P]",
        name: str,
        text: str,
        *,
        entry: "Entry | None" = None,
        words: Mapping[str, str] | None = None,
        card: CardData | None = None,
        user: Account | None = None,
        submission: str | None = None,
        at: datetime | None = None,
        hold: str = "",
        hurried: bool = False,
        address: Address | None = None,
        **written: Unpack[Written],
    ) -> P:
        """Add a post, like `Event.publish`, to `posts`: the event's entries, or the comments on `entry`."""
        words = {"name": name, "text": text} | dict(words or {})
        with self.changing() as event:
            if submission and (earlier := sole(posts.filter(submission=submission))):
                return earlier
            event._require_place(entry, user, submission, written.get("visitor", ""))
            said = words | words_in(card)
            hold = "" if user else event.admit(said, posts.model, entry, hold, address, hurried, **written)
            if written.get("visitor") and not user:
                words, card = event.mask(words), masked(card, event.mask)
            number, now = event.take_number(), timezone.now()
            event._expect_post(name, user, on=None if hold else entry)
            post = posts.create(
                event=event,
                **{"seq": number, "position": number, "shown": 0 if hold else number, "user": user},
                **{"by_host": user is not None, "submission": submission, "published_at": at or now},
                hold_reason=hold,
                **(PostState.WAITING if hold else PostState.SHOWN).fields(now),
                **carrying(card) | words,
                **written,
            )
            attach(cast("Entry", post), card)
            return post

    def _require_place(self, entry: "Entry | None", user: Account | None, submission: str | None, visitor: str) -> None:
        """Raises `Closed`, or `Gone` for a removed entry, if a post by this host or visitor cannot be added now."""
        if submission and was_erased(submission):
            raise Closed(_("You have already removed this. Your text is kept here: change it to post it again."))
        self.require_open("comment" if entry else "post", by_host=user is not None)
        if user is None and self.ban_of(visitor):
            raise Closed(_("A host has banned you from this event."))
        if entry and not self.entries.visible().filter(pk=entry.pk).exists():
            raise Gone
        if entry:
            self.require_comments(by_host=user is not None)

    def _expect_post(self, name: str, user: Account | None, *, on: "Entry | None") -> None:
        """Update what depends on a new post under this name: idle time, bylines, and replies of the entry `on`."""
        self.keep_busy()
        if user is not None:
            self.keep_bylines([name, *names_of(user)], user)
        if on:
            on.count_replies([on.pk], 1)

    def admit(
        self,
        words: Mapping[str, str],
        model: "type[Post]",
        entry: "Entry | None",
        hold: str = "",
        address: Address | None = None,
        hurried: bool = False,
        **written: Unpack[Written],
    ) -> str:
        """Reason why a visitor's new post must wait for a host, which may be `hold`; or "".

        Raises `Closed` or `TooOften` to refuse it.
        """
        if is_blocked(self.blocked_networks, address):
            logger.info("Refused a post in “%s”: it is from a network that its hosts have blocked.", self.slug)
            raise Closed(_("Posts from your network are blocked here. You can still read. Your text is kept here."))
        visitor = written.get("visitor", "")
        place = kind_of(model), entry.pk if entry else None
        require_pause(self, visitor, written.get("network", ""), self.mask(words)["text"], place)
        doubt = visitor and suspicion(self, visitor, words.values(), hurried=hurried)
        return hold or doubt or self.reason_to_hold(visitor)

    def reason_to_hold(self, visitor: str) -> str:
        """Reason why the posting rule makes this visitor's next post wait for a host; "" if it does not."""
        return "" if self.spares(visitor) else self.rule.holds

    def spares(self, visitor: str) -> bool:
        """Whether the posting rule spares this visitor, whose posts have been approved, the wait and the notice."""
        return self.rule.spares_known and self.has_seen(visitor)

    def posts(self) -> "list[PostQuerySet[Post]]":
        """Querysets of the event's posts, one for each kind."""
        return [getattr(self, plural_of(model)).all() for model in kinds.values()]

    def waiting(self, limit: int = WAITING) -> list["Post"]:
        """Posts that wait for a host, the oldest first, at most `limit`."""
        found = [
            post for posts in self.posts() for post in posts.waiting().order_by("published_at", "position")[:limit]
        ]
        return sorted(found, key=lambda post: (post.published_at, post.position))[:limit]

    def number_waiting(self) -> int:
        """Number of waiting posts, counted up to `NUMBERED` + 1."""
        return min(NUMBERED + 1, sum(posts.waiting()[: NUMBERED + 1].count() for posts in self.posts()))

    def held_from(self, visitor: str) -> list["Post"]:
        """This visitor's posts that were held or rejected in the last day: the latest ones, in order."""
        found: list[Post] = []
        for model in kinds.values():
            # Compare the event below: with it in the query, the database would prefer its index.
            posts = cast("PostQuerySet[Post]", model._default_manager.all())
            theirs = posts.held().filter(visitor=visitor, removed_at__gt=timezone.now() - RECENT)
            latest = theirs.order_by("-removed_at")[:WAITING]
            found += [post for post in latest if post.event_id == self.pk]
        return sorted(found, key=lambda post: (post.published_at, post.position))

    def has_seen(self, visitor: str, name: str = "") -> bool:
        """Whether a post of this visitor, under this name if one is given, is on the page."""
        theirs = {"visitor": visitor} | ({"name": name} if name else {})
        return any(posts.visible().filter(**theirs).exists() for posts in self.posts())

    def ban_of(self, visitor: str) -> "Ban | None":
        """The current ban of this visitor, or None."""
        return sole(self.bans.current().filter(visitor=visitor)) if self.has_bans else None
