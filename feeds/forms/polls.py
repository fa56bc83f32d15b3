"""Polls in forms: their options, one a line, and when people can vote and see the numbers."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms.cards import CardFields
from feeds.forms.fields import WrittenField
from feeds.models import Event
from feeds.models.event.schedule import validate_start
from feeds.models.post.cards import CardData
from feeds.models.post.polls import MINUTES_MAX, OPTION_MAX, OPTIONS_MAX, OPTIONS_MIN, Results
from feeds.values.words import clean, has_halves, is_blank, search_key

COUNT_MAX = 1_000_000_000


def require_options(options: list[str]) -> None:
    """Raises `ValidationError` for too few options, too many, one that is too long, or two that read the same."""
    if len(options) < OPTIONS_MIN:
        raise ValidationError(_("A poll needs at least two options. Write each on a line of its own."))
    if len(options) > OPTIONS_MAX:
        said = _("These are %(n)s options, and the limit is %(limit)s. Leave some out.")
        raise ValidationError(said, params={"n": len(options), "limit": OPTIONS_MAX})
    for option in options:
        if len(option) > OPTION_MAX:
            said = _("“%(option)s…” is longer than %(limit)s characters. Shorten it.")
            raise ValidationError(said, params={"option": option[:30], "limit": OPTION_MAX})
    if twice := _twice(options):
        raise ValidationError(_("Two options say “%(option)s”. Change one of them."), params={"option": twice})


def _twice(options: list[str]) -> str:
    """The first option that reads like an earlier one, or ""."""
    seen: set[str] = set()
    for option in options:
        key = search_key(option) or option.casefold()
        if key in seen:
            return option
        seen.add(key)
    return ""


class OptionsField(WrittenField):
    """Options of a poll, one a line."""

    def __init__(self) -> None:
        super().__init__(
            limit=OPTIONS_MAX * (OPTION_MAX + 1) * 2,
            label=gettext_lazy("Options, one per line"),
            widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            required=False,
        )

    def clean(self, value: object) -> list[str]:
        """The options in order. Raises `ValidationError` if they cannot be those of a poll."""
        lines = str(super().clean(value)).split("\n")
        options = [line for line in (clean(line, lines=False) for line in lines) if not is_blank(line)]
        require_options(options)
        return options


class PollFields(CardFields):
    """Fields of a poll. Only hosts add one."""

    kind = "poll"
    names = ("poll_options", "poll_several", "poll_results", "poll_minutes")
    label = gettext_lazy("Add a poll")
    legend = gettext_lazy("Poll")
    without = gettext_lazy("Remove the poll")

    def fields(self, event: Event) -> dict[str, forms.Field]:
        """The options, and how the poll goes on."""
        most = number_format(MINUTES_MAX, force_grouping=True)
        minutes = _("Write a whole number of minutes from 1 to %(limit)s, or leave this empty.") % {"limit": most}
        wrong = dict.fromkeys(("invalid", "min_value", "max_value"), minutes)
        return {
            "poll_options": OptionsField(),
            "poll_several": forms.BooleanField(required=False, label=gettext_lazy("People can choose several")),
            "poll_results": forms.ChoiceField(
                choices=Results.choices,
                initial=Results.VOTED,
                required=False,
                label=gettext_lazy("Readers see the results"),
                error_messages={"invalid_choice": gettext_lazy("Choose when readers see the results.")},
            ),
            "poll_minutes": forms.IntegerField(
                min_value=1,
                max_value=MINUTES_MAX,
                required=False,
                label=gettext_lazy("Close after minutes"),
                help_text=gettext_lazy("Leave empty to close it yourself."),
                error_messages=wrong,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 5}),
            ),
        }

    def data_in(self, form: forms.BaseForm) -> CardData:
        """The poll in a valid form."""
        said = form.cleaned_data
        return {
            "kind": self.kind,
            "options": said["poll_options"],
            "several": said["poll_several"],
            "results": said["poll_results"] or Results.VOTED.value,
            "minutes": said["poll_minutes"],
        }

    def as_typed(self, data: CardData) -> dict[str, object]:
        """The fields for a poll that is not published yet."""
        return {
            "poll_options": "\n".join(data["options"]),
            "poll_several": data["several"],
            "poll_results": data["results"],
            "poll_minutes": data.get("minutes") or "",
        }

    def read(self, part: dict[str, Any]) -> CardData:
        """The poll of a document: see docs/export.md."""
        mistakes = [
            _("“%(name)s” is not a known name. Remove it.") % {"name": str(name)[:40]}
            for name in sorted(part.keys() - {"kind", *_READ})
        ]
        data: CardData = {"kind": self.kind}
        for name, read in _READ.items():
            try:
                data[name] = read(part.get(name))
            except ValidationError as error:
                mistakes += [f"“{name}”: {said}" for said in error.messages]
        if not mistakes and len(data["votes"] or data["options"]) != len(data["options"]):
            mistakes.append(_("“votes” must have a number for each option."))
        if mistakes:
            raise ValidationError(mistakes)
        return data | {"votes": data["votes"] or [0] * len(data["options"])}


def _options(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and not has_halves(each) for each in value):
        raise ValidationError(_("This must be a list of texts in quotes."))
    options = [clean(cast("str", each), lines=False) for each in value]
    if any(is_blank(option) for option in options):
        raise ValidationError(_("An option is empty. Write something, or remove it."))
    require_options(options)
    return options


def _several(value: object) -> bool:
    if value is not None and type(value) is not bool:
        raise ValidationError(_("This must be true or false."))
    return bool(value)


def _results(value: object) -> str:
    if value is None:
        return Results.VOTED.value
    if not isinstance(value, str) or value not in Results.values:
        raise ValidationError(_("Use one of: %(names)s."), params={"names": ", ".join(Results.values)})
    return value


def _moment(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValidationError(_("This is not a time. Write one such as 2026-07-04T18:00:00Z."))
    message = {"invalid": _("This is not a time. Write one such as 2026-07-04T18:00:00Z.")}
    moment = forms.DateTimeField(error_messages=message, validators=[validate_start]).clean(value)
    return moment.isoformat() if moment else None


def _count(value: object) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT_MAX:
        limit = number_format(COUNT_MAX, force_grouping=True)
        raise ValidationError(_("Use a whole number from 0 to %(limit)s."), params={"limit": limit})
    return value


def _counts(value: object) -> list[int]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > OPTIONS_MAX:
        raise ValidationError(_("This must be a list of numbers, one for each option."))
    return [_count(each if each is not None else "") for each in value]


_READ: dict[str, Any] = {
    "options": _options,
    "several": _several,
    "results": _results,
    "closes_at": _moment,
    "closed_at": _moment,
    "votes": _counts,
    "voters": _count,
}
"""Keys of a poll in a document, each with the function that reads its value."""
