"""What visitors and hosts send about single posts."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from feeds import names
from feeds.forms.fields import NameField, TextField, WrittenField
from feeds.models import COMMENT_MAX, ENTRY_MAX, NOTE_MAX, Entry, Event, Post


class PostForm(forms.Form):
    """A name, a text and the key that was made when the form was rendered.

    `remembered` is the name this browser used last. It stands in where the name is left blank, because
    the forms in a frame, being the same for everybody, cannot have it filled in. `visiting` is the event whose
    hosts' names cannot be used; None for its hosts.
    """

    name = NameField(required=False)
    key = forms.CharField(required=False, max_length=32)

    def __init__(self, *args: Any, remembered: str = "", visiting: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remembered = remembered
        self.visiting = visiting

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"] or self.remembered)
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        if self.visiting and (refusal := names.refusal(name, self.visiting)):
            raise ValidationError(refusal, code="taken")
        return name

    @property
    def first_wrong(self) -> str:
        """Name of the first field to mend, "" where there is none."""
        return next((name for name in self.fields if name in self.errors), "")


class EntryForm(PostForm):
    text = TextField(limit=ENTRY_MAX, label="Entry")


class CommentForm(PostForm):
    text = TextField(limit=COMMENT_MAX, label="Comment")


class ReviseForm(forms.Form):
    """The new text of an entry or a comment."""

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["text"] = post.text
        limit = ENTRY_MAX if isinstance(post, Entry) else COMMENT_MAX
        self.fields["text"] = TextField(limit=limit, label="Text")


class BanForm(forms.Form):
    """How long somebody is kept out of an event, and what they are told."""

    PERIODS: ClassVar = {
        "hour": ("for an hour", timedelta(hours=1)),
        "day": ("for a day", timedelta(days=1)),
        "week": ("for a week", timedelta(weeks=1)),
        "good": ("for good", None),
    }

    period = forms.ChoiceField(
        label="How long",
        choices=[(name, words.capitalize()) for name, (words, _) in PERIODS.items()],
        initial="day",
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose for how long."),
    )
    note = WrittenField(
        limit=NOTE_MAX,
        required=False,
        label="What they are told (optional)",
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def until(self) -> datetime | None:
        """The moment it ends; None for one that does not."""
        _, lasts = self.PERIODS[self.cleaned_data["period"]]
        return timezone.now() + lasts if lasts else None
