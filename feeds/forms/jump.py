"""Going to what was said at some time."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.models import Event
from feeds.models.event.events import EARLIEST_YEAR, LATEST_YEAR
from feeds.values.clocks import is_repeated, moments, zone_of

_WRITTEN = re.compile(
    r"(?P<clock>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?P<offset>Z|[-+ ]\d\d:\d\d)?", re.ASCII
)
"""A “+” that was not encoded in an address arrives as a space."""


class JumpForm(forms.Form):
    """`at`, as the clock shows it in the event's zone. Of two such moments the first, unless it has an offset."""

    at = forms.CharField(required=False, max_length=100)

    def __init__(self, event: Event, data: Any) -> None:
        super().__init__(data)
        self.event = event
        self.other: datetime | None = None
        """Where the clocks showed that time twice while the event went on: the other moment."""

    @property
    def typed(self) -> str:
        """What was entered; before that, when the event starts."""
        if not self.is_bound:
            return f"{self.event.starts_at.astimezone(self.event.tz):%Y-%m-%dT%H:%M}"
        text = self["at"].value() or ""
        if (written := _WRITTEN.fullmatch(text.strip())) and written["offset"] and self.is_valid():
            return f"{self.cleaned_data['at']:%Y-%m-%dT%H:%M}"
        return text

    @property
    def other_at(self) -> str:
        """What to enter for the other moment."""
        return self.other.isoformat(timespec="minutes") if self.other else ""

    @property
    def looks_like_a_time(self) -> bool:
        """Whether a browser's field for times can show it."""
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", self.typed))

    def clean_at(self) -> datetime:
        written = _WRITTEN.fullmatch(self.cleaned_data["at"].strip())
        try:
            if not written:
                raise ValueError
            shown = datetime.fromisoformat(written["clock"])
            said = written["offset"] and datetime.fromisoformat(written["clock"] + written["offset"].replace(" ", "+"))
        except ValueError:
            raise ValidationError(_("Enter a date and a time, such as 2026-11-22T18:30.")) from None
        first, last = self._span()
        if not EARLIEST_YEAR <= shown.year <= LATEST_YEAR:
            raise self._outside(first, last)
        if said:
            shown = said.astimezone(self.event.tz).replace(tzinfo=None, fold=0)
        # 02:30 in the night without that hour is 03:30.
        found = moments(shown, self.event.tz) or [shown.replace(tzinfo=self.event.tz).astimezone(UTC)]
        there = [moment for moment in found if first.replace(second=0, microsecond=0) <= moment <= last]
        meant = next((moment for moment in there if not said or moment == said), None)
        if meant is None:
            raise self._outside(first, last)
        self.other = next((moment.astimezone(self.event.tz) for moment in there if moment != meant), None)
        # A minute that was entered is meant as a whole.
        return meant.replace(second=59, microsecond=999_999).astimezone(self.event.tz)

    def _span(self) -> tuple[datetime, datetime]:
        """From when to when there is something to go to."""
        said = self.event.entries.visible().values_list("published_at", flat=True)
        earliest, latest = (said.order_by(order).first() for order in ("published_at", "-published_at"))
        if earliest is None or latest is None:
            raise ValidationError(_("Nothing has been said yet."))
        first, last = min(earliest, self.event.starts_at), max(latest, timezone.now())
        return first.astimezone(UTC), last.astimezone(UTC)

    def _outside(self, first: datetime, last: datetime) -> ValidationError:
        times = {"first": self._told(first), "last": self._told(last)}
        return ValidationError(_("Choose a time from %(first)s to %(last)s.") % times)

    def _told(self, moment: datetime) -> str:
        local = moment.astimezone(self.event.tz)
        return f"{local:%Y-%m-%d %H:%M}" + (f" {zone_of(local)}" if is_repeated(local) else "")
