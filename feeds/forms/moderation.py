"""Decisions of hosts: who may post, what readers see of each other, the status line, key moments, and bans."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feeds.forms.fields import WrittenField
from feeds.forms.guards import PaceField
from feeds.models import LABEL_MAX, NOTE_MAX, STATUS_LINE_MAX, Event


class RulesForm(forms.ModelForm):
    """The posting rule, the slow mode, and whether comments are open."""

    slow_mode = PaceField()

    class Meta:
        model = Event
        fields = ("posting", "slow_mode", "comments_open")


class SignsForm(forms.ModelForm):
    """The signs of presence that readers see of each other."""

    class Meta:
        model = Event
        fields = ("show_readers", "show_typing")


class StatusLineForm(forms.Form):
    """The short line in the head of the page; an empty one takes it away."""

    status_line = WrittenField(
        limit=STATUS_LINE_MAX,
        required=False,
        label=gettext_lazy("Status line"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class MomentForm(forms.Form):
    """A short label that lists an entry as a key moment; an empty one takes it off the list."""

    before = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    label = WrittenField(
        limit=LABEL_MAX,
        required=False,
        label=gettext_lazy("Label, such as “Kick-off” (leave empty to remove)"),
        widget=forms.TextInput(attrs={"dir": "auto", "autofocus": True}),
    )


class BanForm(forms.Form):
    """The length of a ban, the note to the banned, and what becomes of their posts.

    `waiting`: number of their posts that wait; without any, the question does not ask about them. `several`: whether
    it is about several people, whose other posts stay.
    """

    PERIODS: ClassVar = {
        "hour": (gettext_lazy("For an hour"), timedelta(hours=1)),
        "day": (gettext_lazy("For a day"), timedelta(days=1)),
        "week": (gettext_lazy("For a week"), timedelta(weeks=1)),
        "good": (gettext_lazy("For good"), None),
        "none": (gettext_lazy("No ban, only remove their posts"), None),
    }

    PERIOD_CHOICES: ClassVar = [(name, words) for name, (words, _lasts) in PERIODS.items()]

    period = forms.ChoiceField(
        label=gettext_lazy("How long"),
        choices=PERIOD_CHOICES,
        initial="day",
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose how long the ban lasts.")),
    )
    note = WrittenField(
        limit=NOTE_MAX,
        required=False,
        label=gettext_lazy("Message to them (optional)"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    waiting = forms.BooleanField(required=False, initial=True)
    remove = forms.BooleanField(required=False, label=gettext_lazy("Remove everything they posted here"))

    def __init__(
        self, data: Mapping[str, str] | None = None, *, waiting: int = 0, several: bool = False, auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, auto_id=auto_id)
        label = ngettext("Reject their %(n)s waiting post", "Reject their %(n)s waiting posts", waiting)
        self.fields["waiting"].label = label % {"n": waiting}
        if not waiting and data is None:
            del self.fields["waiting"]
        if several:
            del self.fields["remove"]
            period = cast("forms.ChoiceField", self.fields["period"])
            period.choices = [choice for choice in self.PERIOD_CHOICES if choice[0] != "none"]

    def clean(self) -> dict[str, Any]:
        """Adds an error if neither a ban nor a removal was chosen."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("period") == "none" and not cleaned.get("remove"):
            self.add_error("period", _("Choose how long the ban lasts, or remove everything they posted."))
        return cleaned

    @property
    def bans(self) -> bool:
        """Whether a ban was chosen."""
        return bool(self.cleaned_data["period"] != "none")

    @property
    def removes(self) -> bool:
        """Whether their posts are to be removed."""
        return bool(self.cleaned_data.get("remove"))

    @property
    def takes_waiting(self) -> bool:
        """Whether their waiting posts are to be rejected."""
        return bool(self.cleaned_data.get("waiting"))

    def until(self) -> datetime | None:
        """The end of the ban; None for one without an end."""
        lasts = self.PERIODS[self.cleaned_data["period"]][1]
        return timezone.now() + lasts if lasts else None
