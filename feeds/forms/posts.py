"""Forms for single posts, of visitors and hosts."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.access import impersonation
from feeds.forms import cards
from feeds.forms.composing import composing_fields, draft_in, label_in
from feeds.forms.fields import NameField, TextField, WrittenField
from feeds.forms.headings import heading_fields, heading_in
from feeds.forms.keys import Keyed, age_of
from feeds.forms.times import TimeField
from feeds.models import Entry, Event, Post, TooOften
from feeds.models.post.arguments import Heading
from feeds.models.post.cards import CardData
from feeds.models.post.kinds import kind_of
from feeds.values.words import is_blank

REFUSED_WORD = gettext_noop("“%(word)s” is not allowed in this event. Use another word.")


def refuse_broken(form: forms.Form, written: Iterable[str], *, broken: bool) -> None:
    """Add an error to each of these fields with characters that did not arrive, if the form is `broken`."""
    for name in written if broken else ():
        if "\ufffd" in (form.cleaned_data.get(name) or ""):
            form.add_error(name, WrittenField.default_error_messages["encoding"])


def require_words(form: forms.BaseForm) -> None:
    """Add an error to an empty text without a headline."""
    said, wrong = form.cleaned_data, form.errors.keys() & {"text", "headline"}
    if not (wrong or said["text"] or said.get("headline")):
        form.add_error("text", form.fields["text"].error_messages["required"])


def refuse_word(form: forms.Form, name: str, event: Event, *, before: str = "") -> None:
    """Add an error to a field of a visitor's post with a word that the event refuses, unless it was there `before`."""
    if word := event.refused_word_in(form.cleaned_data.get(name) or "", before=before):
        form.add_error(name, _(REFUSED_WORD) % {"word": word})


