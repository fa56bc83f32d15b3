"""How large a body a route takes: written at its view, and known to the server before the body is read."""

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
    """Bytes of them, beside what every form may have."""
    refusal: str | Promise
    """Said to who sends more, or is not signed in."""


def takes_files(size: int, refusal: str | Promise) -> Callable[[View], View]:
    """Let a view be sent files of so many bytes. The outermost of its decorators."""

    def marked(view: View) -> View:
        vars(view)["files"] = Files(size, refusal)
        return view

    return marked


def files_at(path: str) -> Files | None:
    """What the route at this path takes beside forms, if anything."""
    try:
        return getattr(resolve(path).func, "files", None)
    except Resolver404:
        return None


def usual() -> int:
    """Bytes that a body may have where nothing else is said."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def limit_at(path: str) -> int:
    """Bytes that a body sent to this path may have."""
    files = files_at(path)
    return usual() + files.size if files else usual()
