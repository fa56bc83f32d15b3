"""States of what entries carry: polls and pictures, and their fields in the composer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

from django.templatetags.static import static

from feeds.gallery.composing import HostForm
from feeds.gallery.samples import FORM_KEY, LONG_NAME, ONE_WORD, RTL, START, WORDS, entry, event, user, variant
from feeds.gallery.states import HOSTS, Made, shows
from feeds.gallery.tools import FOR_HOSTS
from feeds.models import Entry, Event, Pictures, Poll
from feeds.models.post.cards import CardData, made_of
from feeds.models.post.pictures import Picture

POLL: CardData = {
    "kind": "poll",
    "options": ["On time", "Within the hour", "Not today"],
    "several": False,
    "results": "voted",
    "votes": [128, 41, 7],
    "voters": 176,
}
CLOSED = {"closed_at": (START + timedelta(minutes=20)).isoformat()}
POLLS: dict[str, CardData] = {
    "open": POLL,
    "no votes yet": POLL | {"votes": [0, 0, 0], "voters": 0},
    "one vote": POLL | {"votes": [0, 1, 0], "voters": 1},
    "several choices, closes at a time": POLL
    | {"several": True, "votes": [128, 90, 77], "closes_at": (START + timedelta(hours=1)).isoformat()},
    "results when it is closed": POLL | {"results": "closed"},
    "closed": POLL | CLOSED,
    "closed, results for hosts": POLL | CLOSED | {"results": "never"},
    "ten options, one of 80 letters": POLL
    | {"options": [*"abcdefghi", ONE_WORD[:80]], "votes": [*range(9), 1_234_567], "voters": 1_234_603},
    "right to left": POLL | {"options": [RTL, "🚀🔥", LONG_NAME]} | CLOSED,
}
FIELDS = {
    "card": "poll",
    "poll_options": "\n".join(POLL["options"]),
    "poll_results": "closed",
    "poll_minutes": "5",
    "poll_several": "on",
}
WRONG: dict[str, dict[str, str]] = {
    "one option": {"poll_options": "On time"},
    "eleven options": {"poll_options": "\n".join("abcdefghijk")},
    "two that are the same": {"poll_options": "On time\non time"},
    "no number of minutes": {"poll_minutes": "soon"},
}


def asked(data: CardData, of: Event | None = None) -> Entry:
    """An entry by Olga with this poll."""
    made = entry(of, name="Olga", by_host=True, text="When does Petrel 7 lift off?")
    made_of(made, data)
    return made


@shows("partials/cards/poll", "partials/cards/card")
def _polls() -> Iterator[Made]:
    for name, data in POLLS.items():
        made = asked(data)
        yield name, {"event": made.event, "post": made, "card": made.card, "variant": variant()}
    over = asked(POLL, event(state=Event.State.ENDED))
    yield "event over", {"event": over.event, "post": over, "card": over.card, "variant": variant()}
    made = asked(POLL | {"results": "never"})
    yield "as a host sees it", {"event": made.event, "post": made, "card": made.card} | FOR_HOSTS, HOSTS


@shows("partials/cards/poll_option", "partials/cards/poll_result")
def _options() -> Iterator[Made]:
    for name in ("open", "ten options, one of 80 letters", "right to left"):
        made = asked(POLLS[name])
        card = cast("Poll", made.card)
        yield name, {"card": card, "row": card.rows[-1]}


@shows("partials/cards/poll_tools")
def _tools() -> Iterator[Made]:
    for name, data in (("of an open poll", POLL), ("of a closed poll", POLL | CLOSED)):
        made = asked(data)
        yield name, {"event": made.event, "post": made} | FOR_HOSTS, HOSTS


@shows("partials/cards/poll_form")
def _questions() -> Iterator[Made]:
    for name, closing in (("close", True), ("reopen", False)):
        made = asked(POLL if closing else POLL | CLOSED)
        yield name, {"event": made.event, "post": made, "closing": closing}


def _filled(**typed: str) -> HostForm:
    return HostForm(initial=typed, event=event(), host=user())


def _refused(**data: str) -> HostForm:
    form = HostForm({"name": "Olga", "text": WORDS} | data, event=event(), host=user())
    form.is_valid()
    return form


@shows("partials/cards/poll_fields")
def _fields() -> Iterator[Made]:
    about = {"event": event(), "form_key": FORM_KEY, "hosting": True}
    yield "a poll", about | {"form": _filled(card="poll"), "focus": "card"}, HOSTS
    yield "a poll that is filled in", about | {"form": _filled(**FIELDS)}, HOSTS
    for name, wrong in WRONG.items():
        yield name, about | {"form": _refused(**FIELDS | wrong)}, HOSTS


@shows("partials/cards/card_fields")
def _cards_in_forms() -> Iterator[Made]:
    yield from _fields()
    about = {"event": event(), "form_key": FORM_KEY, "hosting": True}
    yield "pictures", about | {"form": _filled(card="pictures"), "focus": "card"}, HOSTS
    yield "nothing added", {"event": event(), "hosting": True}, HOSTS
    yield "for a visitor", {"event": event(), "hosting": False}


@shows("partials/cards/pictures_fields")
def _picture_fields() -> Iterator[Made]:
    about = {"event": event(), "form_key": FORM_KEY, "hosting": True}
    yield "empty", about | {"form": _filled(card="pictures")}, HOSTS
    yield "no picture chosen", about | {"form": _refused(card="pictures")}, HOSTS
    yield "description too long", about | {"form": _refused(card="pictures", alt_1=WORDS * 6)}, HOSTS


def pictured(*pictures: Picture) -> Entry:
    """An entry by Olga with these pictures."""
    made = entry(name="Olga", by_host=True, carries="pictures")
    card = Pictures(entry=made)
    for picture in pictures:
        picture.card = card
        vars(picture)["avif"] = vars(picture)["webp"] = f"{static('icon.svg')} 480w"
        vars(picture)["smallest"] = static("icon.svg")  # the database has none
    card._prefetched_objects_cache = {"pictures": pictures}  # type: ignore[attr-defined]
    made.card = card
    return made


def picture(state: str = "made", width: int = 1600, height: int = 900, alt: str = "Petrel 7 on the pad") -> Picture:
    """A picture that is never saved."""
    return Picture(digest="0" * 16, width=width, height=height, alt=alt, state=state)


@shows("partials/cards/pictures")
def _pictures() -> Iterator[Made]:
    for name, shown in (
        ("one", [picture()]),
        ("not made yet", [picture("waiting")]),
        ("cannot be read", [picture("failed")]),
        ("four, of all sizes", [picture(), picture("waiting", 900, 1600), picture(width=60, height=30), picture()]),
        ("right to left, without a description", [picture(alt=RTL), picture(alt="")]),
    ):
        made = pictured(*shown)
        yield name, {"event": made.event, "card": made.card}


@shows("partials/cards/picture")
def _files() -> Iterator[Made]:
    yield "on an entry", {"picture": pictured(picture()).card.shown[0], "sizes": "92vw"}  # type: ignore[union-attr]


@shows("post/picture")
def _pages_of_pictures() -> Iterator[Made]:
    for name, alt in (("with a description", "Petrel 7 on the pad"), ("without", ""), ("right to left", RTL)):
        made = pictured(picture(alt=alt))
        yield name, {"event": made.event, "entry": made, "picture": made.card.shown[0]}  # type: ignore[union-attr]
