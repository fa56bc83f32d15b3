"""Wording of what is wrong with a template: which file, which line, what, and what to do."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import TokenType

from feeds.gallery.contract.sources import Sources


def named(path: str) -> str:
    """A file as people call it: its path if it is a theme's, since Commentary has one of the same name."""
    for folder in ("templates", "static"):
        ours = Path(settings.ROOT, folder)
        if Path(path).is_relative_to(ours):
            return Path(path).relative_to(ours if folder == "templates" else ours.parent).as_posix()
    return path


def is_ours(path: str) -> bool:
    """Whether a template comes with Commentary."""
    return Path(path).is_relative_to(Path(settings.ROOT, "templates"))


def at(path: str, line: int, said: str) -> str:
    """A sentence about a place in a file."""
    return f"{named(path)}{f', line {line}' if line else ''}: {said}"


def in_words(template: str, error: Exception, sources: Sources) -> str:
    """The error of a template as a sentence, with the line if it is known."""
    token, debug = getattr(error, "token", None), getattr(error, "template_debug", None) or {}
    line = token.lineno if token is not None and token.token_type != TokenType.TEXT else debug.get("line")
    path = sources.path(template)
    inner, where = debug.get("name", ""), f", line {line}" if line else ""
    if inner and inner != path:
        where += f" of {named(inner)}"
    kind = "" if isinstance(error, TemplateSyntaxError | TemplateDoesNotExist) else f"{type(error).__name__}: "
    return f"{named(path) if path else template}{where}: {kind}{error}"


def new_among(said: list[str], known: Callable[[], list[str]]) -> list[str]:
    """The sentences that were not known before. Lines and quoted texts do not count, since other changes touch them."""
    before = {_PASSING.sub("", each) for each in (known() if said else [])}
    return [each for each in said if _PASSING.sub("", each) not in before]


_PASSING = re.compile(r", line \d+|“[^”]*” (?=changes when)")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question for the name that is most like it; "" if none is."""
    near = nearest(name, known)
    return f" Did you mean {near}?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that is most like this one; "" if none is."""
    most = min(max(len(name) // 3, 1), 3)
    apart = {each: _steps(name, each) for each in known if abs(len(each) - len(name)) <= most}
    near = min(apart, key=lambda each: (apart[each], each), default="")
    return near if near and apart[near] <= most else ""


def _steps(one: str, other: str) -> int:
    """Number of characters to change, swap, add or leave out to make one name of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, char in enumerate(one, 1):
        earlier, before, row = before, row, [n]
        for m, wanted in enumerate(other, 1):
            ways = [before[m] + 1, row[-1] + 1, before[m - 1] + (char != wanted)]
            if n > 1 and m > 1 and (char, one[n - 2]) == (other[m - 2], wanted):
                ways.append(earlier[m - 2] + 1)
            row.append(min(ways))
    return row[-1]
