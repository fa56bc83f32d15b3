"""Actions of an event's hosts that concern each other, or visitors: inviting, banning, removing, erasing."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account, name_of, names_of, signed_in
from feeds.models.event.composing import Composing
from feeds.models.event.history import Overtaken
from feeds.models.moderation.erasure import Traces
from feeds.models.moderation.reviews import Banned, Reviewed, note_parts, review
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.verbs import Verb
from feeds.models.post.reactions import all_by, take_back
from feeds.models.post.states import PostState
from feeds.models.post.together import change_together
from serving.logs import shown

if TYPE_CHECKING:
    from feeds.models.moderation.log import Act
    from feeds.models.post.posts import Post

NAMED = 20
"""Hosts that an event's page names."""


BYLINES = 300
"""Bylines that one event protects: those used last."""

logger = logging.getLogger(__name__)


class Hosted(Composing):
    """Hosts of an event, and their actions against visitors."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_events", verbose_name=gettext_lazy("owner")
    )
    hosts = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="hosted_events", blank=True, verbose_name=gettext_lazy("hosts")
    )
    bylines: Any
    invitations: Any

    class Meta:
        abstract = True

    @property
    def names_of_accounts(self) -> "dict[int, list[str]]":
        """Names of each account that runs the event, by the account's primary key. Makes one query."""
        hosts = type(self).hosts.through._default_manager.filter(event=self.pk).values("user")
        users = get_user_model().objects.filter(models.Q(pk=self.owner_id) | models.Q(pk__in=hosts))
        return {user.pk: names_of(user) for user in users}

    def protected_names(self) -> set[str]:
        """Names of people who run the event, ran it or are invited to. Makes three queries of bounded size."""
        names = {name for each in self.names_of_accounts.values() for name in each}
        names.update(self.bylines.values_list("name", flat=True)[:BYLINES])
        return names | set(self.invitations.named())

    def names_of_others(self, user: Account) -> set[str]:
        """Names of the other accounts that run the event now, under which this host cannot post."""
        accounts = self.names_of_accounts
        names = {name for pk, each in accounts.items() if pk != user.pk for name in each}
        taken = self.bylines.filter(user__in=accounts.keys() - {user.pk}).values_list("name", flat=True)[:BYLINES]
        return (names | set(taken)) - set(accounts.get(signed_in(user).pk, ()))

    @cached_property
    def people(self) -> list[str]:
        """Names of the people who run the event, the owner first. After `NAMED` names, “others” stands for the rest."""
        users = [self.owner, *(user for user in self.hosts.all()[: NAMED + 1] if user != self.owner)]
        names = [name_of(user) for user in users]
        return names if len(names) <= NAMED else [*names[:NAMED], _("others")]

    def remove_host(self, user: User, *, by: Account | None) -> None:
        """Remove this host and withdraw their invitations. Raises `Overtaken` if somebody else has removed them."""
        with self.changing() as event:
            host = Subject(Kind.HOST, name_of(user))
            if not event.hosts.filter(pk=user.pk).exists():
                if event.has_just(by, Verb.HOST_REMOVED, host):
                    return
                raise Overtaken(_("%(name)s no longer hosts this event.") % {"name": host.name})
            event._let_go(user, by)
            event.take_note_of(event.take_number())

    def set_hosts(self, users: Iterable[User], *, by: Account | None) -> None:
        """Make these users the only hosts beside the owner, on behalf of the host `by`."""
        with self.changing() as event:
            before, after = set(event.hosts.all()), set(users)
            for user in sorted(before - after, key=name_of):
                event._let_go(user, by)
            for user in sorted(after - before, key=name_of):
                event.welcome(user)
                event.note(by, Verb.HOST_ADDED, Subject(Kind.HOST, name_of(user)))
            if before != after:
                event.take_note_of(event.take_number())

    def welcome(self, user: User) -> None:
        """Make this user a host. Only inside `changing()`."""
        self.hosts.add(user)
        self.keep_bylines(names_of(user), user)

    def keep_bylines(self, names: Iterable[str], user: Account | None = None) -> None:
        """Let no visitor post under these names from now on. `user`: the host they belong to, if known."""
        self.bylines.model.keep(self, names, user)

    def _let_go(self, user: User, by: Account | None) -> None:
        self.hosts.remove(user)
        self.keep_bylines(names_of(user), user)
        self.invitations.unused().filter(made_by=user).update(withdrawn_at=timezone.now())
        self.note(by, Verb.HOST_REMOVED, Subject(Kind.HOST, name_of(user)))

    def ban(
        self,
        post: "Post",
        *,
        by: Account | None,
        until: datetime | None = None,
        note: str = "",
        remove: bool = False,
        waiting: bool = False,
    ) -> int:
        """Ban the author of this post from reading and posting here, for good if `until` is None.

        `note` is shown to the visitor. With `remove`, everything they have on the page is removed as well; with
        `waiting`, their waiting posts are rejected, which is undone with the ban. Takes a number, so that the ban
        reaches the visitor's open pages in every process; returns the last number. Raises `Overtaken` if another host
        has banned them.
        """
        with self.changing() as event:
            event._require_no_ban_by_others(post, by)
            act = None if event._has_ban_like(post, until, note) else event._ban(post, by, until, note)
            if waiting:
                event._reject_waiting([post.visitor], by, act)
            if remove:
                event._remove_all_by(post, by)
            return event.head

    def ban_all(
        self,
        posts: "Iterable[Post]",
        *,
        by: Account | None,
        until: datetime | None = None,
        note: str = "",
        waiting: bool = False,
    ) -> Banned:
        """Ban the authors of these posts at once, like `ban`: one act in the log, with one undo.

        Visitors whom another host has banned are left alone.
        """
        with self.changing() as event:
            authors, left = {post.visitor: post for post in posts if post.visitor and not post.by_host}, []
            for visitor, post in list(authors.items()):
                try:
                    event._require_no_ban_by_others(post, by)
                except Overtaken as late:
                    left.append(str(late))
                    del authors[visitor]
            to_ban = [post for post in authors.values() if not event._has_ban_like(post, until, note)]
            several = Subject(Kind.VISITORS, number=len(to_ban))
            whole = event.note(by, Verb.BANNED, several, bans=len(to_ban)) if len(to_ban) > 1 else None
            acts = [event._ban(post, by, until, note, whole) for post in to_ban]
            if waiting:
                event._reject_waiting(list(authors), by, whole or next(iter(acts), None))
            return Banned([post.name for post in authors.values()], left)

    def number_waiting_by(self, visitors: Iterable[str]) -> int:
        """Number of waiting posts of these visitors."""
        return sum(posts.waiting().filter(visitor__in=visitors).count() for posts in self.posts())

    def _require_no_ban_by_others(self, post: "Post", by: Account | None) -> None:
        """Raises `Overtaken` if another host has banned the author of this post."""
        earlier = self.ban_of(post.visitor)
        if earlier and by and earlier.banned_by not in {None, by}:
            who = {"host": name_of(earlier.banned_by), "name": post.name}
            raise Overtaken(_("%(host)s has already banned %(name)s. All bans are under Settings.") % who)

    def _has_ban_like(self, post: "Post", until: datetime | None, note: str) -> bool:
        """Whether the author of this post is banned so already: a second click."""
        earlier = self.ban_of(post.visitor)
        return bool(earlier and earlier.is_much_like(until, note))

    def _ban(
        self, post: "Post", by: Account | None, until: datetime | None, note: str, whole: "Act | None" = None
    ) -> "Act | None":
        """Ban the author of this post, as a part of the act `whole` if there is one. Only inside `changing()`.

        Returns the act, or None if nobody did it: see `note`.
        """
        earlier = self.ban_of(post.visitor)
        terms = {"name": post.name, "note": note, "until": until, "banned_by": by, "banned_at": timezone.now()}
        ban, _made = self.bans.update_or_create(visitor=post.visitor, defaults=terms)
        details = {"ban": ban.pk, "earlier": earlier.terms if earlier else None}
        act = self.note(by, Verb.BANNED, ban.subject, whole, **details)
        self.take_note_of(self.take_number())
        type(self)._default_manager.filter(pk=self.pk).update(has_bans=True)
        self.has_bans = True
        said = f"“{shown(name_of(by))}”" if by else "a command"
        logger.info("Banned: a visitor, from “%s”, by %s, ban %s.", self.slug, said, ban.pk)
        return act

    def _reject_waiting(self, visitors: list[str], by: Account | None, whole: "Act | None") -> None:
        """Reject all waiting posts of these visitors, as parts of the act `whole`. Only inside `changing()`."""
        theirs = [list(posts.waiting().filter(visitor__in=visitors)) for posts in self.posts()]
        note_parts(self, by, Verb.REJECTED, [post for posts in theirs for post in posts], whole)
        for posts in theirs:
            change_together(self, posts, PostState.REJECTED)

    def review(self, verb: Verb, seen: Mapping[str, int], *, by: Account | None) -> Reviewed:
        """Approve or reject several waiting posts at once: one act in the log, with one undo.

        `verb`: APPROVED or REJECTED. `seen`: number of the change that the host saw, by the post's id on the page. A
        post that another host has decided on, or that has changed since, is left alone.
        """
        with self.changing() as event:
            return review(event, verb, seen, by=by)

    def remove_all_by(self, post: "Post", *, by: Account | None) -> int:
        """Remove everything that the author of this post has on the page; returns the last number taken.

        Raises `Overtaken` if nothing is left to remove because another host was faster.
        """
        with self.changing() as event:
            visitor = Subject(Kind.VISITOR, post.name)
            if not event._remove_all_by(post, by) and not event.has_just(by, Verb.REMOVED_ALL, visitor):
                raise Overtaken(_("%(name)s has no posts left to remove.") % {"name": post.name})
            return event.head

    def _remove_all_by(self, post: "Post", by: Account | None) -> int:
        """Remove the author's posts, waiting ones included, and reactions; returns their number.

        Only inside `changing()`.
        """
        theirs_by_kind = [list(posts.shown_or_waiting().filter(visitor=post.visitor)) for posts in self.posts()]
        everything = [each for posts in theirs_by_kind for each in posts]
        reacted = take_back(all_by(post.visitor, self), self)
        if everything or reacted:
            shown = [each.element_id for each in everything if each.is_shown]
            waiting = [each.element_id for each in everything if not each.is_shown]
            visitor = Subject(Kind.VISITOR, post.name)
            self.note(by, Verb.REMOVED_ALL, visitor, posts=shown, waiting=waiting, reacted=reacted)
        for posts in theirs_by_kind:
            change_together(self, posts, PostState.REMOVED)
        return len(everything) + len(reacted)

    def erase_visitor(self, visitor: str, *, by: Account | None, lift_bans: bool = False) -> int:
        """Delete this visitor's words in the event and all data that identifies them; returns the number of posts.

        Open pages lose the posts like removed ones. The audit log keeps the act, without name and words. Bans stay,
        without a name, unless `lift_bans` is set.
        """
        return self.erase(Traces(self, visitor), by=by, lift_bans=lift_bans)

    def erase(self, traces: Traces, *, by: Account | None, lift_bans: bool = False) -> int:
        """Erase these traces like `erase_visitor`; they may be a single post by an unknown author."""
        with self.changing() as event:
            return traces.erase(event, by=by, lift_bans=lift_bans)
