"""Verbs of the log: one for each thing hosts can do, with all that is said of it and how it is undone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from feeds.models.moderation import undoing

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Outcome(models.TextChoices):
    """Outcome of readers' reports of a post, once a host has decided on it."""

    DISMISSED = "dismissed"
    UPHELD = "upheld"


@dataclass(frozen=True)
class Parts:
    """Parts of a verb beside its sentence; see `Verb`."""

    undo: undoing.Undo | None = None
    undone: "StrPromise | None" = None
    already: "StrPromise | None" = None
    settles: Outcome | None = None


FINAL = Parts()
"""Parts of a verb that nobody can undo, and that is not about a post."""


class Verb(models.TextChoices):
    """Each verb: the value the log stores, its parts, and its sentence in the log.

    A new verb is a new member here, and nothing elsewhere. The words may change; the values are in databases.
    """

    undo: undoing.Undo | None
    """Undoes an act; None where nothing can."""
    undone: "StrPromise | None"
    """Words after “Undo” on a button."""
    already: "StrPromise | None"
    """Answer to a host who wanted to do something to a post when another one had just done this to it."""
    settles: Outcome | None
    """Outcome of the open reports of its posts; None if they stay open."""

    def __new__(cls, value: str, parts: Parts) -> Self:
        verb = str.__new__(cls, value)
        verb._value_ = value
        verb.undo, verb.undone, verb.already = parts.undo, parts.undone, parts.already
        verb.settles = parts.settles
        return verb

    EDITED = (
        "edited",
        Parts(
            undo=undoing.revise,
            undone=pgettext_lazy("what was done", "edited"),
            already=gettext_lazy("%(by)s has already edited this."),
        ),
        gettext_lazy("{by} edited {what}"),
    )
    REMOVED = (
        "removed",
        Parts(
            undo=undoing.restore,
            undone=pgettext_lazy("what was done", "removed"),
            already=gettext_lazy("%(by)s has already removed this."),
            settles=Outcome.UPHELD,
        ),
        gettext_lazy("{by} removed {what}"),
    )
    RESTORED = (
        "restored",
        Parts(
            undo=undoing.retract,
            undone=pgettext_lazy("what was done", "restored"),
            already=gettext_lazy("%(by)s has already restored this."),
            settles=Outcome.DISMISSED,
        ),
        gettext_lazy("{by} restored {what}"),
    )
    APPROVED = (
        "approved",
        Parts(
            undo=undoing.hold_again,
            undone=pgettext_lazy("what was done", "approved"),
            already=gettext_lazy("%(by)s has already approved this."),
            settles=Outcome.DISMISSED,
        ),
        gettext_lazy("{by} approved {what}"),
    )
    REJECTED = (
        "rejected",
        Parts(
            undo=undoing.hold_again,
            undone=pgettext_lazy("what was done", "rejected"),
            already=gettext_lazy("%(by)s has already rejected this."),
            settles=Outcome.UPHELD,
        ),
        gettext_lazy("{by} rejected {what}"),
    )
    KEPT = (
        "kept",
        Parts(
            undo=undoing.reopen_reports,
            undone=pgettext_lazy("what was done", "kept"),
            already=gettext_lazy("%(by)s has already kept this."),
            settles=Outcome.DISMISSED,
        ),
        gettext_lazy("{by} kept {what}, which readers had reported"),
    )
    HIDDEN = (
        "hidden",
        Parts(already=gettext_lazy("%(by)s has already hidden this, since readers reported it.")),
        gettext_lazy("{by} hid {what}, which readers had reported"),
    )
    HELD_AGAIN = (
        "held_again",
        Parts(already=gettext_lazy("%(by)s has already sent this back for review.")),
        gettext_lazy("{by} sent {what} back for review"),
    )
    PINNED = (
        "pinned",
        Parts(
            undo=undoing.pin_earlier,
            undone=pgettext_lazy("what was done", "pinned"),
            already=gettext_lazy("%(by)s has already pinned this."),
        ),
        gettext_lazy("{by} pinned {what}"),
    )
    UNPINNED = (
        "unpinned",
        Parts(
            undo=undoing.pin,
            undone=pgettext_lazy("what was done", "unpinned"),
            already=gettext_lazy("%(by)s has already unpinned this."),
        ),
        gettext_lazy("{by} unpinned {what}"),
    )
    MARKED = (
        "marked",
        Parts(
            undo=undoing.mark,
            undone=pgettext_lazy("what was done", "marked as a key moment"),
            already=gettext_lazy("%(by)s has already marked this as a key moment."),
        ),
        gettext_lazy("{by} marked {what} as a key moment"),
    )
    UNMARKED = (
        "unmarked",
        Parts(
            undo=undoing.mark,
            undone=pgettext_lazy("what was done", "removed from the key moments"),
            already=gettext_lazy("%(by)s has already removed this from the key moments."),
        ),
        gettext_lazy("{by} removed {what} from the key moments"),
    )
    POLL_CLOSED = (
        "poll_closed",
        Parts(
            undo=undoing.reopen_poll,
            undone=pgettext_lazy("what was done", "closed the poll"),
            already=gettext_lazy("%(by)s has already closed this poll."),
        ),
        gettext_lazy("{by} closed the poll in {what}"),
    )
    POLL_REOPENED = (
        "poll_reopened",
        Parts(
            undo=undoing.close_poll,
            undone=pgettext_lazy("what was done", "reopened the poll"),
            already=gettext_lazy("%(by)s has already reopened this poll."),
        ),
        gettext_lazy("{by} reopened the poll in {what}"),
    )
    BANNED = (
        "banned",
        Parts(undo=undoing.lift_ban, undone=pgettext_lazy("what was done", "banned")),
        gettext_lazy("{by} banned {what}"),
    )
    UNBANNED = (
        "unbanned",
        Parts(undo=undoing.ban, undone=pgettext_lazy("what was done", "lifted the ban")),
        gettext_lazy("{by} lifted the ban on {what}"),
    )
    REMOVED_ALL = (
        "removed_all",
        Parts(
            undo=undoing.restore_all,
            undone=pgettext_lazy("what was done", "removed everything they posted"),
            settles=Outcome.UPHELD,
        ),
        gettext_lazy("{by} removed everything by {what}"),
    )
    LOCKED_DOWN = (
        "locked_down",
        Parts(
            undo=undoing.end_lockdown,
            undone=pgettext_lazy("what was done", "locked down"),
            already=gettext_lazy("%(by)s has already locked this event down."),
        ),
        gettext_lazy("{by} locked the event down"),
    )
    LOCKDOWN_ENDED = "lockdown_ended", FINAL, gettext_lazy("{by} ended the lockdown")
    ERASED = "erased", FINAL, gettext_lazy("{by} erased {what}")
    HOST_REMOVED = "host_removed", FINAL, gettext_lazy("{by} removed {what} as a host")
    HOST_ADDED = "host_added", FINAL, gettext_lazy("{by} made {what} a host")
    INVITED = "invited", FINAL, gettext_lazy("{by} invited {what}")
    ACCEPTED = "accepted", FINAL, gettext_lazy("{by} accepted {what}")
    WITHDREW = "withdrew", FINAL, gettext_lazy("{by} withdrew {what}")
    RESET_LINK = "reset_link", FINAL, gettext_lazy("{by} created a reset link for {what}")
    SCHEDULED = (
        "scheduled",
        Parts(already=gettext_lazy("%(by)s has already scheduled this.")),
        gettext_lazy("{by} scheduled {what}"),
    )
    UNSCHEDULED = (
        "unscheduled",
        Parts(already=gettext_lazy("%(by)s has already cancelled this.")),
        gettext_lazy("{by} cancelled {what}"),
    )
    PUBLISHED = (
        "published",
        Parts(already=gettext_lazy("%(by)s has already published this.")),
        gettext_lazy("{by} published {what}"),
    )
    MISSED = "missed", FINAL, gettext_lazy("{by} did not publish {what}, since the event took no posts")
    DELETED = (
        "deleted",
        Parts(
            undo=undoing.keep_draft,
            undone=pgettext_lazy("what was done", "deleted"),
            already=gettext_lazy("%(by)s has already deleted this."),
        ),
        gettext_lazy("{by} deleted {what}"),
    )
    SET = "set", FINAL, gettext_lazy("{by} set {what}")
    CREATED = "created", FINAL, gettext_lazy("{by} created this event")
    IMPORTED = "imported", FINAL, gettext_lazy("{by} imported this event")
    EXPORTED = "exported", FINAL, gettext_lazy("{by} exported this event")
    RESCHEDULED = "rescheduled", FINAL, gettext_lazy("{by} rescheduled the event")
    STARTED = (
        "started",
        Parts(undo=undoing.step_back, undone=pgettext_lazy("what was done", "started")),
        gettext_lazy("{by} started the event"),
    )
    REOPENED = (
        "reopened",
        Parts(undo=undoing.step_back, undone=pgettext_lazy("what was done", "reopened")),
        gettext_lazy("{by} reopened the event"),
    )
    ENDED = (
        "ended",
        Parts(undo=undoing.step_back, undone=pgettext_lazy("what was done", "ended")),
        gettext_lazy("{by} ended the event"),
    )
    ARCHIVED = (
        "archived",
        Parts(undo=undoing.step_back, undone=pgettext_lazy("what was done", "archived")),
        gettext_lazy("{by} archived the event"),
    )
    UNARCHIVED = (
        "unarchived",
        Parts(undo=undoing.step_back, undone=pgettext_lazy("what was done", "unarchived")),
        gettext_lazy("{by} unarchived the event"),
    )

    @classmethod
    def known(cls, value: str) -> "Verb | None":
        """The verb with this stored value; None for one that another version of Commentary knows."""
        return next((verb for verb in cls if verb == value), None)
