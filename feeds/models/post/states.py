"""States of a post: whether readers see it, and why not."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from feeds.models.moderation.suspicions import reason_in_words


class PostState(models.TextChoices):
    """State of a post. Readers see a post only while it is shown."""

    SHOWN = "shown", gettext_lazy("shown")
    WAITING = "waiting", gettext_lazy("waiting for review")
    REJECTED = "rejected", gettext_lazy("rejected")
    REMOVED = "removed", gettext_lazy("removed")
    ERASED = "erased", gettext_lazy("erased")

    def fields(self, since: datetime) -> dict[str, Any]:
        """Fields of the row of a post in this state, with their values. `since`: when it left the page, if it did."""
        return {"state": self, "removed_at": None if self == PostState.SHOWN else since}


SHOWN = models.Q(state=PostState.SHOWN)
WAITING = models.Q(state=PostState.WAITING)
HELD = WAITING | models.Q(state=PostState.REJECTED)
"""Posts that a host must approve first. Spelled as two comparisons, since SQLite uses no partial index for `IN`."""
REMOVED = models.Q(state=PostState.REMOVED)
ERASED = models.Q(state=PostState.ERASED)
RESTORABLE = ~SHOWN & ~ERASED


def has_times(kind: str) -> models.CheckConstraint:
    """Constraint that exactly the posts that are not shown have the time at which they left the page."""
    shown, hidden = SHOWN & models.Q(removed_at=None), ~SHOWN & models.Q(removed_at__isnull=False)
    return models.CheckConstraint(condition=shown | hidden, name=f"{kind}_removed_at")


class HasState(models.Model):
    """State of a post, with the time at which it left the page, and the reason why it waits or has waited."""

    state = models.CharField(
        gettext_lazy("state"), max_length=10, choices=PostState, default=PostState.SHOWN, editable=False
    )
    removed_at = models.DateTimeField(gettext_lazy("removed at"), null=True, editable=False)
    hold_reason = models.CharField(max_length=100, blank=True, editable=False)

    parent: ClassVar[str] = ""
    """Name of the field that leads to the post this kind is written under; "" for none."""

    class Meta:
        abstract = True

    def fields_in(self, state: PostState, moment: datetime) -> dict[str, Any]:
        """Fields of the row, with their values, once the post has entered this state at this moment."""
        return state.fields(self.removed_at or moment)

    @property
    def is_shown(self) -> bool:
        """Whether readers see the post, unless it is under a removed one."""
        return self.state == PostState.SHOWN

    @property
    def left_at(self) -> datetime | None:
        """The time of its own removal, or else of that of the post it was written under; None for neither."""
        above: HasState | None = getattr(self, self.parent) if self.parent else None
        return self.removed_at or (above.left_at if above else None)

    @property
    def is_held(self) -> bool:
        """Whether the post waits for a host, or was rejected."""
        return self.state in {PostState.WAITING, PostState.REJECTED}

    @property
    def was_held(self) -> bool:
        """Whether the post waits for a host, or has waited once."""
        return bool(self.hold_reason)

    @property
    def is_restorable(self) -> bool:
        """Whether a host can restore the post: it is neither shown nor erased."""
        return self.state not in {PostState.SHOWN, PostState.ERASED}

    def is_held_for(self, reason: str) -> bool:
        """Whether this is the reason why the post waits, or has waited."""
        return self.hold_reason == reason

    @property
    def why_held(self) -> str:
        """Reason why the post waits, in the reader's language."""
        return reason_in_words(self.hold_reason)
