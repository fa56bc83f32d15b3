"""Fields for the guards of an event: the slow mode, and lists with one value a line."""

from ipaddress import ip_network

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms.fields import one_a_line
from feeds.models.event.guards import REPORTS_MAX, paces
from feeds.models.moderation.suspicions import validate_blocked_networks, validate_blocked_words
from feeds.values.words import fold

WORDS = ("blocked_words", "masked_words", "refused_words")
"""Lists of words, one for each thing that may be done about a word."""
LISTS = (*WORDS, "blocked_networks")
"""Fields with one value a line."""


class PaceField(forms.ChoiceField):
    """The slow mode of an event, off unless something is chosen."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Slow mode"),
            help_text=gettext_lazy("For each visitor, comments included. Hosts are exempt."),
            choices=paces,
            required=False,
            error_messages={"invalid_choice": gettext_lazy("Choose a time from the list.")},
        )

    def clean(self, value: object) -> int:
        """The seconds between two posts; 0 for none."""
        return int(super().clean(value) or 0)


def take_lines(form: forms.ModelForm, *names: str) -> None:
    """Let these fields of a form have one value a line, and leave what is wrong with a line to the form."""
    for name in names:
        field = form.fields[name]
        assert isinstance(field, forms.CharField)  # noqa: S101  (of texts)
        field.strip = False  # errors name lines by their numbers
        field.validators = [each for each in field.validators if not isinstance(each, ProhibitNullCharactersValidator)]


class GuardsForm(forms.ModelForm):
    """The guards, as a part of the form for an event's settings."""

    slow_mode = PaceField()
    report_limit = forms.IntegerField(
        label=gettext_lazy("Hide reported posts"),
        help_text=gettext_lazy("After this many reports, from different networks, a post waits for a host. 0: never."),
        required=False,
        min_value=0,
        max_value=REPORTS_MAX,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            format_lazy(gettext_lazy("Enter a number of reports from 0 to {most}."), most=REPORTS_MAX),
        ),
    )

    def clean_report_limit(self) -> int:
        """The number of reports that hide a post; 0 if nothing is entered."""
        return self.cleaned_data["report_limit"] or 0

    def clean_blocked_words(self) -> str:
        """The words for which posts wait, one a line, without blanks and repetitions."""
        return self._words("blocked_words")

    def clean_masked_words(self) -> str:
        """The words that are masked, in the same form."""
        return self._words("masked_words")

    def clean_refused_words(self) -> str:
        """The words for which posts are refused, in the same form."""
        return self._words("refused_words")

    def _words(self, name: str) -> str:
        """The words of a list. Raises `ValidationError` for one that an earlier list has as well."""
        validate_blocked_words(self.cleaned_data[name])
        words = one_a_line(self.cleaned_data[name])
        for earlier in WORDS[: WORDS.index(name)]:
            others = {fold(line) for line in self.cleaned_data.get(earlier, "").splitlines()}
            if twice := next((line for line in words.splitlines() if fold(line) in others), None):
                said = _("“%(word)s” is also under “%(list)s”. Remove it from one of the lists.")
                raise ValidationError(said, params={"word": twice, "list": self.fields[earlier].label})
        return words

    def clean_blocked_networks(self) -> str:
        """The networks, one a line, in their usual notation and without repetitions."""
        validate_blocked_networks(self.cleaned_data["blocked_networks"])
        networks = one_a_line(self.cleaned_data["blocked_networks"]).splitlines()
        return "\n".join(dict.fromkeys(str(ip_network(network, strict=False)) for network in networks))