class PostForm(Keyed, forms.Form):
    """The written fields of a post, and the key that was made when the form was rendered.

    The form also has a field that people do not see. Programs fill it in, and perhaps a browser that means well. So a
    post with it is held for a host instead of refused.

    - `initial` has what an unsent form shows.
    - `model` is the kind of the post; a class for one kind has it as an attribute.
    - `remembered` is the name this browser last used. It replaces an empty name: forms in frames are the same for
      everybody, so they cannot have it filled in.
    - `event` is where the post will appear.
    - `host` is the account that posts as a host of it. Others cannot use the names of hosts.
    - `visitor` is the browser's id.
    - `broken` says that the form did not arrive as it was typed.
    - `too_often` is the refusal of a valid form that says how long to wait.
    """

    model: type[Post]
    name = NameField(required=False)
    key = forms.CharField(required=False, max_length=32)

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        model: type[Post] | None = None,
        remembered: str = "",
        event: Event | None = None,
        host: User | None = None,
        visitor: str = "",
        broken: bool = False,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}), auto_id=f"{kind_of(model or self.model)}-%s")
        if model:
            self.model = model
        self.fields["text"] = TextField(limit=self.model.WRITTEN["text"])
        self.remembered = "" if is_blank(remembered) else remembered
        self.event, self.host = event, host
        self.visitor, self.broken = visitor, broken
        self.is_doubtful = False
        self.too_often: TooOften | None = None
        self.add_own_fields()

    def add_own_fields(self) -> None:
        """Adds the fields that only this kind of post has."""

    def clean(self) -> dict[str, Any]:
        """Adds an error to each field that has characters which did not arrive."""
        cleaned = super().clean() or self.cleaned_data
        refuse_broken(self, self.model.WRITTEN, broken=self.broken)
        if self.event and not self.host:
            for name in self.model.WRITTEN:
                refuse_word(self, name, self.event)
        return cleaned

    def clean_name(self) -> str:
        """The name, or the remembered one. Raises `ValidationError` for a missing name or a host's."""
        name = str(self.cleaned_data["name"] or self.remembered)
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        if self.event and self.host:
            if asked := impersonation.refusal_for_host(name, self.event, self.host):
                raise ValidationError(asked, code="taken")
        elif self.event:
            verdict = impersonation.judge(name, self.event)
            if verdict.refusal:
                raise ValidationError(verdict.refusal, code="taken")
            self.is_doubtful = verdict.is_doubtful
        return name

    @property
    def words(self) -> dict[str, str]:
        """Everything that the author wrote, by field. Only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.model.WRITTEN if name in self.fields}

    @property
    def reason_to_hold(self) -> str:
        """The reason why the post has to wait, by its name or how it was sent; "" if it does not."""
        if self.data.get("subject", "").strip():
            return gettext_noop("A hidden field was filled in.")
        if not self.event or not self.is_doubtful:
            return ""
        # Once a host has approved it, this visitor may use the name.
        return "" if self.event.has_seen(self.visitor, self.cleaned_data["name"]) else impersonation.DOUBTFUL

    @property
    def is_hurried(self) -> bool:
        """Whether it was sent sooner after rendering than people can write."""
        age = age_of(self.cleaned_data["key"])
        return age is not None and age < settings.FASTEST_POST

    @property
    def first_invalid(self) -> str:
        """Name of the first field with an error; "" if there is none."""
        return next((name for name in self.fields if name in self.errors), "")


class EntryForm(PostForm):
    """An entry. For a host of the event also with what only hosts choose; `markdown` says it comes from the desk."""

    model = Entry
    PREFILLED: ClassVar = (
        *("name", "text", "headline", "minute", "happened_at", "pin", "key_moment", "moment", "publish_at"),
        *("draft", "version"),
        *cards.all_names(),
    )
    """Fields that a composer can be filled in with."""
    card: cards.CardFields | None = None
    """The kind of card that it has fields for."""

    def add_own_fields(self) -> None:
        """Adds what hosts choose, and shows times that a browser's own field cannot."""
        if self.event and self.host:
            self.fields |= composing_fields(self.event)
            self.fields["text"].required = False
        if self.event:
            kind = (self.data if self.is_bound else self.initial).get("card")
            offered = cards.kinds_for(self.event, host=self.host is not None)
            self.card = next((each for each in offered if each.kind == kind), None)
            self.fields |= self.card.fields(self.event) if self.card else {}
        for name, field in self.fields.items():
            if isinstance(field, TimeField) and name in self.initial:
                field.widget = field.widget_for(self.initial[name])

    def clean(self) -> dict[str, Any]:
        """Adds an error to a text that is missing without a headline."""
        cleaned = super().clean()
        require_words(self)
        if self.card:
            self.card.require(self)
        return cleaned

    @property
    def card_digest(self) -> str:
        """Text that differs for other cards; "" without one. Only of a valid form."""
        return self.card.digest(self.card.data_in(self)) if self.card else ""

    @property
    def card_data(self) -> CardData | None:
        """The card that was entered, or None. Only of a valid form."""
        return self.card.data_in(self) if self.card else None

    @property
    def by_host(self) -> dict[str, Any]:
        """Arguments of `Event.publish` that only hosts choose. Only of a host's valid form."""
        said = self.cleaned_data
        chosen = {name: said[name] for name in ("markdown", "happened_at", "pin")}
        draft = {"draft": draft_in(self, self.event), "seen": said["version"]} if self.event else {}
        return chosen | {"moment": label_in(self)} | draft


class ReviseForm(forms.Form):
    """The new text of a post, and the number of its last change when the form was opened.

    `by_host`: a host edits it, for whom no word is refused. An entry then also has its heading.
    """

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, post: Post, data: Mapping[str, str] | None = None, *, broken: bool = False, by_host: bool = False
    ) -> None:
        super().__init__(data, auto_id=f"{post.element_id}-edit-%s")
        self.post, self.broken, self.by_host = post, broken, by_host
        self.initial.update(text=post.text, seen=post.seq)
        self.fields["text"] = TextField(limit=post.WRITTEN["text"], label=_("Text"))
        if by_host and isinstance(post, Entry):
            self.fields |= heading_fields(post.event, post)
            self.fields["text"].required = False

    def clean(self) -> dict[str, Any]:
        """Adds an error to each field that has characters which did not arrive, or if nothing was written."""
        cleaned = super().clean() or self.cleaned_data
        refuse_broken(self, self.post.WRITTEN, broken=self.broken)
        require_words(self)
        if not self.by_host:
            refuse_word(self, "text", self.post.event, before=self.post.text)
        return cleaned

    @property
    def heading(self) -> Heading:
        """The parts of the heading that were sent. Only of a valid form."""
        return heading_in(self, self.post if isinstance(self.post, Entry) else None)
