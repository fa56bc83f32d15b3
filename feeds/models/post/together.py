"""Many posts at once, with few queries, since a flood may be going on: found by their ids, and changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from feeds.models.post.kinds import kinds
from feeds.models.post.states import PostState

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.event.posting import TakesPosts
    from feeds.models.post.posts import Post

BATCH = 200
"""Rows of one query."""


def find_together(event: "TakesPosts", element_ids: Sequence[str]) -> "list[Post]":
    """Posts of the event with these ids on the page, in the same order; one query for each kind."""
    posts: dict[str, Post] = {}
    for kind, model in kinds.items():
        keys = [int(each.removeprefix(f"{kind}-")) for each in element_ids if each.startswith(f"{kind}-")]
        for post in model._default_manager.filter(event=event.pk, pk__in=keys) if keys else ():
            post.event = cast("Event", event)
            posts[post.element_id] = post
    return [posts[each] for each in element_ids if each in posts]


def change_together(event: "TakesPosts", posts: "Sequence[Post]", state: PostState) -> None:
    """Put these posts of one kind into this state, like `Post._stamp`, and save their reasons to wait.

    Only inside `changing()`, with the event it yields.
    """
    if not posts:
        return
    model, now, shown = type(posts[0]), timezone.now(), state == PostState.SHOWN
    changed = [post for post in posts if post.is_shown is not shown]
    for post in posts:
        post.seq = event.take_number()
        if shown:
            post.shown = post.seq
        for name, value in post.fields_in(state, now).items():
            setattr(post, name, value)
    # Only what differs by row is spelled out for each: that is what takes long.
    differ = ["seq", "hold_reason"] if state == PostState.WAITING else ["seq"]
    same: dict[str, Any] = {"state": state, "removed_at": None if shown else Coalesce("removed_at", Value(now))}
    same |= {"shown": F("seq")} if shown else {}
    model._default_manager.bulk_update(posts, differ, batch_size=BATCH)
    for start in range(0, len(posts), BATCH):
        keys = [post.pk for post in posts[start : start + BATCH]]
        model._default_manager.filter(pk__in=keys).update(**same)
    model.changed_together(cast("Event", event), changed, shown=shown)
