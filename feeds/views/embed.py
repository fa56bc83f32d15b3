"""An event on other sites: in a frame, as a fragment of HTML, described by oEmbed; and the page to share it."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import Cursor, parse_number
from feeds.forms.embedding import Frame
from feeds.memo import for_everybody, path_of
from feeds.models import Event
from feeds.models.post.cards import give
from feeds.outlets import embed as frames
from feeds.outlets import share_picture
from feeds.outlets.texts import content
from feeds.timeline import cache
from feeds.timeline.variants import Variant
from feeds.views import HtmxRequest
from feeds.views.caching import PRIVATE, never_kept, unless_current
from feeds.views.sharing import addresses_of, event_for_programs
from feeds.views.wall import qr_code

FRAGMENT_MAX, FRAGMENT_USUAL = 50, 10
"""Entries in a fragment."""
EMBEDDED = {"event", "entry", "wall", "embed", "share"}
"""Names of the pages that have a description: each is one of an event."""


@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows an event in a frame, the same for everybody: no cookie is read or set, and nobody can post.

    `?entries=5`, `?theme=dark` and `?accent=0b6157` are how the site wants it. Only this page may be framed by others.
    """
    event = event_for_programs(request, slug)
    frame, variant = Frame.parse(request.GET), Variant.plain(get_language())
    entries, _, _ = cache.entries(event, variant, None, {"csrf_token": "", "sender": ""}, most=frame.entries)
    context: dict[str, Any] = {
        "event": event,
        "entries": entries,
        "variant": variant,
        "cursor": Cursor(event.epoch, event.head),
        "resting": event.is_over,
        "frame": frame,
        "accent_url": path_of("accent", frame.accent[1:]) + f"?{settings.BUILD}" if frame.accent else event.accent_url,
        "shared": True,
    }
    with for_everybody(variant.language):
        response = render(request, "event/embed.html", context)
    response["Cache-Control"] = PRIVATE
    patch_vary_headers(response, ["Accept-Language"])
    response._csp_update = {"frame-ancestors": event.framed_by}  # type: ignore[attr-defined]
    response.xframe_options_exempt = bool(event.framed_by)
    return response


@require_safe
def fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """GET returns the newest entries as a piece of HTML without a page around it, for sites that put it into theirs.

    `?limit=` is their number, `?language=` the language of dates. The ETag is the event's cursor.
    """
    event = event_for_programs(request, slug)
    limit = min(parse_number(request.GET.get("limit")) or FRAGMENT_USUAL, FRAGMENT_MAX)
    language = Variant.parse(request.GET).language

    def make() -> HttpResponse:
        """The fragment."""
        entries = list(event.entries.visible().order_by("-position")[:limit])
        for entry in entries:
            entry.event = event
        give(entries)
        context = {
            "event": event,
            "entries": [(entry, content(entry)) for entry in entries],
            "origin": addresses_of(request).origin,
        }
        with for_everybody(language):
            return render(request, "event/entries.html", context)

    return unless_current(request, f'"{Cursor(event.epoch, event.head)}"', make)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """GET describes the event whose page `?url=` names, as JSON or XML. 401: its hosts let no other site embed it."""
    form = request.GET.get("format", "json")
    if form not in {"json", "xml"}:
        return never_kept(HttpResponse("Choose json or xml.", status=501, content_type="text/plain"))
    event = _described(request, request.GET.get("url", ""))
    if not event.framed_by:
        return never_kept(HttpResponse("Link to this event instead.", status=401, content_type="text/plain"))
    addresses, language, picture = addresses_of(request), get_language() or settings.LANGUAGE_CODE, ""
    if event.visibility == Event.Visibility.PUBLIC:
        digest = share_picture.digest_of(event, language)
        picture = addresses.to("share-picture", event.slug, language, digest)
    width, height = (parse_number(request.GET.get(name)) for name in ("maxwidth", "maxheight"))
    data = frames.oembed(event, addresses, picture=picture, width=width, height=height)
    response: HttpResponse = JsonResponse(data)
    if form == "xml":
        response = HttpResponse(frames.as_xml(data), content_type="text/xml; charset=utf-8")
    response["Cache-Control"] = PRIVATE
    return response


def _described(request: HttpRequest, url: str) -> Event:
    """The event that everybody may know of, by the address of one of its pages. Raises `Http404`."""
    try:
        parts = urlsplit(url)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        raise Http404 from None
    ours = {urlsplit(addresses_of(request).origin).netloc, request.get_host()}
    event = None
    if parts.scheme in {"http", "https"} and parts.netloc.lower() in ours and match.url_name in EMBEDDED:
        event = rules.event_in_public(Person.of(request), match.kwargs["slug"])
    if event is None:
        raise Http404
    return event


@require_safe
def share(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET shows everything with which an event can be passed on: address, QR code, embed code, feeds."""
    person = Person.of(request)
    event = rules.event_for(person, slug)
    addresses = addresses_of(request)
    names = ("feed-atom", "feed-json", "calendar", "entries-html")
    context: dict[str, Any] = {
        "event": event,
        "address": addresses.event(event),
        "code": qr_code(addresses.event(event)),
        "snippet": frames.snippet(event, addresses),
        "outlets": {name.replace("-", "_"): addresses.to(name, event.slug) for name in names},
        "hosting": person.hosts(event),
    }
    context["outlets"]["entries_html"] += "?limit=10"
    response = never_kept(render(request, "event/share.html", context))
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response
