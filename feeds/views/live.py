"""The live path over HTTP, for when the socket does not work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feeds import access
from feeds.changes import frame_between
from feeds.forms import Cursor


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """`?after=<cursor>`: the same frame as on the socket, and the word that this page lives by polling.

    A cursor that is missing or makes no sense is answered like one from another history.
    """
    event = access.event_for(request.user, slug)
    after = Cursor.parse(request.GET.get("after")) or Cursor("none", 0)
    frame = frame_between(event.pk, after, guarded=True)
    response = render(request, "partials/changes.html", {"event": event, "frame": frame, "state": "polling"})
    response["Cache-Control"] = "private, no-store"
    return response
