"""Forms for the parts of an event's document: the event itself, entries and comments."""

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms.branding import AccentField, LogoTextField
from feeds.forms.cards import CardField
from feeds.forms.fields import NameField, TextField, WrittenField
from feeds.models import KINDS, LABEL_MAX, LOGO_ALT_MAX, STATUS_LINE_MAX, Entry, Event, Post, PostState
from feeds.models.event.guards import PACES, REPORTS_MAX
from feeds.models.event.phrases import PHRASE_MAX, PHRASES_MAX
from feeds.models.event.schedule import validate_start
from feeds.models.post.kinds import kind_of, kinds, plural_of
from feeds.models.post.reactions import KINDS_MAX
from feeds.transfer.exports import ABOUT

COUNT_MAX = 1_000_000_000
LATER = ("reactions", "show_readers", "show_typing", "phrases", "slow_mode", "report_limit")
USUAL = {name: getattr(Event(), name) for name in LATER}
"""Values of settings that documents from before them lack."""


class MomentField(forms.DateTimeField):
    """A time in ISO 8601; without an offset it is in UTC."""

    default_error_messages = {
        "invalid": gettext_lazy("This is not a time. Write one such as 2026-07-04T18:00:00Z."),
        "required": gettext_lazy("The time is missing."),
    }
    default_validators = [validate_start]

    def clean(self, value: object) -> datetime | None:
        """The moment in UTC, or None if there is none."""
        moment: datetime | None = super().clean(value)
        return moment.astimezone(UTC) if moment else None


class CountsField(forms.Field):
    """Numbers of reactions by their kinds."""

    def validate(self, value: dict[str, object] | None) -> None:
        """Raises `ValidationError` for an unknown kind or a number out of range."""
        super().validate(value)
        for kind, number in (value or {}).items():
            if kind not in KINDS:
                known = {"kind": kind[:40], "kinds": ", ".join(KINDS)}
                raise ValidationError(_("“%(kind)s” is not a reaction. Use only: %(kinds)s."), params=known)
            if type(number) is not int or not 0 <= number <= COUNT_MAX:
                limit = {"limit": number_format(COUNT_MAX, force_grouping=True)}
                raise ValidationError(_("Use a whole number from 0 to %(limit)s."), params=limit)


def _kind(field: forms.Field) -> tuple[type, str]:
    """The type that JSON has for such a field, and its name for people."""
    if isinstance(field, forms.BooleanField):
        return bool, _("true or false")
    if isinstance(field, CountsField | CardField):
        return dict, _("an object in braces")
    return (int, _("a whole number")) if isinstance(field, forms.IntegerField) else (str, _("text in quotes"))


class Part(forms.BaseForm):
    """A form for a part of a document: its values are JSON's, not a browser's."""

    beside: AbstractSet[str] = frozenset()
    """Keys that are not read here."""

    def mistakes_in(self, part: object) -> list[str]:
        """The mistakes in this part, as sentences. If there are none, `cleaned_data` has its values.

        One form checks many parts in turn, since making a form takes longer than using it.
        """
        if not isinstance(part, dict):
            return [_("This is not an object in braces.")]
        unknown = sorted(part.keys() - self.fields.keys() - self.beside)
        mistakes = [_("“%(name)s” is not a known name. Remove it.") % {"name": name[:40]} for name in unknown]
        for name, field in self.fields.items():
            kind, called = _kind(field)
            if part.get(name) is not None and type(part[name]) is not kind:
                mistakes.append(_("“%(name)s” must be %(kind)s.") % {"name": name, "kind": called})
        if mistakes:
            return mistakes
        self.data = part
        self.full_clean()
        return [
            ("" if name == "__all__" else f"“{name}”: ") + " ".join(map(str, errors))
            for name, errors in self.errors.items()
        ]


