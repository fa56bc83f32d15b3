"""The live path over HTTP, for when the socket does not work."""

import time
import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.rules import Banned
from feeds.access.visitors import Person
from feeds.forms import Cursor, Fragment, parse_number
from feeds.live.messages import farewell
from feeds.memo import for_everybody
from feeds.models import Event, Post
from feeds.models.post.kinds import PostKey
from feeds.timeline import cache
from feeds.timeline.frames import NOWHERE
from feeds.timeline.variants import Variant
from feeds.views import HtmxRequest
from feeds.views.caching import PRIVATE, never_kept, unless_current, weak
from feeds.views.pages import KEPT_BY_CACHES

HOUR = 3600
OFTEN, AT_ALL = 2, 26
"""Hours for which a page at rest asks every minute, and after which it stops asking."""


def _has_own(event: Event, person: Person, after: Cursor) -> bool:
    """Whether a post by this person changed after the cursor, perhaps in another tab."""
    if not person.visitor.name:
        return False
    return any(posts.filter(person.wrote(), seq__gt=after.seq).exists() for posts in event.posts())


@require_safe
def fragment(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET tells a page where the post in the fragment of its address is, if the page does not show it; else 204."""
    person, wanted = Person.of(request), Fragment.of(request.headers.get("HX-Current-URL"))
    rules.event_for(person, slug)
    if not wanted:
        return HttpResponse(status=204)
    try:
        post = rules.post_for(person, slug, PostKey(Post.kinds[wanted.kind], wanted.pk))
    except Http404:
        return HttpResponse(status=204)  # the page stays as it is
    context = {"event": post.event, "post": post, "address": post.own_page}
    return never_kept(render(request, "partials/live/fragment_answer.html", context))


@require_safe
def changes(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET answers `?after=<cursor>` with the same frame as on the socket, and says that the page is polling; or 304.

    A page sends `silent` if it heard nothing on an open socket. It gets a new socket, as the old one may be half open.

    A missing or malformed cursor counts as one from another history. A page that may no longer be read is told so
    (403 or 404) and stops asking, and so does a reader's page of an event that is over. The address says the variant
    of the page, since the browser's preferences may have changed; only hosts get that of hosts.
    """
    variant = Variant.parse(request.GET, get_language())
    try:
        person = Person.of(request)
        event = rules.event_for(person, slug)
    except (Http404, Banned) as refusal:
        if not request.htmx:
            raise
        return HttpResponse(farewell(variant, refusal), status=403 if isinstance(refusal, Banned) else 404)
    after, hosting = Cursor.parse(request.GET.get("after")) or NOWHERE, person.hosts(event)
    variant = variant.asked_by(request.GET, hosting=hosting)
    over = event.is_over and not hosting
    if "silent" in request.GET:
        response = _changes(request, event, after, variant, over)
        response["Cache-Control"] = PRIVATE
        return response
    key = (settings.BUILD, event.pk, event.epoch, event.head, str(after), over, str(variant))
    return unless_current(request, weak(key), lambda: _changes(request, event, after, variant, over))


def _changes(request: HtmxRequest, event: Event, after: Cursor, variant: Variant, over: bool) -> HttpResponse:
    """Render the frame after a cursor. `over`: the event is over, and this person does not host it."""
    frame = cache.frame(event, after, variant)
    context = {
        "event": event,
        "frame": frame,
        "state": "polling",
        "silent": "silent" in request.GET,
        "after": after,
        "over": over and (frame is None or frame.over),
        "cursor": frame.end if frame else after,
        "form_key": uuid.uuid4().hex,
        "variant": variant,
        "own": frame is not None and _has_own(event, Person.of(request), after),
        "fragment": Fragment.of(request.headers.get("HX-Current-URL")),
        "slug": event.slug,
        "outdated": settings.WATCH_TEMPLATES and request.GET.get("build", settings.BUILD) != settings.BUILD,
    }
    with translation.override(variant.language):
        return render(request, "partials/live/changes.html", context)


@require_safe
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    """GET brings pages of a past event back to life if it was reopened. Until then the answer is 204 or tiny.

    `since` is the hour in which the page was loaded; `whole` means that it must be loaded again. The answer is the same
    for everybody at this address, unlisted events included, so caches in front keep it as long as the pages.
    """
    public = rules.event_in_public(Person.of(request), slug)
    event = public or rules.event_for(Person.of(request), slug)
    variant, whole = Variant.parse(request.GET), "whole" in request.GET  # by the address alone: caches keep it
    since = min(parse_number(request.GET.get("since")) or 0, int(time.time()) // HOUR + 1)
    hours = time.time() / HOUR - since
    slower = hours >= OFTEN and "hourly" not in request.GET
    state = ("over", hours >= AT_ALL, slower) if event.is_over else ("back", event.epoch, event.head)
    kept = f"public, max-age=0, s-maxage={KEPT_BY_CACHES}" if public else PRIVATE

    def _answer() -> HttpResponse:
        context = {"slug": event.slug, "variant": variant, "since": since, "whole": whole, "never": hours >= AT_ALL}
        with for_everybody(variant.language):
            if not event.is_over and not whole:
                key = f"{event.epoch}-{event.head}"  # another socket than the one before
                return render(request, "partials/live/back_frame.html", context | {"form_key": key})
            if event.is_over and (slower or hours >= AT_ALL):
                return render(request, "partials/live/rest_slower.html", context)
        return HttpResponse(status=204)

    etag = weak((settings.BUILD, event.pk, event.slug, str(variant), whole, since, state))
    response = unless_current(request, etag, _answer, kept=kept)
    if whole and not event.is_over:
        response["HX-Refresh"] = "true"
    return response
