"""Fields of a new entry that only hosts fill in: heading, pin, key moment and time of publication; and its draft."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms import cards
from feeds.forms.fields import WrittenField
from feeds.forms.headings import heading_fields
from feeds.forms.times import TimeField, as_entered
from feeds.models import LABEL_MAX, Draft, Event
from feeds.models.post.arguments import Composed
from feeds.values.markup import marked_up, without_markup

LATEST = timedelta(days=366)
"""Time ahead for which an entry can be scheduled."""


def composing_fields(event: Event) -> dict[str, forms.Field]:
    """The fields by name, for a new entry in this event."""
    now = timezone.now()
    return heading_fields(event) | {
        "markdown": forms.BooleanField(required=False),
        "pin": forms.BooleanField(required=False, label=gettext_lazy("Pin")),
        "key_moment": forms.BooleanField(required=False, label=gettext_lazy("Key moment")),
        "moment": WrittenField(limit=LABEL_MAX, required=False, label=gettext_lazy("Label")),
        "publish_at": TimeField(zone=event.tz, first=now, last=now + LATEST, label=gettext_lazy("Publish at")),
        "draft": forms.IntegerField(required=False, min_value=1),
        "version": forms.IntegerField(required=False, min_value=1),
    }


def label_in(form: forms.Form) -> str:
    """The label of a key moment in a valid form: as it was typed, else the headline, else how the text begins.

    It is "" if the box is not ticked, which hides the label.
    """
    said = form.cleaned_data
    if said["moment"] or not said["key_moment"]:
        return str(said["moment"]) if said["key_moment"] else ""
    shown = without_markup(marked_up(said["text"])).strip().split("\n")[0]
    return Truncator(said["headline"] or shown or said["name"]).chars(LABEL_MAX)


def composed_in(form: forms.Form) -> Composed:
    """Everything composed in a valid form, as a draft keeps it."""
    said = form.cleaned_data
    return {
        "name": said["name"],
        "text": said["text"],
        "headline": said["headline"],
        "minute": said["minute"],
        "happened_at": said["happened_at"],
        "pin": said["pin"],
        "moment": label_in(form),
        "card": getattr(form, "card_data", None),
    }


def draft_in(form: forms.Form, event: Event) -> Draft | None:
    """The draft that a valid form was filled in from; it may be gone by now."""
    return Draft(pk=pk, event=event) if (pk := form.cleaned_data["draft"]) else None


def require_time(form: forms.Form) -> None:
    """Add an error to a valid form that schedules an entry without a time."""
    if not (form.cleaned_data.get("publish_at") or form.errors.get("publish_at")):
        form.add_error("publish_at", _("Choose when to publish it."))


def as_typed(draft: Draft) -> dict[str, object]:
    """The draft as the fields of a composer."""
    zone = draft.event.tz
    upcoming = draft.publish_at and draft.publish_at > timezone.now()
    return {
        "text": draft.text,
        "headline": draft.headline,
        "minute": draft.minute,
        "happened_at": as_entered(draft.happened_at, zone) if draft.happened_at else "",
        "pin": draft.pin,
        "key_moment": bool(draft.moment),
        "moment": draft.moment,
        "publish_at": as_entered(draft.publish_at, zone) if draft.publish_at and upcoming else "",
        "draft": draft.pk,
        "version": draft.version,
    } | cards.as_typed(draft.card)


def renew_draft(form: forms.Form, event: Event) -> Draft | None:
    """Let a refused form name the present version of its draft, or none if that is gone; returns the draft."""
    row: Draft | None = event.drafts.open().filter(pk=form.cleaned_data.get("draft") or 0).first()
    named = {"draft": str(row.pk), "version": str(row.version)} if row else {"draft": "", "version": ""}
    form.data = dict(form.data.items()) | named
    return row
