"""Guards of an event against unwanted posts: the pace of visitors, blocked words and blocked networks."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy

from feeds.models.event.life import Life
from feeds.models.moderation.suspicions import (
    blocked_words_in,
    masked,
    validate_blocked_networks,
    validate_blocked_words,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PACES: "dict[int, StrPromise]" = {
    0: gettext_lazy("Off"),
    10: gettext_lazy("One post every 10 seconds"),
    30: gettext_lazy("One post every 30 seconds"),
    60: gettext_lazy("One post every 60 seconds"),
}
"""Seconds between two posts of one visitor that hosts can choose from, each in words."""

REPORTS_MAX = 100
"""Reports after which a post can be hidden, at most."""


def paces() -> "list[tuple[int, StrPromise]]":
    """Choices for the field of an event, which has this function so that other words need no migration."""
    return list(PACES.items())


def _list(name: "StrPromise", help_text: "StrPromise", validate: Callable[[str], None]) -> "models.TextField[str, str]":
    """Field for a list with one value a line."""
    return models.TextField(name, max_length=4000, blank=True, validators=[validate], help_text=help_text)


class Guarded(Life):
    """Guards against unwanted posts. None of them applies to hosts."""

    SLOW: ClassVar = tuple(filter(None, PACES))
    """Seconds between two posts, for the notices of pages."""

    slow_mode = models.PositiveSmallIntegerField(
        gettext_lazy("slow mode"),
        choices=paces,
        default=0,
        help_text=gettext_lazy("For each visitor, comments included. Hosts are exempt."),
    )
    blocked_words = _list(
        gettext_lazy("blocked words"),
        gettext_lazy("One per line. Posts containing one are held for review."),
        validate_blocked_words,
    )
    masked_words = _list(
        gettext_lazy("masked words"),
        gettext_lazy("One per line. Readers see stars in their place."),
        validate_blocked_words,
    )
    refused_words = _list(
        gettext_lazy("refused words"),
        gettext_lazy("One per line. Posts containing one are refused, and their authors are told the word."),
        validate_blocked_words,
    )
    blocked_networks = _list(
        gettext_lazy("blocked networks"),
        gettext_lazy("One per line, such as 203.0.113.0/24. Nobody can post from them."),
        validate_blocked_networks,
    )
    report_limit = models.PositiveSmallIntegerField(
        gettext_lazy("hide reported posts"),
        default=0,
        validators=[MaxValueValidator(REPORTS_MAX)],
        help_text=gettext_lazy("After this many reports, from different networks, a post waits for a host. 0: never."),
    )

    class Meta:
        abstract = True

    def mask(self, words: Mapping[str, str]) -> dict[str, str]:
        """The words of a visitor, by field, with stars in place of the masked ones."""
        return {name: masked(self.masked_words, text) for name, text in words.items()}

    def refused_word_in(self, text: str, *, before: str = "") -> str:
        """A word in this text of a visitor for which it is refused, or "". One that was there `before` is let be."""
        new = blocked_words_in(self.refused_words, text) - blocked_words_in(self.refused_words, before)
        return min(new, default="")
