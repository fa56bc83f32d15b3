"""What hosts decide about single posts and about everybody's."""

from django import forms
from django.utils.translation import gettext_lazy

from feeds.forms.fields import WrittenField
from feeds.models import Event


class RulesForm(forms.ModelForm):
    """Who may post."""

    class Meta:
        model = Event
        fields = ("posting", "comments_open")


class SignsForm(forms.ModelForm):
    """What readers see of each other."""

    class Meta:
        model = Event
        fields = ("show_readers", "show_typing")


class MomentForm(forms.Form):
    """A short label under which an entry is listed as a key moment; none takes it off the list."""

    before = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    label = WrittenField(
        limit=60,
        required=False,
        label=gettext_lazy("Label, such as “Kick-off” (empty: not a key moment)"),
        widget=forms.TextInput(attrs={"dir": "auto", "autofocus": True}),
    )
