"""The form for an event's settings."""

import zoneinfo
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from feeds.forms.branding import AccentField, LogoField
from feeds.forms.embedding import EmbeddingForm
from feeds.forms.fields import WrittenField, one_a_line
from feeds.forms.guards import LISTS, GuardsForm, take_lines
from feeds.forms.keys import MadeOnce
from feeds.forms.slugs import free_slug, free_slugs, put_at_free_slug
from feeds.forms.times import told_with_offset
from feeds.models import KINDS, KINDS_MAX, LOGO_ALT_MAX, Event
from feeds.models.accounts.account import Account
from feeds.models.event.address import validate_slug
from feeds.models.event.phrases import validate_phrases
from feeds.models.event.schedule import validate_start
from feeds.values.clocks import moments, zone_names

LONGEST_IDLE_HOURS = 24 * 7

TAKEN = gettext_noop("Another event uses or used this address. Choose a different one.")


def offered_zones() -> list[str]:
    """Names of the time zones of places, and UTC, as a select lists them."""
    return ["UTC", *sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))]


class EventForm(MadeOnce, EmbeddingForm, GuardsForm):
    """An event's settings. The start is entered as the clock shows it in the event's time zone."""

    class Meta:
        model = Event
        fields = (
            *("title", "slug", "description", "starts_at", "time_zone"),
            *("auto_start", "auto_end_hours", "visibility", "posting"),
            *("reactions", "show_readers", "show_typing", "phrases"),
            *("accent", "logo_alt"),
            *("embedding", "embedding_sites"),
            *("slow_mode", "report_limit"),
            *LISTS,
        )
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "visibility": forms.RadioSelect,
            "posting": forms.RadioSelect,
            **dict.fromkeys(("phrases", "embedding_sites", *LISTS), forms.Textarea(attrs={"rows": 4, "dir": "auto"})),
        }

    field_order = (
        *("title", "slug", "description", "starts_at", "time_zone", "start_hour"),
        *Meta.fields[Meta.fields.index("auto_start") : Meta.fields.index("logo_alt")],
        *("logo", "logo_alt", "remove_logo"),
        *("embedding", "embedding_sites"),
        *("slow_mode", "report_limit"),
        *LISTS,
    )
    start_hour = forms.ChoiceField(
        label=gettext_lazy("Which of the two times"),
        help_text=gettext_lazy("The clocks go back that night, so this time comes twice."),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the two.")},
    )
    accent = AccentField(
        label=gettext_lazy("Accent colour"),
        help_text=gettext_lazy(
            "For links and buttons, such as #0b6157. Dark mode uses a lighter shade. Leave empty for the default."
        ),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "placeholder": "#0b6157"}),
    )
    logo = LogoField()
    logo_alt = WrittenField(
        label=gettext_lazy("Logo description"),
        help_text=gettext_lazy("For people who cannot see it. Leave empty if it only repeats the title."),
        limit=LOGO_ALT_MAX,
        required=False,
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    title = WrittenField(
        label=gettext_lazy("Title"), limit=120, error_messages={"required": gettext_lazy("Give the event a title.")}
    )
    description = WrittenField(
        label=gettext_lazy("Description"), limit=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    auto_end_hours = forms.IntegerField(
        label=gettext_lazy("End automatically after"),
        help_text=gettext_lazy("Hours without a post. Leave empty to end it yourself."),
        required=False,
        min_value=1,
        max_value=LONGEST_IDLE_HOURS,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            format_lazy(
                gettext_lazy("Enter a number of hours from 1 to {most}, or leave it empty."), most=LONGEST_IDLE_HOURS
            ),
        ),
    )
    reactions = forms.MultipleChoiceField(
        label=gettext_lazy("Reactions"),
        help_text=format_lazy(gettext_lazy("Choose up to {most}, or none to turn reactions off."), most=KINDS_MAX),
        choices=lambda: [(kind, f"{picture} {word}") for kind, (picture, word) in KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in offered_zones()],
        error_messages={
            "invalid_choice": gettext_lazy("“%(value)s” is not a time zone. Choose one such as Europe/Berlin.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].error_messages["invalid"] = _("Use letters, digits and “-” only.")
        self.fields["starts_at"].error_messages["required"] = _("Enter a start time.")
        if not self.instance.logo:
            del self.fields["remove_logo"]
        for name in ("title", "description", "logo_alt"):
            self.fields[name].widget.attrs["dir"] = "auto"
        take_lines(self, "phrases", "embedding_sites", *LISTS)
        self.fields["slug"].help_text = _(
            "The last part of the event's address: letters, digits and “-”. Leave empty to make it from the title."
        )
        self.use_required_attribute = False  # the server's message next to the field says more than the browser's
        self.initial["reactions"] = self.instance.reactions.split()
        if self.instance.pk:
            self.initial["starts_at"] = self.instance.starts_at.astimezone(self.instance.tz).replace(
                tzinfo=None, fold=0
            )
        if self.instance.time_zone not in (offered := offered_zones()):  # an alias from an import or the admin is kept
            zones = sorted([self.instance.time_zone, *offered], key=lambda name: (name != "UTC", name))
            select = self.fields["time_zone"]
            assert isinstance(select, forms.ChoiceField)  # noqa: S101  (declared above)
            select.choices = [(name, name.replace("_", " ")) for name in zones]
        self._ask_for_the_hour()

    def _ask_for_the_hour(self) -> None:
        """Asks which of two moments is meant if the clocks show the start twice."""
        field = self.fields["start_hour"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        both, zone = self._moments_of_the_start()
        if len(both) < 2:
            del self.fields["start_hour"]
            return
        told = [told_with_offset(moment.astimezone(zone)) for moment in both]
        field.choices = [(str(number), words) for number, words in enumerate(told, 1)]
        now = self.instance.starts_at.replace(second=0, microsecond=0) if self.instance.pk else None
        if now in both:
            self.initial["start_hour"] = str(both.index(now) + 1)

    def _moments_of_the_start(self) -> tuple[list[datetime], zoneinfo.ZoneInfo | None]:
        """The moments, in UTC, that the form as it is shown can mean, and the zone of its field."""
        try:
            start = self.fields["starts_at"].clean(self["starts_at"].value())
            zone = zoneinfo.ZoneInfo(self.fields["time_zone"].clean(self["time_zone"].value()))
            validate_start(start)
        except ValidationError:
            return [], None
        return moments(timezone.make_naive(start).replace(second=0, microsecond=0), zone), zone

    def clean_slug(self) -> str:
        """The address in small letters, or one made from the title. Raises `ValidationError` if another event has
        it."""
        slug = str(self.cleaned_data["slug"]).lower() or self._slug_from_title()
        validate_slug(slug)
        if (other := Event.objects.at(slug)) and other.pk != self.instance.pk:
            raise ValidationError(_(TAKEN))
        return slug

    def validate_unique(self) -> None:
        """Does nothing: `clean_slug` and the database check it. If a free address is taken meanwhile, another is
        chosen."""

    def clean_reactions(self) -> str:
        """The chosen reactions, separated by spaces, in their usual order. Raises `ValidationError` for too many."""
        chosen = self.cleaned_data["reactions"]
        if len(chosen) > KINDS_MAX:
            raise ValidationError(
                _("You chose %(chosen)s. Choose at most %(most)s.") % {"chosen": len(chosen), "most": KINDS_MAX}
            )
        return " ".join(kind for kind in KINDS if kind in chosen)

    def clean_phrases(self) -> str:
        """The phrases, one a line, without blanks and repetitions."""
        validate_phrases(self.cleaned_data["phrases"])
        return one_a_line(self.cleaned_data["phrases"])

    def _slug_from_title(self) -> str:
        """A free address, for a host who left the field empty."""
        return free_slug(self._wanted(), self.instance)

    def _wanted(self) -> str:
        return slugify(self.cleaned_data.get("title", ""))[:50].strip("-") or "event"

    def make(self, owner: Account) -> Event | None:
        """Makes the event of a valid form, or returns the one that this very submission made.

        None if somebody has just taken the address that was typed; the form then has an error. Raises `TooOften`.
        """
        event = self.save(commit=False)
        event.submission = self.submission(owner)

        def put(slug: str) -> Event:
            """Makes the event at this address. Raises `IntegrityError` if it is taken."""
            event.slug = slug
            Event.objects.make(event, owner=owner, picture=self.cleaned_data.get("picture"))
            return event

        typed = self.cleaned_data["slug"] if self.data.get("slug", "").strip() else ""
        made = put_at_free_slug([typed] if typed else free_slugs(self._wanted()), event.submission, put)
        if made is None:
            self.add_error("slug", _(TAKEN))
        return made

    def clean(self) -> dict[str, Any]:
        """Adds the start in UTC and, if the logo changed, `picture`: the new one, or None to remove it."""
        cleaned = super().clean() or self.cleaned_data
        self._clean_start(cleaned)
        cleaned.pop("start_hour", None)
        picture, removed = cleaned.pop("logo", None), cleaned.pop("remove_logo", False)
        if picture or removed:
            cleaned["picture"] = picture
        if picture and self.errors:
            self.add_error("logo", _("Choose the file again: browsers do not keep it."))
        return cleaned

    def _clean_start(self, cleaned: dict[str, Any]) -> None:
        starts_at, zone = cleaned.get("starts_at"), cleaned.get("time_zone")
        if starts_at and zone:
            try:
                validate_start(starts_at)
            except ValidationError as error:
                self.add_error("starts_at", error)
                return
            # Django read the clock time in the server's zone.
            start = self._start(timezone.make_naive(starts_at), zone, cleaned.get("start_hour"))
            if start is None:
                return
            cleaned["starts_at"] = start
            if cleaned.get("auto_start") and self.instance.state == Event.State.SCHEDULED and start <= timezone.now():
                self.add_error("starts_at", _("To start automatically, the event needs a start time in the future."))

    def _start(self, shown: datetime, zone: str, hour: str | None) -> datetime | None:
        """The start that is meant, in UTC; None if the form has to be corrected first.

        If neither clock nor zone was changed, it stays the same to the second.
        """
        both = moments(shown, zoneinfo.ZoneInfo(zone))
        if not both:
            self.add_error(
                "starts_at", _("That hour is skipped when the clocks go forward. Choose an earlier or later one.")
            )
            return None
        before = self.instance.starts_at if self.instance.pk and zone == self.instance.time_zone else None
        to_the_minute = [moment.replace(second=0, microsecond=0) for moment in both]
        was = before and before.replace(second=0, microsecond=0).astimezone(UTC)
        if before and was in to_the_minute and (not hour or to_the_minute.index(was) == int(hour) - 1):
            return before
        if len(both) > 1 and not hour:
            if "start_hour" not in self.errors:
                self.add_error(
                    "start_hour", _("That time comes twice when the clocks go back. Choose which one you mean.")
                )
            return None
        return both[int(hour) - 1] if len(both) > 1 and hour else both[0]
