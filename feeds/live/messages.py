"""HTML that pages are sent besides frames."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from feeds.access.rules import Banned
from feeds.forms import Cursor
from feeds.memo import for_everybody
from feeds.timeline.variants import Variant


def render(variant: Variant, template: str, context: dict[str, Any]) -> str:
    """Render a template for pages of this variant, in its language."""
    with for_everybody(variant.language):
        return render_to_string(template, context | {"variant": variant})


def farewell(variant: Variant, reason: Exception | None = None) -> str:
    """Replacement for a page that may no longer be read. It is not live, so it asks for nothing again."""
    return render(variant, "partials/live/gone_frame.html", {"banned": reason if isinstance(reason, Banned) else None})


def rest(variant: Variant, slug: str, cursor: Cursor | None) -> str:
    """Last message to a page of an event that is over: the page stays, and asks only whether the event goes on.

    It takes effect only on a page that is at this cursor, and so has everything.
    """
    return render(variant, "partials/live/rest_frame.html", {"slug": slug, "cursor": cursor})


def outdated() -> str:
    """Message that lets a page load itself again, wherever it is and whatever it shows."""
    with for_everybody(settings.LANGUAGE_CODE):
        return render_to_string("partials/live/reload_frame.html", {"build": settings.BUILD})
