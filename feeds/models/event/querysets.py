"""Queries for events: by address, by host, by list of the home page."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from feeds.models.accounts.account import Account, names_of, signed_in
from feeds.models.event.branding import Picture, logo_fields
from feeds.models.event.history import sole
from feeds.models.event.life import LifeQuerySet
from feeds.models.event.presence import Presence
from feeds.models.limits.rates import require_few_events
from feeds.models.moderation.verbs import Verb

if TYPE_CHECKING:
    from feeds.models.event.events import Event

COUNTED = 1000
"""Entries up to which lists count them."""
HELPED = 200
"""Other people's events in a host's own list: those they became a host of last."""
LEASE = timedelta(minutes=10)
"""Time without progress after which an unfinished event counts as abandoned, for example after a crash."""
UNLISTED = ~Q(visibility="public") | Q(state="archived")


class EventQuerySet(LifeQuerySet["Event"]):
    def listed(self) -> Self:
        """Public events."""
        return self.filter(visibility=self.model.Visibility.PUBLIC)

    def run_by(self, user: Account) -> Self:
        """Events that this user hosts. Staff with `feeds.change_event` host all of them."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("feeds.change_event"):
            return self
        return self.filter(Q(owner=user) | Q(pk__in=self.model.hosts.through.objects.filter(user=user).values("event")))

    def at(self, slug: str) -> "Event | None":
        """The event that has this address now, else the one that had it before; None if there is neither."""
        return sole(self.filter(slug=slug)) or sole(self.filter(former_slugs__slug=slug))

    def made_by(self, submission: str | None) -> "Event | None":
        """The event that was made by this submission of a form, or None."""
        return sole(self.filter(submission=submission)) if submission else None

    def abandoned(self) -> Self:
        """Unfinished events that nothing has worked on for `LEASE`. Only for `Event.everything`."""
        return self.exclude(unfinished_at=None).filter(unfinished_at__lt=timezone.now() - LEASE).order_by()

    def make(self, event: "Event", *, owner: Account, picture: Picture | None = None) -> None:
        """Save a new event with this owner and this logo. Raises `TooOften` if the owner has made too many lately."""
        with transaction.atomic():
            require_few_events(owner)
            event.owner = signed_in(owner)
            for name, value in logo_fields(picture).items():
                setattr(event, name, value)
            event.save()
            event.keep_logo(picture)
            event.keep_bylines(names_of(owner), owner)
            event.note(owner, Verb.CREATED)

    def page(self, name: str, user: Account, after: Any, limit: int) -> "list[Event]":
        """Events of a list on the home page, at most `limit`: the first, or those after a place, a `forms.Start`.

        `name`: “own”, “live”, “coming” or “over”.
        """
        if name != "own":
            state, first = {"live": ("live", "-"), "coming": ("scheduled", ""), "over": ("ended", "-")}[name]
            return _first(self.listed().filter(state=state), after, limit, first)
        if not user.is_authenticated:
            return []
        unlisted = self.filter(UNLISTED)
        if user.has_perm("feeds.change_event"):
            return _first(unlisted, after, limit)
        # Query each half in the order of an index; together they would have to be sorted as a whole.
        helped = self.model.hosts.through.objects.filter(user=user).order_by("-pk").values("event")[:HELPED]
        both = _first(unlisted.filter(owner=user), after, limit) + _first(unlisted.filter(pk__in=helped), after, limit)
        return sorted(dict.fromkeys(both), key=lambda event: (event.starts_at, event.pk), reverse=True)[:limit]

    def with_counts(self) -> Self:
        """Adds `entry_count`, counted up to `COUNTED` + 1, and `readers`, the number connected to all processes now."""
        readers = Presence.objects.current().filter(event=OuterRef("pk")).order_by().values("event")
        return self.annotate(
            entry_count=RawSQL(_ENTRY_COUNT, [COUNTED + 1], models.IntegerField()),  # noqa: S611  (a constant)
            readers=Coalesce(Subquery(readers.annotate(n=Sum("readers")).values("n")), 0),
        )


_ENTRY_COUNT = """
(SELECT COUNT(*) FROM (
  SELECT 1 FROM feeds_entry WHERE feeds_entry.event_id = feeds_event.id AND feeds_entry.state = 'shown' LIMIT %s
) AS counted)
"""


def _first(events: EventQuerySet, after: Any, limit: int, sign: str = "-") -> "list[Event]":
    """Events in the order of their start, after a place. The first filter uses the index, the second is exact."""
    if after:
        beyond = "gt" if sign == "" else "lt"
        events = events.filter(**{f"starts_at__{beyond}e": after.starts_at}).filter(
            Q(**{f"starts_at__{beyond}": after.starts_at}) | Q(**{f"pk__{beyond}": after.pk})
        )
    return list(events.order_by(f"{sign}starts_at", f"{sign}pk")[:limit])
