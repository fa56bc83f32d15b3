"""Reading an event's document from outside: see docs/export.md. Nothing in it is taken on trust."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms import decoding
from feeds.forms.branding import AccentField, LogoTextField
from feeds.forms.fields import NameField, TextField, WrittenField
from feeds.forms.keys import MadeOnce
from feeds.forms.slugs import free_slugs, put_at_first
from feeds.models import COMMENT_MAX, ENTRY_MAX, KINDS, LOGO_ALT_MAX, Comment, Entry, Event, Held, Logo
from feeds.models.event.events import LONG_AGO, validate_start
from feeds.models.limits.rates import require_few_events
from feeds.models.post.reactions import KINDS_MAX
from feeds.transfer.exports import ABOUT, FORMAT, VERSION
from feeds.values.words import clean, has_halves

DOCUMENT_MAX_MB = 20
POSTS_MAX = 50_000
"""Entries and comments in a file from the web: the database takes no other posts while it takes these."""
VALUES_MAX, CONTAINERS_MAX = 24 * POSTS_MAX, 4 * POSTS_MAX
"""Values, and lists and objects among them, in such a file: an entry with all that can be said of it has 20 and 3."""
COUNT_MAX = 1_000_000_000
USUAL = {name: getattr(Event(), name) for name in ("reactions", "show_readers", "show_typing")}
TOLD = 10
"""Mistakes that are told of one file."""


class MomentField(forms.DateTimeField):
    """A time as ISO 8601 spells it. Without an offset it is one of UTC."""

    default_error_messages = {
        "invalid": gettext_lazy("This is no time. Write one such as 2026-07-04T18:00:00Z."),
        "required": gettext_lazy("The time is missing."),
    }
    default_validators = [validate_start]

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        return moment.astimezone(UTC) if moment else None


class CountsField(forms.Field):
    """How many reactions there are of each kind."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        for kind, number in (value or {}).items():
            if kind not in KINDS:
                known = {"kind": kind[:40], "kinds": ", ".join(KINDS)}
                raise ValidationError(_("There is no reaction “%(kind)s”. These are: %(kinds)s."), params=known)
            if type(number) is not int or not 0 <= number <= COUNT_MAX:
                limit = {"limit": number_format(COUNT_MAX, force_grouping=True)}
                raise ValidationError(_("A number is a whole one from 0 to %(limit)s."), params=limit)


def _kind(field: forms.Field) -> tuple[type, str]:
    """What JSON has for such a field, and what it is called."""
    if isinstance(field, forms.BooleanField):
        return bool, _("true or false")
    if isinstance(field, CountsField):
        return dict, _("an object in braces")
    return (int, _("a whole number")) if isinstance(field, forms.IntegerField) else (str, _("text in quotes"))


class Part(forms.BaseForm):
    """What the forms for the parts of a document have in common: their values are JSON's, not a browser's."""

    beside: ClassVar[set[str]] = set()
    """Keys that somebody else reads."""

    def mistakes_in(self, part: Any) -> list[str]:
        """What is wrong with this part, in sentences; with nothing wrong, `cleaned_data` has what it says.

        One form checks many parts, one after the other: to make it takes longer than to use it.
        """
        if not isinstance(part, dict):
            return [_("This is no object in braces.")]
        unknown = sorted(part.keys() - self.fields.keys() - self.beside)
        mistakes = [_("Nothing is called “%(name)s” here.") % {"name": name[:40]} for name in unknown]
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
    """What a document says of the event itself."""

    class Meta:
        model = Event
        fields = ABOUT

    beside = {"owner", "hosts"}
    title = WrittenField(limit=120, error_messages={"required": gettext_lazy("The event has no title.")})
    description = WrittenField(limit=1000, required=False, widget=forms.Textarea)
    blocked_words = WrittenField(limit=4000, required=False, widget=forms.Textarea)
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

    def mistakes_in(self, part: Any) -> list[str]:
        """Files that are older than some settings have none of these, and what is usual counts."""
        return super().mistakes_in(USUAL | part if isinstance(part, dict) else part)

    def clean_reactions(self) -> str:
        chosen = self.cleaned_data["reactions"].split()
        if len(chosen) > KINDS_MAX or not KINDS.keys() >= set(chosen):
            known = {"limit": KINDS_MAX, "kinds": ", ".join(KINDS)}
            raise ValidationError(_("These are at most %(limit)s of: %(kinds)s."), params=known)
        return " ".join(kind for kind in KINDS if kind in chosen)

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()


