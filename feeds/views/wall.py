"""The wall: an event on a big screen in a room, which nobody touches for a whole day."""

from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.models import Event
from feeds.timeline import cache
from feeds.views import HtmxRequest, origin_of
from feeds.views.caching import never_kept
from feeds.views.pages import live_context, live_page


@require_safe
def wall(request: HtmxRequest, slug: str) -> HttpResponse:
    """The page; with `?again`, which it asks for itself from time to time, what it should show now.

    So it forgets entries that nobody sees any more, and comes back where its connection was closed for good: when the
    event is reopened, say. Pages of readers are told to reload then, but here is nobody to do so.
    """
    event = rules.event_for(Person.of(request), slug)
    again = request.htmx and "again" in request.GET
    context = live_context(request, event) | _join(request, event)
    variant, nobody = context["variant"], {"csrf_token": "", "remembered": ""}
    context["entries"], _, _ = cache.entries(event, variant, None, context | nobody)
    if not again:
        # The address that it shows to the room is the one by which it was asked for, where no other is known.
        return live_page(request, "wall.html", context, 200, may_be_shared=bool(settings.PUBLIC_URL))
    return never_kept(
        render(request, "partials/wall_again.html", context | {"frame": cache.whole_page(event, variant)})
    )


def _join(request: HtmxRequest, event: Event) -> dict[str, Any]:
    """How people in the room get there: the address as they type it, and as their cameras read it."""
    address = origin_of(request) + event.get_absolute_url()
    return {"address": address.split("://", 1)[1].rstrip("/").split("/"), "code": qr_code(address)}


def qr_code(address: str) -> SafeString:
    """Dark on light whatever the colour scheme, as cameras want it, with the quiet zone around it."""
    code = segno.make_qr(address, error="m")
    svg = code.svg_inline(dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308  (what segno draws has nothing of the address in it but black and white)
