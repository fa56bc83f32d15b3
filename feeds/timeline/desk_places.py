"""What the host desk shows, in the places where it showed it before.

A post that is decided on, by this host or by another, keeps its place, so that nothing moves under a finger: a desk
says what it shows, and gets all of that again with what became of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from feeds.models import Act, Comment, Entry, Event, Post
from feeds.models.post.posts import Held

KEPT = 80
"""Posts that a desk may name; of more it keeps the last."""
ACTS = 400
"""Acts among which those about these posts are looked for, the latest first."""
OUTCOMES = {
    "approved": gettext_lazy("Approved."),
    "rejected": gettext_lazy("Not approved. Its author is told."),
    "removed": gettext_lazy("Removed."),
    "restored": gettext_lazy("Restored."),
}
"""What is said of a post to the host who did it, by verb."""


@dataclass(frozen=True)
class Place:
    post: Post
    is_open: bool
    """Whether it still waits for what can be done here."""
    act: Act | None = None
    """What became of it."""
    by_this_host: bool = False
    where: str = "queue"
    """The list it is in, or "removed"."""

    @property
    def element_id(self) -> str:
        return f"{self.where}-{self.post.element_id}"

    @property
    def outcome(self) -> str:
        """For the host who did it; others are told who it was."""
        return str(OUTCOMES.get(self.act.verb, "")) if self.act and self.by_this_host else ""


def names_in(sent: Iterable[str]) -> list[str]:
    """The posts that a desk says it shows, such as “entry-5”, each once and in its order."""
    found = [name for name in sent if re.fullmatch(r"(entry|comment)-[0-9]{1,18}", name)]
    return list(dict.fromkeys(found))[-KEPT:]


def queue(event: Event, shown: list[str], by: Any = None) -> list[Place]:
    """What a desk shows of the posts that wait, and after it those that have come since."""
    fresh = event.waiting()
    posts = _posts(event, shown)
    new = [post for post in fresh if post.element_id not in posts]
    return _places(event, [*posts.values(), *new], by, lambda post: post.held == Held.WAITING)


def removed(event: Event, latest: list[Post], shown: list[str], by: Any = None) -> list[Place]:
    """The same of what hosts removed; the latest come first."""
    posts = _posts(event, shown)
    new = [post for post in latest if post.element_id not in posts]
    return _places(event, [*new, *posts.values()], by, lambda post: bool(post.removed_at and post.text), "removed")


def _posts(event: Event, names: list[str]) -> dict[str, Post]:
    """Those that there are, in the order of their names."""
    found: dict[str, Post] = {}
    kinds: tuple[tuple[str, Any], ...] = (("entry", Entry), ("comment", Comment))
    for kind, model in kinds:
        keys = [int(name.partition("-")[2]) for name in names if name.startswith(kind)]
        if keys:
            found |= {post.element_id: post for post in model.objects.filter(event=event, pk__in=keys)}
    return {name: found[name] for name in names if name in found}


def _places(event: Event, posts: list[Post], by: Any, is_open: Any, where: str = "queue") -> list[Place]:
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