class AboutPart(Part, forms.ModelForm):
    """The event itself."""

    class Meta:
        model = Event
        fields = ABOUT

    beside = {"owner", "hosts"}
    title = WrittenField(limit=120, error_messages={"required": gettext_lazy("The event has no title.")})
    description = WrittenField(limit=1000, required=False, widget=forms.Textarea)
    status_line = WrittenField(limit=STATUS_LINE_MAX, required=False)
    blocked_words = WrittenField(limit=4000, required=False, widget=forms.Textarea)
    phrases = WrittenField(limit=PHRASES_MAX * (PHRASE_MAX + 1), required=False, widget=forms.Textarea)
    masked_words = WrittenField(limit=4000, required=False, widget=forms.Textarea)
    refused_words = WrittenField(limit=4000, required=False, widget=forms.Textarea)
    slow_mode = forms.IntegerField(required=False)
    report_limit = forms.IntegerField(required=False, min_value=0, max_value=REPORTS_MAX)
    accent = AccentField(required=False)
    logo = LogoTextField(required=False)
    logo_alt = WrittenField(limit=LOGO_ALT_MAX, required=False)
    address = forms.SlugField(
        max_length=60,
        error_messages={
            "required": gettext_lazy("The address is missing."),
            "invalid": gettext_lazy("Use letters, digits and “-” only."),
        },
    )
    starts_at = MomentField()
    ended_at = MomentField(required=False)

    def mistakes_in(self, part: object) -> list[str]:
        """The mistakes in this part, with defaults for settings that older documents lack."""
        return super().mistakes_in(USUAL | part if isinstance(part, dict) else part)

    def clean_slow_mode(self) -> int:
        """The seconds between two posts, one of the usual numbers."""
        pace = int(self.cleaned_data["slow_mode"] or 0)
        if pace not in PACES:
            raise ValidationError(_("Use one of: %(paces)s."), params={"paces": ", ".join(map(str, PACES))})
        return pace

    def clean_reactions(self) -> str:
        """The chosen reactions, separated by spaces, in their usual order."""
        chosen = self.cleaned_data["reactions"].split()
        if len(chosen) > KINDS_MAX or not KINDS.keys() >= set(chosen):
            known = {"limit": KINDS_MAX, "kinds": ", ".join(KINDS)}
            raise ValidationError(_("Use at most %(limit)s of: %(kinds)s."), params=known)
        return " ".join(kind for kind in KINDS if kind in chosen)

    def clean_address(self) -> str:
        """The address in small letters."""
        return str(self.cleaned_data["address"]).lower()


class PostPart(Part, forms.Form):
    """A post of any kind, with what is written in it. Posts under it are read apart."""

    position = forms.IntegerField(
        min_value=1, max_value=2**53, error_messages={"required": gettext_lazy("The number is missing.")}
    )
    published_at = MomentField()
    edited_at = MomentField(required=False)
    removed_at = MomentField(required=False)
    by_host = forms.BooleanField(required=False)
    markdown = forms.BooleanField(required=False)
    waiting = WrittenField(limit=100, required=False)

    def __init__(self, model: type[Post]) -> None:
        super().__init__(data={})
        self.model = model
        self.below = [each for each in kinds.values() if each.parent == kind_of(model)]
        self.beside = {plural_of(each) for each in self.below}
        for name, limit in model.WRITTEN.items():
            self.fields[name] = _written(name, limit)

    def clean(self) -> dict[str, Any]:
        """The values as fields of the model. Removed posts have no words; all others have words and a name."""
        said = super().clean() or self.cleaned_data
        if said.get("removed_at"):
            kept = {name: said.get(name) for name in ("position", "published_at")}
            return kept | PostState.ERASED.fields(said["removed_at"])
        for name in ("name", *(() if said.get("headline") else ("text",))):
            if name not in self.errors and not said.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        said["hold_reason"] = said.pop("waiting", "")
        if said["hold_reason"] and "published_at" in said:
            said |= PostState.WAITING.fields(said["published_at"])
        return said


def _written(name: str, limit: int) -> WrittenField:
    """The field for something that an author wrote. Posts without words lack it."""
    if name == "name":
        return NameField(required=False)
    return (TextField if name == "text" else WrittenField)(limit=limit, required=False)


class EntryPart(PostPart):
    """An entry, which has more than other posts."""

    happened_at = MomentField(required=False)
    moment = WrittenField(limit=LABEL_MAX, required=False)
    pinned = forms.BooleanField(required=False)
    reactions = CountsField(required=False)
    card = CardField(required=False)

    def clean(self) -> dict[str, Any]:
        """The values as fields of an entry, with `counts` for its reactions."""
        said = super().clean()
        if "reactions" in said:
            said["counts"] = {kind: number for kind, number in (said.pop("reactions") or {}).items() if number}
        return said


def part_for(model: type[Post]) -> PostPart:
    """The form for posts of this kind."""
    return (EntryPart if model is Entry else PostPart)(model)
