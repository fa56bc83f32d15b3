"""What an event's owner says about its data."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from feeds.forms.fields import WrittenField
from feeds.models import Comment, Entry, Event

FOUND = 50
"""Posts shown of those that were found."""
_ELEMENT = re.compile(r"#(entry|comment)-([0-9]{1,18})$")
_PATH = re.compile(r"/(entries|comments)/([0-9]{1,18})/")


class FindForm(forms.Form):
    """Finds posts of an event by words in them, by their author's name, or by their address."""

    q = WrittenField(
        limit=500,
        label="Name, words or address of one of their posts",
        error_messages={"required": "Enter a name, some words of a post, or its address."},
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.found: list[Entry | Comment] = []
        self.use_required_attribute = False

    def clean_q(self) -> str:
        q = str(self.cleaned_data["q"])
        by_address = _ELEMENT.search(q) or (_PATH.search(q) if "/events/" in q else None)
        if by_address:
            posts: Any = self.event.entries if by_address[1].startswith("entr") else self.event.comments
            self.found = list(posts.filter(pk=by_address[2]))
            if not self.found:
                raise ValidationError("This event has no post at that address. Copy it from the time of a post.")
        else:
            found: list[Any] = [*self.event.entries.with_words(q)[:FOUND], *self.event.comments.with_words(q)[:FOUND]]
            self.found = sorted(found, key=lambda post: post.position, reverse=True)[:FOUND]
        return q


class DeleteForm(forms.Form):
    """The title of an event, typed by who deletes it."""

    title = WrittenField(
        limit=200,
        label="Type the title to delete the event",
        error_messages={"required": "Type the title of the event."},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.use_required_attribute = False

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if title.split() != self.event.title.split():
            raise ValidationError(f"This is not its title. Type “{self.event.title}” to delete it.")
        return title


class EraseForm(forms.Form):
    """A word typed by who erases what a visitor wrote."""

    WORD = "erase"

    word = WrittenField(
        limit=200,
        label=f"Type “{WORD}”",
        error_messages={"required": f"Type “{WORD}” to confirm."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    lift_bans = forms.BooleanField(required=False, label="Also lift the ban, which is kept under no name otherwise")

    def __init__(self, *args: Any, banned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        if not banned:
            del self.fields["lift_bans"]

    def clean_word(self) -> str:
        word = str(self.cleaned_data["word"])
        if word.casefold() != self.WORD:
            raise ValidationError(f"This says something else. Type “{self.WORD}” to confirm.")
        return word
