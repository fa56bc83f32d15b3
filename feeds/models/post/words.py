"""Words of a post: everything that its author wrote, and what an edit can change."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from feeds.models.post.querysets import SoughtField

NAME_MAX = 60


class HasWords(models.Model):
    """The fields that people write in, and their key for searches."""

    WRITTEN: ClassVar[dict[str, int]] = {"name": NAME_MAX}
    """Fields that its author writes, each with its most characters. What is done with words is done with each."""
    BY_HOSTS: ClassVar[frozenset[str]] = frozenset()
    """Those of `WRITTEN` that only hosts fill in."""
    EDITABLE: ClassVar[tuple[str, ...]] = ("text",)
    """Fields that an edit can change, as arguments of `Post.revise`."""

    name = models.CharField(gettext_lazy("name"), max_length=NAME_MAX, blank=True)
    text = models.TextField(gettext_lazy("text"), blank=True)
    markdown = models.BooleanField(default=False, editable=False)
    sought = SoughtField(blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    @property
    def words(self) -> dict[str, str]:
        """Everything that its author wrote, by field."""
        return {name: getattr(self, name) for name in self.WRITTEN}

    @property
    def says(self) -> str:
        """Its words for lists that have little room."""
        return self.text

    @property
    def editable(self) -> dict[str, str | None]:
        """Fields that an edit can change, as data for the log."""
        values = {name: getattr(self, name) for name in self.EDITABLE}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
