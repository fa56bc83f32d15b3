"""Redirects of htmx requests that the browser has to follow itself."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse


class HtmxRedirectMiddleware:
    """Lets the browser follow a redirect to another page than the one that sent the form.

    HTMX would show that page in place of this one, under this one's address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx = getattr(request, "htmx", None)
        if htmx and request.method == "POST" and response.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
            here = (htmx.current_url_abs_path or "").partition("?")[0]
            if urlsplit(response["Location"]).path != here:
                response.status_code = HTTPStatus.NO_CONTENT
                response["HX-Redirect"] = response["Location"]
                del response["Location"]
        return response
