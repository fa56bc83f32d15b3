import hashlib

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request as django-htmx's middleware hands it on: `.htmx` is true where htmx sent it."""

    htmx: HtmxDetails


def etag_of(parts: object) -> str:
    """A strong ETag of all that an answer depends on. “W/” before it, where that is not all that differs."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def origin_of(request: HttpRequest) -> str:
    """What an address that others shall use begins with. Behind a proxy only PUBLIC_URL knows it."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").removesuffix("/")
