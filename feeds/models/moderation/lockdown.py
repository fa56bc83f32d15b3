"""Lockdown: only hosts can post, and everything that visitors posted in the last minutes waits for review."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.models.event.history import Overtaken
from feeds.models.moderation.verbs import Verb
from feeds.models.post.states import PostState
from feeds.models.post.together import change_together

if TYPE_CHECKING:
    from feeds.models.accounts.account import Account
    from feeds.models.event.hosts import Hosted
    from feeds.models.moderation.log import Act
    from feeds.models.post.posts import Post
    from feeds.models.post.querysets import PostQuerySet

LATELY = timedelta(minutes=5)
"""Age of the oldest posts that are held."""
STEP = 500
"""Posts of each kind that are held at once; others can change the event in between."""
WHY = gettext_noop("Posted shortly before the lockdown.")


def posted_lately(event: "Hosted") -> "list[PostQuerySet[Post]]":
    """Visitors' posts of the last minutes that readers see, one queryset for each kind, the newest first."""
    lately = Q(by_host=False, published_at__gt=timezone.now() - LATELY)
    return [posts.visible().filter(lately).order_by("-position") for posts in event.posts()]


def number_posted_lately(event: "Hosted") -> int:
    """Number of those posts, counted up to `STEP` + 1 for each kind."""
    return sum(posts[: STEP + 1].count() for posts in posted_lately(event))


def visitors_write(event: "Hosted") -> bool:
    """Whether visitors can post or comment by the event's posting rule."""
    return not {"post", "comment"}.isdisjoint(event.rule.visitors.split())


def require_something_to_lock(event: "Hosted", by: "Account") -> bool:
    """Whether a lockdown would change anything; False also for a host who asks once more.

    Raises `Overtaken` if nothing is left to do because another host was faster.
    """
    if event.is_over:
        raise Overtaken(_("This event has ended, so nothing was changed."))
    if visitors_write(event) or any(posts.exists() for posts in posted_lately(event)):
        return True
    last = event.acts.filter(verb=Verb.LOCKED_DOWN).first()
    if last and not last.undone_at and last.by_id == by.pk:
        return False
    if last and not last.undone_at:
        raise Overtaken(last.already)
    raise Overtaken(_("Only hosts can post already, and visitors have posted nothing in the last five minutes."))


def hold_lately(event: "Hosted", act: "Act") -> int:
    """Let the next posts of the last minutes wait, and add their numbers to the act; returns how many there were.

    Only inside `changing()`, with the event it yields.
    """
    first, pinned = event.head + 1, event.pinned_id
    found = [list(posts[:STEP]) for posts in posted_lately(event)]
    for posts in found:
        for post in posts:
            post.hold_reason = post.hold_reason if post.was_held else WHY
        change_together(event, posts[::-1], PostState.WAITING)
    if number := sum(map(len, found)):
        act.details["held"] = [*act.details["held"], [first, event.head]]
        if any(post.kind == "entry" and post.pk == pinned for posts in found for post in posts):
            act.details["pinned"] = pinned
        act.save(update_fields=["details"])
    return number


def end(event: "Hosted", details: dict[str, Any], by: "Account | None") -> None:
    """Put back the posting rule and the posts as they were, as far as nobody has changed them since.

    `details`: those of the act. Raises `Overtaken` if nothing is left to put back. Only inside `changing()`, with the
    event it yields.
    """
    number = sum(_show_again(event, first, last) for first, last in details["held"])
    is_ours = bool(details["posting"]) and event.posting == event.Posting.HOSTS
    if not (number or is_ours):
        raise Overtaken(_("The event has changed since then, so nothing was undone."))
    pinned = event.entries.visible().filter(pk=details["pinned"]).first() if details["pinned"] else None
    if pinned and event.pinned_id is None:
        event.set_pinned(pinned, event.take_number())
    if is_ours:
        event._write(posting=details["posting"])
    event.note(by, Verb.LOCKDOWN_ENDED)


def _show_again(event: "Hosted", first: int, last: int) -> int:
    """Show the posts whose latest change is their hold, with a number in this range; returns how many there were."""
    number = 0
    for posts in event.posts():
        held = list(posts.filter(state=PostState.WAITING, seq__gte=first, seq__lte=last).order_by("position"))
        change_together(event, held, PostState.SHOWN)
        number += len(held)
    return number
