"""Places on the host desk: each post stays where it is when somebody decides on it.

A post that this host or another decides on keeps its place, so that nothing moves under a finger. The desk names the
posts that it shows, and gets them all again with their outcomes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from feeds.forms.cursors import ELEMENT_ID
from feeds.models import Act, Event, Post, PostState, Verb
from feeds.models.accounts.account import Account

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KEPT = 80
"""Number of posts that a desk may name; of more, the last ones count."""
ACTS = 400
"""Number of latest acts that are searched for those about these posts."""
OUTCOMES: dict[str, "StrPromise"] = {
    Verb.APPROVED: gettext_lazy("Approved."),
    Verb.REJECTED: gettext_lazy("Rejected. The author has been told."),
    Verb.REMOVED: gettext_lazy("Removed."),
    Verb.RESTORED: gettext_lazy("Restored."),
}
"""Outcomes as they are told to the host who decided, by verb."""


@dataclass(frozen=True)
class Place:
    """A post in its place on the desk."""

    post: Post
    is_open: bool
    """Whether it still waits for a decision."""
    act: Act | None = None
    """The act that decided on it."""
    by_this_host: bool = False
    where: str = "queue"
    """The list it is in: "queue" or "removed"."""

    @property
    def element_id(self) -> str:
        """The id of its element."""
        return f"{self.where}-{self.post.element_id}"

    @property
    def outcome(self) -> str:
        """The outcome for the host who decided; "" for others, since they are told the host's name."""
        return str(OUTCOMES.get(self.act.verb, "")) if self.act and self.by_this_host else ""


def names_in(sent: Iterable[str]) -> list[str]:
    """The posts that a desk says it shows, such as “entry-5”, each once and in order."""
    found = [name for name in sent if re.fullmatch(ELEMENT_ID, name)]
    return list(dict.fromkeys(found))[-KEPT:]


def queue(event: Event, shown: list[str], by: Account | None = None) -> list[Place]:
    """Places of the waiting posts: first those that the desk shows, then those that have come since. `by`: the
    desk's host."""
    fresh = event.waiting()
    posts = _posts(event, shown)
    new = [post for post in fresh if post.element_id not in posts]
    return _places(event, [*posts.values(), *new], by, lambda post: post.state == PostState.WAITING)


def removed(event: Event, latest: list[Post], shown: list[str], by: Account | None = None) -> list[Place]:
    """Places of the posts that hosts removed: first the latest new ones, then those that the desk shows."""
    posts = _posts(event, shown)
    new = [post for post in latest if post.element_id not in posts]
    return _places(event, [*new, *posts.values()], by, lambda post: post.is_restorable, "removed")


def _posts(event: Event, names: list[str]) -> dict[str, Post]:
    """The posts with these names that exist, by name and in the same order."""
    found: dict[str, Post] = {}
    for kind, model in Post.kinds.items():
        keys = [int(name.removeprefix(f"{kind}-")) for name in names if name.startswith(f"{kind}-")]
        if keys:
            posts = model._default_manager.filter(event=event, pk__in=keys)
            found |= {post.element_id: post for post in posts}
    return {name: found[name] for name in names if name in found}


def _places(
    event: Event,
    posts: list[Post],
    by: Account | None,
    is_open: Callable[[Post], bool],
    where: str = "queue",
) -> list[Place]:
    for post in posts:
        post.event = event
    acts: dict[str, Act] = {}
    if decided := [post.element_id for post in posts if not is_open(post)]:
        for act in event.acts.filter(post__in=decided)[:ACTS]:
            act.event = event
            acts.setdefault(act.post, act)
    places = []
    for post in posts:
        latest = acts.get(post.element_id)
        own = bool(latest and by is not None and latest.by_id == by.pk)
        places.append(Place(post, is_open(post), latest, own, where))
    return places
