"""Times that people enter, as the clocks of an event's zone show them."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.models.event.schedule import EARLIEST_YEAR, LATEST_YEAR
from feeds.values.clocks import is_repeated, moments, zone_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

AHEAD = timedelta(minutes=5)
"""Time by which the clock of a host may be fast."""
_WRITTEN = re.compile(
    r"(?P<clock>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?P<offset>Z|[-+ ]\d\d:\d\d)?", re.ASCII
)
"""A space stands for a “+” that an address did not encode."""
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


def read_time(text: str, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """The time that clocks in the zone show, and the moment itself if the text has an offset.

    Raises `ValidationError` for anything else.
    """
    written = _WRITTEN.fullmatch(text.strip())
    try:
        if not written:
            raise ValueError
        shown = datetime.fromisoformat(written["clock"])
        said = written["offset"] and datetime.fromisoformat(written["clock"] + written["offset"].replace(" ", "+"))
    except ValueError:
        raise ValidationError(_("Enter a date and a time, such as 2026-11-22T18:30.")) from None
    if said and EARLIEST_YEAR <= shown.year <= LATEST_YEAR:
        shown = said.astimezone(zone).replace(tzinfo=None, fold=0)
    return shown, said or None


def has_offset(text: str) -> bool:
    """Whether the text is a time with its offset from UTC."""
    written = _WRITTEN.fullmatch(text.strip())
    return bool(written and written["offset"])


def looks_like_a_time(text: str) -> bool:
    """Whether a browser's field for times can show it."""
    return bool(_LOCAL.fullmatch(text))


def as_entered(moment: datetime, zone: ZoneInfo) -> str:
    """The moment as a browser's field for times has it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def told(moment: datetime, zone: ZoneInfo) -> str:
    """Date and time, with the zone if the clocks show that time twice."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}" + (f" {zone_of(local)}" if is_repeated(local) else "")


def told_with_offset(local: datetime) -> str:
    """The time with its zone, such as 02:30 CEST (UTC+2), since not everybody knows the abbreviations."""
    name, offset = zone_of(local), zone_of(local.astimezone(timezone.get_fixed_timezone(local.utcoffset() or 0)))
    return f"{local:%H:%M} {name}" if name == offset else f"{local:%H:%M} {name} ({offset})"


class TimeField(forms.CharField):
    """A moment, entered as the clocks of a zone show it; None if it is left empty.

    If the clocks show that time twice, the field becomes a choice between the two. `before`: the moment that the field
    was filled in with, and keeps if its text is not changed.
    """

    def __init__(
        self, *, label: "StrPromise", zone: ZoneInfo, first: datetime, last: datetime, before: datetime | None = None
    ):
        self.zone, self.first, self.last, self.before = zone, first, last, before
        super().__init__(label=label, required=False, max_length=100)
        self.initial = as_entered(before, zone) if before else ""
        self.widget = self.widget_for(str(self.initial))

    def widget_for(self, text: str) -> forms.Widget:
        """The browser's field for times if that can show the text, else a plain one, so that the text is not lost."""
        return forms.TextInput(attrs={"type": "datetime-local" if not text or looks_like_a_time(text) else "text"})

    def clean(self, value: object) -> datetime | None:
        """The moment. Raises `ValidationError`, and then shows what was entered."""
        text = str(super().clean(value) or "").strip()
        self.widget = self.widget_for(text)
        if not text:
            return None
        shown, said = read_time(text, self.zone)
        if self.before and text == self.initial:
            return self.before
        if not EARLIEST_YEAR <= shown.year <= LATEST_YEAR:
            raise self._outside()
        found = [said] if said else moments(shown, self.zone)
        if not found:
            raise ValidationError(_("That hour is skipped when the clocks go forward. Choose an earlier or later one."))
        there = [moment for moment in found if self.first <= moment <= self.last]
        if not there:
            raise self._outside()
        if len(there) > 1:
            local = [moment.astimezone(self.zone) for moment in there]
            choices = [(moment.isoformat(timespec="minutes"), told_with_offset(moment)) for moment in local]
            self.widget = forms.Select(choices=[(text, "…"), *choices])
            raise ValidationError(
                _("That time comes twice when the clocks go back. Choose which one you mean."), code="twice"
            )
        return there[0]

    def _outside(self) -> ValidationError:
        times = {"first": told(self.first, self.zone), "last": told(self.last, self.zone)}
        return ValidationError(_("Choose a time from %(first)s to %(last)s.") % times)
