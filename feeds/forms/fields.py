"""Text that people wrote."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from feeds.models import NAME_MAX


class WrittenField(forms.CharField):
    """Text a person wrote, with line ends as `\\n`. Refuses what cannot be read: control characters, broken
    encodings, and text without one visible character."""

    default_error_messages = {
        "control": gettext_lazy(
            "This contains control characters, which cannot be shown. Type it again, or paste it as plain text."
        ),
        "encoding": gettext_lazy("Some characters did not arrive as valid UTF-8. Type them again."),
        "too_long": gettext_lazy("This has %(length)s characters and the limit is %(limit)s: shorten it by %(over)s."),
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
            counts = {"length": len(value), "limit": self.limit, "over": len(value) - self.limit}
            numbers = {name: number_format(count, force_grouping=True) for name, count in counts.items()}
            raise ValidationError(self.error_messages["too_long"], code="too_long", params=numbers)


class NameField(WrittenField):
    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": gettext_lazy("Enter the name to post under.")}
        super().__init__(limit=NAME_MAX, label=gettext_lazy("Name"), error_messages=errors, **kwargs)


class TextField(WrittenField):
    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": gettext_lazy("Write something first.")}
        super().__init__(widget=forms.Textarea, error_messages=errors, **kwargs)
