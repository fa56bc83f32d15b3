"""Limits of request bodies, written at the view of a route. The server knows them before it reads a body."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.functional import Promise

View = TypeVar("View", bound=Callable)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Files:
    """A route to which people who are signed in may send files."""

    size: int
    """Bytes of files, on top of the usual limit of a form."""
    refusal: str | Promise
    """Message to a person who sends more, or is not signed in."""


def takes_files(size: int, refusal: str | Promise) -> Callable[[View], View]:
    """Decorate a view that takes files of at most `size` bytes. It must be the outermost decorator."""

    def _with_files(view: View) -> View:
        vars(view)["files"] = Files(size, refusal)
        return view

    return _with_files


def files_at(path: str) -> Files | None:
    """Files that the route at this path takes; None if it takes none."""
    try:
        return getattr(resolve(path).func, "files", None)
    except Resolver404:
        return None


def usual() -> int:
    """Bytes that a body may have on a route without files."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def limit_at(path: str) -> int:
    """Bytes that a body sent to this path may have."""
    files = files_at(path)
    return usual() + files.size if files else usual()
