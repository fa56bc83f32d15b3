"""Places on the host desk: each post stays where it is when somebody decides on it.

A post that this host or another decides on keeps its place, so that nothing moves under a finger. The desk names the
posts that it shows, in groups by author, and gets them all again with their outcomes. Posts that have come since
follow at the end, so that they move nothing either.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from feeds.forms.cursors import ELEMENT_ID
from feeds.models import Act, Event, Post, PostState, Verb
from feeds.models.accounts.account import Account
from feeds.models.post.together import find_together

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KEPT = 80
"""Number of posts that a desk may name; of more, the last ones count."""
REPORTED = 20
"""Reported posts that a desk shows besides those it names."""
ACTS = 400
"""Number of latest acts that are searched for those about these posts."""
CLAIMS = 50
"""Number of claims of other hosts that a desk tells."""
OUTCOMES: dict[str, "StrPromise"] = {
    Verb.APPROVED: gettext_lazy("Approved."),
    Verb.REJECTED: gettext_lazy("Rejected. The author has been told."),
    Verb.BANNED: gettext_lazy("Banned."),
    Verb.REMOVED: gettext_lazy("Removed."),
    Verb.RESTORED: gettext_lazy("Restored."),
    Verb.KEPT: gettext_lazy("Kept."),
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
    """The list it is in: "queue", "reported" or "removed"."""
    group_name: str = ""
    """Name in the head of the group that it is in."""
    lookers: tuple[str, ...] = ()
    """Names of the other hosts that look at it now."""
    reports: int = 0
    """Number of open reports by readers."""

    @property
    def element_id(self) -> str:
        """The id of its element."""
        return f"{self.where}-{self.post.element_id}"

    @property
    def seen(self) -> str:
        """The post and the number of its last change, which a decision names: see `feeds.forms.reviews`."""
        return f"{self.post.element_id}:{self.post.seq}"

    @property
    def reason(self) -> str:
        """Reason why the post waits, in the reader's language; "" if it is that of the posting rule."""
        return "" if self.post.is_held_for(self.post.event.rule.holds) else self.post.why_held

    @property
    def has_own_name(self) -> bool:
        """Whether the post says its author's name, because the head of its group has another one."""
        return self.post.name != self.group_name

    @property
    def outcome(self) -> str:
        """The outcome for the host who decided; "" for others, since they are told the host's name."""
        return str(OUTCOMES.get(self.act.verb, "")) if self.act and self.by_this_host else ""


@dataclass(frozen=True)
class Group:
    """Posts of one author that stand together in the queue. It stays as it is while a desk shows it."""

    places: list[Place]

    @property
    def element_id(self) -> str:
        """The id of its element."""
        return f"group-{self.places[0].post.element_id}"

    @property
    def names(self) -> str:
        """The posts, by which the desk says what it shows: “entry-5 entry-6”."""
        return " ".join(place.post.element_id for place in self.places)

    @property
    def waiting(self) -> list[Place]:
        """Places of the posts that still wait."""
        return [place for place in self.places if place.is_open]

    @property
    def seen(self) -> str:
        """The posts that still wait, as a decision on all of them names them."""
        return " ".join(place.seen for place in self.waiting)

    @property
    def act(self) -> Act | None:
        """The latest act on several posts at once that decided on some of these, and that can still be undone."""
        wholes = {place.act.whole.pk: place.act.whole for place in self.places if place.act and place.act.whole}
        return next((act for _pk, act in sorted(wholes.items(), reverse=True) if act.may_be_undone), None)

    @property
    def outcome(self) -> str:
        """The outcome for the host who decided on all of them at once; "" for others and without such an act."""
        act = self.act
        own = act and any(place.by_this_host for place in self.places if place.act and place.act.whole_id == act.pk)
        return str(OUTCOMES.get(act.verb, "")) if act and own else ""


def names_in(sent: Iterable[str]) -> list[str]:
    """The posts that a desk says it shows, such as “entry-5”, each once and in order."""
    return [name for names in groups_in(sent) for name in names]


