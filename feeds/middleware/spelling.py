"""Addresses that are nearly right: without the slash at their end, or with capitals in what is the same for all."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.middleware.common import CommonMiddleware
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django.utils.encoding import escape_uri_path, iri_to_uri


class SpellingMiddleware(CommonMiddleware):
    """As Django's, which adds a slash; but never for ever, and capitals make no difference either."""

    response_redirect_class = HttpResponseRedirect

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in {"GET", "HEAD"} and spelled(request.path_info) is not None

    def get_full_path_with_slash(self, request: HttpRequest) -> str:
        path = escape_uri_path(spelled(request.path_info) or request.path_info)
        query = request.META.get("QUERY_STRING", "")
        return f"{path}?{iri_to_uri(query)}" if query else path


def spelled(path: str) -> str | None:
    """The address that is meant by one that nothing is at; None where there is none, or nothing to mend."""
    if (path.endswith("/") and path == path.lower()) or _is_right(path):
        return None  # the former for every request there is, without another look at all routes
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
    """The path as each of our routes would spell it that it may be of. What is in it of an event or a token stays."""
    for pattern, route in _routes():
        if found := pattern.fullmatch(path.removeprefix("/")):
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name, found=found: found[name[1]], route)  # type: ignore[misc]


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(regex, re.IGNORECASE), route) for regex, route in _within(get_resolver())]


def _within(resolver: Any) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        route = str(each.pattern)
        if not isinstance(each, URLResolver):
            yield each.pattern.regex.pattern, route
        elif route:
            yield f"{re.escape(route)}(?P<rest>.*)", f"{route}<rest>"
        else:
            yield from _within(each)
