"""What hosts decide about single posts and about everybody's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from feeds.forms.fields import WrittenField
from feeds.models import Event


class Switches(forms.ModelForm):
    """Fields of an event that hosts change while it goes on; several of them may do so at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def chosen(self) -> dict[str, Any]:
        """What was changed on the page that sent it. What another host has set meanwhile stays as it is."""
        knows_what_was = any(self.add_initial_prefix(name) in self.data for name in self.fields)
        names = self.changed_data if knows_what_was else list(self.fields)
        return {name: self.cleaned_data[name] for name in names}


class RulesForm(Switches):
    """Who may post."""

    class Meta:
        model = Event
        fields = ("posting", "comments_open")


class SignsForm(Switches):
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
