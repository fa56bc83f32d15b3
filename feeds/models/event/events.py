"""Events: who may see and post what, their history, and its numbers."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from feeds.memo import path_of
from feeds.models.accounts.account import Account, names_of
from feeds.models.event.address import AddressField, validate_slug
from feeds.models.event.branding import LOGO_ALT_MAX, Picture, logo_fields, validate_accent
from feeds.models.event.embedding import Embedded
from feeds.models.event.filling import Filled
from feeds.models.event.life import ENDS, STARTS
from feeds.models.event.posting import NUMBERED
from feeds.models.event.querysets import COUNTED, UNLISTED, EventQuerySet
from feeds.models.moderation.setting_changes import as_data
from feeds.models.moderation.subjects import Kind, Subject
from feeds.models.moderation.verbs import Verb
from feeds.models.post.cards import end_all

if TYPE_CHECKING:
    from feeds.models.post.entries import Entry


NEAR = 20
"""Newest entries that any page of the newest has: it has 25 when it is loaded, and some may go."""
MOMENTS = 100
"""Key moments that pages list; the page of key moments has all."""
REDRAWN = 400
"""Entries that are sent again one by one where all of them change; a page of more is shown from its beginning."""
STATUS_LINE_MAX = 40
"""Characters of a status line, such as “2–1 · 64'”: it is beside the title in the head of the page."""
NO_WORD: Any = object()
"""Where nothing was said, not even that there shall be none."""


