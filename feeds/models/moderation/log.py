"""What hosts did, for the other hosts to read, and for half a minute to undo."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from feeds.models.event.events import Event
from feeds.models.event.history import Gone, Overtaken
from feeds.models.post.entries import Comment, Entry
from feeds.models.post.reactions import give_back

UNDO = timedelta(seconds=30)
SENTENCES = {
    "edited": gettext_lazy("{by} edited {what}"),
    "removed": gettext_lazy("{by} removed {what}"),
    "restored": gettext_lazy("{by} restored {what}"),
    "approved": gettext_lazy("{by} approved {what}"),
    "rejected": gettext_lazy("{by} rejected {what}"),
    "put back to wait": gettext_lazy("{by} put back to wait {what}"),
    "pinned": gettext_lazy("{by} pinned {what}"),
    "unpinned": gettext_lazy("{by} unpinned {what}"),
    "marked": gettext_lazy("{by} marked {what}"),
    "unmarked": gettext_lazy("{by} unmarked {what}"),
    "banned": gettext_lazy("{by} banned {what}"),
    "lifted the ban of": gettext_lazy("{by} lifted the ban of {what}"),
    "removed everything by": gettext_lazy("{by} removed everything by {what}"),
    "erased": gettext_lazy("{by} erased {what}"),
    "removed the host": gettext_lazy("{by} removed the host {what}"),
    "made a host": gettext_lazy("{by} made a host of {what}"),
    "invited": gettext_lazy("{by} invited {what}"),
    "accepted": gettext_lazy("{by} accepted {what}"),
    "withdrew": gettext_lazy("{by} withdrew {what}"),
    "made a reset link": gettext_lazy("{by} made a reset link {what}"),
    "set": gettext_lazy("{by} set {what}"),
    "created": gettext_lazy("{by} created this event"),
    "imported": gettext_lazy("{by} imported this event"),
    "exported": gettext_lazy("{by} exported this event"),
    "rescheduled": gettext_lazy("{by} rescheduled"),
    "started": gettext_lazy("{by} started"),
    "reopened": gettext_lazy("{by} reopened"),
    "ended": gettext_lazy("{by} ended"),
    "archived": gettext_lazy("{by} archived"),
    "unarchived": gettext_lazy("{by} unarchived"),
}
"""What the log says of each verb. What it is stored as is the same in every language."""
DEEDS = {
    "edited": pgettext_lazy("what was done", "edited"),
    "removed": pgettext_lazy("what was done", "removed"),
    "restored": pgettext_lazy("what was done", "restored"),
    "approved": pgettext_lazy("what was done", "approved"),
    "rejected": pgettext_lazy("what was done", "rejected"),
    "pinned": pgettext_lazy("what was done", "pinned"),
    "unpinned": pgettext_lazy("what was done", "unpinned"),
    "marked": pgettext_lazy("what was done", "marked"),
    "unmarked": pgettext_lazy("what was done", "unmarked"),
    "banned": pgettext_lazy("what was done", "banned"),
    "removed everything by": pgettext_lazy("what was done", "removed everything by"),
    "lifted the ban of": pgettext_lazy("what was done", "lifted the ban"),
    "started": pgettext_lazy("what was done", "started"),
    "reopened": pgettext_lazy("what was done", "reopened"),
    "ended": pgettext_lazy("what was done", "ended"),
    "archived": pgettext_lazy("what was done", "archived"),
    "unarchived": pgettext_lazy("what was done", "unarchived"),
}
"""What can be undone, by verb."""
ALREADY = {
    "edited": gettext_lazy("%(by)s edited this already."),
    "removed": gettext_lazy("%(by)s removed this already."),
    "restored": gettext_lazy("%(by)s restored this already."),
    "approved": gettext_lazy("%(by)s approved this already."),
    "rejected": gettext_lazy("%(by)s rejected this already."),
    "put back to wait": gettext_lazy("%(by)s put back to wait this already."),
    "pinned": gettext_lazy("%(by)s pinned this already."),
    "unpinned": gettext_lazy("%(by)s unpinned this already."),
    "marked": gettext_lazy("%(by)s marked this already."),
    "unmarked": gettext_lazy("%(by)s unmarked this already."),
}
"""What is told to the second of two hosts who act on one post, by what the first one did."""
_ABOUT = (
    (r"the entry by (.*)", gettext_lazy("the entry by %(name)s")),
    (r"the comment by (.*)", gettext_lazy("the comment by %(name)s")),
    (r"the invitation for (.*)", gettext_lazy("the invitation for %(name)s")),
    (r"for (.*)", gettext_lazy("for %(name)s")),
    ("an erased post", gettext_lazy("an erased post")),
    ("an erased visitor", gettext_lazy("an erased visitor")),
    ("a post", gettext_lazy("a post")),
    ("everything by a visitor", gettext_lazy("everything by a visitor")),
    ("somebody", gettext_lazy("somebody")),
)
"""What an act was about, as it is stored, and as it is shown."""
_JUST_A_NAME = {"banned", "lifted the ban of", "removed everything by", "removed the host", "made a host"}


class ActQuerySet(models.QuerySet["Act"]):
    def lately(self, *, by: Any) -> "Act | None":
        """The last thing that this host did, where it may still be undone: the others are not looked through."""
        return self.filter(at__gt=timezone.now() - UNDO, by=by.pk).first()


class Act(models.Model):
    """One thing a host did in an event. `Event.note` makes it, in the transaction of what it tells of."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="acts", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    verb = models.CharField(max_length=40, help_text="what was done, as in “removed”")
    about = models.CharField(max_length=200, blank=True, help_text="to what, as in “the entry by Ann”; no words of it")
    post = models.CharField(max_length=40, blank=True, help_text="id of the element on the page")
    details = models.JSONField(default=dict, help_text="what undoing it needs")
    undone_at = models.DateTimeField(null=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-at", "-id"], name="act_in_order"),
            models.Index(fields=["event", "post", "-at", "-id"], name="act_on_post"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name} {self.verb} {self.about}".strip()

    @property
    def sentence(self) -> str:
        """What the log says, with {by} and {what} to be filled in."""
        return str(SENTENCES.get(self.verb, "{by} {what}"))

    @property
    def what(self) -> str:
        """`about`, in the reader's language."""
        if self.verb == "set":
            return self.event.setting_in_words(self.about)
        if self.verb in _JUST_A_NAME and self.about != "an erased visitor":
            return self.about
        for pattern, shown in _ABOUT:
            if match := re.fullmatch(pattern, self.about, re.DOTALL):
                name = match[1] if match.groups() else ""
                return str(shown) % {"name": _("somebody") if name == "somebody" else name} if name else str(shown)
        return self.about

    @property
    def deed(self) -> str:
        """What was done and can be undone, as in “removed”."""
        return str(DEEDS.get(self.verb, self.verb))

    @property
    def already(self) -> str:
        """What a host is told who wanted to do something to the same post."""
        return str(ALREADY.get(self.verb, ALREADY["edited"])) % {"by": self.by_name}

    @property
    def element_id(self) -> str:
        return f"act-{self.pk}"

    @property
    def may_be_undone(self) -> bool:
        return bool(self.details) and self.undone_at is None and timezone.now() < self.at + UNDO

    def undo(self, *, by: Any) -> None:
        """Make it as it was before. Raises `Overtaken` when it is too late for that, `Gone` when the post is erased."""
        with transaction.atomic():
            act = Act.objects.select_for_update().get(pk=self.pk)
            if act.undone_at and by and act.event.acts.filter(by=by, post=act.post, at__gte=act.undone_at).exists():
                return  # by the same host, who asks once more
            if act.undone_at:
                raise Overtaken(_("This was undone already."))
            if not act.may_be_undone:
                raise Overtaken(_("This can be undone for half a minute, which is over."))
            act.undone_at = timezone.now()
            act.save(update_fields=["undone_at"])
            with act.event.changing() as event:  # so that nobody else writes down anything in between
                last = event.acts.order_by("-pk").values_list("pk", flat=True).first()
                _UNDO[self.verb](act, by)
                # Else the next tap on the same place would do again what was undone.
                event.acts.filter(pk__gt=last).update(details={})


def _post(element_id: str) -> Entry | Comment:
    kind, _, pk = element_id.partition("-")
    posts: Any = Entry.objects if kind == "entry" else Comment.objects
    post = posts.select_related("event").filter(pk=pk).first()
    if post is None:
        raise Gone
    return post


def _step_back(act: Act, by: Any) -> None:
    act.event.step_back(act.details, by=by)


def _restore_all(act: Act, by: Any) -> None:
    for kind in ("posts", "waiting"):
        for post in map(_post, act.details[kind]):
            if post.text and post.removed_at and not post.held:
                post.restore(by=by) if kind == "posts" else post.hold_again(by=by)
    taken, wrote = act.details.get("reacted"), [*act.details["posts"], *act.details["waiting"]]
    if taken and wrote:  # the act does not tell who it was: a post of theirs does
        with act.event.changing() as event:
            give_back(taken, _post(wrote[0]).visitor, event)


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
        raise Overtaken(_("The ban was lifted already."))
    if earlier := act.details["earlier"]:
        _ban(act.event, ban, by, earlier)
    else:
        ban.lift(by=by)


def _ban_again(act: Act, by: Any) -> None:
    _ban(act.event, _post(act.details["wrote"]), by, act.details)


def _ban(event: Event, who: Any, by: Any, terms: dict[str, str]) -> None:
    """`who`: a post of theirs, or an earlier ban."""
    until = datetime.fromisoformat(terms["until"]) if terms["until"] else None
    event.ban(who, by=by, until=until, note=terms["note"])


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
    "lifted the ban of": _ban_again,
    "removed everything by": _restore_all,
    **dict.fromkeys(("started", "reopened", "ended", "archived", "unarchived"), _step_back),
}
