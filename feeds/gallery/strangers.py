"""States of the guards against strangers: slow mode, lockdown and reports."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from feeds.gallery.samples import FORM_KEY, LONG_NAME, ONE_WORD, RTL, RTL_NAME, START, comment, entry, event, user
from feeds.gallery.states import HOSTS, Made, shows
from feeds.models import Act, Event, TooOften, Verb
from feeds.models.limits.rates import TOO_MANY_BY_VISITOR
from feeds.timeline.desk_places import Place


@shows("partials/post/wait")
def _waits() -> Iterator[Made]:
    yield "seconds", {"wait": TooOften(gettext(TOO_MANY_BY_VISITOR), 23)}
    yield "minutes", {"wait": TooOften(gettext(TOO_MANY_BY_VISITOR), 230)}


@shows("partials/post/slow_mode")
def _slow_mode() -> Iterator[Made]:
    yield "as it is", {"event": event(slow_mode=30)}


@shows("partials/desk/lock_down")
def _lockdown() -> Iterator[Made]:
    yield "as it is", {"event": event()}, HOSTS


@shows("partials/desk/lock_down_form")
def _questions_before_a_lockdown() -> Iterator[Made]:
    for name, number in (("nothing was posted", 0), ("one post", 1), ("many posts", 1001)):
        yield name, {"event": event(), "number": number}, HOSTS


def reported(of: Event | None = None) -> dict[str, Any]:
    """Posts that readers have reported, as the desk lists them."""
    of = of or event()
    by = user(2, "hugo")
    kept = Act(
        pk=9, event=of, at=START, by=by, by_name="hugo", verb=Verb.KEPT, subject={"kind": "entry", "name": "Eve"}
    )
    places = [
        Place(entry(of, pk=91, name=LONG_NAME, text=ONE_WORD, visitor="v"), True, where="reported", reports=12),
        Place(comment(entry(of), pk=92, name=RTL_NAME, text=RTL, visitor="v"), True, where="reported", reports=1),
        Place(entry(of, pk=93, name="Eve", text="Buy my watches"), False, kept, where="reported"),
    ]
    return {"event": of, "reported": places, "number_reported": 2}


@shows("partials/desk/reported")
def _reported() -> Iterator[Made]:
    yield "some posts", reported(), HOSTS
    yield "none", {"event": event(), "reported": [], "number_reported": 0}, HOSTS


@shows("partials/reaction/report")
def _buttons_to_report() -> Iterator[Made]:
    for name, post in (("an entry", entry()), ("a comment", comment()), ("an entry by a host", entry(by_host=True))):
        yield name, {"event": post.event, "post": post}


@shows("partials/reaction/report_answer")
def _answers_to_reports() -> Iterator[Made]:
    yield "reported", {"event": event(), "form_key": FORM_KEY, "said": "Reported. A host will look at it."}
    yield "reported before", {"event": event(), "form_key": FORM_KEY, "said": "You have already reported this."}
