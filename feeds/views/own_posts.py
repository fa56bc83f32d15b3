"""A visitor's own posts and reactions. Shared pages cannot tell them apart: see templates/post/own_posts.css."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.models import Event, Post, Reaction, Vote
from feeds.models.event.posting import RECENT
from feeds.views import HtmxRequest
from feeds.views.caching import never_kept

HIGHLIGHTED = 1000
"""Own reactions, and own votes, that a page highlights: those on the latest entries."""
OWN = 200
"""Own posts of each kind that a page shows as their own."""


def waiting_of(request: HtmxRequest, context: dict[str, Any]) -> list[Post]:
    """This visitor's posts that wait for a host, or were rejected. No query for a visitor who never posted."""
    visitor, event = context["visitor"], context["event"]
    return event.held_from(visitor.id) if visitor.name and not context["resting"] else []


def _recent_posts(event: Event, person: Person) -> list[Post]:
    """This person's latest posts in the event. They may still change some of them.

    The event is compared in Python: in SQL, the database would choose its index and read everybody's posts.
    """
    since = timezone.now() - RECENT
    by = [Q(visitor=person.visitor.id), *([Q(user=person.user.pk)] if person.user.is_authenticated else [])]
    theirs = [
        model._default_manager.filter(one, published_at__gt=since).order_by("-published_at")[:OWN]
        for model in Post.kinds.values()
        for one in by
    ]
    found = {post.element_id: post for posts in theirs for post in posts if post.event_id == event.pk}
    return list(found.values())


@require_safe
def waiting(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET lists the visitor's posts that wait for a host, for an open page of theirs: see partials/live/asks.html."""
    event = rules.event_for(Person.of(request), slug)
    if not request.htmx:
        return redirect(event)
    response = render(
        request, "partials/post/held.html", {"event": event, "waiting": event.held_from(Person.of(request).visitor.id)}
    )
    return never_kept(response)


def _votes(event: Event, person: Person) -> list[tuple[int, list[int]]]:
    """This person's votes on the latest polls: the key of each poll, and the places of the options they chose."""
    theirs = Vote.objects.filter(person.wrote(), poll__entry__event=event).order_by("-poll")
    return [(vote.poll_id, vote.places) for vote in theirs[:HIGHLIGHTED]]


@require_safe
def own_posts(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET returns a style sheet that reveals the link to edit this visitor's posts, and highlights their reactions.

    Frames are the same for everybody, so every post has the links, hidden. Nothing else in a post differs by viewer.
    `?reactions` leaves the links out. An approved visitor no longer sees the note that hosts review first posts.
    """
    person, now = Person.of(request), timezone.now()
    event = rules.event_for(person, slug)
    again = "reactions" in request.GET  # after a tap, which changes nothing else
    posts = [] if again else _recent_posts(event, person)
    left = [
        (post.element_id, int((post.author_may_change_until() - now).total_seconds()))
        for post in posts
        if post.is_shown and post.author_may_change_until() > now
    ]
    reacted = (
        Reaction.objects.filter(person.wrote(), entry__event=event).order_by("-entry").values_list("entry", "kind")
    )
    context = {
        "posts": left,
        "asking": [post.element_id for post in posts if not post.by_host],
        "reactions": [(f"entry-{pk}", kind) for pk, kind in reacted[:HIGHLIGHTED]],
        "votes": _votes(event, person) if event.has_cards else [],
        "reported": list(event.reports.by(person.visitor.id)),
        "again": again,
    }
    context["spared"] = event.posting if event.spares(person.visitor.id) else ""
    return never_kept(render(request, "post/own_posts.css", context, content_type="text/css; charset=utf-8"))
