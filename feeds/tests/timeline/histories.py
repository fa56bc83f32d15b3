"""Random histories of an event: every verb there is, drawn by chance, on whatever is there."""

import inspect
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import CodeType
from typing import Any

from django.utils import timezone

from feeds import models
from feeds.models import (
    KINDS,
    Act,
    Ban,
    Closed,
    Comment,
    Draft,
    Entry,
    Event,
    Gone,
    Invitation,
    Overtaken,
    PostState,
    Tally,
    Traces,
    Verb,
)
from feeds.models.post.arguments import Composed, Heading

RITA, PAUL, ZOE = "r" * 32, "p" * 32, "z" * 32
"""Visitors, by their ids."""
BLOCKED = "casino"
WAITS = "Every post in this event is reviewed."


def names_in(code: CodeType) -> set[str]:
    inner = [names_in(each) for each in code.co_consts if isinstance(each, CodeType)]
    return set(code.co_names).union(*inner)


ABSTRACT = {"Protected": "Event", "Hosted": "Event", "Composing": "Event", "TakesPosts": "Event"}
ABSTRACT |= {"Life": "Event", "History": "Event"}
PARTS = {
    *("Entry.count", "Event.set_pinned", "Event.take_note_of", "Event.take_number", "Traces.erase"),
    *("Event.step_back", "Event.welcome", "Post.wait_again", "Event.end_lockdown"),
}
"""Functions that verbs call under the event's lock."""
BEGINNINGS = {"Event.take_in"}
"""Verbs from before the first page."""
INDIRECT = {"Act.undo", "Entry.publish_counts", "Event.review"}
"""Verbs that find what to call in a table or in a module, or call what queries have under the same name."""


def verbs() -> set[str]:
    """Public functions of the models that take a number of the event, themselves or by another one."""
    modules = [module for name, module in sys.modules.items() if name.startswith(models.__name__)]
    classes = {each for module in modules for _, each in inspect.getmembers(module, inspect.isclass)}
    functions = {
        f"{owner.__name__}.{name}": names_in(inspect.unwrap(function).__code__)
        for owner in classes
        if owner.__module__.startswith("feeds.models")
        for name, function in vars(owner).items()
        if inspect.isfunction(function)
    }
    taking = {"take_number", "change_together"}
    while more := {name.split(".")[1] for name, used in functions.items() if used & taking} - taking - {"count"}:
        taking |= more
    found = {name for name, used in functions.items() if used & taking and not name.split(".")[1].startswith("_")}
    found = {".".join([ABSTRACT.get(owner, owner), verb]) for owner, verb in (name.split(".") for name in found)}
    return (found | INDIRECT) - PARTS - BEGINNINGS


class History:
    """An event in which things happen at random. `host` runs it beside its owner."""

    def __init__(self, event: Event, host: Any, seed: int) -> None:
        self.event, self.host, self.chance = event, host, random.Random(seed)
        self.said = 0
        self.told: list[str] = []
        """Verbs so far, for finding the reason of a failure."""

    def step(self) -> None:
        """Call a verb at random that changes something."""
        head = self.event.head
        while self.event.head == head:
            verb = self.chance.choices([*VERBS], [weight for weight, _ in VERBS.values()])[0]
            with suppress(Gone, Overtaken, Closed, IndexError):  # nothing there to do that with
                VERBS[verb][1](self)
            self.event = Event.objects.get(pk=self.event.pk)
        self.told.append(f"{self.event.head}: {verb}")

    def play(self, steps: int) -> None:
        for _ in range(steps):
            self.step()

    # Choices

    def words(self) -> str:
        self.said += 1
        return f"words {self.said}"

    def likely(self, probability: float) -> bool:
        return self.chance.random() < probability

    def visitor(self) -> str:
        return self.chance.choice([RITA, RITA, PAUL, ZOE])

    def entry(self, **which: Any) -> Entry:
        return self.chance.choice(list(Entry.objects.filter(event=self.event, **which).order_by("pk")))

    def comment(self, **which: Any) -> Comment:
        return self.chance.choice(list(Comment.objects.filter(event=self.event, **which).order_by("pk")))

    def post(self, **which: Any) -> Entry | Comment:
        return self.entry(**which) if self.likely(0.6) else self.comment(**which)

    def about(self) -> dict[str, Any]:
        """The author of a post, and whether it waits."""
        if self.likely(0.2):
            return {"user": self.host, "markdown": self.likely(0.5)}
        return {"visitor": self.visitor(), "hold": WAITS if self.likely(0.25) else ""}

    def by(self) -> Any:
        return self.chance.choice([self.host, self.event.owner])