def groups_in(sent: Iterable[str]) -> list[list[str]]:
    """The groups of posts that a desk says it shows, such as “entry-5 entry-6”, each post once and in order."""
    groups = [[name for name in names.split() if re.fullmatch(ELEMENT_ID, name)] for names in sent]
    kept = list(dict.fromkeys(name for names in groups for name in names))[-KEPT:]
    found = []
    for names in groups:
        if group := [name for name in dict.fromkeys(names) if name in kept]:
            kept = [name for name in kept if name not in group]
            found.append(group)
    return found


def queue(event: Event, shown: list[list[str]], by: Account | None = None) -> list[Group]:
    """Groups of the waiting posts: first those that the desk shows, then what has come since. `by`: the desk's host.

    New posts by the author of the last group join it; all others form new groups.
    """
    posts = _posts(event, [name for names in shown for name in names])
    groups = [found for names in shown if (found := [posts[name] for name in names if name in posts])]
    last = groups[-1:]
    fresh = {_author(group[-1]): group for group in last}
    for post in event.waiting():
        if post.element_id not in posts:
            fresh.setdefault(_author(post), []).append(post)
    groups += [group for group in fresh.values() if group not in last]
    places = _places(event, [post for group in groups for post in group], by, _is_waiting)
    looking = _lookers(event, [place.post.element_id for place in places if place.is_open], by)
    of_posts = iter(
        replace(place, lookers=tuple(looking.get(place.post.element_id, ()))) if place.is_open else place
        for place in places
    )
    return [Group([replace(next(of_posts), group_name=group[0].name) for _post in group]) for group in groups]


def _lookers(event: Event, waiting: list[str], by: Account | None) -> dict[str, list[str]]:
    """Names of the other hosts that look at these waiting posts now, by the post."""
    found: dict[str, list[str]] = {}
    if waiting and by:
        for claim in event.claims.of_others(by).filter(post__in=waiting)[:CLAIMS]:
            found.setdefault(claim.post, []).append(claim.by_name)
    return found


def _author(post: Post) -> str:
    """Key of a post's author within the event; a post by an unknown author has one of its own."""
    return post.visitor or post.element_id


def _is_waiting(post: Post) -> bool:
    return post.state == PostState.WAITING


def removed(event: Event, latest: list[Post], shown: list[str], by: Account | None = None) -> list[Place]:
    """Places of the posts that hosts removed: first the latest new ones, then those that the desk shows."""
    posts = _posts(event, shown)
    new = [post for post in latest if post.element_id not in posts]
    return _places(event, [*new, *posts.values()], by, lambda post: post.is_restorable, "removed")


def reported(event: Event, shown: list[str], by: Account | None = None) -> list[Place]:
    """Places of the posts that readers report: first those that the desk shows, then the others, the gravest first."""
    numbers = event.reports.numbers() | event.reports.filter(post__in=shown).numbers()
    posts = _posts(event, list(dict.fromkeys([*shown, *numbers])))
    there = [post for name, post in posts.items() if post.is_shown or name in shown][: len(shown) + REPORTED]
    places = _places(event, there, by, lambda post: post.is_shown and post.element_id in numbers, "reported")
    return [replace(place, reports=numbers.get(place.post.element_id, 0)) for place in places]


def _posts(event: Event, names: list[str]) -> dict[str, Post]:
    """The posts with these names that exist, by name and in the same order."""
    return {post.element_id: post for post in find_together(event, names)}


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
        for act in event.acts.filter(post__in=decided).select_related("whole")[:ACTS]:
            act.event = event
            if act.whole:
                act.whole.event = event
            acts.setdefault(act.post, act)
    places = []
    for post in posts:
        latest = acts.get(post.element_id)
        own = bool(latest and by is not None and latest.by_id == by.pk)
        places.append(Place(post, is_open(post), latest, own, where))
    return places
