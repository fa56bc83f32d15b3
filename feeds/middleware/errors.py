"""Errors of the models, as answers: the views catch only those that a form shows beside its fields."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from feeds.views.errors import STATUS, refusal


class DomainErrorMiddleware:
    """Answers `Closed` with 403, `Overtaken` with 409, `Gone` and `Spent` with 410, `TooOften` with 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to an error of the models; None for any other."""
        return refusal(request, exception) if type(exception) in STATUS else None
