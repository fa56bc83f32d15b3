"""Erasure of everything that an event stores about one visitor."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from django.db.models import Q, QuerySet

from feeds.models import sqlite
from feeds.models.accounts.account import Account
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.verbs import Verb
from feeds.models.post.cards import forget
from feeds.models.post.kinds import kinds
from feeds.models.post.reactions import all_by, take_back
from feeds.models.post.states import PostState

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.event.hosts import Hosted
    from feeds.models.moderation.bans import BanQuerySet
    from feeds.models.moderation.reports import ReportQuerySet
    from feeds.models.post.posts import Post
    from feeds.models.post.reactions import Reaction


@dataclass(frozen=True)
class Traces:
    """Everything that a visitor left in an event; if a post's author is unknown, only the `post`."""

    event: "Hosted"
    visitor: str
    post: "Post | None" = None

    @classmethod
    def behind(cls, post: "Post") -> "Traces":
        """Traces of the post's author, or only the post if its author is unknown."""
        return cls(post.event, post.visitor, None if post.visitor else post)

    @cached_property
    def posts(self) -> "list[Post]":
        """The visitor's posts of all kinds, removed ones included."""
        if self.post:
            return list(type(self.post)._default_manager.filter(event=self.event.pk, pk=self.post.pk))
        if not self.visitor:
            return []
        return [post for posts in self.event.posts() for post in posts.filter(visitor=self.visitor)]

    @property
    def numbers(self) -> list[str]:
        """Number of posts of each kind in words, such as “1 entry”."""
        number_of = Counter(post.kind for post in self.posts)
        return [str(model.wording.number % {"n": number_of[kind]}) for kind, model in kinds.items()]

    @property
    def names(self) -> list[str]:
        """Names that the visitor has posted under, sorted."""
        return sorted({post.name for post in self.posts if post.name})

    @property
    def replies(self) -> int:
        """Number of other people's comments that disappear with the visitor's entries."""
        shown = [post.pk for post in self.posts if post.kind == "entry" and post.is_shown]
        others = self.event.comments.visible().filter(entry__in=shown)
        return (others.exclude(visitor=self.visitor) if self.visitor else others).count()

    @property
    def reactions(self) -> "QuerySet[Reaction]":
        """The visitor's reactions; none if the author is unknown."""
        return all_by("" if self.post else self.visitor, self.event)

    @property
    def reports(self) -> "ReportQuerySet":
        """The visitor's reports of posts; none if the author is unknown."""
        found: ReportQuerySet = self.event.reports.filter(visitor=self.visitor)
        return found.none() if self.post or not self.visitor else found

    @property
    def bans(self) -> "BanQuerySet":
        """Bans of the visitor, expired ones included."""
        return self.event.bans.filter(visitor=self.visitor)

    def erase(self, event: "Hosted", *, by: Account | None, lift_bans: bool) -> int:
        """Erase all of it on behalf of the host `by`; returns the number of posts erased. `Event.erase` is the verb.

        Only inside `changing()`, with the `event` it yields. Without `lift_bans`, bans stay, without name and note.
        """
        there = Traces(event, self.visitor, self.post)  # read again under the lock
        sqlite.erased()
        posts, names = there.posts, {*there.names, *there.bans.values_list("name", flat=True)}
        for post in posts:
            if post.state == PostState.ERASED:  # no page shows it, so that no number is needed
                type(post)._default_manager.filter(pk=post.pk).update(**post.PERSONAL)
            else:
                post._erase(cast("Event", event))
        take_back(there.reactions, event)
        forget("" if self.post else self.visitor, event)
        there.reports.delete()
        event.acts.erase_posts(posts)  # posts that were erased before have acts as well
        there._erase_acts_on_bans(event, names)
        event.acts.erase_names(names)
        if lift_bans and there.bans.delete()[0]:
            type(event)._default_manager.filter(pk=event.pk).update(
                seq=event.take_number(), has_bans=event.bans.exists()
            )
        there.bans.update(name="", note="")
        event.note(by, Verb.ERASED, Subject(Kind.POST if self.post else Kind.ALL_BY_VISITOR))
        return len(posts)

    def _erase_acts_on_bans(self, event: "Hosted", names: set[str]) -> None:
        """Delete names and notes from acts on the visitor's bans. The log keeps notes for undoing; they may quote."""
        banned = Q(details__ban__in=list(self.bans.values_list("pk", flat=True)))
        wrote = Q(details__wrote__in=[post.element_id for post in self.posts])
        named = Q(subject__name__in=names)
        about_bans = event.acts.filter(verb__in=[Verb.BANNED, Verb.UNBANNED])
        for act in about_bans.filter(banned | wrote | named):
            act.subject["name"] = ""
            for terms in (act.details, act.details.get("earlier")):
                if terms and terms.get("note"):
                    terms["note"] = ""
            act.save(update_fields=["subject", "details"])
