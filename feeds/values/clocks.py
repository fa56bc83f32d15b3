"""Clocks of time zones: the moments that a shown time can mean, and moments as text."""

import zoneinfo
from datetime import UTC, datetime, tzinfo
from functools import cache

from django.utils import dateformat
from django.utils.translation import pgettext


@cache
def zone_names() -> frozenset[str]:
    """Names of all time zones that this machine knows. To find them, Python reads the start of 600 files."""
    return frozenset(zoneinfo.available_timezones())


def moments(shown: datetime, zone: tzinfo) -> list[datetime]:
    """The moments, in UTC, at which a clock in the zone shows this time (without a zone), the earlier first.

    An hour that a change of clocks skips has none, one that it repeats has two. They are compared in UTC, since Python
    compares two times of one zone by what the clock shows alone.
    """
    found: list[datetime] = []
    for fold in (0, 1):
        moment = shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment not in found and moment.astimezone(zone).replace(tzinfo=None, fold=0) == shown:
            found.append(moment)
    return sorted(found)


def is_repeated(local: datetime) -> bool:
    """Whether the clock in its zone shows this time twice."""
    return local.tzinfo is not None and len(moments(local.replace(tzinfo=None, fold=0), local.tzinfo)) > 1


def zone_of(local: datetime) -> str:
    """The zone's abbreviation at that moment: CET, CEST; without one, UTC+3 or UTC-9:30."""
    name = local.tzname() or ""
    if not name.startswith(("+", "-")):
        return name
    hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
    return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes not in {"", "00"} else "")


def when(moment: datetime) -> str:
    """Date and time in full, in the moment's own zone, with that zone's abbreviation."""
    return f"{dateformat.format(moment, pgettext('date format', 'D j M Y, H:i'))} {zone_of(moment)}"