def publish(h: History) -> None:
    h.event.publish("Ann", h.words(), **h.about())


def publish_draft(h: History) -> None:
    """Publish a draft with everything that a host can choose, or let its time come."""
    said, label = heading(h), h.words() if h.likely(0.3) else ""
    about: Composed = {"name": "Dan", "text": h.words(), "pin": h.likely(0.3), "moment": label}
    about |= {"headline": said["headline"], "minute": said["minute"], "happened_at": said["happened_at"]}
    draft = h.event.draft(by=h.by(), **about)
    if h.likely(0.5):
        draft.publish(by=h.by())
        return
    past = timezone.now() - timedelta(minutes=1)
    Draft.objects.filter(pk=draft.pk).update(publish_at=past)
    Event.objects.filter(pk=h.event.pk).update(entry_due_at=past)
    Event.objects.get(pk=h.event.pk).keep_time()


def comment(h: History) -> None:
    """Mostly on new entries that have comments already, so that some get more than pages show."""
    entries = list(Entry.objects.filter(event=h.event, state=PostState.SHOWN).order_by("-position")[:20])
    busy = sorted(entries, key=lambda entry: -entry.replies)[:2]
    entry = h.chance.choice(busy) if h.likely(0.8) else h.entry(state=PostState.SHOWN)
    for _ in range(h.chance.choice([1, 1, 5])):
        entry.comment("Ben", h.words(), **h.about())


def heading(h: History) -> Heading:
    """Parts of a heading that a host may write, each or nothing."""
    earlier = timezone.now() - timedelta(hours=h.chance.choice([1, 30]))
    return {
        "headline": h.words() if h.likely(0.5) else "",
        "minute": f"{h.chance.randrange(90)}'" if h.likely(0.5) else "",
        "happened_at": earlier if h.likely(0.3) else None,
    }


def revise(h: History) -> None:
    if h.likely(0.3):
        h.entry().revise(h.words(), by=h.by(), **heading(h))
    elif h.likely(0.4):
        h.post().revise(h.words(), by=h.by())
    else:  # by its author, and sometimes so that it waits, or while it does
        text = f"{h.words()} {BLOCKED}" if h.likely(0.5) else h.words()
        h.post(by_host=False).revise(text, as_author=True)


def react(h: History) -> None:
    """Two people tap, which becomes one change; Rita takes hers back where she has reacted like this before."""
    entry = h.entry(state=PostState.SHOWN)
    kind = h.chance.choice(entry.event.kinds)
    entry.react(kind, visitor=RITA)
    entry.react(kind, visitor=h.words())
    Tally.objects.update(last=None, last_but_one=None)  # long ago
    entry.publish_counts()


def configure(h: History) -> None:
    h.event.configure(by=h.by(), **h.chance.choice(SETTINGS)(h))


SETTINGS: list[Callable[[History], dict[str, Any]]] = [
    lambda h: {"title": h.words()},
    lambda h: {"description": h.words()},
    lambda h: {"status_line": h.chance.choice(["", h.words()])},
    lambda h: {"reactions": " ".join(h.chance.sample(list(KINDS), 3))},
    lambda h: {"posting": h.chance.choice(["open", "all", "hosts", "closed"])},
    lambda h: {"comments_open": h.likely(0.5)},
    lambda h: {"time_zone": h.chance.choice(["Europe/Berlin", "Asia/Tokyo"])},
    lambda h: {"starts_at": h.event.starts_at + timedelta(days=1)},
    lambda h: {"slug": f"match-{h.chance.randrange(3)}"},
    lambda h: {"accent": h.chance.choice(["", "#7a0b56"])},
    lambda h: {"state": h.chance.choice(["live", "live", "ended"])},
    lambda h: {"show_readers": h.likely(0.5), "show_typing": h.likely(0.5)},
]


def keep_time(h: History) -> None:
    """Let the event start or end by itself."""
    past = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=h.event.pk, state="live").update(auto_end_hours=1, busy_at=past)
    Event.objects.filter(pk=h.event.pk, state="scheduled").update(auto_start=True, starts_at=past)
    if h.likely(0.5):
        Event.objects.get(pk=h.event.pk).keep_time()
    else:
        Event.objects.keep_time()
    Event.objects.filter(pk=h.event.pk).update(auto_end_hours=None)


def accept(h: History) -> None:
    invitation = Invitation.objects.with_token(Invitation.make(h.event, by=h.event.owner))
    assert invitation
    invitation.accept(h.host)


