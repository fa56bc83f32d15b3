"""Feeds and calendars. An unchanged one costs a query and is answered with 304."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from feeds.forms import Cursor, parse_number
from feeds.models import Event
from feeds.outlets import atom, calendar, syndication
from feeds.outlets.syndication import FORMATS, LIVE_EVENTS
from feeds.timeline.variants import Variant
from feeds.values.site import site
from feeds.views.caching import PRIVATE, etag_of, unless_current
from feeds.views.home import LISTED
from feeds.views.pages import KEPT_BY_CACHES
from feeds.views.sharing import addresses_of, event_for_programs

SHARED = f"public, max-age=0, s-maxage={KEPT_BY_CACHES}"


@require_safe
def feed(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """GET returns a page of the event's feed in the format of this name.

    `?view=moments` and `?view=hosts` choose entries, `?before=` continues. The ETag is the event's cursor.
    """
    event = event_for_programs(request, slug)
    view, before = Variant.parse(request.GET).view, parse_number(request.GET.get("before"))

    def make() -> HttpResponse:
        """The feed."""
        text = syndication.of_event(event, name, view, before, addresses_of(request))
        return HttpResponse(text, content_type=FORMATS[name][0])

    return _unless_current(request, f'"{Cursor(event.epoch, event.head)}"', make, of=event)


@require_safe
def calendar_of_event(request: HttpRequest, slug: str) -> HttpResponse:
    """GET returns the event as a calendar file, with a reminder ten minutes before its start."""
    event = event_for_programs(request, slug)

    def make() -> HttpResponse:
        """The file."""
        response = HttpResponse(calendar.of_events([event], addresses_of(request)), content_type=calendar.TYPE)
        response["Content-Disposition"] = f'inline; filename="{event.slug}.ics"'
        return response

    return _unless_current(request, f'"{Cursor(event.epoch, event.head)}"', make, of=event)


@require_safe
def events_feed(request: HttpRequest) -> HttpResponse:
    """GET returns the public events that the home page begins with, as an Atom feed."""
    events = _listed("live", "coming", "over")
    return _unless_current(
        request,
        _version(events),
        lambda: HttpResponse(syndication.of_events(events, addresses_of(request)), content_type=atom.TYPE),
    )


@require_safe
def live_feed(request: HttpRequest) -> HttpResponse:
    """GET returns the newest entries of public events that are live, as an Atom feed."""
    events = _listed("live")
    return _unless_current(
        request,
        _version(events),
        lambda: HttpResponse(syndication.of_live(events, addresses_of(request)), content_type=atom.TYPE),
    )


@require_safe
def events_calendar(request: HttpRequest) -> HttpResponse:
    """GET returns the same events as a calendar to subscribe to."""
    events = _listed("live", "coming", "over")

    def make() -> HttpResponse:
        """The calendar."""
        content = calendar.of_events(events, addresses_of(request), name=site().name)
        return HttpResponse(content, content_type=calendar.TYPE)

    return _unless_current(request, _version(events), make)


def _listed(*lists: str) -> list[Event]:
    limit = max(LISTED, LIVE_EVENTS)
    return [event for name in lists for event in Event.objects.page(name, AnonymousUser(), None, limit)]


def _version(events: list[Event]) -> str:
    return etag_of((settings.BUILD, site().name, [(event.pk, event.epoch, event.head) for event in events]))


def _unless_current(
    request: HttpRequest, etag: str, make: Callable[[], HttpResponse], *, of: Event | None = None
) -> HttpResponse:
    """Response 304 or that of `make`, which caches may keep for a moment unless it is of a draft."""
    is_draft = bool(of and of.visibility == Event.Visibility.DRAFT)
    response = unless_current(request, etag, make, kept=PRIVATE if is_draft else SHARED)
    if not settings.PUBLIC_URL:
        patch_vary_headers(response, ["Host"])
    return response
