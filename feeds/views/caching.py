"""Caching of answers: what browsers and caches in front may keep, and when they ask again."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

PRIVATE = "private, no-cache"
"""Kept by the browser alone, which asks each time whether it is current."""
NEVER = "private, no-store"
"""Kept nowhere."""


def etag_of(parts: object) -> str:
    """A strong ETag of everything that an answer depends on, its language included."""
    return f'"{hashlib.sha256(repr((get_language(), parts)).encode()).hexdigest()[:32]}"'


def weak(parts: object) -> str:
    """As `etag_of`, for an answer that may also differ in what does not matter, such as a token."""
    return f"W/{etag_of(parts)}"


def never_kept(response: HttpResponse) -> HttpResponse:
    """The same response, which no browser and no cache keeps."""
    response["Cache-Control"] = NEVER
    return response


def unless_current(
    request: HttpRequest, etag: str, make: Callable[[], HttpResponse], *, kept: str = PRIVATE
) -> HttpResponse:
    """304 where the browser has the answer with this ETag, else the one that `make` returns. `kept`: Cache-Control."""
    response: HttpResponse = get_conditional_response(request, etag=etag) or make()
    response["ETag"], response["Cache-Control"] = etag, kept
    return response
