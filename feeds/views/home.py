"""The home page with the first events of each list, cached for a crowd, and further pages of each list."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from feeds.forms import Start
from feeds.models import Event, Presence
from feeds.models.accounts.account import Account
from feeds.timeline import cache
from feeds.views import HtmxRequest
from feeds.views.caching import NEVER, PRIVATE, etag_of, unless_current

LISTED = 20
"""Events of one list on the home page, and on each further page."""
LISTS = ("live", "coming", "over", "own")


@dataclass(frozen=True)
class Listed:
    """The home page's lists for one person: events by the name of a list, and where each goes on."""

    sections: dict[str, list[Event]]
    more: dict[str, Start]
    version: tuple[object, ...]
    """Everything the lists depend on, read from an index without counting."""

    @classmethod
    def of(cls, user: Account, names: tuple[str, ...] = LISTS, after: Start | None = None) -> "Listed":
        """The lists with these names for a user; `after` is the place where a further page begins."""
        pages = {name: Event.objects.page(name, user, after, LISTED + 1) for name in names}
        sections = {name: events[:LISTED] for name, events in pages.items()}
        more = {name: Start.at(events[LISTED - 1]) for name, events in pages.items() if len(events) > LISTED}
        shown = [
            (name, event.pk, event.epoch, event.seq, event.head)
            for name, events in sections.items()
            for event in events
        ]
        live = [event.pk for event in sections.get("live", []) if event.show_readers]
        readers = sorted(Presence.objects.readers_of(live).items()) if live else []
        return cls(sections, more, (shown, sorted(more.items()), readers, user.is_authenticated))

    def counted(self) -> "Listed":
        """The same lists, whose events have their numbers of entries and readers."""
        shown = {event.pk for events in self.sections.values() for event in events}
        by_pk = Event.objects.with_counts().in_bulk(shown)
        sections = {
            name: [by_pk[event.pk] for event in events if event.pk in by_pk] for name, events in self.sections.items()
        }
        return replace(self, sections=sections)


@require_safe
def home(request: HtmxRequest) -> HttpResponse:
    """GET shows the home page."""
    return _kept(request, render(request, "home/home.html", {"events": _events(request, Listed.of(request.user))}))


@require_safe
def events(request: HtmxRequest) -> HttpResponse:
    """GET answers the home page, which asks every 20 s, with its lists or 304. `?list=` is a page of one list."""
    if name := request.GET.get("list"):
        return _page(request, name)
    if not request.htmx:
        return redirect("home")
    listed = Listed.of(request.user)
    etag = etag_of((settings.BUILD, listed.version))
    return unless_current(request, etag, lambda: HttpResponse(_events(request, listed)))


def _events(request: HtmxRequest, listed: Listed) -> SafeString:
    """Render the lists, once for all people with the same ones."""

    def _render() -> SafeString:
        shown = listed.counted()
        context = {"sections": shown.sections, "more": shown.more, "user": request.user}
        return render_to_string("partials/event/events.html", context)

    return cache.home(etag_of(listed.version), get_language() or settings.LANGUAGE_CODE, _render)


def _page(request: HtmxRequest, name: str) -> HttpResponse:
    if name not in LISTS:
        raise Http404
    listed = Listed.of(request.user, (name,), Start.parse(request.GET.get("after"))).counted()
    context = {"name": name, "events": listed.sections[name], "more": listed.more.get(name)}
    return _kept(request, render(request, "home/events.html", context))


def _kept(request: HtmxRequest, response: HttpResponse) -> HttpResponse:
    """Set `Cache-Control`: going back after signing out must not show a person's own events."""
    response["Cache-Control"] = NEVER if request.user.is_authenticated else PRIVATE
    return response
