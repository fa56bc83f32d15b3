"""Going to what was said at some time."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.models import Event
from feeds.models.events import EARLIEST_YEAR, LATEST_YEAR


class JumpForm(forms.Form):
    """`at`, as the clock shows it in the event's zone."""

    at = forms.CharField(required=False, max_length=100)

    def __init__(self, event: Event, data: Any) -> None:
        super().__init__(data)
        self.event = event

    @property
    def typed(self) -> str:
        """What was entered; before that, when the event starts."""
        start = self.event.starts_at.astimezone(self.event.tz)
        return (self["at"].value() or "") if self.is_bound else f"{start:%Y-%m-%dT%H:%M}"

    @property
    def looks_like_a_time(self) -> bool:
        """Whether a browser's field for times can show it."""
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", self.typed))

    def clean_at(self) -> datetime:
        text = self.cleaned_data["at"].strip()
        nonsense = ValidationError(_("Enter a date and a time, such as 2026-11-22T18:30."))
        if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?", text, re.ASCII):
            raise nonsense
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise nonsense from None
        self._require_within_the_event(moment)
        # A minute that was entered is meant as a whole.
        meant = moment.replace(second=59, microsecond=999_999, tzinfo=self.event.tz)
        return meant.astimezone(UTC).astimezone(self.event.tz)  # 02:30 in the night without that hour is 03:30

    def _require_within_the_event(self, moment: datetime) -> None:
        said = self.event.entries.visible().values_list("published_at", flat=True)
        earliest, latest = (said.order_by(order).first() for order in ("published_at", "-published_at"))
        if earliest is None or latest is None:
            raise ValidationError(_("Nothing has been said yet."))
        first = min(earliest, self.event.starts_at).astimezone(self.event.tz).replace(tzinfo=None)
        last = max(latest, timezone.now()).astimezone(self.event.tz).replace(tzinfo=None)
        in_years = EARLIEST_YEAR <= moment.year <= LATEST_YEAR
        if not in_years or not first.replace(second=0, microsecond=0) <= moment <= last:
            times = {"first": f"{first:%Y-%m-%d %H:%M}", "last": f"{last:%Y-%m-%d %H:%M}"}
            raise ValidationError(_("Choose a time from %(first)s to %(last)s.") % times)