def undo(h: History) -> None:
    acts = Act.objects.filter(event=h.event, undone_at=None).exclude(details={}).order_by("-pk")
    if act := next((act for act in acts if act.may_be_undone), None):
        act.undo(by=h.by())


def ban(h: History) -> None:
    until = timezone.now() + timedelta(days=1) if h.likely(0.5) else None
    h.event.ban(h.post(visitor=ZOE), by=h.host, until=until, remove=h.likely(0.3), waiting=h.likely(0.5))


def ban_all(h: History) -> None:
    """Ban up to two people, now and then with their waiting posts."""
    h.event.ban_all([h.post(visitor=ZOE), h.post(visitor=PAUL)], by=h.host, waiting=h.likely(0.5))


def review(h: History) -> None:
    """Decide on several posts that wait, and undo it now and then."""
    waiting = h.event.waiting()
    chosen = h.chance.sample(waiting, h.chance.randint(1, len(waiting))) if waiting else []
    verb = Verb.APPROVED if h.likely(0.8) else Verb.REJECTED
    h.event.review(verb, {post.element_id: post.seq for post in chosen}, by=h.by())


def lift(h: History) -> None:
    h.chance.choice(list(Ban.objects.filter(event=h.event))).lift(by=h.host)


def report(h: History) -> None:
    """Report a visitor's post, which one or two reports hide."""
    post = h.post(state=PostState.SHOWN, by_host=False)
    Event.objects.filter(pk=h.event.pk).update(report_limit=h.chance.choice([1, 2]))
    Event.objects.get(pk=h.event.pk).reports.file(
        type(post).objects.get(pk=post.pk), visitor=h.words(), network=h.words()
    )


VERBS: dict[str, tuple[float, Callable[[History], Any]]] = {
    "Event.publish": (14, publish),
    "Draft.publish": (3, publish_draft),
    "Event.add": (2, lambda h: h.event.add(h.event.entries, name="Zoe", text=h.words(), **h.about())),
    "Entry.comment": (16, comment),
    "Post.revise": (12, revise),
    "Post.retract": (8, lambda h: h.post().retract(by=h.by(), erase=h.likely(0.2))),
    "Post.restore": (8, lambda h: h.post(state__in=["removed", "erased"]).restore(by=h.by())),
    "Post.approve": (12, lambda h: h.post(state=PostState.WAITING).approve(by=h.by(), top=h.likely(0.6))),
    "Post.reject": (2, lambda h: h.post(state=PostState.WAITING).reject(by=h.by())),
    "Event.review": (4, review),
    "Post.hold_again": (6, lambda h: h.post().hold_again(by=h.by())),
    "Entry.pin": (3, lambda h: h.entry().pin(by=h.by())),
    "Entry.unpin": (2, lambda h: h.entry().unpin(by=h.by())),
    "Entry.mark": (6, lambda h: h.entry(state=PostState.SHOWN).mark(h.chance.choice(["", h.words()]), by=h.by())),
    "Entry.publish_counts": (6, react),
    "Event.start": (4, lambda h: h.event.start(by=h.by())),
    "Event.end": (1, lambda h: h.event.end(by=h.by())),
    "Event.archive": (0.5, lambda h: h.event.archive(by=h.by())),
    "Event.unarchive": (2, lambda h: h.event.unarchive(by=h.by())),
    "Event.keep_time": (0.5, keep_time),
    "LifeQuerySet.keep_time": (0.5, keep_time),
    "Event.configure": (6, configure),
    "Event.remove_host": (1, lambda h: h.event.remove_host(h.host, by=h.event.owner)),
    "Event.set_hosts": (1, lambda h: h.event.set_hosts([h.host], by=h.event.owner)),
    "Invitation.accept": (1, accept),
    "Event.ban": (2, ban),
    "Event.ban_all": (1, ban_all),
    "ReportQuerySet.file": (3, report),
    "Event.lock_down": (1, lambda h: h.event.lock_down(by=h.by())),
    "Event.remove_all_by": (1, lambda h: h.event.remove_all_by(h.post(visitor=h.visitor()), by=h.by())),
    "Ban.lift": (2, lift),
    "Event.erase_visitor": (0.5, lambda h: h.event.erase_visitor(h.visitor(), by=h.event.owner)),
    "Event.erase": (1, lambda h: h.event.erase(Traces.behind(h.post(visitor="")), by=h.event.owner)),
    "Act.undo": (6, undo),
}
"""Each verb of the models, how often it comes, and how it is done to something at random."""
