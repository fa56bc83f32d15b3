"""Events: who may see and post what, their history, and its numbers."""

import zoneinfo
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from feeds.addresses import Address
from feeds.models.history import Gone, Overtaken, sole
from feeds.models.life import Life, LifeQuerySet
from feeds.models.limits import require_few_events, require_pause
from feeds.models.presence import Presence
from feeds.models.suspicions import is_blocked, suspicion, validate_blocked_networks, validate_blocked_words
from feeds.models.traces import Traces

if TYPE_CHECKING:
    from feeds.models.bans import Ban
    from feeds.models.posts import Comment, Entry, Post


RECENT = timedelta(days=1)
RESERVED_SLUGS = {"new", "import"}
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


class Closed(Exception):
    """The event takes no such post now. The message tells the visitor why."""


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Choose one such as Europe/Berlin."), params={"value": value}
        )


def validate_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is an address of Commentary itself. Choose another."), params={"value": value}
        )


def validate_start(value: datetime) -> None:
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        years = {"first": EARLIEST_YEAR, "last": LATEST_YEAR}
        raise ValidationError(_("Choose a day between %(first)s and %(last)s."), params=years)


class EventQuerySet(LifeQuerySet["Event"]):
    def listed(self) -> Self:
        return self.filter(visibility=Event.Visibility.PUBLIC)

    def published(self) -> Self:
        return self.exclude(visibility=Event.Visibility.DRAFT)

    def run_by(self, user: Any) -> Self:
        """The events this user hosts. Staff who may change events host all of them."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("feeds.change_event"):
            return self
        return self.filter(Q(owner=user) | Q(pk__in=Event.hosts.through.objects.filter(user=user).values("event")))

    def at(self, slug: str) -> "Event | None":
        """The event at this address, now or formerly."""
        return sole(self.filter(slug=slug)) or sole(self.filter(former_slugs__slug=slug))

    def make(self, event: "Event", *, owner: Any) -> None:
        """Save a new event as this user's. Raises `TooOften` when they have made many lately."""
        with transaction.atomic():
            require_few_events(owner)
            event.owner = owner
            event.save()

    def with_counts(self) -> Self:
        """Adds `entry_count` and `readers`, the readers connected to any process now."""
        readers = Presence.objects.current().filter(event=OuterRef("pk")).order_by().values("event")
        entries = Event.objects.filter(pk=OuterRef("pk")).order_by()
        return self.annotate(
            entry_count=Subquery(entries.annotate(n=Count("entries", filter=Q(entries__removed_at=None))).values("n")),
            readers=Coalesce(Subquery(readers.annotate(n=Sum("readers")).values("n")), 0),
        )


