"""Variants of a page: language, order, view, and whether it has what only hosts use. Nothing else may make two readers'
frames differ."""

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
    """A way to show an event. Thousands of readers share a few variants, so make them with `parse` or `plain`."""

    language: str
    order: str = NEWEST
    view: str = ALL
    hosts: bool = False
    """Whether it has the controls of hosts."""

    def __str__(self) -> str:
        return f"{self.language}.{self.order}.{self.view}{'.hosts' if self.hosts else ''}"

    @classmethod
    def plain(cls, language: str | None = None) -> "Variant":
        """The variant with the newest entries first, all of them, in this language or the site's own."""
        return _made(language or settings.LANGUAGE_CODE, NEWEST, ALL, False)

    @classmethod
    def parse(cls, data: Mapping[str, str], language: str | None = None, order: str = NEWEST) -> "Variant":
        """The variant that a query string from outside asks for, without what only hosts use.

        Missing or unknown values get their defaults.
        """
        spoken, ordered, view = data.get("language"), data.get("order"), data.get("view")
        return _made(
            spoken if spoken in dict(settings.LANGUAGES) else language or settings.LANGUAGE_CODE,
            ordered if ordered in ORDERS else order,
            view if view in VIEWS else ALL,
            False,
        )

    def for_hosts(self, hosting: bool = True) -> "Variant":
        """This variant with the controls of hosts, or without if not `hosting`. The caller has checked who asks."""
        return _made(self.language, self.order, self.view, hosting)

    def asked_by(self, data: Mapping[str, str], *, hosting: bool) -> "Variant":
        """The same with the controls of hosts if a query string asks for them, and comes from somebody `hosting`."""
        return self.for_hosts(hosting and HOSTS in data)

    @property
    def is_oldest_first(self) -> bool:
        """Whether the oldest entry is at the top."""
        return self.order == OLDEST

    @cached_property
    def query(self) -> QueryDict:
        """Parameters for addresses of the live path, so that they answer in this variant to anybody."""
        query = self.address.copy()
        if self.hosts:
            query[HOSTS] = "1"
        if self.language != settings.LANGUAGE_CODE:
            query["language"] = self.language
        return query

    @cached_property
    def address(self) -> QueryDict:
        """Parameters for addresses of pages. Their language is the visitor's own, and they know who hosts the event."""
        query = QueryDict(mutable=True)
        if self.order != NEWEST:
            query["order"] = self.order
        if self.view != ALL:
            query["view"] = self.view
        return query

    def shows(self, entry: Entry) -> bool:
        """Whether pages of this variant show an entry."""
        return {ALL: True, MOMENTS: bool(entry.moment), HOSTS: entry.by_host}[self.view]

    def since(self, entry: Entry) -> int:
        """The number of the change that last made an entry appear on such pages."""
        return max(entry.shown, entry.marked) if self.view == MOMENTS else entry.shown

    def among(self, entries: QuerySet[Entry], end: int | None = None) -> QuerySet[Entry]:
        """The entries, of some, that such a page shows; with `end`, those that appeared at that change or before."""
        if end is not None:
            entries = entries.filter(shown__lte=end)
        if self.view == MOMENTS:
            entries = entries.exclude(moment="")
            return entries if end is None else entries.filter(marked__lte=end)
        return entries.filter(by_host=True) if self.view == HOSTS else entries


@lru_cache(maxsize=256)
def _made(language: str, order: str, view: str, hosts: bool) -> Variant:
    return Variant(language, order, view, hosts)
