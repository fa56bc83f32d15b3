"""Names of cookies, which over https begin with `__Host-`."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse

PREFERENCES = ("commentary_language", "commentary_order")


class Messages(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class EarlierNamesMiddleware:
    """Lets browsers keep what they chose before the site's cookies had their present names.

    Preferences only, which are no secrets. A visitor's id is signed and has its own way (feeds.access); a session or a
    CSRF token under a name that others can plant is not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in PREFERENCES:
            if name in request.COOKIES:
                request.COOKIES.setdefault(settings.COOKIE_PREFIX + name, request.COOKIES[name])
        return self.get_response(request)
