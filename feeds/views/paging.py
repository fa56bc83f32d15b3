"""More of a list on an open page: entries beyond its end, and earlier comments."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language

from feeds.forms import Place, parse_number
from feeds.models import Entry, Event
from feeds.timeline.days import meet_others
from feeds.timeline.listing import run
from feeds.timeline.threads import before
from feeds.timeline.variants import Variant
from feeds.views import HtmxRequest
from feeds.views.pages import back_to, live_context


def more_entries(request: HtmxRequest, event: Event) -> HttpResponse:
    """Answer HTMX with more entries: `?before=<position>` or `?since=…`. Without HTMX redirect to the event."""
    place = Place.parse(request.GET)
    if not request.htmx or place is None:
        return redirect(event)
    context = live_context(request, event)
    variant = _variant(request, context)
    found = run(event, variant, place)
    context |= {"entries": found.entries, "older": found.more, "cursor": back_to(request, event), "variant": variant}
    context["guard"] = f"#older[data-from='{place.position}']"
    context["days_meet"] = meet_others(found.entries, event)
    with translation.override(variant.language):
        return render(request, "partials/entry/older_entries.html", context)


def earlier_comments(request: HtmxRequest, entry: Entry) -> HttpResponse:
    """Answer HTMX with comments before `?before=<position>`, or the newest. Without HTMX redirect to the entry."""
    if not request.htmx:
        return redirect(entry)
    asked = parse_number(request.GET.get("before"))
    found = before(entry, asked)
    context = live_context(request, entry.event)
    variant = _variant(request, context)
    context |= {"entry": entry, "comments": found.comments, "earlier": found.earlier, "variant": variant}
    context["guard"] = f"#{entry.element_id}-earlier" + (f"[data-from='{asked}']" if asked else ":not(.opened)")
    context["cursor"] = back_to(request, entry.event)
    with translation.override(variant.language):
        return render(request, "partials/comment/earlier_comments.html", context)


def _variant(request: HtmxRequest, context: dict[str, Any]) -> Variant:
    """The variant of the page that asks; `context` is that of `live_context`."""
    return Variant.parse(request.GET, get_language()).asked_by(request.GET, hosting=context["hosting"])
