"""What a clock in some time zone shows, and which moments that can be."""

from datetime import UTC, datetime, tzinfo


def moments(shown: datetime, zone: tzinfo) -> list[datetime]:
    """The moments, in UTC, at which a clock there shows this time (one without a zone), the earlier first.

    None in an hour that a change of clocks leaves out, two in one that it repeats. All are compared in UTC: of two
    times in one zone Python compares what the clock shows, and nothing else.
    """
    found: list[datetime] = []
    for fold in (0, 1):
        moment = shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment not in found and moment.astimezone(zone).replace(tzinfo=None, fold=0) == shown:
            found.append(moment)
    return sorted(found)


def is_repeated(local: datetime) -> bool:
    """Whether the clock there shows this time twice."""
    return local.tzinfo is not None and len(moments(local.replace(tzinfo=None, fold=0), local.tzinfo)) > 1
