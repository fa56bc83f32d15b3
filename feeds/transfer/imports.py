"""Import of an event's document from outside: see docs/export.md. Nothing in it is trusted."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

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
from feeds.forms.keys import MadeOnce
from feeds.forms.slugs import free_slugs, put_at_free_slug
from feeds.models import Entry, Event, Post, Verb
from feeds.models.event.branding import logo_fields
from feeds.models.event.filling import LONG_AGO
from feeds.models.limits.rates import require_few_events
from feeds.models.post.cards import made_of
from feeds.models.post.kinds import kind_of, kinds, plural_of
from feeds.transfer.exports import FORMAT, VERSION
from feeds.transfer.parts import AboutPart, PostPart, part_for
from feeds.values.words import clean, has_halves

DOCUMENT_MAX_MB = 20
POSTS_MAX = 50_000
"""Entries and comments in a file from the web. The database takes no other posts while it stores these."""
VALUES_MAX, CONTAINERS_MAX = 28 * POSTS_MAX, 4 * POSTS_MAX
"""Values, and lists and objects among them, in such a file; an entry with everything set has 23 and 3."""
TOLD = 10
"""Mistakes in a file that are told at once."""


class ImportForm(MadeOnce, forms.Form):
    """A file with an event's document. `limited`: with the limits for files from the web."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=format_lazy(gettext_lazy("A file made with “Export”, at most {limit} MB."), limit=DOCUMENT_MAX_MB),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty. Choose one made with “Export”."),
            "missing": gettext_lazy("Choose a file."),
            "invalid": gettext_lazy("Choose a file."),
        },
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: Any = None,
        *,
        limited: bool = True,
        unread: str = "",
    ) -> None:
        """`unread` is the reason to refuse the file without looking at it; "" for none."""
        super().__init__(data, files)
        self.limited, self.unread = limited, unread
        self.posts: list[Post] = []
        self.checks: dict[str, PostPart] = {}
        self.pinned: list[Entry] = []
        self.use_required_attribute = False

    def clean_file(self) -> dict[str, Any]:
        """The fields of the event, with the names of its hosts as `hosts`. Raises `ValidationError` with the first
        mistakes."""
        file = self.cleaned_data["file"]
        if self.unread:
            raise ValidationError(self.unread)
        if self.limited and file.size > DOCUMENT_MAX_MB * 1024 * 1024:
            said = _(
                "This file is %(size)s MB, and the limit is %(limit)s MB. Ask the administrator of this server to "
                "import it with “manage.py import_event”."
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
        mistakes += _first(self._mistakes_in(document), TOLD + 1 - len(mistakes))
        if mistakes:
            more = [_("There are more errors. Fix these first.")] if len(mistakes) > TOLD else []
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
                    "This file is larger than %(limit)s entries and comments can be. Ask the administrator of this "
                    "server to import it with “manage.py import_event”."
                )
                limit = {"limit": number_format(POSTS_MAX, force_grouping=True)}
                raise ValidationError(said, params=limit) from None
        return _parsed(content)

    def _mistakes_in(self, document: dict[str, Any]) -> Iterator[str]:
        """Reads the posts into `posts`, and yields the mistakes in them."""
        for model in kinds.values():
            if not model.parent:
                # A document from before some other kind lacks its list.
                parts = document.get(plural_of(model), None if model is Entry else [])
                yield from self._mistakes_in_list(model, parts) if isinstance(parts, list) else [_no_list(model)]
        positions = Counter(post.position for post in self.posts)
        twice = [position for position, times in positions.items() if times > 1]
        for position in twice:
            yield _("Several posts have the position %(n)s. Each needs its own.") % {"n": position}
        if len(self.pinned) > 1:
            yield _("Several entries are pinned. Only one can be.")
        if self.limited and positions.total() > POSTS_MAX:
            numbers = {"n": positions.total(), "limit": POSTS_MAX}
            yield _(
                "This file has %(n)s entries and comments, and the limit is %(limit)s. Ask the administrator of this "
                "server to import it with “manage.py import_event”."
            ) % {name: number_format(number, force_grouping=True) for name, number in numbers.items()}

    def _mistakes_in_list(
        self, model: type[Post], parts: list[object], under: Post | None = None, above: int = 0
    ) -> Iterator[str]:
        """Reads posts of one kind, and those under each. They are all `under` one post, the number `above` in its list,
        or under none."""
        kind = kind_of(model)
        check = self.checks[kind] = self.checks.get(kind) or part_for(model)
        for number, part in enumerate(parts, 1):
            post, mistakes = self._read(check, part, under)
            below = {each: part.get(plural_of(each), []) for each in check.below} if isinstance(part, dict) else {}
            mistakes += [_no_list(each) for each, found in below.items() if not isinstance(found, list)]
            where = {"n": above or number, kind: number}
            for mistake in mistakes:
                yield str(model.wording.mistake) % (where | {"mistake": mistake})
            for each, found in below.items():
                if isinstance(found, list):
                    yield from self._mistakes_in_list(each, found, post, number)

    def _read(self, check: PostPart, part: object, under: Post | None) -> tuple[Post | None, list[str]]:
        """The post, not saved, and the mistakes in it; without a post if there are any."""
        mistakes = check.mistakes_in(part)
        if mistakes:
            return None, mistakes
        said = dict(check.cleaned_data)
        pinned, card = said.pop("pinned", False), said.pop("card", None)
        post = check.model(**said)
        if card and isinstance(post, Entry):
            made_of(post, card)
        if pinned and isinstance(post, Entry):
            if not post.is_shown:
                return None, [_("It is waiting for review, so it cannot be pinned.")]
            self.pinned.append(post)
        if check.model.parent:
            setattr(post, check.model.parent, under)
        if under or not check.model.parent:
            self.posts.append(post)
        return post, []

    def save(self, owner: Any, *, with_hosts: bool = False) -> Event:
        """Makes the event as a draft of this owner, so that nothing appears by accident.

        Nobody sees it before it is complete. It is stored a few posts at a time, so that others can post meanwhile. Its
        hosts have to be invited again, unless `with_hosts`: nobody becomes a host without being asked. Raises
        `TooOften` if the owner has made many events lately.
        """
        about = dict(self.cleaned_data["file"])
        address, hosts, picture = (about.pop(name) for name in ("address", "hosts", "logo"))
        about |= logo_fields(picture)
        if about["state"] == Event.State.LIVE:  # nobody runs the copy
            latest = max((post.published_at for post in self.posts), default=about["starts_at"])
            about |= {"state": Event.State.ENDED, "ended_at": latest}
        with transaction.atomic():
            if self.limited:
                require_few_events(owner)
            hidden = f"{uuid.uuid4().hex}-imported"
            event = Event.everything.create(
                **about, slug=hidden, owner=owner, visibility=Event.Visibility.DRAFT, unfinished_at=timezone.now()
            )
            event.keep_logo(picture)
        try:
            event.take_in(self.posts, next(iter(self.pinned), None))
            made = self._complete(event, address, owner, hosts if with_hosts else [])
        except BaseException:
            Event.everything.filter(pk=event.pk).update(unfinished_at=LONG_AGO)  # `tidy` deletes the rest
            raise
        if made.pk != event.pk:
            Event.everything.filter(pk=event.pk).update(unfinished_at=LONG_AGO)
        return Event.objects.get(pk=made.pk)

    def _complete(self, event: Event, address: str, owner: Any, hosts: list[str]) -> Event:
        """Completes the event, or returns the one that the same submission made meanwhile."""
        submission = self.submission(owner)

        def put(slug: str) -> Event:
            """Completes the event at this address. Raises `IntegrityError` if it is taken."""
            with transaction.atomic():
                event.complete(slug, by=owner, verb=Verb.IMPORTED, submission=submission)
                if hosts:
                    event.hosts.set(get_user_model().objects.filter(username__in=hosts, is_active=True))
            return event

        if made := put_at_free_slug(free_slugs(address), submission, put):
            return made
        raise IntegrityError(f"No address like “{address}” stays free.")


