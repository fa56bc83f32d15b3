"""Fields for the heading of an entry, which only hosts fill in."""

from datetime import timedelta
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from feeds.forms.fields import WrittenField
from feeds.forms.times import AHEAD, TimeField
from feeds.models import HEADLINE_MAX, MINUTE_MAX, Entry, Event
from feeds.models.post.arguments import Heading

BEFORE_START = timedelta(days=366)
"""Time before the start of an event from which an entry may tell."""


def heading_fields(event: Event, entry: Entry | None = None) -> dict[str, forms.Field]:
    """The fields by name, filled in for the `entry` that is edited, or empty for a new one in the event."""
    now = timezone.now()
    headline = WrittenField(
        limit=HEADLINE_MAX,
        required=False,
        label=gettext_lazy("Headline (optional)"),
        initial=entry.headline if entry else "",
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    minute = WrittenField(
        limit=MINUTE_MAX,
        required=False,
        label=gettext_lazy("Minute"),
        initial=entry.minute if entry else "",
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "placeholder": "63'"}),
    )
    happened_at = TimeField(
        zone=event.tz,
        first=min(event.starts_at, now) - BEFORE_START,
        last=now + AHEAD,
        before=entry.time if entry else None,
        label=gettext_lazy("Time"),
    )
    return {"headline": headline, "minute": minute, "happened_at": happened_at}


def heading_in(form: forms.BaseForm, entry: Entry | None = None) -> Heading:
    """The heading in a valid form; fields that were not sent are missing.

    The time of publication is stored as none, so that it is shown again.
    """
    sent = form.fields.keys() & form.data.keys() & Heading.__annotations__.keys()
    found = {name: form.cleaned_data[name] for name in sent}
    if entry and (moment := found.get("happened_at")):
        if moment == entry.time:
            found["happened_at"] = entry.happened_at
        elif moment == entry.published_at.replace(second=0, microsecond=0):
            found["happened_at"] = None
    return cast("Heading", found)
