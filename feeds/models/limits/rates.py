"""Rate limits for posts, by visitor and by network, and for the events that one person creates."""

import hashlib
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, CharField, F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from feeds.models.accounts.account import Account, signed_in
from feeds.models.limits.attempts import Attempt
from feeds.models.post.kinds import kinds

if TYPE_CHECKING:
    from feeds.models.event.posting import TakesPosts
    from feeds.models.post.posts import Post

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHANGES_PER_POST = 3
TOO_MANY_BY_VISITOR = gettext_noop("You are posting very fast. Your text is kept here: try again in {}.")
TOO_MANY_BY_NETWORK = gettext_noop(
    "Many people on your network are posting right now. Your text is kept here: try again in {}."
)
ERASED = "erased post"
BY_CHANCE = 30
"""Length in characters up to which people write the same text by chance, such as “What a goal!”."""
MAY_REPEAT = 3
"""Times that a visitor may post such a text in one place, or a longer one in several places."""


IN_SECONDS = 100
"""Seconds from which a duration is told in minutes."""


class TooOften(Exception):
    """Too many requests: nothing was done. The message, for the visitor, says to retry in `wait` seconds."""

    def __init__(self, message: str, wait: float) -> None:
        self.wait = max(1, ceil(wait))
        self.before, _sign, self.after = message.partition("{}")
        self.duration = in_words(self.wait)
        super().__init__(message.format(self.duration))

    @property
    def is_counted_down(self) -> bool:
        """Whether the wait is told in seconds, so that a page can count them down."""
        return self.wait < IN_SECONDS


def in_words(seconds: int) -> str:
    """Duration in the reader's language, such as “40 seconds”, “2 minutes” or “5 hours”."""
    if seconds < IN_SECONDS:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    if (minutes := ceil(seconds / 60)) < 100:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = ceil(minutes / 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def require_pause(event: "TakesPosts", visitor: str, network: str, text: str, place: tuple[str, int | None]) -> None:
    """Check the rate limits before a new post. `place`: its kind, and the key of the post it is written under, if any.

    Raises `TooOften` if this visitor or this network has posted too much lately, or has just posted this text. Only
    under the event's lock, so that no other process adds posts meanwhile. Makes three queries, five in slow mode; none
    if the limit is off or the author unknown.
    """
    _require_pace(event, visitor)
    _require_few_posts(visitor, network)
    _require_other_words(event, visitor, network, text, place)


def _require_pace(event: "TakesPosts", visitor: str) -> None:
    """Raises `TooOften` if the event's slow mode makes this visitor wait before the next post.

    Posts that their author has erased count from wherever they were, since nothing tells their event.
    """
    if not (event.slow_mode and visitor):
        return
    now, pace = timezone.now(), timedelta(seconds=event.slow_mode)
    lately = _posts(Q(visitor=visitor, by_host=False, published_at__gt=now - pace))
    erased = Attempt.objects.filter(what=ERASED, key=visitor, at__gt=now - pace).values_list("at", flat=True)
    if moments := [post["published_at"] for post in lately if post["event"] == event.pk] + list(erased):
        said = _("Slow mode: one post every %(pace)s seconds. Your text is kept here: try again in {}.")
        raise TooOften(said % {"pace": event.slow_mode}, (max(moments) + pace - now).total_seconds())


def _require_few_posts(visitor: str, network: str) -> None:
    """Raises `TooOften` if this visitor or this network has posted too much in the last minute, in all events."""
    now, by, limits = timezone.now(), Q(), []
    for who, value, limit, said in (
        ("visitor", visitor, settings.POSTS_PER_MINUTE, TOO_MANY_BY_VISITOR),
        ("network", network, settings.POSTS_PER_NETWORK, TOO_MANY_BY_NETWORK),
    ):
        if value and limit:
            by |= Q(**{who: value}, by_host=False, published_at__gt=now - MINUTE)
            limits.append((who, value, limit, said))
    lately = _posts(by) if limits else []
    erased = list(Attempt.objects.filter(what=ERASED, key__in=[value for _, value, *_ in limits], at__gt=now - MINUTE))
    for who, value, limit, said in limits:
        found = [post["published_at"] for post in lately if post[who] == value]
        moments = sorted(found + [each.at for each in erased if each.key == value], reverse=True)
        if len(moments) >= limit:
            wait = (moments[limit - 1] + MINUTE - now).total_seconds()
            raise TooOften(_(said), wait)


def submission_digest(visitor: str, form_key: str, kind: str, target: int, *said: str) -> str:
    """Digest that identifies a repeated submission: same browser, same rendered form, same place, same words.

    `kind` and `target` name the place: the kind of post, and the key of the event or entry it is posted in. The words
    count because a form in a frame has the same key in each tab, and two different texts must both be kept.
    """
    return hashlib.sha256("\0".join([visitor, form_key, kind, str(target), *said]).encode()).hexdigest()


def remember_erased(post: "Post") -> None:
    """Keep counting a post after its author has erased it, and keep its form from posting it again.

    The erased row no longer names its author, and the attempts stored here do not identify the row.
    """
    recent = not post.by_host and post.published_at > timezone.now() - MINUTE
    keys = [post.submission, *((post.visitor, post.network) if recent else ())]
    Attempt.objects.bulk_create([Attempt(what=ERASED, key=key, at=post.published_at) for key in keys if key])


def was_erased(submission: str) -> bool:
    """Whether a post with this submission digest was erased by its author within the last day."""
    return Attempt.objects.filter(what=ERASED, key=submission).exists()


def _require_other_words(
    event: "TakesPosts", visitor: str, network: str, text: str, place: tuple[str, int | None]
) -> None:
    """Raises `TooOften` if the visitor, or for a long text the network, has just posted the same text.

    Short texts may be repeated, and one text may answer several entries. The same short text from one network is
    not a repetition either: people who watch together shout the same words.
    """
    window = timedelta(minutes=settings.SAME_TEXT_MINUTES)
    if not window or not visitor:
        return
    now = timezone.now()
    same = Q(text=text, by_host=False, published_at__gt=now - window)
    by, is_short = Q(same, visitor=visitor), len(text) <= BY_CHANCE
    if network and not is_short:
        by |= Q(same, network=network)
    # Compare the event here: with it in the query, the database would prefer its index and read all its posts.
    earlier = [post for post in _posts(by) if post["event"] == event.pk]
    here = [post for post in earlier if (post["of_kind"], post["under"]) == place]
    if (here and not is_short) or len(here if is_short else earlier) >= MAY_REPEAT:
        latest = max(here or earlier, key=lambda post: post["published_at"])
        said = _("You just posted this. Change it, or try again in {}.")
        if latest["visitor"] != visitor:
            said = _("Somebody on your network just posted this. Change it, or try again in {}.")
        wait = (latest["published_at"] + window - now).total_seconds()
        raise TooOften(said, wait)


def _posts(which: Q) -> list[Any]:
    """Visitor, network, time, event and place of each post that meets the condition, in one query."""
    about = ("visitor", "network", "published_at", "event", "of_kind", "under")
    found = [
        model._default_manager.filter(which)
        .order_by()
        .annotate(
            of_kind=Cast(Value(kind), CharField(max_length=20)),
            under=Cast(F(model.parent) if model.parent else Value(None), BigIntegerField()),
        )
        .values(*about)
        for kind, model in kinds.items()
    ]
    return list(found[0].union(*found[1:], all=True))


def require_few_changes(visitor: str, network: str) -> None:
    """Count an edit or removal by an author; `CHANGES_PER_POST` are allowed for each post. Raises `TooOften`."""
    caps = ((visitor, settings.POSTS_PER_MINUTE), (network, settings.POSTS_PER_NETWORK))
    for key, limit in caps:
        per_minute = CHANGES_PER_POST * limit
        if key and limit and (wait := Attempt.objects.wait("changes", key, limit=per_minute, per=MINUTE)):
            raise TooOften(_("You are making changes very fast. Your text is kept here: try again in {}."), wait)


def require_few_events(user: Account) -> None:
    """Count an event that this person creates. Raises `TooOften`, which must roll back the transaction around it."""
    get_user_model()._default_manager.select_for_update().get(pk=signed_in(user).pk)  # one at a time
    hourly = _("You can create %(n)s events an hour. What you entered is kept here: try again in {}.")
    daily = _("You can create %(n)s events a day. What you entered is kept here: try again in {}.")
    caps = (("an hour", hourly, settings.EVENTS_PER_HOUR, HOUR), ("a day", daily, settings.EVENTS_PER_DAY, DAY))
    for period, said, limit, per in caps:
        if limit and (wait := Attempt.objects.wait(f"events {period}", str(user.pk), limit=limit, per=per)):
            raise TooOften(said % {"n": limit}, wait)