class Event(Life):
    entry_count: int
    readers: int
    """Both only on rows of `EventQuerySet.with_counts()`."""

    class Visibility(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft: only hosts see it")
        UNLISTED = "unlisted", gettext_lazy("Unlisted: whoever has the link sees it")
        PUBLIC = "public", gettext_lazy("Public: listed on the home page")

    class Posting(models.TextChoices):
        OPEN = "open", gettext_lazy("Open: everybody may post")
        FIRST = "first", gettext_lazy("First posts wait: a host approves each visitor's first one")
        ALL = "all", gettext_lazy("All posts wait: a host approves each")
        HOSTS = "hosts", gettext_lazy("Hosts only")
        CLOSED = "closed", gettext_lazy("Closed: nobody may post")

    title = models.CharField(max_length=120)
    slug = models.SlugField(
        "address",
        max_length=60,
        unique=True,
        validators=[validate_slug],
        help_text="The last part of the event's address: letters, digits, “-”.",
    )
    description = models.TextField(max_length=1000, blank=True)
    starts_at = models.DateTimeField("start", validators=[validate_start])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    state = models.CharField(max_length=10, choices=Life.State, default=Life.State.SCHEDULED)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.DRAFT)
    posting = models.CharField(max_length=10, choices=Posting, default=Posting.OPEN)
    comments_open = models.BooleanField("comments", default=True, help_text="Visitors may comment on entries.")
    auto_start = models.BooleanField("start by itself", default=False, help_text="At the start, without a host.")
    auto_end_hours = models.PositiveSmallIntegerField(
        "end by itself", null=True, blank=True, help_text="After so many hours without a post. Empty: only by a host."
    )
    blocked_words = models.TextField(
        max_length=4000,
        blank=True,
        validators=[validate_blocked_words],
        help_text="One a line. Posts that have one wait for a host.",
    )
    blocked_networks = models.TextField(
        max_length=4000,
        blank=True,
        validators=[validate_blocked_networks],
        help_text="One a line, such as 203.0.113.0/24. Nobody can post from them.",
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_events")
    hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="hosted_events", blank=True)
    busy_at = models.DateTimeField(null=True, editable=False)  # see Life.due
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    pinned = models.ForeignKey("Entry", models.SET_NULL, null=True, editable=False, related_name="+")
    has_bans = models.BooleanField(default=False, editable=False)  # most have none, and need not be searched for them

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["visibility", "state", "starts_at"]),
            models.Index(fields=["state", "starts_at"], name="event_by_the_clock"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def people(self) -> list[str]:
        """Names of who runs it, the owner first."""
        users = [self.owner, *(user for user in self.hosts.all() if user != self.owner)]
        return [user.get_full_name() or user.get_username() for user in users]

    def note(self, by: Any, verb: str, post: "Post | str" = "", **details: Any) -> None:
        """Write down what a host did, and what undoing it needs; what nobody did as a host is not. In `changing()`."""
        if by is not None:
            about, element_id = (post, "") if isinstance(post, str) else (post.described, post.element_id)
            name = by.get_full_name() or by.get_username()
            self.acts.create(by=by, by_name=name, verb=verb, about=about[:200], post=element_id, details=details)

    def require_open(self, *, by_host: bool) -> None:
        """Raises `Closed` when such a person may not post here now."""
        if self.is_over:
            raise Closed(_("This event has ended, so nothing can be added any more."))
        if self.posting == self.Posting.CLOSED:
            raise Closed(_("Posting is closed for now. Your text is kept here: try again when it is open."))
        if self.posting == self.Posting.HOSTS and not by_host:
            raise Closed(_("Only hosts can post in this event. Your text is kept here."))

    def publish(self, name: str, text: str, **about: Any) -> "Entry":
        """Add an entry and return it, or the entry that this very submission made before.

        `about`: `user`, the host who posts it, or `visitor`, the browser's id; `submission`, a digest that
        makes a repetition recognisable; `at`, the time where it is not now; `address`, where it comes from, and
        `network`, what is kept of that; `hold`, why it shall wait for a host, and `hurried`, as in `suspicion`.
        Raises `Closed` and `TooOften`, a host's post only `Closed`.
        """
        entry: Entry = self.add(self.entries, name=name, text=text, **about)
        return entry

    def add(
        self,
        posts: Any,
        *,
        entry: "Entry | None" = None,
        user: Any = None,
        submission: str | None = None,
        at: datetime | None = None,
        hold: str = "",
        hurried: bool = False,
        address: Address | None = None,
        **written: Any,
    ) -> Any:
        """What publishing an entry and commenting on one have in common; `posts` is where the new row belongs."""
        with self.changing() as event:
            if submission and (earlier := sole(posts.filter(submission=submission))):
                return earlier
            event.require_open(by_host=user is not None)
            if user is None and event.ban_of(written.get("visitor", "")):
                raise Closed(_("A host has banned you from this event."))
            if entry and not event.entries.visible().filter(pk=entry.pk).exists():
                raise Gone
            if entry and user is None and not event.comments_open:
                raise Closed(_("Comments are off for now. Your text is kept here."))
            reason = "" if user else event.admit(**written, hurried=hurried, address=address)
            hold = "" if user else hold or reason
            number, now = event.take_number(), timezone.now()
            event.keep_busy()
            return posts.create(
                event=event,
                seq=number,
                position=number,
                shown=number,
                user=user,
                by_host=user is not None,
                submission=submission,
                published_at=at or now,
                removed_at=now if hold else None,
                held="waiting" if hold else "",
                hold_reason=hold,
                **written,
            )

    def admit(
        self,
        name: str,
        text: str,
        *,
        visitor: str = "",
        network: str = "",
        address: Address | None = None,
        hurried: bool = False,
        **written: Any,
    ) -> str:
        """Why a visitor's new post shall wait for a host, or "". Raises `Closed` or `TooOften` if it shall not be."""
        if is_blocked(self.blocked_networks, address):
            raise Closed(
                _("Hosts take no posts from the network you are on. You can still read. Your text is kept here.")
            )
        require_pause(self, visitor, network, text)
        doubt = visitor and suspicion(self, visitor, f"{name}\n{text}", hurried=hurried)
        return doubt or self.reason_to_hold(visitor)

    def reason_to_hold(self, visitor: str) -> str:
        """Why this visitor's next post waits for a host; "" if it does not."""
        if self.posting == self.Posting.ALL:
            return gettext_noop("Every post waits in this event.")
        if self.posting == self.Posting.FIRST and not self.has_seen(visitor):
            return gettext_noop("Each visitor's first post waits in this event.")
        return ""

    @property
    def moments(self) -> list["Entry"]:
        """Its key moments, the earliest first."""
        return list(self.entries.visible().exclude(moment="").order_by("position"))

    def waiting(self, visitor: str = "") -> list["Post"]:
        """Posts that wait for a host, the oldest first. With a visitor, what became of theirs in the last day, too."""
        if visitor:
            which = models.Q(visitor=visitor) & ~models.Q(held="") & models.Q(removed_at__gt=timezone.now() - RECENT)
        else:
            which = models.Q(held="waiting")
        found = [*self.entries.filter(which), *self.comments.filter(which)]
        return sorted(found, key=lambda post: (post.published_at, post.position))

    def has_seen(self, visitor: str) -> bool:
        """Whether a post of this visitor is on the page."""
        return any(posts.visible().filter(visitor=visitor).exists() for posts in (self.entries, self.comments))

    def configure(self, *, by: Any = None, **fields: Any) -> None:
        """Set fields of the event (title, posting, visibility, …); readers see it at once."""
        if (state := fields.get("state", self.state)) != self.state:
            fields |= self.fields_in(state, timezone.now())
        if fields.get("auto_end_hours", self.auto_end_hours) != self.auto_end_hours:
            fields["busy_at"] = timezone.now()
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        if not changed:
            return
        with self.changing() as event:
            Event.objects.filter(pk=event.pk).update(**changed, seq=event.take_number())
            self._note_settings(event, by, changed)
            if "slug" in changed:
                FormerSlug.objects.filter(slug=changed["slug"]).delete()
                FormerSlug.objects.get_or_create(slug=event.slug, defaults={"event": event})
        self.refresh_from_db()

    def _note_settings(self, event: "Event", by: Any, changed: dict[str, Any]) -> None:
        if "state" in changed:
            event.note(by, event.verb_for(changed["state"]))
        for name in sorted(changed.keys() - {"state", "ended_at", "busy_at"}):
            field: Any = self._meta.get_field(name)
            with translation.override(settings.LANGUAGE_CODE):  # the log is the same for all who read it
                shown = dict(field.flatchoices).get(changed[name], changed[name])
                event.note(by, "set", f"{field.verbose_name}: {shown}")

    def setting_in_words(self, stored: str) -> str:
        """What the log has of a changed setting, in the reader's language."""
        for field in self._meta.concrete_fields:
            with translation.override(settings.LANGUAGE_CODE):
                called, choices = f"{field.verbose_name}: ", {str(shown): value for value, shown in field.flatchoices}
            if stored.startswith(called):
                value = stored.removeprefix(called)
                if isinstance(field, models.BooleanField):
                    value = _("yes") if value == "True" else _("no")
                elif value in choices:
                    value = str(dict(field.flatchoices)[choices[value]])
                return f"{field.verbose_name}: {value}"
        return stored

    def announce(self) -> None:
        """Send the event's own part of the page again, after a change beside its row (who hosts it)."""
        with self.changing() as event:
            event.take_note_of(event.take_number())

    def take_note_of(self, number: int) -> int:
        """With this number the event's own part of the page changes, too. Only inside `changing()`."""
        Event.objects.filter(pk=self.pk).update(seq=number)
        return number

    def note_now(self, by: Any, verb: str, about: str) -> None:
        """As `note`, for what changes nothing that readers see."""
        with self.changing() as event:
            event.note(by, verb, about)

    def remove_host(self, user: Any, *, by: Any) -> None:
        """This user hosts no more, and whom they have invited will not. Raises `Overtaken` when it is so already."""
        with self.changing() as event:
            name = user.get_full_name() or user.get_username()
            if not event.hosts.filter(pk=user.pk).exists():
                raise Overtaken(_("%(name)s does not host this event any more.") % {"name": name})
            event.hosts.remove(user)
            event.invitations.open().filter(made_by=user).update(withdrawn_at=timezone.now())
            event.note(by, "removed the host", name)
            event.take_note_of(event.take_number())

    def ban(self, post: "Post", *, by: Any, until: datetime | None = None, note: str = "") -> int:
        """Keep whoever wrote this post from reading and posting here (for good, if `until` is None).

        Takes a number, so that it finds the visitor's open pages wherever they are connected; returns it.
        """
        with self.changing() as event:
            number = event.take_number()
            Event.objects.filter(pk=event.pk).update(seq=number, has_bans=True)
            terms = {"name": post.name, "note": note, "until": until, "banned_by": by, "banned_at": timezone.now()}
            ban, _ = event.bans.update_or_create(visitor=post.visitor, defaults=terms)
            event.note(by, "banned", f"{post.name}", ban=ban.pk)
        return number

    def remove_all_by(self, post: "Post", *, by: Any) -> int:
        """Remove everything that whoever wrote this post has on the page, at once; returns the last number taken."""
        with self.changing() as event:
            there = models.Q(removed_at=None) | models.Q(held="waiting")
            by_visitor = (posts.filter(there, visitor=post.visitor) for posts in (event.entries, event.comments))
            everything = [each for posts in by_visitor for each in posts]
            if not everything:
                raise Overtaken(_("Nothing by %(name)s is left to remove.") % {"name": post.name})
            event.note(by, "removed everything by", post.name, posts=[each.element_id for each in everything])
            for each in everything:
                each._stamp(event, removed_at=each.removed_at or timezone.now(), held="")
            return event.head

    def erase_visitor(self, visitor: str, *, by: Any, lift_bans: bool = False) -> int:
        """Delete every word this visitor wrote here, and whatever tells who that was; returns how many posts it had.

        Open pages lose them like removed ones. The audit log keeps that it was done, but neither name nor words. Who is
        banned stays so, under no name, unless `lift_bans`.
        """
        return self.erase(Traces(self, visitor), by=by, lift_bans=lift_bans)

    def erase(self, traces: Traces, *, by: Any, lift_bans: bool = False) -> int:
        """As `erase_visitor`, also for a post whose author is not known."""
        with self.changing() as event:
            return traces.erase(event, by=by, lift_bans=lift_bans)

    def take_in(self, threads: "list[tuple[Entry, list[Comment]]]", pinned: "Entry | None" = None) -> None:
        """Fill this new event at once with entries and the comments on each, none of them saved yet.

        Their `position` says in which order they were published; they take their numbers anew in that order.
        """
        with self.changing() as event:
            entries = [entry for entry, _ in threads]
            comments = [comment for _, replies in threads for comment in replies]
            for post in sorted((*entries, *comments), key=lambda post: post.position):
                post.event = event
                post.position = post.seq = post.shown = event.take_number()
            self.entries.bulk_create(entries)
            for entry, replies in threads:
                for comment in replies:
                    comment.entry = entry  # only now does it have a key
            self.comments.bulk_create(comments)
            if pinned:
                event.set_pinned(pinned, event.head)

    def destroy(self) -> None:
        """Delete it with all it holds. Open pages are told at the next tick, and its addresses are free at once."""
        with self.changing() as event:  # so that nothing can be added meanwhile
            event.delete()

    def ban_of(self, visitor: str) -> "Ban | None":
        """What keeps this visitor out now."""
        return sole(self.bans.current().filter(visitor=visitor)) if self.has_bans else None

    def set_pinned(self, entry: "Entry | None", number: int) -> int:
        """Only inside `changing()`; `Entry.pin` and `Entry.unpin` are the verbs."""
        Event.objects.filter(pk=self.pk).update(pinned=entry, seq=number)
        return number


class FormerSlug(models.Model):
    """An address an event had before. Links to it, and pages opened under it, keep working."""

    slug = models.SlugField(max_length=60, unique=True)
    event = models.ForeignKey(Event, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug
