"""Standing of an event: where it is in its history, and what a room must know of it besides its frames."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from feeds.access.rules import Banned
from feeds.forms import Cursor
from feeds.models import AUTHOR_MAY_CHANGE_FOR, Event, Post, PostState, sole


@dataclass(frozen=True)
class Signs:
    """Settings of an event for what its pages tell of the people there."""

    readers: bool = True
    """Whether readers see how many they are."""
    entries: str = ""
    """Whose typing of an entry is told: see `Event.typists`."""
    comments: str = ""
    """The same for comments."""

    @classmethod
    def of(cls, event: Event) -> "Signs":
        """The settings of this event."""
        return cls(event.show_readers, event.typists(commenting=False), event.typists(commenting=True))


@dataclass(frozen=True)
class Standing:
    """An event at one place of its history."""

    slug: str
    """Its address."""
    cursor: Cursor
    over: bool
    """Whether it is over, so that pages need not ask for more."""
    for_hosts: bool
    """Whether it is a draft, which only hosts may read."""
    banned: Mapping[str, Banned]
    """Banned visitors by id, each with the reason that they are told."""
    signs: Signs


def standing_of(event_pk: int) -> Standing | None:
    """Read the present standing of an event; None if the event is gone. One or two queries."""
    event = sole(Event.objects.filter(pk=event_pk))
    if event is None:
        return None
    return Standing(
        slug=event.slug,
        cursor=Cursor(event.epoch, event.head),
        over=event.is_over,
        for_hosts=is_for_hosts(event),
        banned=banned_from(event),
        signs=Signs.of(event),
    )


def heads(event_pks: list[int]) -> dict[int, Cursor]:
    """Read where each of these events is now, in one query. Events that are gone are missing from the answer."""
    rows = Event.objects.filter(pk__in=event_pks).values_list("pk", "epoch", "head")
    return {pk: Cursor(epoch, head) for pk, epoch, head in rows}


def is_of_history(event_pk: int, place: Cursor) -> bool:
    """Whether an event has been at this place. One query."""
    event = sole(Event.objects.filter(pk=event_pk))
    return event is not None and event.has_reached(place.epoch, place.seq)


def recent_authors(event_pk: int) -> frozenset[str]:
    """Ids of the visitors who may still change a post of theirs in this event: at most 2,000 of each kind."""
    since = timezone.now() - AUTHOR_MAY_CHANGE_FOR
    recent = {"event": event_pk, "state": PostState.SHOWN, "published_at__gt": since}
    kinds = [model._default_manager.filter(**recent) for model in Post.kinds.values()]
    found = [posts.exclude(visitor="").order_by() for posts in kinds]
    return frozenset(visitor for posts in found for visitor in posts.values_list("visitor", flat=True)[:2000])


def is_for_hosts(event: Event) -> bool:
    """Whether only hosts may read the event."""
    return event.visibility == Event.Visibility.DRAFT


def banned_from(event: Event) -> dict[str, Banned]:
    """Visitors who may not read the event now, by id. No query where nobody has ever been banned."""
    bans = event.bans.current().select_related("event") if event.has_bans else []
    return {ban.visitor: Banned.by(ban) for ban in bans}
