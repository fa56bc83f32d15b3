"""Fields for text that people wrote."""

from typing import Any
from urllib.parse import unquote_to_bytes

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from feeds.models import NAME_MAX
from feeds.values.words import clean, has_halves, is_blank


class WrittenField(forms.CharField):
    """Text that a person wrote, cleaned by `feeds.values.words`; "" if none of it is visible.

    Refuses text over the limit, and unpaired surrogates, which no browser sends.
    """

    default_error_messages = {
        "encoding": gettext_lazy("Some characters did not arrive as valid UTF-8. Type them again."),
        "too_long": gettext_lazy("This has %(length)s characters and the limit is %(limit)s: shorten it by %(over)s."),
    }

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(**kwargs)

    def to_python(self, value: object) -> str:
        """The cleaned text; on one line unless the field has several."""
        text = clean(str(value or ""), lines=isinstance(self.widget, forms.Textarea))
        return "" if is_blank(text) else text

    def validate(self, value: str) -> None:
        """Raises `ValidationError` for unpaired surrogates and for text over the limit."""
        super().validate(value)
        if has_halves(value):
            raise ValidationError(self.error_messages["encoding"], code="encoding")
        if len(value) > self.limit:
            counts = {"length": len(value), "limit": self.limit, "over": len(value) - self.limit}
            numbers = {name: number_format(count, force_grouping=True) for name, count in counts.items()}
            raise ValidationError(self.error_messages["too_long"], code="too_long", params=numbers)


class NameField(WrittenField):
    """The name that somebody posts under."""

    def __init__(self, *, required: bool = True) -> None:
        errors = {"required": gettext_lazy("Enter the name to post under.")}
        super().__init__(limit=NAME_MAX, label=gettext_lazy("Name"), error_messages=errors, required=required)


class TextField(WrittenField):
    """The text of a post."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": gettext_lazy("Write something first.")}
        super().__init__(widget=forms.Textarea, error_messages=errors, **kwargs)


def one_a_line(text: str) -> str:
    """The lines without blanks around them, empty ones and repetitions."""
    lines = (clean(line, lines=False) for line in clean(text).split("\n"))
    return "\n".join(dict.fromkeys(line for line in lines if not is_blank(line)))


def is_not_utf8(request: HttpRequest) -> bool:
    """Whether a form was not sent as UTF-8. Django's replacement, U+FFFD, alone does not tell: people may have typed
    it."""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        return False
    if not any("\ufffd" in value for values in request.POST.lists() for value in values[1]):
        return False
    try:
        unquote_to_bytes(request.body).decode()
    except UnicodeDecodeError:
        return True
    return False
