"""Reviews: decisions about several waiting posts at once, each one act in the log with one undo.

Each post also has an act of its own, which is a part of the one in the log. By it other hosts are told who decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.models.accounts.account import Account, name_of
from feeds.models.event.history import Overtaken
from feeds.models.moderation import undoing
from feeds.models.moderation.subjects import HOST_NAME_MAX, Kind, Subject
from feeds.models.moderation.verbs import Verb
from feeds.models.post.states import PostState
from feeds.models.post.together import find_together

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.event.hosts import Hosted
    from feeds.models.moderation.log import Act
    from feeds.models.post.posts import Post

TOGETHER = 100
"""Posts that one act can be about."""
STATE_AFTER: dict[str, PostState] = {Verb.APPROVED: PostState.SHOWN, Verb.REJECTED: PostState.REJECTED}
"""State in which each decision leaves a post."""


@dataclass(frozen=True)
class Banned:
    """Outcome of banning several visitors: the names of the banned, and why each of the others was left alone."""

    names: Sequence[str]
    left: Sequence[str]


@dataclass(frozen=True)
class Reviewed:
    """Outcome of a review: the posts that were decided on, and why each of the others was left alone."""

    posts: "Sequence[Post]"
    left: Sequence[str]


def review(event: "Hosted", verb: Verb, seen: Mapping[str, int], *, by: Account | None) -> Reviewed:
    """Approve or reject these posts, by `verb`, if they still wait as the host saw them. `Event.review` is the verb.

    `seen`: number of the change that the host saw, by the post's id on the page. Only inside `changing()`.
    """
    posts, left = [], []
    for post in find_together(event, list(seen)):
        try:
            if _still_waits(post, verb, seen[post.element_id], by):
                posts.append(post)
        except Overtaken as late:
            left.append(str(late))
    note_parts(event, by, verb, posts)
    for post in posts:
        post._stamp(cast("Event", event), state=STATE_AFTER[verb])
    return Reviewed(posts, left)


def _still_waits(post: "Post", verb: Verb, seen: int, by: Account | None) -> bool:
    """Whether the post waits. Raises `Overtaken` for a post that another host has decided on, or that has changed."""
    if post.state != PostState.WAITING:
        post._overtaken(by, verb)
        return False
    if post.seq != seen:
        raise Overtaken(_("Its author has changed this in the meantime. Read it again before you approve it."))
    return True


def note_parts(
    event: "Hosted", by: Account | None, verb: Verb, posts: "Sequence[Post]", whole: "Act | None" = None
) -> None:
    """Add acts about these posts to the log: as parts of the act `whole`, or of one that is made for several posts."""
    if by is None or not posts:
        return
    if whole is None and len(posts) == 1:
        event.note(by, verb, posts[0], waited=True)
        return
    name = name_of(by)[:HOST_NAME_MAX]
    whole = whole or event.note(by, verb, posts_as_subject(posts), parts=len(posts))
    usual = {"event_id": event.pk, "by": by, "by_name": name, "verb": verb, "whole": whole}
    event.acts.bulk_create(
        event.acts.model(subject=post.subject.data, post=post.element_id, details={"waited": True}, **usual)
        for post in posts
    )
    if whole:
        event.reports.settle(whole, verb, [post.element_id for post in posts])


def posts_as_subject(posts: "Sequence[Post]") -> Subject:
    """Several posts as the subject of an act: their number, and their author's name if they have one in common."""
    names = {post.name for post in posts}
    return Subject(Kind.POSTS, names.pop() if len(names) == 1 else "", len(posts))


def undo_bans(act: "Act", by: Account | None) -> int:
    """Undo bans with the rejections that went with them. Returns the number of bans and posts that are left alone.

    Raises `Overtaken` if that are all.
    """
    bans = [part for part in act.parts.all() if part.verb == Verb.BANNED] or [act]
    refusals = []
    for ban in bans:
        try:
            undoing.lift_ban(ban, by)
        except Overtaken as late:
            refusals.append(late)
    held, left = _hold_again(act, by)
    if len(refusals) == len(bans) and not held:
        raise refusals[0]
    return len(refusals) + left


def undo_parts(act: "Act", by: Account | None) -> int:
    """Let the posts of a review wait again. Returns the number of those that others have changed since, and that stay.

    Raises `Overtaken` if that are all.
    """
    held, left = _hold_again(act, by)
    if not held:
        raise Overtaken(_("Other hosts or the authors have changed all of these posts since. Nothing was undone."))
    return left


def _hold_again(act: "Act", by: Account | None) -> tuple[int, int]:
    """Let the posts of an act wait again, unless others have changed them since. Returns the numbers of both."""
    parts = list(act.parts.exclude(post="").order_by("pk"))
    with act.event.changing() as event:
        ids = [part.post for part in parts]
        others = event.acts.filter(post__in=ids, pk__gt=act.pk).exclude(whole=act)
        decided = set((others.exclude(by=by.pk) if by else others).values_list("post", flat=True))
        after = {part.post: STATE_AFTER.get(part.verb) for part in parts if part.details}
        posts = [
            post
            for post in find_together(event, ids)
            if post.state == after.get(post.element_id) and post.element_id not in decided
        ]
        act.parts.filter(post__in=[post.element_id for post in posts]).update(undone_at=timezone.now())
        if posts:
            event.note(by, Verb.HELD_AGAIN, posts_as_subject(posts))
        for post in posts:
            post.wait_again(event)
    return len(posts), len(parts) - len(posts)
