"""Choice of a language. Until a visitor chooses one here, they read in the one their browser prefers."""

import re
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """POST keeps the choice in a cookie and redirects back. GET shows the form: pages that caches keep have none."""
    came_from = re.sub(r"^https?://[^/]*", "", request.headers.get("Referer", ""))
    there = request.POST.get("next") or request.GET.get("next") or came_from
    if not there.startswith("/") or not url_has_allowed_host_and_scheme(there, None):
        there = reverse("home")
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return render(request, "language.html", {"back": there}, status=422 if request.method == "POST" else 200)
    response = HttpResponseRedirect(there, status=303)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=timedelta(days=365),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
