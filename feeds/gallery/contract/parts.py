"""Parts of compiled templates: their nodes, and the names that they look up."""

from collections.abc import Iterator
from typing import Any

from django.template.base import FilterExpression, Node, Variable
from django.template.defaulttags import CsrfTokenNode
from django.template.smartif import TokenBase


def parts(thing: object) -> Iterator[tuple[Any, int]]:
    """A node and everything that hangs on it, each with its line in the file."""
    waiting: list[tuple[object, int]] = [(thing, 0)]
    done = set()
    while waiting:
        part, line = waiting.pop()
        if id(part) in done:
            continue
        done.add(id(part))
        if isinstance(part, dict):
            waiting += [(each, line) for each in part.values()]
        elif isinstance(part, list | tuple):
            waiting += [(each, line) for each in part]
        elif isinstance(part, Node | FilterExpression | Variable | TokenBase):
            token = getattr(part, "token", None) if isinstance(part, Node) else None
            line = getattr(token, "lineno", None) or line
            yield part, line
            slots = (
                getattr(part, name, None) for kind in type(part).__mro__ for name in getattr(kind, "__slots__", ())
            )
            waiting += [(each, line) for each in (*getattr(part, "__dict__", {}).values(), *slots)]


def nodes(thing: object, kind: type | tuple[type, ...]) -> Iterator[tuple[Any, int]]:
    """The parts of this kind, each with its line."""
    return ((part, line) for part, line in parts(thing) if isinstance(part, kind))


def names(thing: object) -> list[str]:
    """First parts of all names that are looked up, sorted."""
    found = {variable.lookups[0] for variable, _ in nodes(thing, Variable) if variable.lookups}
    return sorted(found | ({"csrf_token"} if any(nodes(thing, CsrfTokenNode)) else set()))


def bound(thing: object) -> set[str]:
    """Names that a template gives to values itself, with `for`, `with`, `as` and the like."""
    found: set[str] = set()
    for node, _ in nodes(thing, Node):
        for attribute in ("asvar", "target_var", "variable", "variable_name", "countervar", "loopvars"):
            given = getattr(node, attribute, None)
            found |= {given} if isinstance(given, str) else set(given) if isinstance(given, list) else set()
        given = getattr(node, "extra_context", None)
        found |= set(given) if isinstance(given, dict) else set()
    return {name for name in found if isinstance(name, str)}
