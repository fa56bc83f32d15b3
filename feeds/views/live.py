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
"""Hours for which a page at rest asks every minute, and after which it does not ask any more."""


def _has_own(event: Event, person: Person, after: Cursor) -> bool:
    """Whether something changed that this person wrote, perhaps in another tab."""
    if not person.visitor.name:
        return False
    return any(posts.filter(person.wrote(), seq__gt=after.seq).exists() for posts in event.posts())


@require_safe
def fragment(request: HtmxRequest, slug: str) -> HttpResponse:
    """Lead a page that does not show the post after the “#” of its address to the post's own page."""
    person, wanted = Person.of(request), Fragment.of(request.headers.get("HX-Current-URL"))
    rules.event_for(person, slug)
    if not wanted:
        return HttpResponse(status=204)
    try:
        post = rules.post_for(person, slug, PostKey(Post.kinds[wanted.kind], wanted.pk))
    except Http404:
        return HttpResponse(status=204)  # the page stays as it is
    context = {"event": post.event, "post": post, "address": post.own_page}
    return never_kept(render(request, "partials/fragment_answer.html", context))


@require_safe
def changes(request: HtmxRequest, slug: str) -> HttpResponse:
    """`?after=<cursor>`: the same frame as on the socket, and the word that this page lives by polling.

    With `silent`, which a page sends that heard nothing on an open socket, also a new socket: the old one
    may be half open, which nobody would ever tell the browser.

    A cursor that is missing or makes no sense is answered like one from another history. A page that may
    not be read any more is told so, and stops asking; as does one of an event that is over, unless it is a host's.
    The address says in which variant the page is, since what the browser prefers may have changed since.
    """
    variant = Variant.parse(request.GET, get_language())
    try:
        person = Person.of(request)
        event = rules.event_for(person, slug)
    except (Http404, Banned) as refusal:
        if not request.htmx:
            raise
        return HttpResponse(farewell(variant, refusal), status=403 if isinstance(refusal, Banned) else 404)
    after = Cursor.parse(request.GET.get("after")) or NOWHERE
    silent = "silent" in request.GET
    over = event.is_over and not person.hosts(event)
    key = (settings.BUILD, event.pk, event.epoch, event.head, str(after), over, str(variant))

    def changed() -> HttpResponse:
        frame = cache.frame(event, after, variant)
        context = {
            "event": event,
            "frame": frame,
            "state": "polling",
            "silent": silent,
            "after": after,
            "over": over and (frame is None or frame.over),
            "cursor": frame.end if frame else after,
            "form_key": uuid.uuid4().hex,
            "variant": variant,
            "own": frame is not None and _has_own(event, person, after),
            "fragment": Fragment.of(request.headers.get("HX-Current-URL")),
            "slug": event.slug,
            "outdated": settings.WATCH_TEMPLATES and request.GET.get("build", settings.BUILD) != settings.BUILD,
        }
        with translation.override(variant.language):
            return render(request, "partials/changes.html", context)

    if not silent:
        return unless_current(request, weak(key), changed)
    response = changed()
    response["Cache-Control"] = PRIVATE
    return response


@require_safe
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    """Asked by pages of an event that is over, whether it was reopened: they are brought back by the answer.

    `since` is the hour in which the page was loaded, `whole` a page that has to be loaded again. The same for everybody
    who asks at this address, so that caches in front keep it as long as the pages, those of unlisted events included:
    whoever has the link gets the same. Next to nothing while it is over.
    """
    public = rules.event_in_public(Person.of(request), slug)
    event = public or rules.event_for(Person.of(request), slug)
    variant, whole = Variant.parse(request.GET), "whole" in request.GET  # by the address alone: caches keep it
    since = min(parse_number(request.GET.get("since")) or 0, int(time.time()) // HOUR + 1)
    hours = time.time() / HOUR - since
    slower = hours >= OFTEN and "hourly" not in request.GET
    state = ("over", hours >= AT_ALL, slower) if event.is_over else ("back", event.epoch, event.head)
    kept = f"public, max-age=0, s-maxage={KEPT_BY_CACHES}" if public else PRIVATE

    def answer() -> HttpResponse:
        context = {"slug": event.slug, "variant": variant, "since": since, "whole": whole, "never": hours >= AT_ALL}
        with for_everybody(variant.language):
            if not event.is_over and not whole:
                key = f"{event.epoch}-{event.head}"  # another socket than the one before
                return render(request, "partials/back_frame.html", context | {"form_key": key})
            if event.is_over and (slower or hours >= AT_ALL):
                return render(request, "partials/rest_slower.html", context)
        return HttpResponse(status=204)

    etag = weak((settings.BUILD, event.pk, event.slug, str(variant), whole, since, state))
    response = unless_current(request, etag, answer, kept=kept)
    if whole and not event.is_over:
        response["HX-Refresh"] = "true"
    return response
