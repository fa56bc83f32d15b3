"""The map of the site for search engines: events that the home page lists, each with the time of its last change."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap

from feeds.memo import path_of
from feeds.models import Event
from feeds.models.event.querysets import EventQuerySet


class EventMap(Sitemap):
    """Django's map of public events, at most 5,000 in one file."""

    limit = 5000

    def items(self) -> EventQuerySet:
        """The events, the newest first."""
        events: EventQuerySet = Event.objects.listed().exclude(state=Event.State.ARCHIVED)
        return events.order_by("-starts_at", "-pk")

    def location(self, event: Event) -> str:
        """Path of the event's page."""
        return path_of("event", event.slug)

    def lastmod(self, event: Event) -> datetime:
        """The time at which the event's head last moved."""
        return event.changed_at
