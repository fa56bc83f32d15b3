"""The form for jumping to the entry at a certain time."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.forms.times import as_entered, has_offset, looks_like_a_time, read_time, told
from feeds.models import Event
from feeds.models.event.schedule import EARLIEST_YEAR, LATEST_YEAR
from feeds.values.clocks import moments


class JumpForm(forms.Form):
    """`at`: a clock time in the event's zone. Of two such moments it means the first, unless it has an offset."""

    at = forms.CharField(required=False, max_length=100)

    def __init__(self, event: Event, data: Mapping[str, str] | None) -> None:
        super().__init__(data)
        self.event = event
        self.other: datetime | None = None
        """The other moment, if the clocks showed that time twice during the event."""

    @property
    def typed(self) -> str:
        """The text that was entered; in an empty form, the start of the event."""
        if not self.is_bound:
            return as_entered(self.event.starts_at, self.event.tz)
        text = self["at"].value() or ""
        if has_offset(text) and self.is_valid():
            return f"{self.cleaned_data['at']:%Y-%m-%dT%H:%M}"
        return text

    @property
    def other_at(self) -> str:
        """The text that stands for the other moment; "" if there is none."""
        return self.other.isoformat(timespec="minutes") if self.other else ""

    @property
    def looks_like_a_time(self) -> bool:
        """Whether a browser's field for times can show it."""
        return looks_like_a_time(self.typed)

    def clean_at(self) -> datetime:
        """The end of the minute that was entered, in the event's zone."""
        shown, said = read_time(self.cleaned_data["at"], self.event.tz)
        first, last = self._span()
        if not EARLIEST_YEAR <= shown.year <= LATEST_YEAR:
            raise self._outside(first, last)
        # When the clocks skip from 02:00 to 03:00, 02:30 means 03:30.
        found = moments(shown, self.event.tz) or [shown.replace(tzinfo=self.event.tz).astimezone(UTC)]
        there = [moment for moment in found if first.replace(second=0, microsecond=0) <= moment <= last]
        meant = next((moment for moment in there if not said or moment == said), None)
        if meant is None:
            raise self._outside(first, last)
        self.other = next((moment.astimezone(self.event.tz) for moment in there if moment != meant), None)
        # The whole minute is meant.
        return meant.replace(second=59, microsecond=999_999).astimezone(self.event.tz)

    def _span(self) -> tuple[datetime, datetime]:
        """The first and the last moment that can be jumped to."""
        said = self.event.entries.visible().values_list("published_at", flat=True)
        earliest, latest = (said.order_by(order).first() for order in ("published_at", "-published_at"))
        if earliest is None or latest is None:
            raise ValidationError(_("No entries yet."))
        first, last = min(earliest, self.event.starts_at), max(latest, timezone.now())
        return first.astimezone(UTC), last.astimezone(UTC)

    def _outside(self, first: datetime, last: datetime) -> ValidationError:
        times = {"first": told(first, self.event.tz), "last": told(last, self.event.tz)}
        return ValidationError(_("Choose a time from %(first)s to %(last)s.") % times)