class PostPart(Part, forms.Form):
    """What a document says of an entry or a comment."""

    position = forms.IntegerField(
        min_value=1, max_value=2**53, error_messages={"required": gettext_lazy("The number is missing.")}
    )
    published_at = MomentField()
    edited_at = MomentField(required=False)
    removed_at = MomentField(required=False)
    name = NameField(required=False)
    by_host = forms.BooleanField(required=False)
    markdown = forms.BooleanField(required=False)
    waiting = WrittenField(limit=100, required=False)

    def clean(self) -> dict[str, Any]:
        """As fields of the model. What was removed has no words; everything else has, and somebody's name."""
        said = super().clean() or self.cleaned_data
        if said.get("removed_at"):
            return {name: said.get(name) for name in ("position", "published_at", "removed_at")}
        for name in ("name", "text"):
            if name not in self.errors and not said.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        said["hold_reason"] = said.pop("waiting", "")
        if said["hold_reason"]:
            said |= {"held": Held.WAITING, "removed_at": said.get("published_at")}
        return said


class CommentPart(PostPart):
    text = TextField(limit=COMMENT_MAX, required=False)


class EntryPart(PostPart):
    beside = {"comments"}
    text = TextField(limit=ENTRY_MAX, required=False)
    moment = WrittenField(limit=60, required=False)
    pinned = forms.BooleanField(required=False)
    reactions = CountsField(required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if "reactions" in said:
            said["counts"] = {kind: number for kind, number in (said.pop("reactions") or {}).items() if number}
        return said


class ImportForm(MadeOnce, forms.Form):
    """A file with an event's document. `limited`: as from the web."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=format_lazy(gettext_lazy("One that “Export” made, of at most {limit} MB."), limit=DOCUMENT_MAX_MB),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty. Choose one that “Export” made."),
            "missing": gettext_lazy("Choose a file."),
            "invalid": gettext_lazy("Choose a file."),
        },
    )

    def __init__(self, *args: Any, limited: bool = True, unread: str = "", **kwargs: Any) -> None:
        """`unread`: why the file is not even looked at."""
        super().__init__(*args, **kwargs)
        self.limited, self.unread = limited, unread
        self.threads: list[tuple[Entry, list[Comment]]] = []
        self.pinned: list[Entry] = []
        self.use_required_attribute = False

    def clean_file(self) -> dict[str, Any]:
        """The fields of the event, and the names of its hosts as `hosts`."""
        file = self.cleaned_data["file"]
        if self.unread:
            raise ValidationError(self.unread)
        if self.limited and file.size > DOCUMENT_MAX_MB * 1024 * 1024:
            said = _(
                "This file has %(size)s MB and the limit is %(limit)s MB. Ask who runs this server to import it with "
                "“manage.py import_event”."
            )
            size = number_format(file.size / 1024 / 1024, 1)
            raise ValidationError(said, params={"size": size, "limit": DOCUMENT_MAX_MB})
        with decoding.documents.take():
            document = self._parsed(file.read())
        about = AboutPart(data={})
        mistakes = [
            _("The event: %(mistake)s") % {"mistake": mistake} for mistake in about.mistakes_in(document.get("event"))
        ]
        hosts = document["event"].get("hosts", []) if not mistakes else []
        if not isinstance(hosts, list) or not all(map(_is_name, hosts)):
            mistakes.append(_("The event: “hosts” must be a list of user names."))
        mistakes += _first(self._mistakes_in(document.get("entries")), TOLD + 1 - len(mistakes))
        if mistakes:
            more = [_("There is more wrong than is told here.")] if len(mistakes) > TOLD else []
            told = [mistake.encode(errors="replace").decode() for mistake in mistakes[:TOLD]]  # it may quote anything
            raise ValidationError([*told, *more])
        return about.cleaned_data | {"hosts": hosts}

    def _parsed(self, content: bytes) -> dict[str, Any]:
        if self.limited:
            try:
                decoding.require_modest(content, values=VALUES_MAX, containers=CONTAINERS_MAX)
            except decoding.TooDeep:
                raise _of_no_event() from None
            except decoding.TooMuch:
                said = _(
                    "This file holds more than %(limit)s entries and comments could. Ask who runs this server to "
                    "import it with “manage.py import_event”."
                )
                limit = {"limit": number_format(POSTS_MAX, force_grouping=True)}
                raise ValidationError(said, params=limit) from None
        return _parsed(content)

    def _mistakes_in(self, entries: Any) -> Iterator[str]:
        """Reads the entries into `threads`, and tells what is wrong with them."""
        if not isinstance(entries, list):
            yield _("“entries” must be a list.")
            return
        checks = EntryPart(data={}), CommentPart(data={})
        posts: Counter[int] = Counter()
        for number, part in enumerate(entries, 1):
            entry, mistakes = self._read(checks[0], Entry, part)
            for mistake in mistakes:
                yield _("Entry %(n)s: %(mistake)s") % {"n": number, "mistake": mistake}
            replies = part.get("comments", []) if isinstance(part, dict) else []
            if not isinstance(replies, list):
                yield _("Entry %(n)s: “comments” must be a list.") % {"n": number}
                continue
            read = [self._read(checks[1], Comment, reply) for reply in replies]
            for reply, (_comment, mistakes) in enumerate(read, 1):
                for mistake in mistakes:
                    where = {"n": number, "comment": reply, "mistake": mistake}
                    yield _("Entry %(n)s, comment %(comment)s: %(mistake)s") % where
            if entry:
                comments = [comment for comment, _mistakes in read if comment]
                self.threads.append((entry, comments))
                posts.update(post.position for post in (entry, *comments))
        twice = [position for position, times in posts.items() if times > 1]
        for position in twice:
            yield _("Several posts have the position %(n)s. Each needs its own.") % {"n": position}
        if len(self.pinned) > 1:
            yield _("Several entries are pinned. One can be.")
        if self.limited and posts.total() > POSTS_MAX:
            numbers = {"n": posts.total(), "limit": POSTS_MAX}
            yield _(
                "This file has %(n)s entries and comments, and the limit is %(limit)s. Ask who runs this server to "
                "import it with “manage.py import_event”."
            ) % {name: number_format(number, force_grouping=True) for name, number in numbers.items()}

    def _read(self, check: PostPart, model: Callable[..., Any], part: Any) -> tuple[Any, list[str]]:
        """The post, not saved, and what is wrong with it."""
        mistakes = check.mistakes_in(part)
        if mistakes:
            return None, mistakes
        said = dict(check.cleaned_data)
        pinned = said.pop("pinned", False)
        post = model(**said)
        if pinned:
            if post.removed_at:
                return None, [_("It waits for a host, so it cannot be pinned.")]
            self.pinned.append(post)
        return post, []

    def save(self, owner: Any, *, with_hosts: bool = False) -> Event:
        """Make the event, a draft of this owner, so that nothing appears by accident.

        Nobody sees it before it is complete, and it is filled a few posts at a time, between which others post.
        Its hosts are invited anew, unless `with_hosts`: nobody shall be named as one without having been asked.
        Raises `TooOften` when the owner has made many lately.
        """
        about = dict(self.cleaned_data["file"])
        address, hosts, picture = (about.pop(name) for name in ("address", "hosts", "logo"))
        about |= Logo.fields_for(picture)
        if about["state"] == Event.State.LIVE:  # here it is not
            latest = [post.published_at for entry, comments in self.threads for post in (entry, *comments)]
            about |= {"state": Event.State.ENDED, "ended_at": max(latest, default=about["starts_at"])}
        with transaction.atomic():
            if self.limited:
                require_few_events(owner)
            hidden = f"{uuid.uuid4().hex}-imported"
            event = Event.everything.create(
                **about, slug=hidden, owner=owner, visibility=Event.Visibility.DRAFT, unfinished_at=timezone.now()
            )
            Logo.keep(event, picture)
        try:
            event.take_in(self.threads, next(iter(self.pinned), None))
            made = self._complete(event, address, owner, hosts if with_hosts else [])
        except BaseException:
            Event.everything.filter(pk=event.pk).update(unfinished_at=LONG_AGO)  # what is there goes with `tidy`
            raise
        if made.pk != event.pk:
            Event.everything.filter(pk=event.pk).update(unfinished_at=LONG_AGO)
        return Event.objects.get(pk=made.pk)

    def _complete(self, event: Event, address: str, owner: Any, hosts: list[str]) -> Event:
        """Complete it; or return the event that the same submission made meanwhile."""
        submission = self.submission(owner)

        def put(slug: str) -> Event:
            with transaction.atomic():
                event.complete(slug, by=owner, verb="imported", submission=submission)
                if hosts:
                    event.hosts.set(get_user_model().objects.filter(username__in=hosts, is_active=True))
            return event

        if made := put_at_first(free_slugs(address), submission, put):
            return made
        raise IntegrityError(f"No address like “{address}” stays free.")


def _parsed(content: bytes) -> dict[str, Any]:
    """The object in a file that says it is such a document."""
    other = _("Choose a file that “Export” made.")
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise ValidationError(f"{_('This file is not text in UTF-8.')} {other}") from None
    except json.JSONDecodeError as error:
        said = _("This file is no JSON from line %(line)s, column %(column)s on.")
        said %= {"line": error.lineno, "column": error.colno}
        raise ValidationError(f"{said} {other}") from None
    except (ValueError, RecursionError):
        raise _of_no_event() from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValidationError(f"{_('This file is not an event of Commentary.')} {other}")
    if document.get("version") != VERSION:
        said = _(
            "This file is not of version %(version)s, the one this server reads. Import it into a server of the "
            "version that made it, or bring this one up to date."
        )
        raise ValidationError(said, params={"version": VERSION})
    return document


def _of_no_event() -> ValidationError:
    other = _("Choose a file that “Export” made.")
    return ValidationError(f"{_('This file has numbers or lists that no event has.')} {other}")


def _is_name(host: Any) -> bool:
    return isinstance(host, str) and not has_halves(host) and clean(host, lines=False) == host


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _first(mistakes: Iterator[str], limit: int) -> list[str]:
    """So many of them, but all are looked at where there are fewer."""
    found = []
    for mistake in mistakes:
        found.append(mistake)
        if len(found) >= limit:
            break
    return found
