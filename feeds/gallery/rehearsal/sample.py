"""The sample event of a rehearsal, and what its buttons do to it: each with the verb that a host or a reader uses."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.gallery import samples
from feeds.models import Entry, Event

SLUG = "rehearsal"
LABEL = "Lift-off"
"""Label of key moments. Samples are in English, whatever the page's language is."""
LISTED = 8
"""Entries that a rehearsal begins with."""
BEYOND_REAL = 2**61
"""Keys of sample events begin here, and each is random: what a process keeps of real events is never one's of these."""


class NothingThere(Exception):
    """Raised by an act that has nothing to act on. The message says what to do first."""


def make_event() -> Event:
    """Fill the database in use with a live event in which entries differ in everything they can differ in."""
    host = get_user_model().objects.create(username="olga", first_name="Olga")
    event: Event = Event.objects.create(
        pk=BEYOND_REAL + secrets.randbelow(BEYOND_REAL),
        slug=SLUG,
        title=samples.event().title,
        description=samples.event().description,
        starts_at=timezone.now() - timedelta(hours=1),
        time_zone="Europe/Berlin",
        state=Event.State.LIVE,
        visibility=Event.Visibility.UNLISTED,
        owner=host,
    )
    for number in range(LISTED):
        send(event, host, number, ago=timedelta(minutes=5 * (LISTED - number)))
    shown = list(event.entries.visible())
    for name, text in (("Rita", "What a sight!"), (samples.RTL_NAME, samples.RTL), ("Paul", "And so loud.")):
        shown[1].comment(name, text)
    shown[2].mark(LABEL)
    shown[-1].pin()
    for kind in ("like", "like", "clap"):
        _react(shown[3], kind)
    event.refresh_from_db()
    return event


def send(event: Event, host: User, number: int, ago: timedelta = timedelta(0)) -> Entry:
    """Publish the sample entry of this number; the numbers go round."""
    how = list(samples.HOW.values())[number % len(samples.HOW)]
    by_host = bool(how.get("by_host"))
    return event.publish(
        str(how.get("name", "Paul")),
        str(how.get("text", samples.WORDS)),
        user=host if by_host else None,
        markdown=by_host,
        at=timezone.now() - ago,
    )


def _react(entry: Entry, kind: str) -> None:
    """Add a reader's reaction, and publish the numbers without the pause that is kept between two publications."""
    entry.react(kind, visitor=uuid.uuid4().hex)
    with entry.event.changing() as event:
        entry.count(event)


def _newest(event: Event) -> Entry:
    entry = event.entries.visible().first()
    if entry is None:
        raise NothingThere(_("The page has no entry. Send one first."))
    return entry


def _host() -> User:
    return get_user_model().objects.get(username="olga")


def _send(event: Event) -> str:
    entry = send(event, _host(), event.entries.count())
    return _("Sent an entry by %(name)s.") % {"name": entry.name}


def _edit(event: Event) -> str:
    entry = _newest(event)
    entry.revise(f"{samples.WORDS} ({timezone.now():%H:%M:%S})")
    return _("Edited the newest entry.")


def _remove(event: Event) -> str:
    entry = _newest(event)
    entry.retract(by=_host())
    return _("Removed the newest entry.")


def _comment(event: Event) -> str:
    _newest(event).comment("Rita", "What a sight!")
    return _("Commented on the newest entry.")


def _react_to_newest(event: Event) -> str:
    entry = _newest(event)
    _react(entry, event.kinds[0])
    return _("Reacted to the newest entry.")


def _mark(event: Event) -> str:
    entry = _newest(event)
    entry.mark("" if entry.moment else LABEL)
    if entry.moment:
        return _("The newest entry is no longer a key moment.")
    return _("Marked the newest entry as a key moment.")


def _pin(event: Event) -> str:
    entry = _newest(event)
    if event.pinned_id == entry.pk:
        entry.unpin()
        return _("Unpinned the newest entry.")
    entry.pin()
    return _("Pinned the newest entry.")


def _close(event: Event) -> str:
    closed = event.posting == Event.Posting.CLOSED
    event.configure(posting=Event.Posting.OPEN if closed else Event.Posting.CLOSED)
    return _("Opened posting.") if closed else _("Closed posting.")


def _end(event: Event) -> str:
    if event.is_over:
        event.start()
        return _("Reopened the event. Pages that were open when it ended ask for that once a minute.")
    event.end()
    return _("Ended the event.")


@dataclass(frozen=True)
class Act:
    """An act of a button: its label, the label once it has been done (“” if it can be repeated), and the function."""

    label: str | Promise
    back: str | Promise
    do: Callable[[Event], str]
    is_done: Callable[[Event], bool] = lambda _event: False

    def label_for(self, event: Event) -> str | Promise:
        """The label for the state in which the event is."""
        return self.back if self.back and self.is_done(event) else self.label


def _newest_is(check: Callable[[Event, Entry], bool], event: Event) -> bool:
    entry = event.entries.visible().first()
    return entry is not None and check(event, entry)


ACTS = {
    "send": Act(gettext_lazy("Send an entry"), "", _send),
    "edit": Act(gettext_lazy("Edit the newest entry"), "", _edit),
    "remove": Act(gettext_lazy("Remove the newest entry"), "", _remove),
    "comment": Act(gettext_lazy("Send a comment"), "", _comment),
    "react": Act(gettext_lazy("React"), "", _react_to_newest),
    "mark": Act(
        gettext_lazy("Mark as a key moment"),
        gettext_lazy("Unmark"),
        _mark,
        partial(_newest_is, lambda _event, entry: bool(entry.moment)),
    ),
    "pin": Act(
        gettext_lazy("Pin"),
        gettext_lazy("Unpin"),
        _pin,
        partial(_newest_is, lambda event, entry: event.pinned_id == entry.pk),
    ),
    "close": Act(
        gettext_lazy("Close posting"),
        gettext_lazy("Open posting"),
        _close,
        lambda event: event.posting == Event.Posting.CLOSED,
    ),
    "end": Act(gettext_lazy("End event"), gettext_lazy("Reopen event"), _end, lambda event: event.is_over),
}
"""What the buttons do to the event, by name, in the order of the page."""
