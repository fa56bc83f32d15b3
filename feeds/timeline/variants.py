"""What may differ between two readers' frames, and nothing else may: language, order and view."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict

from feeds.models import Entry

NEWEST, OLDEST = ORDERS = ("newest", "oldest")
ALL, MOMENTS, HOSTS = VIEWS = ("all", "moments", "hosts")


@dataclass(frozen=True)
class Variant:
    """How a page shows an event. Thousands of readers share the few there are: make them with `parse` or `plain`."""

    language: str
    order: str = NEWEST
    view: str = ALL

    def __str__(self) -> str:
        return f"{self.language}.{self.order}.{self.view}"

    @classmethod
    def plain(cls, language: str | None = None) -> "Variant":
        return _made(language or settings.LANGUAGE_CODE, NEWEST, ALL)

    @classmethod
    def parse(cls, data: Mapping[str, str], language: str | None = None, order: str = NEWEST) -> "Variant":
        """The variant that a query string from outside asks for; what makes no sense there is as if it was missing."""
        spoken, ordered, view = data.get("language"), data.get("order"), data.get("view")
        return _made(
            spoken if spoken in dict(settings.LANGUAGES) else language or settings.LANGUAGE_CODE,
            ordered if ordered in ORDERS else order,
            view if view in VIEWS else ALL,
        )

    @property
    def is_oldest_first(self) -> bool:
        return self.order == OLDEST

    @cached_property
    def query(self) -> QueryDict:
        """What the addresses of the live path carry, so that they answer in this variant whoever asks."""
        query = self.address.copy()
        if self.language != settings.LANGUAGE_CODE:
            query["language"] = self.language
        return query

    @cached_property
    def address(self) -> QueryDict:
        """What addresses of pages carry. Their language is the visitor's own."""
        query = QueryDict(mutable=True)
        if self.order != NEWEST:
            query["order"] = self.order
        if self.view != ALL:
            query["view"] = self.view
        return query

    # The entries that such a page has

    def shows(self, entry: Entry) -> bool:
        return {ALL: True, MOMENTS: bool(entry.moment), HOSTS: entry.by_host}[self.view]

    def since(self, entry: Entry) -> int:
        """The number of the change that last made an entry appear on such pages."""
        return max(entry.shown, entry.marked) if self.view == MOMENTS else entry.shown

    def among(self, entries: QuerySet[Entry], end: int | None = None) -> QuerySet[Entry]:
        """Those of some entries that such a page shows; with `end`, that it has shown since that change or before."""
        if end is not None:
            entries = entries.filter(shown__lte=end)
        if self.view == MOMENTS:
            entries = entries.exclude(moment="")
            return entries if end is None else entries.filter(marked__lte=end)
        return entries.filter(by_host=True) if self.view == HOSTS else entries


@lru_cache(maxsize=256)
def _made(language: str, order: str, view: str) -> Variant:
    return Variant(language, order, view)
