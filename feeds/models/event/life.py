"""The life of an event: scheduled, live, ended, archived. Hosts move it on, and the clock where they asked for that."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account, name_of
from feeds.models.event.history import Gone, History, Overtaken
from feeds.models.moderation.subjects import HOST_NAME_MAX, Subject
from feeds.models.moderation.verbs import Verb

if TYPE_CHECKING:
    from feeds.models.moderation.undoing import By
    from feeds.models.post.posts import Post

NOBODY = "Commentary"
"""Under this name the audit log has what no host did."""

L = TypeVar("L", bound="Life")
STARTS = Q(state="scheduled", auto_start=True)
ENDS = Q(state="live", auto_end_hours__gt=0)
SHORTEST_IDLE = timedelta(hours=1)
AT_A_TIME = 100
"""Events that are started at one tick; the next tick takes more."""


class LifeQuerySet(models.QuerySet[L]):
    def keep_time(self) -> None:
        """Start and end what hosts asked to start and end by itself, as of the moment when that was due.

        Two queries where nothing is. Any number of processes may do it at once: each change happens once.
        """
        now = timezone.now()
        to_start = self.filter(STARTS, starts_at__lte=now).order_by("starts_at")[:AT_A_TIME]
        # In order of an index that has no others: the condition alone would not find it.
        to_end = self.filter(ENDS).exclude(busy_at__gt=now - SHORTEST_IDLE).order_by("busy_at")
        for event in (*to_start, *to_end):
            with suppress(Gone):
                event.keep_time()


class Life(History):
    class State(models.TextChoices):
        SCHEDULED = "scheduled", gettext_lazy("Scheduled")
        LIVE = "live", gettext_lazy("Live")
        ENDED = "ended", gettext_lazy("Ended")
        ARCHIVED = "archived", gettext_lazy("Archived")

    STEPS: ClassVar = {
        "start": State.LIVE,
        "end": State.ENDED,
        "archive": State.ARCHIVED,
        "unarchive": State.ENDED,
    }
    """Where each step leads."""

    # Event has these fields, in the order of its form.
    acts: Any
    state: "models.CharField[str, str]"
    starts_at: "models.DateTimeField[datetime, datetime]"
    auto_start: "models.BooleanField[bool, bool]"
    auto_end_hours: "models.PositiveSmallIntegerField[int | None, int | None]"
    busy_at: "models.DateTimeField[datetime | None, datetime | None]"
    ended_at: "models.DateTimeField[datetime | None, datetime | None]"

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.ENDED, self.State.ARCHIVED}

    def start(self, *, by: Account | None = None, seen: str = "") -> bool:
        """Go live; also the way back for an event that was ended by mistake.

        Like all steps it is taken only from the state that was `seen`, where one is given: who meant to start an event
        does not reopen one that has ended meanwhile. Returns whether there was a step to take.
        """
        return self._enter(self.State.LIVE, by, seen, unless={self.State.LIVE})

    def end(self, *, by: Account | None = None, seen: str = "") -> bool:
        return self._enter(self.State.ENDED, by, seen, unless={self.State.ENDED, self.State.ARCHIVED})

    def archive(self, *, by: Account | None = None, seen: str = "") -> bool:
        """End it, where it has not ended, and list it nowhere; it stays readable by its address."""
        return self._enter(self.State.ARCHIVED, by, seen, unless={self.State.ARCHIVED})

    def unarchive(self, *, by: Account | None = None, seen: str = "") -> bool:
        return self._enter(self.State.ENDED, by, seen, unless=set(self.State) - {self.State.ARCHIVED})

    def _enter(self, state: "Life.State", by: Account | None, seen: str, *, unless: "set[Life.State]") -> bool:
        with self.changing() as event:
            taken = event.state not in unless and (not seen or event.state == seen)
            if taken:
                verb = event.verb_for(state)
                ended_at = event.ended_at.isoformat() if event.ended_at else ""
                before = {"from": event.state, "to": state, "ended_at": ended_at}
                event._write(**event.fields_in(state, timezone.now()))
                event.note(by, verb, **before)
        self.refresh_from_db()
        return taken

    def step_back(self, step: dict[str, str], *, by: Account | None) -> None:
        """Be as before a step that a host took. Raises `Overtaken` when another step was taken since."""
        with self.changing() as event:
            if event.state != step["to"]:
                raise Overtaken(_("The event was changed again since. Nothing was changed now."))
            verb = event.verb_for(step["from"])
            fields = event.fields_in(step["from"], timezone.now())
            if fields["ended_at"] and step["ended_at"]:
                fields["ended_at"] = datetime.fromisoformat(step["ended_at"])
            event._write(**fields)
            event.note(by, verb)

    def verb_for(self, state: str) -> Verb:
        """The verb for the change to this state."""
        verbs = {
            self.State.SCHEDULED: Verb.RESCHEDULED,
            self.State.LIVE: Verb.REOPENED if self.is_over else Verb.STARTED,
            self.State.ENDED: Verb.UNARCHIVED if self.state == self.State.ARCHIVED else Verb.ENDED,
        }
        return verbs.get(self.State(state), Verb.ARCHIVED)

    def fields_in(self, state: str, moment: datetime) -> dict[str, Any]:
        """What the event's row says when it has been in this state since then."""
        if state in {self.State.ENDED, self.State.ARCHIVED}:
            return {"state": state, "ended_at": self.ended_at or moment}
        busy_at = max(moment, self.busy_at or moment) if state == self.State.LIVE else self.busy_at
        return {"state": state, "ended_at": None, "busy_at": busy_at}

    def keep_time(self) -> None:
        """Start or end by itself if that is due, as of the moment when it was. Costs nothing if it is not."""
        now = timezone.now()
        while self.due(now):
            with self.changing() as event:
                if moment := event.due(now):  # otherwise somebody was faster
                    state = self.State.LIVE if event.state == self.State.SCHEDULED else self.State.ENDED
                    event.acts.create(by_name=NOBODY, verb=event.verb_for(state), at=moment)
                    event._write(**event.fields_in(state, moment))
            self.refresh_from_db()

    def due(self, now: datetime) -> datetime | None:
        """When it should have started or ended by itself; None if it need not have yet.

        It is idle since the last post, since it went live, or since a host asked for its end, whichever was last.
        """
        moment: datetime | None = None
        if self.state == self.State.SCHEDULED and self.auto_start:
            moment = self.starts_at
        elif self.state == self.State.LIVE and self.auto_end_hours:
            moment = (self.busy_at or self.starts_at) + timedelta(hours=self.auto_end_hours)
        return moment if moment and moment <= now else None

    def keep_busy(self) -> None:
        """Somebody posts, so it is not idle. Only inside `changing()`."""
        if self.auto_end_hours:
            type(self)._default_manager.filter(pk=self.pk).update(busy_at=timezone.now())

    def note(self, by: "By", verb: Verb, to: "Post | Subject | None" = None, /, **details: object) -> None:
        """Add an act of this host to the log, with what undoing it needs. Only inside `changing()`.

        `to`: the post or other subject, None for the event as a whole. Without `details` the act cannot be undone.
        Without a host nothing is added.
        """
        if by is not None:
            subject, element_id = (to, "") if isinstance(to, Subject | None) else (to.subject, to.element_id)
            data, name = subject.data if subject else {}, name_of(by)[:HOST_NAME_MAX]
            self.acts.create(by=by, by_name=name, verb=verb, subject=data, post=element_id, details=details)

    def has_just(self, by: "By", verb: Verb | None, to: "Post | Subject") -> bool:
        """Whether this is the last act on it, by this very host: the answer was lost, or one click was two."""
        last = self.acts.filter(**(to.lookup if isinstance(to, Subject) else {"post": to.element_id})).first()
        return bool(by and last and not last.undone_at and (last.by_id, last.verb) == (by.pk, verb))

    def note_now(self, by: "By", verb: Verb, to: Subject | None = None) -> None:
        """As `note`, for an act that changes nothing readers see."""
        with self.changing() as event:
            event.note(by, verb, to)

    def _write(self, **fields: Any) -> None:
        type(self)._default_manager.filter(pk=self.pk).update(**fields, seq=self.take_number())
