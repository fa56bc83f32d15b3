"""The tree of templates: folders, templates and states, those that a search finds, and what uses each template."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from feeds.gallery import contract
from feeds.gallery.contract.needs import engine
from feeds.gallery.contract.sources import kept_texts
from feeds.gallery.states import State, states_of, templates
from feeds.gallery.tried_templates import files, sources

_NAMED = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")
_IN_CODE = re.compile(r'"([\w/]+\.(?:html|txt))"')


@dataclass(frozen=True)
class Leaf:
    """A template in the tree, with those of its states that are shown."""

    template: str
    states: list[State]

    @property
    def name(self) -> str:
        """The template's name within its folder."""
        return self.template.rpartition("/")[2]


@dataclass(frozen=True)
class Folder:
    """A folder of templates; its path ends with a slash, and is "" for those in none."""

    path: str
    leaves: list[Leaf] = field(default_factory=list)


def tree(search: str = "") -> list[Folder]:
    """All folders with their templates and states, or those that have all words of a search."""
    folders: dict[str, Folder] = {}
    for leaf in _found(search.casefold().split()):
        path = leaf.template.removesuffix(leaf.name)
        folders.setdefault(path, Folder(path)).leaves.append(leaf)
    return list(folders.values())


def listed(template: str) -> list[State]:
    """The states of a template without their contexts, which the tree does not need. They depend on code alone."""
    return _listed(template) if template in templates() else []


@cache
def _listed(template: str) -> list[State]:
    return [replace(state, context={}) for state in states_of(template)]


def _found(words: list[str]) -> Iterator[Leaf]:
    for template in templates():
        about = f"{template} {contract.about(template)}".casefold()
        states = [
            state for state in listed(template) if all(word in about or word in state.name.casefold() for word in words)
        ]
        if states:
            yield Leaf(template, states)


def used_by() -> dict[str, list[str]]:
    """For each template those that include or extend it, and the modules that render it."""
    found = {template: set(modules) for template, modules in _used_in_code().items()}
    texts = kept_texts(engine())
    for path, text in (sources(engine()) if texts is None else texts).items():
        for template in _NAMED.findall(text):
            found.setdefault(template, set()).add(_name(path))
    return {template: sorted(names) for template, names in found.items()}


def _name(path: str) -> str:
    """The name of the template at a path."""
    folder = next(each for each in engine().dirs if Path(path).is_relative_to(each))
    return Path(path).relative_to(folder).as_posix()


@cache
def _used_in_code() -> dict[str, list[str]]:
    """The modules that name each template."""
    found: dict[str, list[str]] = {}
    for path in sorted(files(settings.ROOT / "feeds")):
        module = Path(path).relative_to(settings.ROOT).as_posix()
        if module.endswith(".py") and not module.startswith("feeds/tests/"):
            for name in dict.fromkeys(_IN_CODE.findall(Path(path).read_text())):
                found.setdefault(name, []).append(module)
    return found
