"""Sample events, posts and people that are never saved. Their ids, times and names are always the same."""

from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.templatetags.static import static

from feeds.forms import Cursor
from feeds.models import Act, Comment, Draft, Entry, Event, Invitation, Verb
from feeds.models.moderation.subjects import Kind, Subject
from feeds.timeline.variants import Variant

START = datetime(2026, 7, 4, 18, 0, tzinfo=UTC)
FORM_KEY = "0" * 32
REQUEST = HttpRequest()
REQUEST.method, REQUEST.path = "GET", "/events/petrel-7/"
STRANGER = AnonymousUser()
CURSOR, BEFORE = Cursor("e0", 120), Cursor("e0", 119)

LONG_NAME = "Maximiliane Friederike von Hohenstein-Wallersdorf zu Lindner"
ONE_WORD = "Lift" + "o" * 295 + "f"
EMOJI = "🚀🔥 T minus 10 👩‍🚀👨🏽‍🚀 🇫🇷🇩🇪"
RTL_NAME, RTL = "ليلى", "انطلق الصاروخ في الموعد المحدد (Petrel 7)، والطقس ممتاز!"
WORDS = "Ignition. All nine engines are running, and the clock goes on."
LONG = "\n\n".join([f"{WORDS} {WORDS}", "Follow the tracking at https://example.org/petrel-7/tracking.", WORDS * 4])
MARKDOWN = "**Lift-off** of *Petrel 7*:\n\n- tower cleared\n- roll programme\n\n> Go at throttle up.\n\n`T+00:42`"

LOOKS: dict[str, Any] = {
    **{"accent": "#7a0b56", "logo": "0" * 12, "logo_width": 80, "logo_height": 80},
    "logo_alt": "Petrel",
}
"""An event's own colour and logo."""

HOW: dict[str, dict[str, Any]] = {
    "plain": {},
    "a long name": {"name": LONG_NAME},
    "one word of 300 letters": {"text": ONE_WORD},
    "emoji": {"name": "🚀 Ada", "text": EMOJI},
    "right to left": {"name": RTL_NAME, "text": RTL},
    "paragraphs and a link": {"text": LONG},
    "by a host, in Markdown": {"name": "Olga", "by_host": True, "markdown": True, "text": MARKDOWN},
    "edited": {"edited_at": START + timedelta(minutes=9)},
    "the day before": {"published_at": START - timedelta(days=1)},
}
"""Fields that entries and comments differ in, by the names of those states."""


def user(pk: int = 1, username: str = "olga", **fields: object) -> User:
    """A person with an account."""
    return get_user_model()(pk=pk, username=username, **fields)


def event(*, moments: int = 0, pinned: bool = False, **fields: object) -> Event:
    """Petrel 7, a live event hosted by Olga and Hugo, unless `fields` say otherwise."""
    usual = {
        "pk": 1,
        "title": "Petrel 7: launch day",
        "slug": "petrel-7",
        "description": "The first flight of the new upper stage, from the pad to orbit.",
        "starts_at": START,
        "time_zone": "Europe/Berlin",
        "state": Event.State.LIVE,
        "visibility": Event.Visibility.PUBLIC,
        "owner": user(first_name="Olga", last_name="Ostrowska"),
        "epoch": CURSOR.epoch,
        "head": CURSOR.seq,
    }
    made: Any = Event(**(usual | fields))
    if made.logo:  # the database has none
        made.logo_url = static("icon.svg")
    made.entry_count, made.readers = 42, 17
    made._prefetched_objects_cache = {"hosts": [user(2, "hugo")]}  # the result of its query
    labels = ("Ignition", "Lift-off", "Stage separation", RTL, ONE_WORD[:60], "🚀 In orbit")
    made.moments = [
        entry(made, pk=60 + n, moment=label) for n, label in zip(range(moments), cycle(labels), strict=False)
    ]
    for moment in made.moments:
        moment.is_near = moment.pk > 61
    if pinned:
        made.pinned = entry(made, pk=70, name="Olga", by_host=True, text="Welcome! The launch window opens at 20:00.")
    return made


def entry(of: Event | None = None, *, comments: int = 0, **fields: object) -> Entry:
    """An entry by Paul with this many comments, unless `fields` say otherwise."""
    usual = {
        "pk": 7,
        "event": of or event(),
        "seq": 107,
        "position": 107,
        "shown": 107,
        "name": "Paul",
        "text": WORDS,
        "published_at": START + timedelta(minutes=7),
        "counts": {},
    }
    made = Entry(**({"replies": comments} | usual | fields))
    ways = list(HOW.values())
    made.shown_comments = [
        comment(made, pk=10 * made.pk + n, position=110 + n, **ways[n % len(ways)]) for n in range(comments)
    ]
    return made


def draft(of: Event | None = None, **fields: object) -> Draft:
    """A draft by Hugo, unless `fields` say otherwise."""
    usual = {
        "pk": 1,
        "event": of or event(),
        "name": "Hugo",
        "headline": "All nine engines are running",
        "minute": "T−0:03",
        "text": WORDS,
        "saved_at": START + timedelta(minutes=6),
    }
    return Draft(**(usual | fields))


def comment(on: Entry | None = None, **fields: object) -> Comment:
    """A comment by Rita, unless `fields` say otherwise."""
    on = on or entry()
    usual = {
        "pk": 20,
        "event": on.event,
        "entry": on,
        "seq": 110,
        "position": 110,
        "shown": 110,
        "name": "Rita",
        "text": "What a sight!",
        "published_at": START + timedelta(minutes=8),
    }
    return Comment(**(usual | fields))


def entries(of: Event, number: int = 4) -> list[Entry]:
    """Entries that differ in everything they can differ in, the newest first."""
    ways = list(HOW.values())
    return [
        entry(
            of,
            pk=100 - n,
            position=100 - n,
            comments=(0, 2, 0, 3)[n % 4],
            counts=({}, {"like": 12, "clap": 3})[n % 2],
            **({"published_at": START + timedelta(minutes=50 - n)} | ways[n % len(ways)]),
        )
        for n in range(number)
    ]


def act(verb: Verb = Verb.REMOVED, *, of: Event | None = None, name: str = "Paul", **fields: object) -> Act:
    """An act of Hugo in the log, on an entry by somebody of this name, unless `fields` say otherwise."""
    usual = {"pk": 5, "event": of or event(), "at": START + timedelta(minutes=12), "by_name": "Hugo"}
    return Act(**(usual | {"verb": verb, "subject": Subject("entry", name).data, "post": "entry-7"} | fields))


def act_of_setting(field: str, after: str, *, of: Event | None = None, pk: int = 5) -> Act:
    """An act of Hugo that changed a setting of the event."""
    details = {"before": "", "after": after}
    return act(Verb.SET, of=of, pk=pk, subject=Subject(Kind.SETTING, field).data, details=details)


def fresh_act() -> Act:
    """An act that can still be undone, since it lies a hundred years ahead."""
    then = START.replace(year=START.year + 100)
    return act(of=event(starts_at=then), at=then + timedelta(minutes=12), details={"restorable": True})


def invitation(**fields: object) -> Invitation:
    """An invitation by Hugo, unless `fields` say otherwise."""
    usual = {"pk": 3, "event": event(), "made_by": user(2, "hugo"), "made_at": START, "expires_at": START}
    return Invitation(**(usual | fields))


def variant(**chosen: str) -> Variant:
    """The variant with these parameters."""
    return Variant.parse(chosen)
