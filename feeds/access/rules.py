"""May this visitor…? Each function returns the object, or raises `Http404` or `PermissionDenied`.

What somebody may not know of does not exist for them: a draft answers like a missing event.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.access.visitors import Person, Visitor
from feeds.models import Ban, Comment, Entry, Event, Link, Post
from feeds.values.clocks import when

P = TypeVar("P", Entry, Comment)


class Moved(Exception):
    """The event that this address leads to has another one now. `feeds.middleware.signposts` leads there."""

    def __init__(self, event: Event) -> None:
        super().__init__(event)
        self.event = event


class Banned(PermissionDenied):
    """This visitor may not take part in the event. As text it tells them so, in the language it is asked for in."""

    def __init__(self, until: datetime | None, note: str = "") -> None:
        super().__init__(until, note)
        self.until, self.note = until, note

    def __str__(self) -> str:
        said = _("A host has banned you from this event for good.")
        if self.until:
            said = _("A host has banned you from this event until %(until)s.") % {"until": when(self.until)}
        return _("%(said)s “%(note)s”") % {"said": said, "note": self.note} if self.note else said

    @classmethod
    def by(cls, ban: Ban) -> "Banned":
        """Its end is told in the event's time zone."""
        return cls(ban.until.astimezone(ban.event.tz) if ban.until else None, ban.note)

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until <= timezone.now()


def require_designer(user: Any) -> None:
    """Raises `Http404` for who may not see the designers' gallery: in public that is for staff."""
    if not (settings.DEBUG or user.is_staff or user.has_perm("feeds.change_event")):
        raise Http404


def event_for(person: Person, slug: str) -> Event:
    """An event this person may read: any published one by its address, a draft only for its hosts.

    Raises `Banned` for somebody a host has banned, and `Moved` for a page under another address than the event's.
    """
    event = Event.objects.at(slug)
    # Asked in any case: the answer says (Vary) that the session was read, and must not tell a draft from nothing.
    signed_in = person.user.is_authenticated
    if event is None or (event.visibility == Event.Visibility.DRAFT and not (signed_in and person.hosts(event))):
        raise Http404
    person.events.append(event)
    event.keep_time()
    ban = event.ban_of(person.visitor.id)
    if ban and not person.hosts(event):
        raise Banned.by(ban)
    if person.reads_a_page and event.slug != slug:
        raise Moved(event)
    return event


def event_in_public(person: Person, slug: str) -> Event | None:
    """An event that everybody may know of, for what is the same for all of them; the session is not even read."""
    event = Event.objects.at(slug)
    if event is None or event.visibility == Event.Visibility.DRAFT:
        return None
    person.events.append(event)
    return event


def hosted_event(person: Person, slug: str) -> Event:
    """An event this person runs. Who may read it but does not run it is told so."""
    event = event_for(person, slug)
    if not person.hosts(event):
        raise PermissionDenied(_("Only hosts of this event can do that. Sign in as one of them."))
    return event


def hosts_among(event_pk: int, claimed: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Who of these, each a user and a session, host the event and are still signed in there."""
    users = get_user_model().objects.filter(pk__in={user for user, _ in claimed}, is_active=True)
    hosts = {user.pk for user in users if Event.objects.run_by(user).filter(pk=event_pk).exists()}
    sessions = Session.objects.filter(pk__in={key for _, key in claimed}, expire_date__gt=timezone.now())
    open_now = set(sessions.values_list("pk", flat=True))
    return {(user, key) for user, key in claimed if user in hosts and key in open_now}


def owned_event(person: Person, slug: str) -> Event:
    """An event this person owns, or any for staff. Its other hosts are told that it is not theirs."""
    event = hosted_event(person, slug)
    if not person.owns(event):
        raise PermissionDenied(_("Only the owner of this event can do that."))
    return event


def host_to_help(person: Person, slug: str, pk: int) -> tuple[Event, Any]:
    """An event this person owns, and a host of it whom they may give a link to set a new password.

    Who has the link has the account. So it is not for one that may do more than this event's owner could.
    """
    event = owned_event(person, slug)
    host = get_object_or_404(event.hosts, pk=pk, is_active=True)
    elsewhere = Event.objects.run_by(host).exclude(owner=event.owner).exists()
    if elsewhere or host.is_staff or host.is_superuser or host.has_perm("feeds.change_event"):
        raise PermissionDenied(
            _(
                "This account runs more than events of this owner, so a link could be misused. "
                "Whoever runs this server can make one with “manage.py sign_in_link %(name)s”."
            )
            % {"name": host.get_username()}
        )
    return event, host


def good_link(kind: str, token: str, *, lock: bool = False) -> Link | None:
    """The link with this token, if it opens its account now; in a transaction, with `lock`, for this request alone.

    Of one that an owner made for a host it is asked again whether they may: the host may have got more to do since.
    """
    link = Link.objects.lock(kind, token) if lock else Link.objects.good(kind, token)
    if link and link.event:
        try:
            host_to_help(Person(link.made_by, Visitor("")), link.event.slug, link.user.pk)
        except (Http404, PermissionDenied):
            return None
    return link


def owned_post(person: Person, slug: str, posts: type[P], pk: int) -> P:
    """A post of such an event, also one that nobody sees any more."""
    event = owned_event(person, slug)
    return _in(event, get_object_or_404(posts._default_manager, event=event.pk, pk=pk))


def entry_for(person: Person, slug: str, pk: int, *, removed_too: bool = False) -> Entry:
    event = event_for(person, slug)
    entries = Entry.objects.all() if removed_too else Entry.objects.visible()
    return _in(event, get_object_or_404(entries, event=event.pk, pk=pk))


def comment_for(person: Person, slug: str, pk: int, *, removed_too: bool = False) -> Comment:
    event = event_for(person, slug)
    comments = Comment.objects.all() if removed_too else Comment.objects.visible().filter(entry__removed_at=None)
    return _in(event, get_object_or_404(comments, event=event.pk, pk=pk))


def _in(event: Event, post: P) -> P:
    """The same post, with its event at hand."""
    post.event = event
    return post


def require_change(person: Person, post: Post) -> bool:
    """May this person edit or remove this post? Returns whether as its author; raises `PermissionDenied` if not."""
    author = type(post)._default_manager.filter(person.wrote(), pk=post.pk).exists()
    if person.hosts(post.event):
        return author
    if not author and post.removed_at:
        raise Http404
    if not author:
        raise PermissionDenied(_("Only its author, in the browser that posted it, or a host can change this."))
    if post.event.is_over:
        raise PermissionDenied(_("This event has ended, so only its hosts can change what is there. Ask one of them."))
    if timezone.now() > post.author_may_change_until():
        raise PermissionDenied(_("You can change your own posts for 10 minutes, and this one is older. Ask a host."))
    return True
