"""Calendars (RFC 5545) of one event or of several, each with a reminder: a notification that needs no account."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from feeds.models import Event
from feeds.outlets.addresses import Addresses
from feeds.outlets.texts import line, safe
from feeds.values.site import site

if TYPE_CHECKING:
    import icalendar

TYPE = "text/calendar; charset=utf-8"
REMINDER = timedelta(minutes=-10)
USUAL = timedelta(hours=2)
"""Length of an event that has not ended."""
AGAIN = timedelta(minutes=30)
"""Time after which programs that subscribe are asked to look again."""


def of_events(events: Sequence[Event], addresses: Addresses, *, name: str = "") -> bytes:
    """A calendar with these events. `name`: what programs call the calendar, if they subscribe to it."""
    from icalendar import Calendar  # noqa: PLC0415  (takes a tenth of a start, and few requests want a calendar)

    made = Calendar()
    made.add("PRODID", "-//Commentary//EN")
    made.add("VERSION", "2.0")
    made.add("METHOD", "PUBLISH")
    if name:
        made.add("NAME", line(name))
        made.add("X-WR-CALNAME", line(name))
        made.add("REFRESH-INTERVAL", AGAIN, {"VALUE": "DURATION"})
    for event in events:
        made.add_component(_entry(event, addresses))
    return bytes(made.to_ical())


def _entry(event: Event, addresses: Addresses) -> "icalendar.Event":
    from icalendar import Alarm  # noqa: PLC0415  (as above)
    from icalendar import Event as Entry  # noqa: PLC0415  (as above)

    entry = Entry()
    address = addresses.event(event)
    ends_at = event.ended_at if event.is_over and event.ended_at else event.starts_at + USUAL
    entry.add("UID", f"event-{event.pk}@{addresses.host}")
    entry.add("DTSTAMP", event.changed_at)
    entry.add("LAST-MODIFIED", event.changed_at)
    entry.add("SEQUENCE", event.seq)
    entry.add("DTSTART", event.starts_at)
    entry.add("DTEND", max(ends_at, event.starts_at))
    entry.add("SUMMARY", line(event.title, 120))
    entry.add("DESCRIPTION", "\n\n".join(filter(None, (safe(event.description), address))))
    entry.add("URL", address)
    entry.add("STATUS", "CONFIRMED")
    entry.add("TRANSP", "TRANSPARENT")
    entry.add("ORGANIZER", f"{addresses.origin}/", {"CN": line(site().name).replace('"', "'")})
    if event.state == Event.State.SCHEDULED:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", line(event.title, 120))
        alarm.add("TRIGGER", REMINDER)
        entry.add_component(alarm)
    return entry
