"""Every verb of the models that changes a page, on an event with everything that an event can have."""

from collections.abc import Callable
from typing import Any, cast

from django.utils import timezone

from e2e.protocol.page import Page
from feeds.forms.branding import read_picture
from feeds.models import (
    Act,
    Ban,
    Comment,
    Entry,
    Event,
    Invitation,
    Poll,
    Post,
    Reviewed,
    Tally,
    Traces,
    Verb,
)
from feeds.models.post.pictures import Picture
from feeds.tests.helpers import picture_file
from feeds.tests.models.post.polling import POLL
from feeds.timeline.variants import Variant
from feeds.values.renditions import Rendition

PICTURE = {"kind": "pictures", "pictures": [{"alt": "A boat", "width": 60, "height": 30, "content": b"not read here"}]}
RENDITIONS = [Rendition(form, 60, 30, b"not read here") for form in ("avif", "webp")]
VISITOR, OTHER = "v" * 32, "w" * 32


class Stage:
    """An event with everything that an event can have.

    It and its pages are made once. Each test goes on from there with a copy, and what it does is rolled back.
    """

    def __init__(self, event: Event, host: Any) -> None:
        self.event, self.host = event, host
        self.by_host = event.publish("Olga", "**Welcome**", user=host, markdown=True)
        self.plain = event.publish("Rita", "First", visitor=VISITOR)
        self.marked = event.publish("Paul", "Kick-off", visitor=OTHER)
        self.marked.mark("Kick-off", by=host)
        self.pinned = event.publish("Rita", "Rules", visitor=VISITOR)
        self.pinned.pin(by=host)
        self.comment = self.plain.comment("Paul", "Indeed", visitor=OTHER)
        self.removed = event.publish("Rita", "Oops", visitor=VISITOR)
        self.removed.retract(by=host)
        self.waiting = event.publish("Rita", "Hello?", visitor=VISITOR, hold="Every post in this event is reviewed.")
        event.ban(event.publish("Spam", "Buy!", visitor="s" * 32), by=host)
        self.busy = event.publish("Ann", "Who will win?", visitor=OTHER)
        self.replies = [self.busy.comment("Zoe", f"I say {n}", visitor=VISITOR if n < 4 else OTHER) for n in range(13)]
        self.replies[1].retract(by=host)
        self.open = event.publish("Ann", "Rovers?", visitor=OTHER)
        self.answers = [self.open.comment("Zoe", f"They {n}", visitor=VISITOR) for n in range(10)]
        self.asked = event.publish("Olga", "Who scores next?", user=host, card=POLL)
        vote(self, 1)
        self.pictured = event.publish("Olga", "The start", user=host, card=PICTURE)
        self.newest = event.publish("Ann", "Goal!", visitor=OTHER)
        self.opened: dict[tuple[bool, Variant], Page] = {}
        """Pages from before anything happens to it, of its host (True) and of readers."""
        self.fresh()

    def fresh(self) -> "Stage":
        for each in (*vars(self).values(), *self.replies, *self.answers):
            if isinstance(each, Event | Entry | Comment):
                each.refresh_from_db()
        return self

    @property
    def ban(self) -> Ban:
        return Ban.objects.get(event=self.event)

    def last_act(self) -> Act:
        return Act.objects.filter(event=self.event).first() or Act()


def react(s: Stage) -> None:
    s.plain.react("like", visitor=OTHER)
    s.plain.publish_counts(at_once=True)


def poll(s: Stage) -> Poll:
    return cast("Poll", Entry.objects.get(pk=s.asked.pk).card)


def vote(s: Stage, place: int) -> None:
    poll(s).vote(place, visitor=str(place))
    Tally.objects.filter(pk=s.asked.pk).update(last=None, last_but_one=None)  # long ago
    poll(s).entry.publish_counts()


def finish(s: Stage, made: list[Rendition]) -> None:
    Picture.objects.get(card=s.pictured.pk).finish(made)


def invite(s: Stage) -> Invitation:
    token = Invitation.make(s.event, by=s.host)
    return Invitation.objects.with_token(token) or Invitation()


def both(*steps: Callable[[Stage], Any]) -> Callable[[Stage], None]:
    def way(stage: Stage) -> None:
        for step in steps:
            step(stage)

    return way


def review(stage: Stage, verb: Verb, *posts: Post) -> Reviewed:
    """Decide on these posts at once."""
    for post in posts:
        post.refresh_from_db()
    return stage.event.review(verb, {post.element_id: post.seq for post in posts}, by=stage.host)


