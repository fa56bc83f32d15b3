"""Decisions of hosts: who may post, what readers see of each other, the status line, and key moments."""

from django import forms
from django.utils.translation import gettext_lazy

from feeds.forms.fields import WrittenField
from feeds.forms.guards import PaceField
from feeds.models import LABEL_MAX, STATUS_LINE_MAX, Event


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