class FinishedEvents(models.Manager["Event"]):
    """All events but those that are being filled or deleted."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(unfinished_at=None)


class Event(Embedded, Filled):
    entry_count: int
    readers: int
    """Both only on rows of `EventQuerySet.with_counts()`."""
    COUNTED, MOMENTS, NUMBERED = COUNTED, MOMENTS, NUMBERED

    class Visibility(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft: only hosts see it")
        UNLISTED = "unlisted", gettext_lazy("Unlisted: anyone with the link can see it")
        PUBLIC = "public", gettext_lazy("Public: listed on the home page")

    title = models.CharField(gettext_lazy("title"), max_length=120)
    slug = AddressField(
        gettext_lazy("address"),
        max_length=60,
        unique=True,
        validators=[validate_slug],
        help_text=gettext_lazy("The last part of the event's address: letters, digits and “-”."),
    )
    description = models.TextField(gettext_lazy("description"), max_length=1000, blank=True)
    status_line = models.CharField(gettext_lazy("status line"), max_length=STATUS_LINE_MAX, blank=True)
    visibility = models.CharField(
        gettext_lazy("visibility"), max_length=10, choices=Visibility, default=Visibility.DRAFT
    )
    accent = models.CharField(
        gettext_lazy("accent colour"),
        max_length=7,
        blank=True,
        validators=[validate_accent],
        help_text=gettext_lazy(
            "For links and buttons, such as #0b6157. Dark mode uses a lighter shade. Leave empty for the default."
        ),
    )
    logo = models.CharField(gettext_lazy("logo"), max_length=12, blank=True, editable=False)  # the digest of it
    logo_width = models.PositiveSmallIntegerField(default=0, editable=False)
    logo_height = models.PositiveSmallIntegerField(default=0, editable=False)
    logo_alt = models.CharField(gettext_lazy("logo description"), max_length=LOGO_ALT_MAX, blank=True)
    objects = FinishedEvents.from_queryset(EventQuerySet)()
    everything = EventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("event"), gettext_lazy("events")
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["visibility", "state", "starts_at", "id"], name="event_listed"),
            models.Index(fields=["starts_at", "id"], name="event_in_order"),
            models.Index(fields=["starts_at", "id"], condition=UNLISTED, name="event_unlisted"),
            models.Index(fields=["owner", "starts_at", "id"], condition=UNLISTED, name="event_own"),
            models.Index(fields=["starts_at"], condition=STARTS, name="event_starts"),
            models.Index(fields=["busy_at"], condition=ENDS, name="event_ends"),
            models.Index(fields=["entry_due_at"], condition=Q(entry_due_at__isnull=False), name="event_entry_due"),
            models.Index(fields=["unfinished_at"], condition=~Q(unfinished_at=None), name="event_unfinished"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    @cached_property
    def logo_url(self) -> str:
        return path_of("logo", self.slug, self.logo) if self.logo else ""

    @property
    def logo_is_wide(self) -> bool:
        """Whether the logo needs more room in the head than a square one."""
        return self.logo_width > 2 * self.logo_height

    @cached_property
    def accent_url(self) -> str:
        return path_of("accent", self.accent.removeprefix("#")) + f"?{settings.BUILD}" if self.accent else ""

    @cached_property
    def moments(self) -> list["Entry"]:
        """Its latest key moments, in order, with `.is_near`; as of when this row was read."""
        moments = list(self.entries.visible().exclude(moment="").order_by("-position")[:MOMENTS])[::-1]
        if moments:
            newest = self.entries.visible().order_by("-position").values_list("position", flat=True)[:NEAR]
            furthest = min(newest)
            for entry in moments:
                entry.is_near = entry.position >= furthest
        return moments

    def keep_logo(self, picture: Picture | None) -> None:
        """Keep this logo, or none, as the event's only one. In a transaction with what its row says of it."""
        Logo.keep(self, picture)

    def configure(self, *, by: Account | None = None, **fields: Any) -> None:
        """Set fields of the event (title, posting, visibility, …), or its logo, a `picture` or None; readers see it at
        once."""
        picture = fields.pop("picture", NO_WORD)
        if picture is not NO_WORD:
            fields |= logo_fields(picture)
        if (state := fields.get("state", self.state)) != self.state:
            fields |= self.fields_in(state, timezone.now())
        if fields.get("auto_end_hours", self.auto_end_hours) != self.auto_end_hours:
            fields["busy_at"] = timezone.now()
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        if not changed:
            return
        with self.changing() as event:
            event._write(**changed)
            if "logo" in changed:
                event.keep_logo(picture)
            if "owner" in changed:
                event.keep_bylines(names_of(self.owner), self.owner)
            if {
                "time_zone",
                "starts_at",
                "slug",
            } & changed.keys():  # which are in every entry: in its times, in its links
                event.begin_epoch()
            self._note_settings(event, by, changed)
            if "slug" in changed:
                FormerSlug.objects.filter(slug=changed["slug"]).delete()
                FormerSlug.objects.get_or_create(slug=event.slug, defaults={"event": event})
        self.refresh_from_db()

    def _write(self, **fields: Any) -> None:
        """Publishes the last numbers of reactions before the event is over, since nothing is published afterwards.

        Open pages of one that is reopened have entries without forms.
        """
        ends = fields.get("state") in {self.State.ENDED, self.State.ARCHIVED}
        if ends and not self.is_over:
            for entry in self.entries.filter(tally__due=True):
                entry.count(self)
            end_all(self)
        if self.is_over and "state" in fields and not ends:
            self.begin_epoch()
        super()._write(**fields)
        if "reactions" in fields:
            self._show_other_reactions()

    def _show_other_reactions(self) -> None:
        """Every entry that a page may show has other buttons now. Where there are too many, pages load again."""
        entries = list(self.entries.visible().order_by("position")[: REDRAWN + 1])
        if len(entries) > REDRAWN:
            self.begin_epoch()
            return
        for entry in entries:
            entry.counted = self.take_number()
        self.entries.bulk_update(entries, ["counted"], batch_size=200)
        type(self)._default_manager.filter(pk=self.pk).update(counted=self.head)

    def _note_settings(self, event: "Event", by: Account | None, changed: dict[str, Any]) -> None:
        if "state" in changed:
            event.note(by, event.verb_for(changed["state"]))
        for name in sorted(changed.keys() - {"state", "ended_at", "busy_at", "logo_width", "logo_height"}):
            before, after = as_data(getattr(event, name)), as_data(changed[name])
            event.note(by, Verb.SET, Subject(Kind.SETTING, name), before=before, after=after)


class FormerSlug(models.Model):
    """An address an event had before. Links to it, and pages opened under it, keep working."""

    slug = AddressField(max_length=60, unique=True)
    event = models.ForeignKey(Event, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class Logo(models.Model):
    """The picture itself, beside the event's row, which is read all the time."""

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="picture")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.event_id}"

    @classmethod
    def keep(cls, event: Event, picture: Picture | None) -> None:
        """Keeps this picture, or none, as the event's only one. In a transaction with what its row says of it."""
        if picture:
            cls.objects.update_or_create(event=event, defaults={"content": picture.content})
        else:
            cls.objects.filter(event=event).delete()
