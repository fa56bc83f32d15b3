"""What visitors and hosts send about single posts."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from feeds.access import impersonation
from feeds.forms.fields import NameField, TextField, WrittenField
from feeds.forms.keys import Keyed, age_of
from feeds.models import COMMENT_MAX, ENTRY_MAX, NOTE_MAX, Entry, Event, Post
from feeds.values.words import is_blank


class PostForm(Keyed, forms.Form):
    """A name, a text and the key that was made when the form was rendered.

    Beside them the form has a field that people do not see. Programs fill it in, and perhaps a browser that means
    well; so a post with it waits for a host rather than being refused.

    `remembered` is the name this browser used last. It stands in where the name is left blank, because
    the forms in a frame, being the same for everybody, cannot have it filled in. `event` is where it is going to be,
    and `host` the account that posts as a host of it: names of hosts cannot be used by others. `broken`: it did not
    arrive as it was typed.
    """

    name = NameField(required=False)
    key = forms.CharField(required=False, max_length=32)

    def __init__(
        self,
        *args: Any,
        remembered: str = "",
        event: Event | None = None,
        host: Any = None,
        visitor: str = "",
        broken: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.remembered = "" if is_blank(remembered) else remembered
        self.event, self.host = event, host
        self.visitor, self.broken = visitor, broken
        self.is_doubtful = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("name", "text") if self.broken else ():
            if "\ufffd" in (cleaned.get(name) or ""):
                self.add_error(name, WrittenField.default_error_messages["encoding"])
        return cleaned

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"] or self.remembered)
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        if self.event and self.host:
            if asked := impersonation.refusal_for_host(name, self.event, self.host):
                raise ValidationError(asked, code="taken")
        elif self.event:
            verdict = impersonation.judge(name, self.event)
            if verdict.refusal:
                raise ValidationError(verdict.refusal, code="taken")
            self.is_doubtful = verdict.is_doubtful
        return name

    @property
    def reason_to_hold(self) -> str:
        """Why the post shall wait; "" if neither its name nor how it was sent speaks for that."""
        if self.data.get("subject", "").strip():
            return gettext_noop("A field that people do not see was filled in.")
        if not self.event or not self.is_doubtful:
            return ""
        # Once a host has let it through, this visitor goes by that name.
        return "" if self.event.has_seen(self.visitor, self.cleaned_data["name"]) else impersonation.DOUBTFUL

    @property
    def is_hurried(self) -> bool:
        """Whether it was sent sooner after it was rendered than people write."""
        age = age_of(self.cleaned_data["key"])
        return age is not None and age < settings.FASTEST_POST

    @property
    def first_wrong(self) -> str:
        """Name of the first field to mend, "" where there is none."""
        return next((name for name in self.fields if name in self.errors), "")


class EntryForm(PostForm):
    """On the host desk with `markdown`, which counts for hosts alone."""

    text = TextField(limit=ENTRY_MAX, label=gettext_lazy("Entry"))
    markdown = forms.BooleanField(required=False)


class CommentForm(PostForm):
    text = TextField(limit=COMMENT_MAX, label=gettext_lazy("Comment"))


class ReviseForm(forms.Form):
    """The new text of an entry or a comment, and the number of the change that was seen when it was opened."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, post: Post, *args: Any, broken: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.broken = broken
        self.initial.update(text=post.text, seen=post.seq)
        limit = ENTRY_MAX if isinstance(post, Entry) else COMMENT_MAX
        self.fields["text"] = TextField(limit=limit, label=_("Text"))

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if self.broken and "\ufffd" in text:
            raise ValidationError(WrittenField.default_error_messages["encoding"], code="encoding")
        return text


class BanForm(forms.Form):
    """How long somebody is kept out of an event, what they are told, and whether their posts go, too."""

    PERIODS: ClassVar = {
        "hour": (gettext_lazy("For an hour"), timedelta(hours=1)),
        "day": (gettext_lazy("For a day"), timedelta(days=1)),
        "week": (gettext_lazy("For a week"), timedelta(weeks=1)),
        "good": (gettext_lazy("For good"), None),
        "none": (gettext_lazy("Not at all: only remove their posts"), None),
    }

    period = forms.ChoiceField(
        label=gettext_lazy("How long"),
        choices=[(name, words) for name, (words, lasts) in PERIODS.items()],
        initial="day",
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose for how long.")),
    )
    note = WrittenField(
        limit=NOTE_MAX,
        required=False,
        label=gettext_lazy("What they are told (optional)"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    remove = forms.BooleanField(required=False, label=gettext_lazy("Remove everything they posted here"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("period") == "none" and not cleaned.get("remove"):
            self.add_error("period", _("Choose for how long, or to remove everything they posted."))
        return cleaned

    @property
    def bans(self) -> bool:
        return bool(self.cleaned_data["period"] != "none")

    @property
    def removes(self) -> bool:
        return bool(self.cleaned_data["remove"])

    def until(self) -> datetime | None:
        """The moment it ends; None for one that does not."""
        lasts = self.PERIODS[self.cleaned_data["period"]][1]
        return timezone.now() + lasts if lasts else None
