"""The life of an event: scheduled, live, ended, archived. Hosts take the steps, or the clock if they asked for that."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.models.accounts.account import Account, name_of
from feeds.models.event.history import Gone, History, Overtaken
from feeds.models.event.schedule import validate_start, validate_time_zone
from feeds.models.moderation.subjects import HOST_NAME_MAX, Noted, Subject
from feeds.models.moderation.verbs import Verb

if TYPE_CHECKING:
    from feeds.models.moderation.log import Act
    from feeds.models.moderation.reports import ReportQuerySet

NOBODY = "Commentary"
"""Name in the audit log for steps that the clock takes."""

L = TypeVar("L", bound="Life")
STARTS = Q(state="scheduled", auto_start=True)
ENDS = Q(state="live", auto_end_hours__gt=0)
SHORTEST_IDLE = timedelta(hours=1)
AT_A_TIME = 100
"""Events that are started in one tick; the next tick starts more."""


class LifeQuerySet(models.QuerySet[L]):
    def keep_time(self) -> None:
        """Start and end the events that are due to start or end automatically, and publish the entries that are due.

        Each as of the moment it was due. Makes three queries if none is due. Any number of processes may do this at
        once: each change happens once.
        """
        now = timezone.now()
        to_start = self.filter(STARTS, starts_at__lte=now).order_by("starts_at")[:AT_A_TIME]
        # Sort like the index that has only such events: for the condition alone it would not be used.
        to_end = self.filter(ENDS).exclude(busy_at__gt=now - SHORTEST_IDLE).order_by("busy_at")
        to_publish = self.filter(entry_due_at__lte=now).order_by("entry_due_at")[:AT_A_TIME]
        for event in (*to_start, *to_publish, *to_end):
            with suppress(Gone):
                event.keep_time()


class Life(History):
    """State of an event and the steps between states."""

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
    """State that each step leads to, by the name of its method."""

    acts: Any
    reports: "ReportQuerySet"
    starts_at = models.DateTimeField(gettext_lazy("start"), validators=[validate_start])
    time_zone = models.CharField(
        gettext_lazy("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    state = models.CharField(gettext_lazy("state"), max_length=10, choices=State, default=State.SCHEDULED)
    auto_start = models.BooleanField(
        gettext_lazy("start automatically"), default=False, help_text=gettext_lazy("Goes live at the start time.")
    )
    auto_end_hours = models.PositiveSmallIntegerField(
        gettext_lazy("end automatically"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Hours without a post. Leave empty to end it yourself."),
    )
    busy_at = models.DateTimeField(null=True, editable=False)  # see Life.due
    ended_at = models.DateTimeField(gettext_lazy("ended at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def tz(self) -> ZoneInfo:
        """Time zone in which the event's times are shown."""
        return ZoneInfo(self.time_zone)

    @property
    def is_over(self) -> bool:
        """Whether the event has ended or is archived."""
        return self.state in {self.State.ENDED, self.State.ARCHIVED}

    def start(self, *, by: Account | None = None, seen: str = "") -> bool:
        """Go live, also again after an end by mistake; returns whether there was a step to take.

        `seen`: the state that the host `by` saw. If it is given, the step is taken only from that state: a host who
        starts an event must not reopen one that has ended meanwhile. All steps work like this.
        """
        return self._enter(self.State.LIVE, by, seen, unless={self.State.LIVE})

    def end(self, *, by: Account | None = None, seen: str = "") -> bool:
        """End the event; returns whether there was a step to take, like `start`."""
        return self._enter(self.State.ENDED, by, seen, unless={self.State.ENDED, self.State.ARCHIVED})

    def archive(self, *, by: Account | None = None, seen: str = "") -> bool:
        """End the event if it has not ended, and take it off all lists; its address still works. Like `start`."""
        return self._enter(self.State.ARCHIVED, by, seen, unless={self.State.ARCHIVED})

    def unarchive(self, *, by: Account | None = None, seen: str = "") -> bool:
        """List an archived event again, as one that has ended; returns whether it was archived, like `start`."""
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
        """Undo a step, given by its details in the log. Raises `Overtaken` if another step was taken since."""
        with self.changing() as event:
            if event.state != step["to"]:
                raise Overtaken(_("The event has changed since then, so nothing was undone."))
            verb = event.verb_for(step["from"])
            fields = event.fields_in(step["from"], timezone.now())
            if fields["ended_at"] and step["ended_at"]:
                fields["ended_at"] = datetime.fromisoformat(step["ended_at"])
            event._write(**fields)
            event.note(by, verb)

    def verb_for(self, state: str) -> Verb:
        """The verb for a change from the current state to this one."""
        verbs = {
            self.State.SCHEDULED: Verb.RESCHEDULED,
            self.State.LIVE: Verb.REOPENED if self.is_over else Verb.STARTED,
            self.State.ENDED: Verb.UNARCHIVED if self.state == self.State.ARCHIVED else Verb.ENDED,
        }
        return verbs.get(self.State(state), Verb.ARCHIVED)

    def fields_in(self, state: str, moment: datetime) -> dict[str, Any]:
        """Fields of the event's row, with their values, once it has entered this state at this moment."""
        if state in {self.State.ENDED, self.State.ARCHIVED}:
            return {"state": state, "ended_at": self.ended_at or moment}
        busy_at = max(moment, self.busy_at or moment) if state == self.State.LIVE else self.busy_at
        return {"state": state, "ended_at": None, "busy_at": busy_at}

    def keep_time(self, until: datetime | None = None) -> None:
        """Start or end automatically if that was due `until` this moment, as of its time. Makes no query if not."""
        now = until or timezone.now()
        while self.due(now):
            with self.changing() as event:
                if moment := event.due(now):  # None if another process was faster
                    state = self.State.LIVE if event.state == self.State.SCHEDULED else self.State.ENDED
                    event.note_automatic(event.verb_for(state), at=moment)
                    event._write(**event.fields_in(state, moment))
            self.refresh_from_db()

    def due(self, now: datetime) -> datetime | None:
        """Moment at which the event was due to start or end automatically; None if it is not due by `now`.

        Idle time counts from the last post, from going live or from the request for an automatic end, whichever is
        latest.
        """
        moment: datetime | None = None
        if self.state == self.State.SCHEDULED and self.auto_start:
            moment = self.starts_at
        elif self.state == self.State.LIVE and self.auto_end_hours:
            moment = (self.busy_at or self.starts_at) + timedelta(hours=self.auto_end_hours)
        return moment if moment and moment <= now else None

    def keep_busy(self) -> None:
        """Restart the idle time because somebody posts. Only inside `changing()`."""
        if self.auto_end_hours:
            type(self)._default_manager.filter(pk=self.pk).update(busy_at=timezone.now())

    def note(
        self,
        by: Account | None,
        verb: Verb,
        to: "Noted | Subject | None" = None,
        whole: "Act | None" = None,
        /,
        **details: object,
    ) -> "Act | None":
        """Add an act of the host `by` to the log and return it; without a host, do nothing. Only inside `changing()`.

        `to`: the post or other subject, None for the event as a whole. `details`: the data for undoing the act, without
        which it cannot be undone. `whole`: the act that this one is a part of, which the log shows instead.

        The act may decide on readers' reports: see `Verb.settles`.
        """
        if by is None:
            return None
        subject, element_id = (to, "") if isinstance(to, Subject | None) else (to.subject, to.element_id)
        data, name = subject.data if subject else {}, name_of(by)[:HOST_NAME_MAX]
        about = {"subject": data, "post": element_id, "details": details}
        act: Act = self.acts.create(by=by, by_name=name, verb=verb, whole=whole, **about)
        self.reports.settle(act)
        return act

    def note_automatic(
        self,
        verb: Verb,
        to: "Noted | None" = None,
        /,
        at: datetime | None = None,
        details: "dict[str, str] | None" = None,
    ) -> None:
        """Add an act that no host does to the log, as of this moment or now. Only inside `changing()`."""
        about = {"subject": to.subject.data, "post": to.element_id} if to else {}
        self.acts.create(by_name=NOBODY, verb=verb, at=at or timezone.now(), details=details or {}, **about)

    def has_just(self, by: Account | None, verb: Verb | None, to: "Noted | Subject") -> bool:
        """Whether the last act on this subject is the same one, by the same host.

        Then the request is a repetition: the response was lost, or the button was clicked twice.
        """
        last = self.acts.filter(**(to.lookup if isinstance(to, Subject) else {"post": to.element_id})).first()
        return bool(by and last and not last.undone_at and (last.by_id, last.verb) == (by.pk, verb))

    def note_now(self, by: Account | None, verb: Verb, to: Subject | None = None) -> None:
        """Add an act to the log like `note`, but under a lock of its own: the act changes nothing readers see."""
        with self.changing() as event:
            event.note(by, verb, to)

    def _write(self, **fields: object) -> None:
        type(self)._default_manager.filter(pk=self.pk).update(**fields, seq=self.take_number())
