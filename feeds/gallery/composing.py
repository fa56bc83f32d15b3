"""States of what hosts compose: the composer of the host desk, drafts, and headings."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from feeds.forms import EntryForm
from feeds.forms.composing import as_typed
from feeds.gallery.samples import (
    FORM_KEY,
    LONG_NAME,
    ONE_WORD,
    RTL,
    RTL_NAME,
    START,
    WORDS,
    draft,
    entry,
    event,
    user,
)
from feeds.gallery.states import HOSTS, Made, shows

HEADING: dict[str, Any] = {"headline": "All nine engines are running", "minute": "T−0:03"}
WRONG_HEADINGS = {
    "headline too long": {"headline": WORDS * 3},
    "minute too long": {"minute": "90+4 minutes"},
    "not a time": {"happened_at": "noon"},
    "a time in the future": {"happened_at": "2126-07-04T20:00"},
    "a time that comes twice": {"happened_at": "2025-10-26T02:30"},
}
WRONG = WRONG_HEADINGS | {
    "text missing": {"text": ""},
    "label too long": {"moment": "Ignition " * 10},
    "scheduled in the past": {"publish_at": "2020-07-04T20:00"},
}
"""Fields of a composer, each with something wrong."""


class HostForm(EntryForm):
    """The form of a host whose name is not looked up."""

    def clean_name(self) -> str:
        """Her name, which is looked up nowhere."""
        return "Olga"


@shows("partials/desk/composer")
def _composers() -> Iterator[Made]:
    of = event(phrases="*GOAL for {home}!\nHalf-time\n" + RTL, title="Rovers – City")
    about = {"event": of, "form_key": FORM_KEY, "remembered": "Olga", "desk": True}
    yield "empty", about, HOSTS
    yield "without phrases", about | {"event": event()}, HOSTS
    yield "without a name", about | {"remembered": ""}, HOSTS
    yield "after a post", about | {"posted": entry()}, HOSTS
    yield "after a draft was saved", about | {"told": "Saved as a draft."}, HOSTS
    filled = HostForm(initial=as_typed(draft(of)) | {"name": "Olga"}, event=of, host=user())
    yield "filled in from a draft", about | {"form": filled, "focus": "text"}, HOSTS
    for name, data in WRONG.items():
        form = HostForm({"name": "Olga", "text": WORDS} | data, event=of, host=user())
        yield name, about | {"form": form, "focus": form.first_invalid}, HOSTS


@shows("partials/desk/phrase")
def _phrases() -> Iterator[Made]:
    of = event(phrases="*GOAL for {home}!\nHalf-time\n" + RTL, title="Rovers – City")
    for name, phrase in zip(("a key moment", "a text", "right to left"), of.saved_phrases, strict=True):
        yield name, {"event": of, "phrase": phrase}, HOSTS


@shows("partials/entry/headline_field")
def _headlines() -> Iterator[Made]:
    yield "empty", {"event": event()}
    form = HostForm({"name": "Olga", "text": WORDS, "headline": WORDS * 3}, event=event(), host=user())
    form.is_valid()
    yield "too long", {"event": event(), "form": form}


@shows("partials/desk/drafts")
def _no_drafts() -> Iterator[Made]:
    yield "none", {"event": event(), "drafts": []}


@shows("partials/desk/drafts", "partials/desk/draft")
def _drafts() -> Iterator[Made]:
    of = event()
    drafts = {
        "a draft": draft(of),
        "scheduled": draft(of, pk=2, publish_at=START + timedelta(hours=1), pin=True, moment="Ignition"),
        "missed": draft(of, pk=3, missed_at=START, headline="", text=RTL, name=RTL_NAME),
        "long": draft(of, pk=4, headline=ONE_WORD[:120], text=LONG_NAME * 10, name=LONG_NAME),
    }
    for name, each in drafts.items():
        yield name, {"event": of, "drafts": [each], "draft": each}, HOSTS
    yield "several", {"event": of, "drafts": [*drafts.values()], "draft": draft(of)}, HOSTS


@shows("partials/entry/moment_time")
def _times_of_moments() -> Iterator[Made]:
    for name, fields in (("the time", {}), ("a minute", HEADING)):
        made = entry(moment="Ignition", **fields)
        yield name, {"event": made.event, "entry": made}
