"""Names of cookies, which begin with `__Host-` over https."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse

PREFERENCES = ("commentary_language", "commentary_order")


class Messages(CookieStorage):
    """Django's messages in a cookie with our name."""

    cookie_name = settings.MESSAGES_COOKIE_NAME


class EarlierNamesMiddleware:
    """Keeps preferences that browsers stored before the site's cookies had their present names.

    Only preferences, which are not secret. A visitor's id is signed and handled by feeds.access.visitors. A session or
    a CSRF token under a name that others can plant is not trusted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in PREFERENCES:
            if name in request.COOKIES:
                request.COOKIES.setdefault(settings.COOKIE_PREFIX + name, request.COOKIES[name])
        return self.get_response(request)
