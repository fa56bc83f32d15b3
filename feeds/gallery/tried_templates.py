"""Templates on trial, and pages that reload themselves: for WATCH_TEMPLATES=1.

`live_reload` watches the files. Readers get templates from memory, all of the same moment. Half-written and broken ones
are only on the disk.
"""

import os
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Engine, Origin, Template, TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates
from django.template.loader import render_to_string
from django.template.loaders import cached, filesystem
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from serving.compression import tight

_tried: ContextVar[Engine | None] = ContextVar("tried", default=None)

_HEAD = re.compile(r"<head(?:\s[^>]*)?>(.*?)</head>", re.DOTALL)
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
TAG = r"""[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>"""
"""An element's start tag after its “<”."""
_TAG = re.compile(f"<{TAG}")
_MOVES = re.compile(r" (?:autofocus|hx-preserve)(?=[ >])")
"""Attributes that move the focus, or keep a form as it was."""


class Loader(filesystem.Loader):
    """Loads templates from the texts that were read all at once."""

    kept: dict[str, str] | None = None

    def __eq__(self, other: object) -> bool:
        """Compares as equal to those of other engines: Django asks for it to tell whether two origins are one."""
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def get_contents(self, origin: Origin) -> str:
        """The template's text. Raises `TemplateDoesNotExist` if it was not among those that were read."""
        if self.kept is None:
            return super().get_contents(origin)
        try:
            text = self.kept[str(origin.name)]
        except KeyError:
            raise TemplateDoesNotExist(str(origin.template_name)) from None
        # In DEBUG errors have the line numbers of the file.
        return text if settings.DEBUG or not str(origin.name).endswith(".html") else tight(text)


class SwitchedTemplates(DjangoTemplates):
    """Django's backend, which renders with other templates within `tried`."""

    @property
    def engine(self) -> Engine:
        """The engine on trial in this context, else the one in use."""
        return _tried.get() or self._used

    @engine.setter
    def engine(self, engine: Engine) -> None:
        """Takes another engine into use."""
        self._used = engine


class Templates(SwitchedTemplates):
    """The same with templates that can be exchanged all at once."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        super().__init__(params)
        self.engine = self.read()

    def read(self) -> Engine:
        """An engine with the templates as they are on the disk now; nobody uses it yet."""
        made = DjangoTemplates(self._params | {"OPTIONS": self._params["OPTIONS"] | {"debug": settings.DEBUG}})
        kept = sources(made.engine)
        for loader in loaders(made.engine):
            loader.kept = kept
        if hasattr(self, "_used"):
            _take_over(self._used, made.engine)
        return made.engine


@contextmanager
def tried(engine: Engine | None) -> Iterator[None]:
    """Renders everything in the block with these templates, or with those in use."""
    token = _tried.set(engine)
    try:
        yield
    finally:
        _tried.reset(token)


def loaders(engine: Engine) -> Iterator[Loader]:
    """The engine's loaders that can be given texts."""
    for outer in engine.template_loaders:
        yield from (loader for loader in getattr(outer, "loaders", [outer]) if isinstance(loader, Loader))


def changed(old: Engine, new: Engine) -> frozenset[str]:
    """Names of the templates of which two engines keep different files or texts in memory."""
    was, now = _files_of(old), _files_of(new)
    return frozenset(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))


def _files_of(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """Paths and texts of all files of each name."""
    kept = next((loader.kept for loader in loaders(engine) if loader.kept), {})
    found: dict[str, list[tuple[str, str]]] = {}
    for folder in engine.dirs:
        inside = os.path.abspath(folder) + os.sep
        for path, text in kept.items():
            if path.startswith(inside):
                found.setdefault(path.removeprefix(inside), []).append((path, text))
    return found


def bound_to(engine: Engine, template: Template) -> Template:
    """The same compiled template, which includes those of this engine."""
    made = copy(template)
    made.engine = engine
    return made


def _take_over(old: Engine, new: Engine) -> None:
    """Gives an engine what another one has compiled of the same texts."""
    others = changed(old, new)
    for outer, other in zip(old.template_loaders, new.template_loaders, strict=True):
        if isinstance(outer, cached.Loader) and isinstance(other, cached.Loader):
            for key, template in list(outer.get_template_cache.items()):
                if key == getattr(template, "name", "") and key not in others:
                    other.get_template_cache[key] = bound_to(new, template)


def sources(engine: Engine) -> dict[str, str]:
    """The text of each template, by its path."""
    found: dict[str, str] = {}
    for folder in engine.dirs:
        for path in files(folder):
            found[path] = Path(path).read_text(errors="replace")
    return found


def files(folder: str | Path) -> Iterator[str]:
    """Paths of all files in a folder, except hidden ones and editors' temporary files."""
    for parent, folders, names in os.walk(os.path.abspath(folder)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith((".", "#")) and not name.endswith(("~", ".swp", ".tmp")):
                yield os.path.join(parent, name)


def watching(request: HttpRequest) -> dict[str, Any]:
    """Context processor for live reload: whether to listen, the build, and a random value for a page that reloads
    itself."""
    if not settings.WATCH_TEMPLATES:
        return {}
    return {"watching": True, "build": settings.BUILD, "reload": uuid.uuid4().hex if "reload" in request.GET else ""}


class ReloadMiddleware:
    """Answers a page that reloads itself (`?reload`) with its parts, which replace the ones it has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asks = settings.WATCH_TEMPLATES and "reload" in request.GET and request.headers.get("HX-Request")
        if not asks or response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        page = response.content.decode()
        head, body = _HEAD.search(page), _BODY.search(page)
        if head and body:
            context: dict[str, str] = {
                "head": mark_safe(head[1]),  # noqa: S308  (rendered by our templates)
                "body": mark_safe(_TAG.sub(lambda tag: _MOVES.sub("", tag[0]), body[1])),  # noqa: S308
            }
            line, mode = re.fullmatch(r"line-(\d+)", request.GET.get("line", "")), request.GET.get("mode", "")
            if line and mode != "end":
                asks = urlencode({"at": "count", "mode": mode, "line": line[0]})
                context |= {"line": line[0], "position": f"{line[1]}.5", "counts_at": f"{request.path}reading/?{asks}"}
            response.content = render_to_string("partials/live/reload.html", context).encode()
        del response["ETag"]
        add_never_cache_headers(response)
        return response
