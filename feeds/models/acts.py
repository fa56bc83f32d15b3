"""What hosts did, for the other hosts to read, and for half a minute to undo."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from feeds.models.entries import Comment, Entry
from feeds.models.events import Event
from feeds.models.history import Gone, Overtaken

UNDO = timedelta(seconds=30)


class Act(models.Model):
    """One thing a host did in an event. `Event.note` makes it, in the transaction of what it tells of."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="acts")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    verb = models.CharField(max_length=20, help_text="what was done, as in “removed”")
    about = models.CharField(max_length=200, blank=True, help_text="to what, as in “the entry by Ann”; no words of it")
    post = models.CharField(max_length=40, blank=True, help_text="id of the element on the page")
    details = models.JSONField(default=dict, help_text="what undoing it needs")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["event", "-at"], name="act_latest")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.verb} {self.about}".strip()

    @property
    def may_be_undone(self) -> bool:
        return bool(self.details) and self.undone_at is None and timezone.now() < self.at + UNDO

    def undo(self, *, by: Any) -> None:
        """Make it as it was before. Raises `Overtaken` when it is too late for that, `Gone` when the post is erased."""
        with transaction.atomic():
            act = Act.objects.select_for_update().get(pk=self.pk)
            if act.undone_at:
                raise Overtaken("This was undone already.")
            if not act.may_be_undone:
                raise Overtaken("This can be undone for half a minute, which is over.")
            act.undone_at = timezone.now()
            act.save(update_fields=["undone_at"])
            _UNDO[self.verb](act, by)


def _post(element_id: str) -> Entry | Comment:
    kind, _, pk = element_id.partition("-")
    posts: Any = Entry.objects if kind == "entry" else Comment.objects
    post = posts.select_related("event").filter(pk=pk).first()
    if post is None:
        raise Gone
    return post


def _restore_all(act: Act, by: Any) -> None:
    for element_id in act.details["posts"]:
        post = _post(element_id)
        if post.text and post.removed_at:
            post.restore(by=by)


def _repin(act: Act, by: Any) -> None:
    entry, before = _post(act.post), act.details["before"]
    earlier = act.event.entries.visible().filter(pk=before).first() if before else None
    if earlier:
        earlier.pin(by=by)
    else:
        entry.unpin(by=by)  # type: ignore[union-attr]  # only entries are pinned


def _lift(act: Act, by: Any) -> None:
    ban = act.event.bans.filter(pk=act.details["ban"]).first()
    if ban is None:
        raise Overtaken("The ban was lifted already.")
    ban.lift(by=by)


_UNDO: dict[str, Callable[[Act, Any], Any]] = {
    "edited": lambda act, by: _post(act.post).revise(act.details["text"], by=by),
    "removed": lambda act, by: _post(act.post).restore(by=by),
    "restored": lambda act, by: _post(act.post).retract(by=by),
    "approved": lambda act, by: _post(act.post).hold_again(by=by),
    "rejected": lambda act, by: _post(act.post).hold_again(by=by),
    "pinned": _repin,
    "unpinned": lambda act, by: _post(act.post).pin(by=by),  # type: ignore[union-attr]
    "marked": lambda act, by: _post(act.post).mark(act.details["moment"], by=by),  # type: ignore[union-attr]
    "unmarked": lambda act, by: _post(act.post).mark(act.details["moment"], by=by),  # type: ignore[union-attr]
    "banned": _lift,
    "removed everything by": _restore_all,
}
