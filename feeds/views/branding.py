"""Colour and logo of an event. They are the same for everybody, and kept by browsers and caches."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.models import LOGO_TYPE, Event, Logo
from feeds.values import colours
from feeds.views.caching import PRIVATE

DAY, YEAR = 24 * 3600, 365 * 24 * 3600


@require_safe
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """GET returns a style sheet with this accent in both colour schemes. It belongs to no event, so it needs no rule.

    Only the address with the current build is kept for good: while servers are upgraded, another one may answer.
    """
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise Http404
    light, dark = (colours.shades(f"#{colour}", scheme) for scheme in (colours.LIGHT, colours.DARK))
    css = render_to_string("event/accent.css", {"light": light, "dark": dark})
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    current = request.META.get("QUERY_STRING") == settings.BUILD
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if current else "no-cache"
    return response


@require_safe
def logo(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """GET returns the logo with this digest as WebP; 404 if the event has another one by now."""
    person = Person.of(request)
    event = rules.event_in_public(person, slug) or rules.event_for(person, slug)
    if event.logo != digest:
        raise Http404
    # Some databases return a memoryview.
    content = bytes(get_object_or_404(Logo, event=event.pk).content)
    response = HttpResponse(content, content_type=LOGO_TYPE)
    shown = event.visibility != Event.Visibility.DRAFT
    response["Cache-Control"] = f"public, max-age={DAY}, immutable" if shown else PRIVATE
    return response
