"""Names that a template looks up and that nothing has: Django shows nothing in their place."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.template import Template

from feeds.gallery.contract.needs import contract_of
from feeds.gallery.contract.notes import Noted, noted, take_notes
from feeds.gallery.contract.parts import bound
from feeds.gallery.contract.sources import Sources
from feeds.gallery.contract.wording import at, did_you_mean

_EVERYWHERE = {
    *("request", "user", "perms", "messages", "csrf_token", "sender", "LANGUAGE_CODE", "True", "False", "None"),
    *("block", "forloop", "scheme", "still", "watching", "build", "reload"),
}
"""Names that every page has, or that tags bring with them."""


def unknown(name: str, template: Template, contexts: Iterable[str], sources: Sources) -> Iterator[str]:
    """Names in a template that had no value in any state, and that nothing says it could have, as sentences."""
    words = set(re.findall(r"\w+", contract_of(name).about))
    ours = _looked_up(name, sources)
    known = {*contexts, *words, *bound(template.nodelist), *_EVERYWHERE, *(names[0] for names in ours)}
    for looked_up in noted(template):
        if not looked_up.found and looked_up.names not in ours and (said := _said(looked_up, known)):
            yield at(str(template.origin.name), looked_up.line, said)


def _said(looked_up: Noted, known: set[str]) -> str:
    first = looked_up.names[0]
    if first not in known:
        cure = did_you_mean(first, known) or " The comment at the top of the template lists its names."
        return f"nothing is called {first} here.{cure}"
    if looked_up.lacking is None or looked_up.lacking[1] is None or first == "request":  # middleware adds to it
        return ""
    name, within = looked_up.lacking
    kind = type(within).__name__
    cure = did_you_mean(name, (each for each in dir(within) if not each.startswith("_"))) or " Remove it."
    return f"{looked_up.var}: {'an' if kind[0] in 'AEIOU' else 'a'} {kind} has no {name}.{cure}"


def _looked_up(name: str, sources: Sources) -> frozenset[tuple[str, ...]]:
    """Names that our template of this name looks up, if another one is in use."""
    path = Path(settings.ROOT, "templates", name)
    is_ours = sources.path(name) == str(path)
    return frozenset() if is_ours or not path.is_file() else _read(path, path.stat().st_mtime_ns, sources)


@lru_cache(512)
def _read(path: Path, _changed: int, sources: Sources) -> frozenset[tuple[str, ...]]:
    template = Template(path.read_text(), engine=sources)
    take_notes(template)
    return frozenset(each.names for each in noted(template))
