"""Everything that comes from outside is checked here."""

import itertools
import json
import re
import unicodedata
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify

from feeds.models import COMMENT_MAX, ENTRY_MAX, NAME_MAX, NOTE_MAX, Entry, Event, Post
from feeds.models.events import RESERVED_SLUGS, validate_slug, validate_start

_PLACES = (name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
TIME_ZONES = ["UTC", *sorted(_PLACES)]


@dataclass(frozen=True)
class Cursor:
    """A place in an event's history, spelled `<epoch>-<seq>` in pages, frames and requests."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: object) -> Self | None:
        """The cursor in a text from outside, or None where there is none. A seq beyond 18 digits is no seq."""
        match = re.fullmatch(r"([a-z0-9]{1,20})-([0-9]{1,18})", text) if isinstance(text, str) else None
        return cls(match[1], int(match[2])) if match else None

    @classmethod
    def of_resume(cls, frame: str) -> Self | None:
        """The cursor in a socket's message: `{"after": …}` (htmx 4.0.1) or `{"body": {"after": …}}` (beta 6)."""
        try:
            message = json.loads(frame)
        except (ValueError, RecursionError):
            return None
        if not isinstance(message, dict):
            return None
        body = message.get("body")
        return cls.parse((body if isinstance(body, dict) else message).get("after"))


def parse_position(text: str | None) -> int | None:
    """The position to page from in a query string, or None where there is no sensible one."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None


class WrittenField(forms.CharField):
    """Text a person wrote, with line ends as `\\n`. Refuses what cannot be read: control characters, broken
    encodings, and text without one visible character."""

    default_error_messages = {
        "control": "This contains control characters, which cannot be shown. Type it again, or paste it as plain text.",
        "encoding": "Some characters did not arrive as valid UTF-8. Type them again.",
        "too_long": "This has %(length)s characters and the limit is %(limit)s: shorten it by %(over)s.",
    }

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
        # Zero-width and other invisible characters alone would make an empty-looking post.
        return text if any(unicodedata.category(c)[0] in "LNPS" or c in "\x00\ufffd" for c in text) else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        allowed = {"\n", "\t"} if isinstance(self.widget, forms.Textarea) else set()
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in value):
            raise ValidationError(self.error_messages["control"], code="control")
        if "\ufffd" in value:
            raise ValidationError(self.error_messages["encoding"], code="encoding")
        if len(value) > self.limit:
            numbers = {"length": f"{len(value):,}", "limit": f"{self.limit:,}", "over": f"{len(value) - self.limit:,}"}
            raise ValidationError(self.error_messages["too_long"], code="too_long", params=numbers)


class NameField(WrittenField):
    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": "Enter the name to post under."}
        super().__init__(limit=NAME_MAX, label="Name", error_messages=errors, **kwargs)


class TextField(WrittenField):
    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": "Write something first."}
        super().__init__(widget=forms.Textarea, error_messages=errors, **kwargs)


class PostForm(forms.Form):
    """A name, a text and the key that was made when the form was rendered.

    `remembered` is the name this browser used last. It stands in where the name is left blank, because
    the forms in a frame, being the same for everybody, cannot have it filled in.
    """

    name = NameField(required=False)
    key = forms.CharField(required=False, max_length=32)

    def __init__(self, *args: Any, remembered: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remembered = remembered

    def clean_name(self) -> str:
        if name := self.cleaned_data["name"] or self.remembered:
            return str(name)
        raise ValidationError(self.fields["name"].error_messages["required"], code="required")

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


class EventForm(forms.ModelForm):
    """What a host says of an event. The start is entered as the clock shows it in the event's time zone."""

    class Meta:
        model = Event
        fields = ("title", "slug", "description", "starts_at", "time_zone", "visibility", "posting")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "visibility": forms.RadioSelect,
            "posting": forms.RadioSelect,
        }

    title = WrittenField(limit=120, error_messages={"required": "Give the event a title."})
    description = WrittenField(limit=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    time_zone = forms.ChoiceField(
        choices=lambda: [(name, name.replace("_", " ")) for name in TIME_ZONES],
        error_messages={"invalid_choice": "“%(value)s” is not a time zone. Choose one such as Europe/Berlin."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].error_messages["invalid"] = "Use letters, digits and “-” only."
        self.fields["starts_at"].error_messages["required"] = "Say when it starts."
        for name in ("title", "description"):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["slug"].help_text += " Left empty, it is made from the title."
        self.use_required_attribute = False  # the server's message next to the field says more than the browser's
        if self.instance.pk:
            self.initial["starts_at"] = self.instance.starts_at.astimezone(self.instance.tz).replace(tzinfo=None)

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower() or self._slug_from_title()
        validate_slug(slug)
        if (other := Event.objects.at(slug)) and other.pk != self.instance.pk:
            raise ValidationError("Another event has or had this address. Choose another.")
        return slug

    def _slug_from_title(self) -> str:
        """An address nobody has, for a host who did not want to think of one."""
        base = slugify(self.cleaned_data.get("title", ""))[:50].strip("-") or "event"
        numbered = (f"{base}-{number}" for number in itertools.count(2))
        return next(
            slug
            for slug in itertools.chain([base], numbered)
            if slug not in RESERVED_SLUGS and Event.objects.at(slug) in (None, self.instance)
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_at, zone = cleaned.get("starts_at"), cleaned.get("time_zone")
        if starts_at and zone:
            try:
                validate_start(starts_at)
            except ValidationError as error:
                self.add_error("starts_at", error)
                return cleaned
            # Django read the clock time as one of the server's zone.
            local = timezone.make_naive(starts_at).replace(tzinfo=zoneinfo.ZoneInfo(zone))
            cleaned["starts_at"] = local
            if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
                self.add_error("starts_at", "The clocks skip that hour there. Choose an hour earlier or later.")
        return cleaned
