"""May this visitor…? Each function returns the object, or raises `Http404` or `PermissionDenied`.

An object that somebody may not know of does not exist for them: a draft answers like a missing event.
"""

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.access.visitors import Person, Visitor
from feeds.models import Ban, Entry, Event, Link, Post
from feeds.models.accounts.account import Account
from feeds.models.post.kinds import PostKey
from feeds.models.post.querysets import PostQuerySet
from feeds.values.clocks import when


class Moved(Exception):
    """The event at this address now has another one. `feeds.middleware.signposts` redirects there."""

    def __init__(self, event: Event) -> None:
        super().__init__(event)
        self.event = event


class Banned(PermissionDenied):
    """Raised for a visitor who may not take part in the event. Its text says so in the active language."""

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
        """The error for a ban, with its end in the event's time zone."""
        return cls(ban.until.astimezone(ban.event.tz) if ban.until else None, ban.note)

    @property
    def is_over(self) -> bool:
        """Whether the ban has ended by now."""
        return self.until is not None and self.until <= timezone.now()


def require_designer(user: Account) -> None:
    """Raises `Http404` unless this user may see the designers' gallery: in production, staff only."""
    if not (settings.DEBUG or user.is_staff or user.has_perm("feeds.change_event")):
        raise Http404


def event_for(person: Person, slug: str) -> Event:
    """An event this person may read: a published one by its address, a draft only for its hosts.

    Raises `Http404`, `Banned` for somebody a host has banned, and `Moved` for a page under an earlier address.
    """
    event = Event.objects.at(slug)
    # Read the session in any case: the answer's Vary shows it, and must not tell a draft from a missing event.
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
    """An event that everybody may know of, else None. It serves answers that are the same for all, so no session is
    read."""
    event = Event.objects.at(slug)
    if event is None or event.visibility == Event.Visibility.DRAFT:
        return None
    person.events.append(event)
    return event


def hosted_event(person: Person, slug: str) -> Event:
    """An event this person runs. Raises `PermissionDenied` if they may read but not run it."""
    event = event_for(person, slug)
    if not person.hosts(event):
        raise PermissionDenied(_("Only hosts of this event can do that. Sign in as one of them."))
    return event


def hosts_among(event_pk: int, claimed: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """The pairs of user and session whose user hosts the event and is still signed in there."""
    users = get_user_model().objects.filter(pk__in={user for user, _ in claimed}, is_active=True)
    hosts = {user.pk for user in users if Event.objects.run_by(user).filter(pk=event_pk).exists()}
    sessions = Session.objects.filter(pk__in={key for _, key in claimed}, expire_date__gt=timezone.now())
    open_now = set(sessions.values_list("pk", flat=True))
    return {(user, key) for user, key in claimed if user in hosts and key in open_now}


def owned_event(person: Person, slug: str) -> Event:
    """An event this person owns, or any event for staff. Raises `PermissionDenied` for its other hosts."""
    event = hosted_event(person, slug)
    if not person.owns(event):
        raise PermissionDenied(_("Only the owner of this event can do that."))
    return event


def host_to_help(person: Person, slug: str, pk: int) -> tuple[Event, User]:
    """An event this person owns, and a host of it to whom they may give a link for a new password.

    Such a link gives away the account. Raises `PermissionDenied` if the account may do more than this event's owner.
    """
    event = owned_event(person, slug)
    host = get_object_or_404(event.hosts, pk=pk, is_active=True)
    elsewhere = Event.objects.run_by(host).exclude(owner=event.owner).exists()
    if elsewhere or host.is_staff or host.is_superuser or host.has_perm("feeds.change_event"):
        raise PermissionDenied(
            _(
                "This account also hosts events of other owners, so a link could be misused. The administrator of "
                "this server can create one with “manage.py sign_in_link %(name)s”."
            )
            % {"name": host.get_username()}
        )
    return event, host


def good_link(kind: str, token: str, *, lock: bool = False) -> Link | None:
    """The link with this token if it opens its account now, else None. `lock` keeps it for this transaction alone.

    The permission of an owner who made it for a host is checked again: the host may have got more rights since.
    """
    link = Link.objects.lock(kind, token) if lock else Link.objects.good(kind, token)
    if link and link.event:
        try:
            host_to_help(Person(link.made_by or AnonymousUser(), Visitor("")), link.event.slug, link.user.pk)
        except (Http404, PermissionDenied):
            return None
    return link


def owned_post(person: Person, slug: str, key: PostKey) -> Post:
    """A post of an event this person owns, whether or not anybody can see it."""
    return _found(owned_event(person, slug), key.model._default_manager.all(), key.pk)


def hosted_post(person: Person, slug: str, key: PostKey) -> Post:
    """A post of an event this person runs, whether or not anybody can see it."""
    return _found(hosted_event(person, slug), key.model._default_manager.all(), key.pk)


def post_for(person: Person, slug: str, key: PostKey, *, removed_too: bool = False) -> Post:
    """A post of an event this person may read: one in sight, or any with `removed_too`."""
    event, posts = event_for(person, slug), cast("PostQuerySet[Post]", key.model._default_manager.all())
    return _found(event, posts if removed_too else posts.in_sight(), key.pk)


def entry_for(person: Person, slug: str, pk: int, *, removed_too: bool = False) -> Entry:
    """The same as `post_for`, for actions that only entries have."""
    return cast("Entry", post_for(person, slug, PostKey(Entry, pk), removed_too=removed_too))


def hosted_entry(person: Person, slug: str, pk: int) -> Entry:
    """The same as `hosted_post`, for actions that only entries have."""
    return cast("Entry", hosted_post(person, slug, PostKey(Entry, pk)))


def _found(event: Event, posts: "QuerySet[Post]", pk: int) -> Post:
    """The post of this event with this key, with its event at hand. Raises `Http404`."""
    post = get_object_or_404(posts, event=event.pk, pk=pk)
    post.event = event
    return post


def require_change(person: Person, post: Post) -> bool:
    """Checks that this person may edit or remove this post. Returns whether they do so as its author.

    Raises `PermissionDenied` if they may not, and `Http404` for somebody else's removed post.
    """
    author = type(post)._default_manager.filter(person.wrote(), pk=post.pk).exists()
    if person.hosts(post.event):
        return author
    if not author and not post.is_shown:
        raise Http404
    if not author:
        raise PermissionDenied(_("Only a host can change this, or its author in the browser that posted it."))
    if post.event.is_over:
        raise PermissionDenied(_("This event has ended, so only its hosts can change posts. Ask one of them."))
    if timezone.now() > post.author_may_change_until():
        raise PermissionDenied(_("You can change your posts for 10 minutes. This one is older: ask a host."))
    return True
