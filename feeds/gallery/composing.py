"""States of what hosts compose."""

from collections.abc import Iterator
from typing import Any

from feeds.forms import EntryForm
from feeds.gallery.samples import WORDS, entry, event, user
from feeds.gallery.states import Made, shows

HEADING: dict[str, Any] = {"headline": "All nine engines are running", "minute": "T−0:03"}
WRONG_HEADINGS = {
    "headline too long": {"headline": WORDS * 3},
    "minute too long": {"minute": "90+4 minutes"},
    "not a time": {"happened_at": "noon"},
    "a time in the future": {"happened_at": "2126-07-04T20:00"},
    "a time that comes twice": {"happened_at": "2025-10-26T02:30"},
}


class HostForm(EntryForm):
    """The form of a host whose name is not looked up."""

    def clean_name(self) -> str:
        return "Olga"


@shows("partials/entry/headline_field", "partials/entry/when_fields")
def _headings() -> Iterator[Made]:
    yield "empty", {"event": event()}
    for name, data in WRONG_HEADINGS.items():
        form = HostForm({"name": "Olga", "text": WORDS} | data, event=event(), host=user())
        form.is_valid()
        yield name, {"event": event(), "form": form}


@shows("partials/entry/moment_time")
def _times_of_moments() -> Iterator[Made]:
    for name, fields in (("the time", {}), ("a minute", HEADING)):
        made = entry(moment="Ignition", **fields)
        yield name, {"event": made.event, "entry": made}