def _parsed(content: bytes) -> dict[str, Any]:
    """The object in a file that declares itself an event's document. Raises `ValidationError`."""
    other = _("Choose a file made with “Export”.")
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise ValidationError(f"{_('This file is not text in UTF-8.')} {other}") from None
    except json.JSONDecodeError as error:
        said = _("Invalid JSON at line %(line)s, column %(column)s.")
        said %= {"line": error.lineno, "column": error.colno}
        raise ValidationError(f"{said} {other}") from None
    except (ValueError, RecursionError):
        raise _of_no_event() from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValidationError(f"{_('This file is not an event from Commentary.')} {other}")
    if document.get("version") != VERSION:
        said = _(
            "This server reads version %(version)s, and this file has another. Update this server, or import the file "
            "on one of the file's version."
        )
        raise ValidationError(said, params={"version": VERSION})
    return document


def _no_list(model: type[Post]) -> str:
    return _("“%(name)s” must be a list.") % {"name": plural_of(model)}


def _of_no_event() -> ValidationError:
    other = _("Choose a file made with “Export”.")
    return ValidationError(f"{_('This file has numbers or lists that cannot be part of an event.')} {other}")


def _is_name(host: object) -> bool:
    return isinstance(host, str) and not has_halves(host) and clean(host, lines=False) == host


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _first(mistakes: Iterator[str], limit: int) -> list[str]:
    """The first mistakes, at most `limit`; reading stops after that many."""
    found = []
    for mistake in mistakes:
        found.append(mistake)
        if len(found) >= limit:
            break
    return found
