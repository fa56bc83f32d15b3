"""Changed settings of an event: their values as the log stores them, and in words of the reader's language."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feeds.values.clocks import when

if TYPE_CHECKING:
    from feeds.models.event.events import Event

STORED_MAX = 200
"""Characters that the log keeps of a value, so that no row of it is large."""

Value = str | int | bool | None


def as_data(value: object) -> Value:
    """The value as JSON: a moment in ISO format, a person by name. A text that is too long ends with “…”."""
    if value is None or isinstance(value, bool | int):
        return value
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text if len(text) <= STORED_MAX else f"{text[: STORED_MAX - 1]}…"


def in_words(event: "Event", name: str, value: Value) -> str:
    """The name of the event's setting, and the value it was given. A setting of another version is shown as stored."""
    field = next((field for field in event._meta.concrete_fields if field.name == name), None)
    return f"{field.verbose_name}: {_value_in_words(event, field, value)}" if field else f"{name}: {value}"


def _value_in_words(event: "Event", field: "models.Field[object, object]", value: Value) -> str:
    if value is None or value == "":
        return _("not set")
    if field.name == "logo":  # the value is a digest of the picture
        return _("yes")
    if isinstance(value, bool):
        return pgettext("setting", "on") if value else pgettext("setting", "off")
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return when(moment.astimezone(event.tz))
    return str(dict(field.flatchoices).get(value, value))
