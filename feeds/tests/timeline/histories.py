"""Histories of an event: a step for each verb of the models, done to whatever is there."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from feeds.models import (
    Act,
    Ban,
    Comment,
    Draft,
    Entry,
    Event,
    Invitation,
    PostState,
    Tally,
    Traces,
    Verb,
)
from feeds.models.post.arguments import Composed, Heading
from feeds.tests.timeline.polling import Polling
from feeds.tests.timeline.steps import (
    AUTHORS,
    CHANGES,
    HOSTS,
    PARTS_OF_HEADINGS,
    SELDOM,
    SETTINGS,
    WHICH,
    YES_OR_NO,
    nth,
    one_of,
    step,
    steps_of,
)

RITA, PAUL, ZOE = "r" * 32, "p" * 32, "z" * 32
VISITORS = {"rita": RITA, "paul": PAUL, "zoe": ZOE}
"""Visitors, with their ids."""
VISITORS_BANNED = ("zoe", "zoe", "zoe", "paul", "rita")
BLOCKED = "casino"
WAITS = "Every post in this event is reviewed."


class History(Polling):
    """An event in which things happen. `host`, who is called Hugo, runs it beside its owner Olga."""

    def __init__(self, event: Event, host: Any) -> None:
        self.event, self.host = event, host
        self.said = 0

    def look_around(self, before: int) -> None:
        """React to what has changed since this head."""

    def play(self, steps: int, chance: random.Random, without: Sequence[str] = ()) -> None:
        """Let this number of changes happen at random."""
        found = [each for each in steps_of(type(self)).values() if each.verbs and each.name not in without]
        end = self.event.head + steps
        while self.event.head < end:
            chosen = chance.choices(found, [each.often for each in found])[0]
            getattr(self, chosen.name)(**{name: chance.choice(of) for name, of in chosen.arguments.items()})

    # Choices

    def words(self) -> str:
        self.said += 1
        return f"words {self.said}"

    def entry(self, number: int, **which: Any) -> Entry:
        return nth(Entry.objects.filter(event=self.event, **which), number)

    def comment(self, number: int, **which: Any) -> Comment:
        return nth(Comment.objects.filter(event=self.event, **which), number)

    def post(self, number: int, **which: Any) -> Entry | Comment:
        """An entry where the number is even, or else a comment."""
        return (self.comment if number % 2 else self.entry)(number // 2, **which)

    def by(self, name: str) -> Any:
        return self.event.owner if name == "olga" else self.host

    def about(self, author: str, held: bool) -> dict[str, Any]:
        """The author of a post, and whether it waits."""
        if author == "hugo":
            return {"user": self.host, "markdown": held}
        return {"visitor": VISITORS[author], "hold": WAITS if held else ""}

    def heading(self, parts: str) -> Heading:
        """Parts of a heading that a host may write, each or nothing."""
        hours = {"late": 1, "yesterday": 30}.get(parts)
        return {
            "headline": self.words() if "headline" in parts else "",
            "minute": f"{self.said % 90}'" if "minute" in parts else "",
            "happened_at": timezone.now() - timedelta(hours=hours) if hours else None,
        }

    # Posts

    @step("Event.publish", often=28, author=AUTHORS, held=SELDOM)
    def publishes(self, author: str, held: bool) -> None:
        self.event.publish("Ann", self.words(), **self.about(author, held))

    @step("Event.add", often=4, author=AUTHORS, held=SELDOM)
    def adds(self, author: str, held: bool) -> None:
        self.event.add(self.event.entries, name="Zoe", text=self.words(), **self.about(author, held))

    @step("Draft.publish", often=6, by=HOSTS, pin=SELDOM, moment=SELDOM, parts=PARTS_OF_HEADINGS, due=YES_OR_NO)
    def publishes_a_draft(self, by: str, pin: bool, moment: bool, parts: str, due: bool) -> None:
        """Publish a draft with everything that a host can choose, or let its time come."""
        about: Composed = {"name": "Dan", "text": self.words(), "pin": pin, "moment": self.words() if moment else ""}
        said = self.heading(parts)
        about |= {"headline": said["headline"], "minute": said["minute"], "happened_at": said["happened_at"]}
        draft = self.event.draft(by=self.by(by), **about)
        if not due:
            draft.publish(by=self.by(by))
            return
        past = timezone.now() - timedelta(minutes=1)
        Draft.objects.filter(pk=draft.pk).update(publish_at=past)
        Event.objects.filter(pk=self.event.pk).update(entry_due_at=past)
        Event.objects.get(pk=self.event.pk).keep_time()

    @step("Entry.comment", often=32, entry=(0, 0, 0, 1, 1, *WHICH), author=AUTHORS, held=SELDOM, times=(1, 1, 5))
    def comments(self, entry: int, author: str, held: bool, times: int) -> None:
        """Mostly on few entries, so that some get more comments than pages show."""
        found = self.entry(entry, state=PostState.SHOWN)
        for _ in range(times):
            found.comment("Ben", self.words(), **self.about(author, held))

    @step("Post.revise", often=8, post=WHICH, by=HOSTS)
    def revises(self, post: int, by: str) -> None:
        self.post(post).revise(self.words(), by=self.by(by))

    @step("Post.revise", often=6, entry=WHICH, by=HOSTS, parts=PARTS_OF_HEADINGS)
    def revises_a_heading(self, entry: int, by: str, parts: str) -> None:
        self.entry(entry).revise(self.words(), by=self.by(by), **self.heading(parts))

    @step("Post.revise", often=10, post=WHICH, blocked=YES_OR_NO)
    def is_revised_by_its_author(self, post: int, blocked: bool) -> None:
        """Sometimes so that it waits, or while it does."""
        text = f"{self.words()} {BLOCKED}" if blocked else self.words()
        self.post(post, by_host=False).revise(text, as_author=True)

    @step("Post.retract", often=14, post=WHICH, by=HOSTS, erase=SELDOM)
    def retracts(self, post: int, by: str, erase: bool) -> None:
        self.post(post).retract(by=self.by(by), erase=erase)

    @step("Post.restore", often=14, post=WHICH, by=HOSTS)
    def restores(self, post: int, by: str) -> None:
        self.post(post, state__in=["removed", "erased"]).restore(by=self.by(by))

    @step("Entry.pin", often=6, entry=WHICH, by=HOSTS)
    def pins(self, entry: int, by: str) -> None:
        self.entry(entry).pin(by=self.by(by))

    @step("Entry.unpin", often=4, entry=WHICH, by=HOSTS)
    def unpins(self, entry: int, by: str) -> None:
        self.entry(entry).unpin(by=self.by(by))

    @step("Entry.mark", often=12, entry=WHICH, by=HOSTS, label=(True, True, False))
    def marks(self, entry: int, by: str, label: bool) -> None:
        self.entry(entry, state=PostState.SHOWN).mark(self.words() if label else "", by=self.by(by))

    @step("Entry.publish_counts", often=12, entry=WHICH, kind=range(3))
    def reacts(self, entry: int, kind: int) -> None:
        """Two people tap, which becomes one change; Rita takes hers back where she has reacted like this before."""
        found = self.entry(entry, state=PostState.SHOWN)
        chosen = found.event.kinds[kind]
        found.react(chosen, visitor=RITA)
        found.react(chosen, visitor=self.words())
        Tally.objects.update(last=None, last_but_one=None)  # long ago
        found.publish_counts()

    # Review

    @step("Post.approve", often=24, post=WHICH, by=HOSTS, top=YES_OR_NO)
    def approves(self, post: int, by: str, top: bool) -> None:
        self.post(post, state=PostState.WAITING).approve(by=self.by(by), top=top)

    @step("Post.reject", often=5, post=WHICH, by=HOSTS)
    def rejects(self, post: int, by: str) -> None:
        self.post(post, state=PostState.WAITING).reject(by=self.by(by))

    @step("Post.hold_again", often=12, post=WHICH, by=HOSTS)
    def holds_again(self, post: int, by: str) -> None:
        self.post(post).hold_again(by=self.by(by))

    @step("Event.review", often=8, number=range(1, 6), by=HOSTS, approve=(True, True, False))
    def reviews(self, number: int, by: str, approve: bool) -> None:
        """Decide on several posts that wait."""
        waiting = self.event.waiting()[:number]
        verb = Verb.APPROVED if approve else Verb.REJECTED
        self.event.review(verb, {post.element_id: post.seq for post in waiting}, by=self.by(by))

    @step("ReportQuerySet.file", often=6, post=WHICH, limit=(1, 2))
    def reports(self, post: int, limit: int) -> None:
        """Report a visitor's post, which one or two reports hide."""
        found = self.post(post, state=PostState.SHOWN, by_host=False)
        Event.objects.filter(pk=self.event.pk).update(report_limit=limit)
        found = type(found).objects.get(pk=found.pk)
        Event.objects.get(pk=self.event.pk).reports.file(found, visitor=self.words(), network=self.words())

    @step("Act.undo", often=12, number=(0, 0, 0, *WHICH), by=HOSTS)
    def undoes(self, number: int, by: str) -> None:
        acts = Act.objects.filter(event=self.event, undone_at=None).exclude(details={}).order_by("-pk")
        undoable = [act for act in acts if act.may_be_undone]
        one_of(undoable, number).undo(by=self.by(by))

    # The event

    @step("Event.start", often=10, by=HOSTS)
    def starts(self, by: str) -> None:
        self.event.start(by=self.by(by))

    @step("Event.end", often=2, by=HOSTS)
    def ends(self, by: str) -> None:
        self.event.end(by=self.by(by))

    @step("Event.archive", often=1, by=HOSTS)
    def archives(self, by: str) -> None:
        self.event.archive(by=self.by(by))

    @step("Event.unarchive", often=6, by=HOSTS)
    def unarchives(self, by: str) -> None:
        self.event.unarchive(by=self.by(by))

    @step("Event.keep_time", "LifeQuerySet.keep_time", often=2, all_events=YES_OR_NO)
    def keeps_time(self, all_events: bool) -> None:
        """Start or end by itself."""
        past = timezone.now() - timedelta(days=1)
        Event.objects.filter(pk=self.event.pk, state="live").update(auto_end_hours=1, busy_at=past)
        Event.objects.filter(pk=self.event.pk, state="scheduled").update(auto_start=True, starts_at=past)
        if all_events:
            Event.objects.keep_time()
        else:
            Event.objects.get(pk=self.event.pk).keep_time()
        Event.objects.filter(pk=self.event.pk).update(auto_end_hours=None)

    @step("Event.configure", often=12, by=HOSTS, change=CHANGES)
    def configures(self, by: str, change: str) -> None:
        self.event.configure(by=self.by(by), **SETTINGS[change](self))

    # People

    @step("Event.remove_host", often=2)
    def removes_a_host(self) -> None:
        self.event.remove_host(self.host, by=self.event.owner)

    @step("Event.set_hosts", often=2)
    def sets_hosts(self) -> None:
        self.event.set_hosts([self.host], by=self.event.owner)

    @step("Invitation.accept", often=2)
    def accepts_an_invitation(self) -> None:
        invitation = Invitation.objects.with_token(Invitation.make(self.event, by=self.event.owner))
        assert invitation
        invitation.accept(self.host)

    @step(
        "Event.ban", often=4, post=WHICH, visitor=VISITORS_BANNED, for_a_day=YES_OR_NO, remove=SELDOM, waiting=YES_OR_NO
    )
    def bans(self, post: int, visitor: str, for_a_day: bool, remove: bool, waiting: bool) -> None:
        until = timezone.now() + timedelta(days=1) if for_a_day else None
        banned = self.post(post, visitor=VISITORS[visitor])
        self.event.ban(banned, by=self.host, until=until, remove=remove, waiting=waiting)

    @step("Event.ban_all", often=2, post=WHICH, waiting=YES_OR_NO)
    def bans_all(self, post: int, waiting: bool) -> None:
        """Ban two people, now and then with their waiting posts."""
        self.event.ban_all([self.post(post, visitor=each) for each in (ZOE, PAUL)], by=self.host, waiting=waiting)

    @step("Ban.lift", often=4, number=range(3))
    def lifts_a_ban(self, number: int) -> None:
        one_of(list(Ban.objects.filter(event=self.event).order_by("-pk")), number).lift(by=self.host)

    @step("Event.lock_down", often=2, by=HOSTS)
    def locks_down(self, by: str) -> None:
        self.event.lock_down(by=self.by(by))

    @step("Event.remove_all_by", often=2, visitor=[*VISITORS], by=HOSTS)
    def removes_all_by(self, visitor: str, by: str) -> None:
        self.event.remove_all_by(self.post(0, visitor=VISITORS[visitor]), by=self.by(by))

    @step("Event.erase_visitor", often=1, visitor=[*VISITORS])
    def erases_a_visitor(self, visitor: str) -> None:
        self.event.erase_visitor(VISITORS[visitor], by=self.event.owner)

    @step("Event.erase", often=2, post=WHICH)
    def erases_traces(self, post: int) -> None:
        """Of somebody whose browser is not known."""
        self.event.erase(Traces.behind(self.post(post, visitor="")), by=self.event.owner)
