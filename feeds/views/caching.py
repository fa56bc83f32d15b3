"""Caching of answers: what browsers and caches in front may keep, and when they ask again."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

Response = TypeVar("Response", bound=HttpResponseBase)

PRIVATE = "private, no-cache"
"""`Cache-Control` of an answer that only the browser keeps, and checks each time."""
NEVER = "private, no-store"
"""`Cache-Control` of an answer that is not kept."""


def etag_of(parts: object) -> str:
    """A strong ETag of everything that an answer depends on, its language included."""
    return f'"{hashlib.sha256(repr((get_language(), parts)).encode()).hexdigest()[:32]}"'


def weak(parts: object) -> str:
    """A weak ETag, like `etag_of`, for answers that may differ in details such as a token."""
    return f"W/{etag_of(parts)}"


def never_kept(response: Response) -> Response:
    """Forbid browsers and caches to keep the response, and return it."""
    response["Cache-Control"] = NEVER
    return response


def unless_current(
    request: HttpRequest, etag: str, make: Callable[[], HttpResponse], *, kept: str = PRIVATE
) -> HttpResponse:
    """Response 304 if the browser has the answer with this ETag, else that of `make`. `kept`: its Cache-Control."""
    response: HttpResponse = get_conditional_response(request, etag=etag) or make()
    response["ETag"], response["Cache-Control"] = etag, kept
    return response
