"""Pages of rows that continue from a position, never from a number of rows."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from feeds.models import Comment, Entry

P = TypeVar("P", Entry, Comment)


def page_of(rows: "QuerySet[P, Any]", limit: int) -> tuple[list[P], int | None]:
    """The first rows, at most `limit`, and the position of the last one; None if there are no more rows."""
    found = list(rows[: limit + 1])
    return found[:limit], found[limit - 1].place if len(found) > limit else None