def report(s: Stage, post: Entry | Comment) -> None:
    """One report hides the post."""
    Event.objects.filter(pk=s.event.pk).update(report_limit=1)
    post = type(post).objects.get(pk=post.pk)
    post.event.reports.file(post, visitor="q" * 32)


VERBS: dict[str, list[Callable[[Stage], Any]]] = {
    "Event.publish": [
        lambda s: s.event.publish("Zoe", "Half time"),
        lambda s: s.event.publish("Olga", "*Half time*", user=s.host, markdown=True),
        lambda s: s.event.publish("Olga", "Goal!", user=s.host, pin=True, moment="1–0", words={"headline": "1–0!"}),
        lambda s: s.event.publish("Olga", "Who wins?", user=s.host, pin=True, card=POLL | {"results": "closed"}),
        lambda s: s.event.publish("Zoe", "May I?", visitor=VISITOR, hold="Every post in this event is reviewed."),
    ],
    "Draft.publish": [
        lambda s: s.event.draft(by=s.host, name="Olga", text="Half time", pin=True, minute="45'").publish(by=s.host),
    ],
    "Event.add": [lambda s: s.event.add(s.event.entries, name="Zoe", text="مرحبا 🎉")],
    "Entry.comment": [
        lambda s: s.plain.comment("Zoe", "Same here"),
        lambda s: s.marked.comment("Zoe", "<b>!</b>"),
        lambda s: s.busy.comment("Zoe", "Same here"),
        lambda s: s.open.comment("Zoe", "Same here"),
        lambda s: s.busy.comment("Zoe", "Same here", visitor=OTHER, hold="Every post in this event is reviewed."),
    ],
    "Post.revise": [
        lambda s: s.plain.revise("First, and edited", by=s.host),
        lambda s: s.plain.revise("First", name="Rita R."),
        lambda s: s.plain.revise("First", by=s.host, headline="Kick-off", minute="1'"),
        lambda s: s.marked.revise("Kick-off", by=s.host, headline="Off!", happened_at=timezone.now()),
        lambda s: s.pinned.revise("", by=s.host, headline="Rules", minute="90+2"),
        lambda s: s.marked.revise("Kick-off!"),
        lambda s: s.pinned.revise("New rules"),
        lambda s: s.comment.revise("Indeed!"),
        lambda s: s.replies[0].revise("I don't know"),
        lambda s: s.replies[9].revise("I know"),
    ],
    "Post.retract": [
        lambda s: s.plain.retract(by=s.host),
        lambda s: s.marked.retract(erase=True),
        lambda s: s.pinned.retract(by=s.host),
        lambda s: s.comment.retract(erase=True),
        lambda s: s.replies[0].retract(by=s.host),
        lambda s: s.replies[9].retract(erase=True),
        lambda s: s.answers[9].retract(erase=True),
    ],
    "Post.restore": [lambda s: s.removed.restore(by=s.host), lambda s: s.replies[1].restore(by=s.host)],
    "Post.approve": [
        lambda s: s.waiting.approve(by=s.host),
        lambda s: s.waiting.approve(by=s.host, top=True),
        both(lambda s: s.replies[2].hold_again(by=s.host), lambda s: s.replies[2].approve(by=s.host)),
        both(lambda s: s.replies[2].hold_again(by=s.host), lambda s: s.replies[2].approve(by=s.host, top=True)),
        both(lambda s: s.answers[2].hold_again(by=s.host), lambda s: s.answers[2].approve(by=s.host, top=True)),
    ],
    "Event.review": [
        lambda s: review(s, Verb.APPROVED, s.waiting),
        lambda s: review(s, Verb.REJECTED, s.waiting),
        both(lambda s: s.replies[2].hold_again(by=s.host), lambda s: review(s, Verb.APPROVED, s.waiting, s.replies[2])),
    ],
    "Post.reject": [lambda s: s.waiting.reject(by=s.host)],
    "Post.hold_again": [lambda s: s.plain.hold_again(by=s.host), lambda s: s.replies[9].hold_again(by=s.host)],
    "Entry.pin": [lambda s: s.newest.pin(by=s.host)],
    "Entry.unpin": [lambda s: s.pinned.unpin(by=s.host)],
    "Entry.mark": [
        lambda s: s.newest.mark("Goal", by=s.host),
        lambda s: s.marked.mark("Start", by=s.host),
        lambda s: s.marked.mark("", by=s.host),
    ],
    "Entry.publish_counts": [
        react,
        lambda s: vote(s, 2),
        both(lambda s: s.asked.pin(by=s.host), lambda s: vote(s, 0), lambda s: vote(s, 2)),
    ],
    "Poll.close": [
        lambda s: poll(s).close(by=s.host),
        both(lambda s: s.asked.pin(by=s.host), lambda s: poll(s).close(by=s.host)),
    ],
    "Picture.finish": [
        lambda s: finish(s, RENDITIONS),
        lambda s: finish(s, []),
        both(lambda s: s.pictured.pin(by=s.host), lambda s: finish(s, RENDITIONS)),
        both(lambda s: s.pictured.retract(by=s.host), lambda s: finish(s, RENDITIONS)),
    ],
    "Poll.reopen": [both(lambda s: poll(s).close(by=s.host), lambda s: poll(s).reopen(by=s.host))],
    "Event.start": [lambda s: s.event.start(by=s.host)],
    "Event.end": [lambda s: s.event.end(by=s.host)],
    "Event.archive": [lambda s: s.event.archive(by=s.host)],
    "Event.unarchive": [both(lambda s: s.event.archive(by=s.host), lambda s: s.event.unarchive(by=s.host))],
    "Event.keep_time": [
        both(
            lambda s: Event.objects.filter(pk=s.event.pk).update(auto_end_hours=1, busy_at=s.event.starts_at),
            lambda s: s.fresh().event.keep_time(),
        )
    ],
    "LifeQuerySet.keep_time": [lambda s: Event.objects.keep_time()],
    "Event.configure": [
        lambda s: s.event.configure(by=s.host, title="The <final>", description="At last"),
        lambda s: s.event.configure(by=s.host, status_line="2–1 · 64'"),
        lambda s: s.event.configure(by=s.host, posting="all", comments_open=False),
        lambda s: s.event.configure(by=s.host, time_zone="Asia/Tokyo"),
        lambda s: s.event.configure(by=s.host, reactions="fire"),
        lambda s: s.event.configure(by=s.host, state="ended"),
        lambda s: s.event.configure(by=s.host, posting="closed"),
        lambda s: s.event.configure(by=s.host, slow_mode=30),
        lambda s: s.event.configure(by=s.host, accent="#7a0b56", picture=read_picture(picture_file()), logo_alt="FC"),
    ],
    "Event.remove_host": [lambda s: s.event.remove_host(s.host, by=s.event.owner)],
    "Event.set_hosts": [lambda s: s.event.set_hosts([s.event.owner], by=s.host)],
    "Invitation.accept": [lambda s: invite(s).accept(s.event.owner)],
    "Event.ban": [
        lambda s: s.event.ban(s.plain, by=s.host),
        lambda s: s.event.ban(s.plain, by=s.host, remove=True),
        lambda s: s.event.ban(s.waiting, by=s.host, waiting=True),
        lambda s: s.event.ban(s.comment, by=s.host, until=timezone.now(), note="Bye", remove=True),
    ],
    "Event.ban_all": [lambda s: s.event.ban_all([s.plain, s.waiting], by=s.host, waiting=True)],
    "ReportQuerySet.file": [lambda s: report(s, s.plain), lambda s: report(s, s.comment)],
    "Event.lock_down": [lambda s: s.event.lock_down(by=s.host)],
    "Event.remove_all_by": [lambda s: s.event.remove_all_by(s.plain, by=s.host)],
    "Ban.lift": [lambda s: s.ban.lift(by=s.host)],
    "Event.erase_visitor": [lambda s: s.event.erase_visitor(VISITOR, by=s.host)],
    "Event.erase": [lambda s: s.event.erase(Traces.behind(s.plain), by=s.host)],
    "Act.undo": [
        both(lambda s: s.plain.retract(by=s.host), lambda s: s.last_act().undo(by=s.host)),
        both(lambda s: s.plain.revise("Second", by=s.host), lambda s: s.last_act().undo(by=s.host)),
        both(lambda s: s.newest.pin(by=s.host), lambda s: s.last_act().undo(by=s.host)),
        both(lambda s: s.event.remove_all_by(s.plain, by=s.host), lambda s: s.last_act().undo(by=s.host)),
        both(lambda s: s.waiting.approve(by=s.host), lambda s: s.last_act().undo(by=s.host)),
        both(
            lambda s: s.replies[2].hold_again(by=s.host),
            lambda s: review(s, Verb.APPROVED, s.waiting, s.replies[2]),
            lambda s: s.event.acts.listed()[0].undo(by=s.host),
        ),
        both(lambda s: s.event.end(by=s.host), lambda s: s.last_act().undo(by=s.host)),
        both(lambda s: s.event.lock_down(by=s.host), lambda s: s.last_act().undo(by=s.host)),
    ],
}
