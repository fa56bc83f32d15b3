"""Forms for an owner's work on an event's data: find posts, erase, delete."""

import re
from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from feeds.forms.cursors import ELEMENT_ID, parse_number
from feeds.forms.fields import WrittenField
from feeds.models import Event, Post
from feeds.models.post.kinds import plural_of
from feeds.values.words import fold, typed

FOUND = 50
"""Number of found posts that are shown."""
SEARCHED = 10_000
"""Number of posts of each kind that one search reads. The answer says where the next one continues."""
_models = Post.kinds | {plural_of(model): model for model in Post.kinds.values()}
_ELEMENT = re.compile(f"#{ELEMENT_ID}$")
_PATH = re.compile(f"/({'|'.join(map(plural_of, Post.kinds.values()))})/([0-9]{{1,18}})/")


class FindForm(forms.Form):
    """Finds posts of an event by their words, their author's name, or their address."""

    q = WrittenField(
        limit=500,
        label=gettext_lazy("Name, words or address of one of their posts"),
        error_messages={"required": gettext_lazy("Enter a name, some words of a post, or its address.")},
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )

    def __init__(self, event: Event, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.event = event
        self.found: list[Post] = []
        self.earlier: int | None = None
        """Position below which posts have not been searched yet; None after the last."""
        self.use_required_attribute = False

    def clean_q(self) -> str:
        """The search, whose result is in `found` and `earlier`. Raises `ValidationError` for the address of a
        missing post."""
        q = str(self.cleaned_data["q"])
        by_address = _ELEMENT.search(q) or (_PATH.search(q) if "/events/" in q else None)
        if by_address:
            posts = _models[by_address[1]]._default_manager.all()
            self.found = list(posts.filter(event=self.event, pk=by_address[2]))
            if not self.found:
                raise ValidationError(_("This event has no post at that address. Copy the link from a post's time."))
        else:
            self._search(q)
        return q

    def _search(self, words: str) -> None:
        """Finds the newest posts with these words, below the position in the field `before`."""
        before = parse_number(self.data.get("before"))
        kinds = self.event.posts()
        if before is not None:
            kinds = [posts.filter(position__lt=before) for posts in kinds]
        ends = (
            posts.order_by("-position").values_list("position", flat=True)[SEARCHED - 1 : SEARCHED] for posts in kinds
        )
        self.earlier = max((position for end in ends for position in end), default=None)
        if self.earlier is not None:
            kinds = [posts.filter(position__gte=self.earlier) for posts in kinds]
        found = [post for posts in kinds for post in posts.with_words(words)[: FOUND + 1]]
        self.found = sorted(found, key=lambda post: post.position, reverse=True)[:FOUND]
        if len(found) > FOUND:
            self.earlier = self.found[-1].position


class DeleteForm(forms.Form):
    """The title of an event, typed to confirm that it is deleted."""

    title = WrittenField(
        limit=200,
        label=gettext_lazy("Type the title to delete the event"),
        error_messages={"required": gettext_lazy("Type the title of the event.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, event: Event, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.event = event
        self.use_required_attribute = False

    def clean_title(self) -> str:
        """The title as it was typed. Raises `ValidationError` unless it is the event's."""
        title = str(self.cleaned_data["title"])
        if typed(title) != typed(self.event.title):
            said = _("That is not the title. Type “%(title)s” to delete the event.")
            raise ValidationError(said, params={"title": self.event.title})
        return title


class EraseForm(forms.Form):
    """A word typed to confirm that a visitor's posts are erased."""

    WORD = pgettext_lazy("a word to type", "erase")

    word = WrittenField(
        limit=200,
        label=format_lazy(gettext_lazy("Type “{word}”"), word=WORD),
        error_messages={"required": format_lazy(gettext_lazy("Type “{word}” to confirm."), word=WORD)},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    lift_bans = forms.BooleanField(
        required=False, label=gettext_lazy("Also lift the ban (otherwise it stays, without a name)")
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, banned: bool = False) -> None:
        super().__init__(data)
        self.use_required_attribute = False
        if not banned:
            del self.fields["lift_bans"]

    def clean_word(self) -> str:
        """The word as it was typed. Raises `ValidationError` unless it is the expected one."""
        word = str(self.cleaned_data["word"])
        if fold(word) != fold(str(self.WORD)):
            raise ValidationError(_("That does not match. Type “%(word)s” to confirm."), params={"word": self.WORD})
        return word
