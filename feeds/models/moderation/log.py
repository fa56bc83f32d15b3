"""The log of what hosts did, for the other hosts to read, and for half a minute to undo."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from feeds.models.accounts.account import Account
from feeds.models.event.events import Event
from feeds.models.event.history import Gone, Overtaken
from feeds.models.moderation.reviews import undo_bans, undo_parts
from feeds.models.moderation.setting_changes import in_words
from feeds.models.moderation.subjects import HOST_NAME_MAX, PEOPLE, Kind, Subject
from feeds.models.moderation.undoing import Undo
from feeds.models.moderation.verbs import Verb
from feeds.models.post.entries import Entry
from feeds.models.post.kinds import kinds
from feeds.values.clocks import when

if TYPE_CHECKING:
    from feeds.models.post.posts import Post

UNDO = timedelta(seconds=30)


class ActQuerySet(models.QuerySet["Act"]):
    def listed(self) -> Self:
        """Acts as the log lists them: without the parts of acts on several posts."""
        return self.filter(whole=None)

    def lately(self, *, by: Account) -> "Act | None":
        """The last act of this host, if it is so recent that it may be undone."""
        return self.listed().filter(at__gt=timezone.now() - UNDO, by=by.pk).first()

    def erase_posts(self, posts: "Iterable[Post]") -> None:
        """Delete the authors' names, and all words, from the acts on these posts."""
        by_kind = defaultdict(list)
        for post in posts:
            by_kind[post.kind].append(post.element_id)
        for kind, ids in by_kind.items():
            about = self.filter(post__in=ids)
            wholes = list(about.exclude(whole=None).values_list("whole", flat=True).distinct())
            about.update(subject=Subject(kind).data, details={})
            self.model.objects.filter(pk__in=wholes)._erase_name()

    def erase_names(self, names: Collection[str]) -> None:
        """Delete these names of a visitor from the acts on people."""
        for kind in PEOPLE:
            self.filter(subject__kind=kind, subject__name__in=names)._erase_name()

    def _erase_name(self) -> None:
        """Delete the names of the subjects. Of several posts, their number stays."""
        for act in self.exclude(subject__name=""):
            act.subject["name"] = ""
            act.save(update_fields=["subject"])


class Act(models.Model):
    """One thing a host did in an event. `Event.note` makes it, in the transaction of what it tells of."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="acts", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=HOST_NAME_MAX)
    # Without `choices`, so that other words in a sentence need no migration.
    verb = models.CharField(max_length=40, help_text="a value of `Verb`")
    subject = models.JSONField(default=dict, help_text="kind and name of what it was done to; of a setting, the field")
    post = models.CharField(max_length=40, blank=True, help_text="id of the element on the page")
    details = models.JSONField(
        default=dict, help_text="what undoing it needs; of a setting, its values before and after"
    )
    undone_at = models.DateTimeField(null=True)
    whole = models.ForeignKey("self", models.CASCADE, null=True, related_name="parts", db_index=False)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-at", "-id"], name="act_in_order"),
            models.Index(fields=["event", "post", "-at", "-id"], name="act_on_post"),
            models.Index(fields=["whole"], condition=~models.Q(whole=None), name="act_parts"),
        ]

    def __str__(self) -> str:
        return self.sentence.format(by=self.by_name, what=self.what)

    @property
    def sentence(self) -> str:
        """The sentence in the log, in the reader's language, with {by} and {what} to be filled in."""
        verb = Verb.known(self.verb)
        return str(verb.label) if verb else "{by} {what}"

    @property
    def what(self) -> str:
        """The subject in the reader's language; "" for the event as a whole."""
        subject = Subject.from_data(self.subject)
        if subject and subject.kind == Kind.SETTING:
            return in_words(self.event, subject.name, self.details.get("after"))
        if moment := parse_datetime(self.details.get("publish_at") or ""):
            named = {"what": subject, "time": when(moment.astimezone(self.event.tz))}
            return _("%(what)s for %(time)s") % named
        return str(subject or "")

    @property
    def deed(self) -> str:
        """Words after “Undo” on a button, such as “removed”."""
        verb = Verb.known(self.verb)
        return str(verb.undone if verb and verb.undone else self.verb)

    @property
    def already(self) -> str:
        """Answer to a host who wanted to do something to the same post a moment later."""
        verb = Verb.known(self.verb)
        told = (verb and verb.already) or Verb.EDITED.already
        return str(told) % {"by": self.by_name}

    @property
    def element_id(self) -> str:
        """The id of its element on a page."""
        return f"act-{self.pk}"

    @property
    def to_undo(self) -> "Act":
        """The act that is undone together with this one: an act on several posts for its parts, else itself."""
        return self.whole or self

    @property
    def may_be_undone(self) -> bool:
        """Whether undoing it is possible and not too late."""
        return self._way_back() is not None

    def _way_back(self) -> Undo | None:
        """Function that undoes it; None where nothing can, as for an act without details, or not now."""
        verb = Verb.known(self.verb)
        in_time = self.undone_at is None and timezone.now() < self.at + UNDO
        if not (verb and self.details and in_time and self.whole_id is None):
            return None
        if verb == Verb.BANNED:
            return undo_bans
        return undo_parts if "parts" in self.details else verb.undo

    def undo(self, *, by: Account | None) -> int:
        """Make it as it was before. Raises `Overtaken` when it is too late for that, `Gone` when the post is erased.

        Returns the number of posts, of several, that stay as they are since others have changed them.
        """
        with transaction.atomic():
            act = Act.objects.select_for_update().get(pk=self.pk)
            if act.undone_at and by and act.event.acts.filter(by=by.pk, post=act.post, at__gte=act.undone_at).exists():
                return 0  # by the same host, who asks once more
            if act.undone_at:
                raise Overtaken(_("This has already been undone."))
            if not (undo := act._way_back()):
                raise Overtaken(_("Too late: this can only be undone for half a minute."))
            act.undone_at = timezone.now()
            act.save(update_fields=["undone_at"])
            with act.event.changing() as event:  # so that nobody else writes down anything in between
                last = event.acts.order_by("-pk").values_list("pk", flat=True).first()
                left = undo(act, by)
                event.reports.reopen(act)
                # Else the next tap on the same place would do again what was undone.
                event.acts.filter(pk__gt=last).update(details={})
        return left or 0

    def find_post(self, element_id: str) -> "Post":
        """The post with this id on the page, removed or not. Raises `Gone` if it is deleted."""
        kind, _dash, pk = element_id.partition("-")
        model = kinds[kind]
        post = model._default_manager.select_related("event").filter(event=self.event_id, pk=pk).first()
        if post is None:
            raise Gone
        return post

    def find_entry(self, element_id: str) -> Entry:
        """The entry with this id on the page. Raises `Gone` if it is deleted, or another kind of post."""
        post = self.find_post(element_id)
        if not isinstance(post, Entry):
            raise Gone
        return post
