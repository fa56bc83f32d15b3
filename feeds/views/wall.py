"""The wall: an event on a big screen in a room, untouched for a whole day."""

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
from feeds.views.sharing import card_of_event


@require_safe
def wall(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET shows the wall. The page asks with `?again` from time to time, and gets its content now.

    So it drops entries that have left the screen, and recovers if its connection was closed for good, for example when
    the event is reopened. Readers are told to reload their pages then, but nobody is here to do it.
    """
    event = rules.event_for(Person.of(request), slug)
    again = request.htmx and "again" in request.GET
    context = live_context(request, event) | _join(request, event)
    context["variant"] = variant = context["variant"].for_hosts(False)
    context["entries"], _, _ = cache.entries(event, variant, None, context | {"csrf_token": ""})
    if not again:
        context["card"] = card_of_event(request, event)
        # Without PUBLIC_URL the wall shows the address of this request to the room.
        return live_page(request, "event/wall.html", context, 200, may_be_shared=bool(settings.PUBLIC_URL))
    return never_kept(
        render(request, "partials/wall/wall_again.html", context | {"frame": cache.whole_page(event, variant)})
    )


def _join(request: HtmxRequest, event: Event) -> dict[str, Any]:
    """The event's address for people in the room: in parts to type, and as a QR code."""
    address = origin_of(request) + event.get_absolute_url()
    return {"address": address.split("://", 1)[1].rstrip("/").split("/"), "code": qr_code(address)}


def qr_code(address: str) -> SafeString:
    """SVG of an address as a QR code. It is dark on light in both colour schemes, since cameras need that."""
    code = segno.make_qr(address, error="m")
    svg = code.svg_inline(dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308  (segno draws black and white: the address itself is not in it)
