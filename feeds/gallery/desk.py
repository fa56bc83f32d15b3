"""States of the host desk: the queue, its groups and posts, and what became of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from feeds.forms import BanForm
from feeds.gallery.samples import FORM_KEY, HOW, LONG_NAME, ONE_WORD, WORDS, act, comment, entry, event, fresh_act
from feeds.gallery.states import HOSTS, Made, shows
from feeds.models import Event, PostState, Verb
from feeds.models.moderation.subjects import Kind, Subject
from feeds.timeline.desk_places import Group, Place


def desk(of: Event | None = None, *, queue: Sequence[Group] = (), **more: object) -> dict[str, Any]:
    """The context of the host desk beside the page's."""
    of = of or event()
    listed = [place for group in queue for place in group.waiting]
    quiet: dict[str, Any] = {
        "queue": queue,
        "listed": listed,
        "all_seen": " ".join(place.seen for place in listed),
        "number_waiting": len(listed),
        "removed": [],
        "acts": [],
        "readers": 17,
        "pace": 3,
        "in_5": 12,
        "in_15": 40,
    }
    return {"event": of, "form_key": FORM_KEY} | quiet | more


def busy_desk() -> dict[str, Any]:
    """The desk of an event with many posts to decide on."""
    of = event()
    waits: dict[str, Any] = {"state": PostState.WAITING, "visitor": "v"}
    queue = [
        entry(of, pk=n, hold_reason="Every post in this event is reviewed.", **waits, **how)
        for n, how in enumerate(HOW.values())
    ]
    queue.append(comment(entry(of), **waits))  # type: ignore[arg-type]
    gone = [entry(of, pk=50, name=LONG_NAME, text=WORDS * 3), comment(entry(of), pk=51, text=ONE_WORD)]
    done = Place(entry(of, pk=60, visitor="v", name=LONG_NAME), False, act(Verb.APPROVED, of=of, pk=7), True)
    return desk(
        of,
        queue=[grouped(done), *(grouped(Place(post, True)) for post in queue), several(of), decided_together(of)],
        removed=[Place(post, True, where="removed") for post in gone],
        acts=[act(of=of), act(Verb.PINNED, of=of, pk=6)],
    )


def grouped(*places: Place) -> Group:
    """Places as a group, whose head has the name of the first post's author."""
    return Group([replace(place, group_name=places[0].post.name) for place in places])


def several(of: Event, first: int = 70) -> Group:
    """Three posts by one person, one of them under another name and for another reason."""
    waits: dict[str, Any] = {"state": PostState.WAITING, "visitor": "k", "hold_reason": of.rule.holds}
    link = {"hold_reason": "Link from a first-time poster.", "name": "Kofi A."}
    posts = [entry(of, pk=first + n, **{"name": "Kofi"} | waits | (link if n == 1 else {})) for n in range(3)]
    return grouped(*(Place(post, True) for post in posts))


def decided_together(of: Event, first: int = 80) -> Group:
    """Two posts by one person that a host has just approved together."""
    whole = fresh_act()
    whole.verb, whole.subject, whole.details = Verb.APPROVED, Subject(Kind.POSTS, "Mei", 2).data, {"parts": 2}
    places = []
    for n in range(2):
        part = act(Verb.APPROVED, of=of, pk=10 + n)
        part.whole = whole
        places.append(Place(entry(of, pk=first + n, name="Mei", visitor="m"), False, part, True))
    return grouped(*places)


@shows("partials/desk/to_review")
def _numbers() -> Iterator[Made]:
    yield "none", {"event": event(), "number_waiting": 0}
    yield "thirty", {"event": event(), "number_waiting": 30}
    yield "very many", {"event": event(), "number_waiting": 1001}


@shows("partials/desk/end_link")
def _ends() -> Iterator[Made]:
    yield "live", {"event": event()}, HOSTS


@shows("partials/desk/queue")
def _queues() -> Iterator[Made]:
    yield "nothing", desk(), HOSTS
    yield "busy", busy_desk(), HOSTS


@shows("partials/desk/queue_group")
def _groups() -> Iterator[Made]:
    of = event()
    yield "several", {"event": of, "group": several(of)}, HOSTS
    yield "one", {"event": of, "group": grouped(several(of).places[0])}, HOSTS
    together = decided_together(of)
    yield "decided together", {"event": of, "group": together}, HOSTS
    yield (
        "just decided",
        {"event": of, "group": together, "focus": together.element_id, "said": "2 posts approved."},
        HOSTS,
    )


@shows("partials/desk/ban_all_form")
def _questions() -> Iterator[Made]:
    usual = {"event": event(), "posts": "entry-7:12 entry-8:13"}
    names = ["Kofi", "Mei", LONG_NAME]
    yield "several", usual | {"form": BanForm(waiting=8, several=True), "names": names, "number": 3}, HOSTS
    yield "one", usual | {"form": BanForm(waiting=0, several=True), "names": names[:1], "number": 1}, HOSTS
    wrong = BanForm({"period": "none"}, waiting=8, several=True)
    yield "without a length", usual | {"form": wrong, "names": names[:2], "number": 2, "back": "/"}, HOSTS


@shows("partials/desk/queued", "partials/desk/outcome")
def _places() -> Iterator[Made]:
    of = event()
    post = entry(of, pk=61, visitor="v", hold_reason="Every post in this event is reviewed.", state=PostState.WAITING)
    yield "waiting", {"event": of, "post": post, "place": Place(post, True)}, HOSTS
    looked_at = Place(post, True, lookers=("Marta", "Ilse"))
    yield "looked at by others", {"event": of, "post": post, "place": looked_at}, HOSTS
    mine = Place(post, False, act(Verb.APPROVED, of=of, pk=8), True)
    yield "decided", {"event": of, "post": post, "place": mine, "focus": mine.element_id, "said": "Approved."}, HOSTS
    yield "decided by another", {"event": of, "post": post, "place": Place(post, False, mine.act)}, HOSTS
    yield "gone", {"event": of, "post": post, "place": Place(post, False)}, HOSTS


@shows("partials/desk/desk")
def _desks() -> Iterator[Made]:
    yield "quiet", desk(), HOSTS
    yield "busy", busy_desk(), HOSTS
    yield "after something was done", desk(said="Approved. Everybody sees it."), HOSTS
