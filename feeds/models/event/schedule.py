"""Valid values for the start and the time zone of an event."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from feeds.values.clocks import zone_names

EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


def validate_time_zone(value: str) -> None:
    """Raises `ValidationError` for a name that is not a known time zone."""
    if value not in zone_names():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Choose one such as Europe/Berlin."), params={"value": value}
        )


def validate_start(value: datetime) -> None:
    """Raises `ValidationError` for a year before `EARLIEST_YEAR` or after `LATEST_YEAR`."""
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        years = {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
        raise ValidationError(_("Choose a day between %(first)s and %(last)s."), params=years)
