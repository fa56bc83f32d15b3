"""Viewers: what goes to everybody cannot tell of the one who looks at it."""

from collections.abc import Iterator

from django.http import HttpRequest, QueryDict
from django.template import Engine, Template
from django.template.loader_tags import IncludeNode

from feeds.gallery.contract.needs import contract_of
from feeds.gallery.contract.parts import names, nodes
from feeds.gallery.states import templates

VIEWER = {"request", "user", "perms", "messages", "visitor", "hosting", "csrf_token", "remembered"}
"""Names in a template's context that identify the viewer."""


def another_viewer() -> dict[str, object]:
    """A context for a different viewer, without the names that some partial may use."""
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", "/viewer/", QueryDict("viewer=1")
    request.META["QUERY_STRING"] = "viewer=1"
    but = frozenset().union(*(contract_of(name).but for name in templates()))
    return dict.fromkeys(VIEWER - but, "viewer") | {"request": request}


def seen_by_one(
    compiled: Template, engine: Engine, but: frozenset[str], seen: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Names that identify the viewer, used in a template or in included ones without a contract of their own."""
    for name in names(compiled.nodelist):
        if name in VIEWER - but:
            yield f"everybody gets the same of it, so it cannot use {name}"
    for include, _ in nodes(compiled.nodelist, IncludeNode):
        named = include.template.var
        if isinstance(named, str) and named not in seen and not contract_of(named).about:
            yield from seen_by_one(engine.get_template(named), engine, but, seen | {named})
