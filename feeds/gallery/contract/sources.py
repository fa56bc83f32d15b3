"""Sources of templates: compiled apart from those that readers get, so that what is rendered knows where it stands.

Each plain text in a template is marked with its file and line. Each name that is looked up notes what came of it.
"""

import os
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.template import Engine, Origin, Template, TemplateDoesNotExist
from django.template.base import tag_re
from django.template.loaders import filesystem

from feeds.gallery.contract.notes import take_notes
from feeds.gallery.states import templates
from feeds.gallery.tried_templates import bound_to, changed, files, loaders

_BEGIN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_BEGIN}(\\d+),(\\d+);|{_END}")
_LEFT_ALONE = {"blocktranslate", "blocktrans", "comment", "verbatim"}
"""Tags whose contents are no plain text of the page."""


_named: ContextVar[set[str] | None] = ContextVar("named", default=None)
"""Names of the templates that were looked for."""


@dataclass(frozen=True)
class LookedAt:
    """Findings, and the names of the templates that they are of, of included ones as well."""

    of: frozenset[str]
    said: list[str]


@dataclass(frozen=True)
class Literal:
    """Plain text of a template within what was rendered of it."""

    start: int
    end: int
    path: str
    line: int


class Loader(filesystem.Loader):
    """Loads templates with their texts marked."""

    engine: "Sources"

    def __eq__(self, other: object) -> bool:
        """Compares as equal to those of other engines: see `tried_templates.Loader`."""
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def get_contents(self, origin: Origin) -> str:
        """The template's text with its marks. Raises `TemplateDoesNotExist` if there is none."""
        text = self.engine.text(str(origin.name))
        if text is None:
            raise TemplateDoesNotExist(str(origin.template_name))
        return _marked(text, self.engine.number(str(origin.name)))


class Sources(Engine):
    """An engine with the same templates as another one, for checks alone."""

    def __init__(self, used: Engine, before: "Sources | None" = None) -> None:
        """Sources of the engine in use. `before`: those of another one, of which unchanged templates are taken over."""
        self.used = used
        self.kept = kept_texts(used)
        self.paths: list[str] = before.paths if before else []
        self._found: dict[tuple[str, ...], tuple[Template, Origin]] = {}
        self.stale: list[str] | None = None
        self.hints: list[str] | None = None
        """What goes stale, and what is odd about them, once somebody has looked."""
        self.another: dict[str, object] = {}
        """The context of another viewer: see `another_viewer`."""
        self.looked_at: dict[Hashable, LookedAt] = {}
        """Findings about what depends on a few templates alone."""
        super().__init__(
            dirs=used.dirs,
            debug=True,  # errors have their lines
            loaders=[
                (
                    "django.template.loaders.cached.Loader",
                    [f"{__name__}.{Loader.__name__}", "django.template.loaders.app_directories.Loader"],
                )
            ],
            libraries=used.libraries,
            builtins=used.builtins,
        )
        if before:
            self._take_over(before)

    def _take_over(self, before: "Sources") -> None:
        others = changed(before.used, self.used)
        self.looked_at = {key: each for key, each in list(before.looked_at.items()) if not each.of & others}
        # The names in a template without states of its own are looked up in the states of those that include it.
        same = set(templates()) - others
        for key, (template, origin) in list(before._found.items()):
            if len(key) == 1 and key[0] in same:
                self._found[key] = bound_to(self, template), origin

    def look(self, key: Hashable, at: Callable[[], Iterator[str]]) -> list[str]:
        """The findings of a function about templates, called again only if one that it came upon has changed."""
        if key not in self.looked_at:
            names: set[str] = set()
            token = _named.set(names)
            try:
                said = list(at())
            finally:
                _named.reset(token)
            self.looked_at[key] = LookedAt(frozenset(names), said)
        if (outer := _named.get()) is not None:
            outer |= self.looked_at[key].of
        return self.looked_at[key].said

    def text(self, path: str) -> str | None:
        """The text of a file as it is on the disk, or was when it was put on trial; None without one."""
        if self.kept is not None:
            return self.kept.get(path)
        try:
            return Path(path).read_text(errors="replace")
        except FileNotFoundError:
            return None

    def number(self, path: str) -> int:
        """The number that stands for a file in marks."""
        self.paths.append(path)
        return len(self.paths) - 1

    def find_template(self, name: str, dirs: None = None, skip: list[Origin] | None = None) -> tuple[Template, Origin]:
        """A compiled template whose names take notes."""
        _note(name)
        key = (name, *(str(origin.name) for origin in skip or () if origin.template_name == name))
        if key not in self._found:
            template, origin = super().find_template(name, dirs, skip)
            take_notes(template)
            self._found[key] = template, origin
        return self._found[key]

    def path(self, name: str) -> str:
        """The path of the template of this name; "" without one."""
        _note(name)
        for folder in self.dirs:
            path = os.path.join(os.path.abspath(folder), name)
            if (path in self.kept) if self.kept is not None else os.path.isfile(path):
                return path
        return ""


