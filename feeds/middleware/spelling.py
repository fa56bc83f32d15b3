"""Addresses that are nearly right: without the final slash, or with capitals where only small letters are used."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponseRedirect
from django.middleware.common import CommonMiddleware
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django.utils.encoding import escape_uri_path, iri_to_uri


class SpellingMiddleware(CommonMiddleware):
    """Django's redirect that adds a slash, but a temporary one; it also corrects capitals."""

    response_redirect_class = HttpResponseRedirect

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Whether the request is for an address that can be corrected."""
        return request.method in {"GET", "HEAD"} and corrected(request.path_info) is not None

    def get_full_path_with_slash(self, request: HttpRequest) -> str:
        """The corrected path with the query string."""
        path = escape_uri_path(corrected(request.path_info) or request.path_info)
        query = request.META.get("QUERY_STRING", "")
        return f"{path}?{iri_to_uri(query)}" if query else path


def corrected(path: str) -> str | None:
    """The address meant by one that leads nowhere; None if there is none, or nothing to correct."""
    if (path.endswith("/") and path == path.lower()) or _is_right(path):
        return None  # the first test spares almost every request a search of all routes
    ended = path if path.endswith("/") else f"{path}/"
    if _is_right(ended):
        return ended
    return next((found for each in (path, ended) for found in _in_small_letters(each) if _is_right(found)), None)


def _is_right(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _in_small_letters(path: str) -> Iterator[str]:
    """The path as each matching route would spell it. The parts that name an event or a token stay."""
    for route in _routes():
        if found := route.pattern.fullmatch(path.removeprefix("/")):
            parts = {name: part.lower() if name in route.small else part for name, part in found.groupdict().items()}
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name, parts=parts: parts[name[1]], route.text)  # type: ignore[misc]


class Route(NamedTuple):
    """A route: its pattern, which also matches capitals, its text, and the names of parts with small letters only."""

    pattern: re.Pattern[str]
    text: str
    small: frozenset[str] = frozenset()


@cache
def _routes() -> list[Route]:
    return list(_within(get_resolver()))


def _within(resolver: URLResolver) -> Iterator[Route]:
    for each in resolver.url_patterns:
        text = str(each.pattern)
        if not isinstance(each, URLResolver):
            converters = getattr(each.pattern, "converters", {})
            small = frozenset(name for name, known in converters.items() if getattr(known, "small_letters", False))
            yield Route(re.compile(each.pattern.regex.pattern, re.IGNORECASE), text, small)
        elif text:
            yield Route(re.compile(f"{re.escape(text)}(?P<rest>.*)", re.IGNORECASE), f"{text}<rest>")
        else:
            yield from _within(each)
