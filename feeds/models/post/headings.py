"""Headings of entries: a headline, and a minute or a time in place of the time of publication."""

from datetime import datetime

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

HEADLINE_MAX, MINUTE_MAX, LABEL_MAX = 120, 8, 60


class Headed(models.Model):
    """Heading of an entry, which only hosts write. Neither part of it changes the order of entries."""

    text: "models.TextField[str, str]"
    published_at: "models.DateTimeField[datetime, datetime]"

    headline = models.CharField(
        gettext_lazy("headline"), max_length=HEADLINE_MAX, blank=True, default="", db_default=""
    )
    minute = models.CharField(gettext_lazy("minute"), max_length=MINUTE_MAX, blank=True, default="", db_default="")
    happened_at = models.DateTimeField(gettext_lazy("happened at"), null=True, blank=True, editable=False)
    moment = models.CharField(max_length=LABEL_MAX, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def time(self) -> datetime:
        """The time that pages show: the one a host has set, else that of publication."""
        return self.happened_at or self.published_at

    @property
    def title(self) -> str:
        """The headline, else the label of a key moment; "" without either."""
        return self.headline or self.moment

    @property
    def says(self) -> str:
        """The headline and the text, for lists that have little room."""
        return " · ".join(words for words in (self.headline, self.text) if words)

    @property
    def usual_label(self) -> str:
        """The label that it gets as a key moment unless a host chooses another: its headline, cut if it is long."""
        return Truncator(self.headline).chars(LABEL_MAX)

    @property
    def label_beside(self) -> str:
        """The label of a key moment if the title does not say it already, else ""."""
        return self.moment if self.headline and self.moment != self.usual_label else ""