def _note(name: str) -> None:
    if (named := _named.get()) is not None:
        named.add(name)


def kept_texts(engine: Engine) -> dict[str, str] | None:
    """The texts of all templates of an engine on trial, by their paths; None if it reads files when it needs them."""
    return next((loader.kept for loader in loaders(engine) if loader.kept is not None), None)


def sources_of(used: Engine) -> Sources:
    """The sources of an engine, compiled again when a file has changed."""
    state = _state(used)
    for before, sources in _last:
        if before == state:
            return sources
    before = next((sources for _, sources in reversed(_last) if _is_alike(sources, used)), None)
    _last.append((state, Sources(used, before)))
    return _last[-1][1]


def forget() -> None:
    """Forgets all sources, when something else than a template has changed on which findings depend."""
    _last.clear()


def _is_alike(sources: Sources, used: Engine) -> bool:
    """Whether templates of the same text are compiled to the same."""
    settled = kept_texts(used) is not None and sources.kept is not None
    names = ("dirs", "libraries", "builtins")
    return settled and all(getattr(sources.used, name) == getattr(used, name) for name in names)


_last: deque[tuple[object, Sources]] = deque(maxlen=2)
"""The sources in use and those on trial, each with the state of the files."""


def _state(used: Engine) -> tuple[object, ...]:
    kept = kept_texts(used)
    if kept is not None:
        return used, kept
    stats = [(path, os.stat(path)) for folder in used.dirs for path in files(folder)]
    return used, tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


class Rendered:
    """A rendered template, and where each part of it stands."""

    def __init__(self, marked: str, sources: Sources) -> None:
        self.marked, self._sources = marked, sources
        self.html = _MARK.sub("", marked)

    @cached_property
    def literals(self) -> list[Literal]:
        """The plain texts in it, in order."""
        found: list[Literal] = []
        removed, opened = 0, None
        for mark in _MARK.finditer(self.marked):
            at = mark.start() - removed
            removed += len(mark[0])
            if mark[1]:
                opened = at, self._sources.paths[int(mark[1])], int(mark[2])
            elif opened:
                found.append(Literal(opened[0], at, *opened[1:]))
                opened = None
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [literal.start for literal in self.literals]

    def place(self, offset: int) -> tuple[str, int]:
        """File and line of what stands there: those of the plain text there, or else before it."""
        at = max(bisect_right(self._starts, offset) - 1, 0)
        if not self.literals:
            return "", 0
        literal = self.literals[at]
        return literal.path, literal.line + self.html.count("\n", literal.start, min(offset, literal.end))


def _marked(text: str, number: int) -> str:
    parts, line, until = [], 1, ""
    for position, part in enumerate(tag_re.split(text)):
        if position % 2:
            name = part[2:-2].split(maxsplit=1)[:1] if part.startswith("{%") else []
            if until:
                until = "" if name == [until] else until
            elif name and name[0] in _LEFT_ALONE:
                until = f"end{name[0]}"
        marked = part and not position % 2 and not until
        parts.append(f"{_BEGIN}{number},{line};{part}{_END}" if marked else part)
        line += part.count("\n")
    return "".join(parts)
