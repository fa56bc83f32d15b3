"""May this visitor…? Each function returns the object, or raises `Http404` or `PermissionDenied`.

What somebody may not know of does not exist for them: a draft answers like a missing event.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from feeds.models import NAME_MAX, Comment, Entry, Event, Post

COOKIE = "commentary_visitor"
_SALT = "feeds.visitor"


@dataclass(frozen=True)
class Visitor:
    """A browser, known by a signed cookie: a random id, and the name it posted under last."""

    id: str
    name: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Visitor":
        """The visitor who sent this request; a new one where the cookie is missing or forged."""
        try:
            value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
            return cls(str(value["id"])[:32], str(value["name"])[:NAME_MAX])
        except (signing.BadSignature, KeyError, TypeError):
            return cls(uuid.uuid4().hex)

    def remember(self, response: HttpResponse) -> None:
        response.set_cookie(
            COOKIE,
            signing.dumps({"id": self.id, "name": self.name}, salt=_SALT),
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def hosts(user: Any, event: Event) -> bool:
    return Event.objects.run_by(user).filter(pk=event.pk).exists()


def event_for(user: Any, slug: str) -> Event:
    """An event this person may read: any published one by its address, a draft only for its hosts."""
    event = Event.objects.select_related("owner").at(slug)
    # Asked in any case: the answer says (Vary) that the session was read, and must not tell a draft from nothing.
    signed_in = user.is_authenticated
    if event is None or (event.visibility == Event.Visibility.DRAFT and not (signed_in and hosts(user, event))):
        raise Http404
    return event


def hosted_event(user: Any, slug: str) -> Event:
    """An event this person runs. Who may read it but does not run it is told so."""
    event = event_for(user, slug)
    if not hosts(user, event):
        raise PermissionDenied("Only hosts of this event can do that. Sign in as one of them.")
    return event


def entry_for(user: Any, slug: str, pk: int, *, removed_too: bool = False) -> Entry:
    event = event_for(user, slug)
    entries = Entry.objects.all() if removed_too else Entry.objects.visible()
    return get_object_or_404(entries.select_related("event"), event=event, pk=pk)


def comment_for(user: Any, slug: str, pk: int) -> Comment:
    event = event_for(user, slug)
    comments = Comment.objects.visible().filter(entry__removed_at=None)
    return get_object_or_404(comments.select_related("event"), event=event, pk=pk)


def written_by(user: Any, visitor: Visitor) -> Q:
    """Posts from this browser, and from any browser those of a signed-in person."""
    return Q(visitor=visitor.id) | (Q(user=user.pk) if user.is_authenticated else Q())


def require_change(user: Any, visitor: Visitor, post: Post) -> bool:
    """May this person edit or remove this post? Returns whether as its author; raises `PermissionDenied` if not."""
    author = type(post)._default_manager.filter(written_by(user, visitor), pk=post.pk).exists()
    if hosts(user, post.event):
        return author
    if not author:
        raise PermissionDenied("Only its author, in the browser that posted it, or a host can change this.")
    if timezone.now() > post.author_may_change_until():
        raise PermissionDenied("You can change your own posts for 10 minutes, and this one is older. Ask a host.")
    return True
