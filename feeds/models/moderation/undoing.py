"""Undoing acts: a function for each way, given the act and the host who undoes it.

Each runs inside `changing()` of the act's event. It raises `Overtaken` where somebody has changed the same thing since,
and `Gone` where the post is erased.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _

from feeds.models.accounts.account import Account
from feeds.models.event.history import Gone, Overtaken
from feeds.models.post.reactions import give_back
from feeds.models.post.states import PostState

if TYPE_CHECKING:
    from feeds.models.moderation.bans import Ban
    from feeds.models.moderation.log import Act
    from feeds.models.post.polls import Poll
    from feeds.models.post.posts import Post

Undo = Callable[["Act", Account | None], int | None]
"""Function that undoes an act. For several posts, it returns the number of those that it leaves alone."""


def revise(act: "Act", by: Account | None) -> None:
    """Put the earlier text and heading of the post back."""
    before = dict(act.details)
    if before.get("happened_at"):
        before["happened_at"] = datetime.fromisoformat(before["happened_at"])
    act.find_post(act.post).revise(by=by, **before)


def restore(act: "Act", by: Account | None) -> None:
    """Restore the removed post."""
    act.find_post(act.post).restore(by=by)


def retract(act: "Act", by: Account | None) -> None:
    """Remove the restored post again."""
    act.find_post(act.post).retract(by=by)


def hold_again(act: "Act", by: Account | None) -> None:
    """Let the post wait for a decision again."""
    act.find_post(act.post).hold_again(by=by)


def restore_all(act: "Act", by: Account | None) -> None:
    """Restore the posts that were removed together, and give the reactions back."""
    for kind in ("posts", "waiting"):
        for post in map(act.find_post, act.details[kind]):
            if post.state == PostState.REMOVED:
                post.restore(by=by) if kind == "posts" else post.hold_again(by=by)
    taken, wrote = act.details.get("reacted"), [*act.details["posts"], *act.details["waiting"]]
    if taken and wrote:  # the act does not tell who it was: a post of theirs does
        with act.event.changing() as event:
            give_back(taken, act.find_post(wrote[0]).visitor, event)


def pin(act: "Act", by: Account | None) -> None:
    """Pin the entry again."""
    act.find_entry(act.post).pin(by=by)


def pin_earlier(act: "Act", by: Account | None) -> None:
    """Pin the entry that was pinned before, if it is still there; else unpin."""
    entry, before = act.find_entry(act.post), act.details["before"]
    earlier = act.event.entries.visible().filter(pk=before).first() if before else None
    if earlier:
        earlier.pin(by=by)
    else:
        entry.unpin(by=by)


def mark(act: "Act", by: Account | None) -> None:
    """Give the entry its earlier label as a key moment, or none."""
    act.find_entry(act.post).mark(act.details["moment"], by=by)


def reopen_poll(act: "Act", by: Account | None) -> None:
    """Open the closed poll again, until the time that it had."""
    due = act.details["closes_at"]
    _poll(act).reopen(by=by, closes_at=datetime.fromisoformat(due) if due else None)


def close_poll(act: "Act", by: Account | None) -> None:
    """Close the reopened poll again."""
    _poll(act).close(by=by)


def _poll(act: "Act") -> "Poll":
    """The poll that the act is about. Raises `Gone` without one."""
    if not (poll := act.find_entry(act.post).card):
        raise Gone
    return cast("Poll", poll)


def lift_ban(act: "Act", by: Account | None) -> None:
    """Lift the ban, or put back the terms of an earlier one that it replaced."""
    ban = act.event.bans.filter(pk=act.details["ban"]).first()
    if ban is None:
        raise Overtaken(_("The ban has already been lifted."))
    if earlier := act.details["earlier"]:
        _ban(act, ban, by, earlier)
    else:
        ban.lift(by=by)


def ban(act: "Act", by: Account | None) -> None:
    """Ban the visitor again, on the terms of the ban that was lifted."""
    _ban(act, act.find_post(act.details["wrote"]), by, act.details)


def _ban(act: "Act", visitor_of: "Post | Ban", by: Account | None, terms: dict[str, str]) -> None:
    """Ban the visitor of a post, or of an earlier ban: both have the name and the visitor's id."""
    until = datetime.fromisoformat(terms["until"]) if terms["until"] else None
    act.event.ban(cast("Post", visitor_of), by=by, until=until, note=terms["note"])


def keep_draft(act: "Act", by: Account | None) -> None:
    """Bring the deleted draft back; one that was scheduled is published by hand."""
    act.event.drafts.filter(pk=act.details["draft"]).update(deleted_at=None, publish_at=None)


def step_back(act: "Act", by: Account | None) -> None:
    """Take the event back to its state before the step."""
    act.event.step_back(act.details, by=by)


def end_lockdown(act: "Act", by: Account | None) -> None:
    """Put back what the lockdown changed: the posting rule and the posts."""
    act.event.end_lockdown(act.details, by=by)


def reopen_reports(act: "Act", by: Account | None) -> None:
    """Do nothing but what every undo does: open the reports again that the act closed."""
