"""Cards in histories of an event: polls are asked, voted on, closed and reopened, and pictures are posted and made."""

from typing import Any, cast

from feeds.models import Entry, Event, Poll, PostState, Tally
from feeds.models.post.pictures import Picture
from feeds.tests.models.post.polling import POLL
from feeds.tests.timeline.steps import HOSTS, WHICH, YES_OR_NO, Nothing, nth, step
from feeds.values.renditions import Rendition


class Polling:
    """Steps with polls, for a history."""

    event: Event
    by: Any
    words: Any

    def poll(self, number: int, **which: Any) -> Poll:
        """One of the polls that readers see. Raises `Nothing` without any."""
        entry = nth(Entry.objects.filter(event=self.event, carries="poll", state=PostState.SHOWN), number)
        poll = cast("Poll", entry.card)
        if poll.is_closed is not which.get("closed", poll.is_closed):
            raise Nothing
        return poll

    @step("Event.publish", often=5, by=HOSTS, pin=YES_OR_NO, results=("voted", "closed", "never"))
    def asks(self, by: str, pin: bool, results: str) -> None:
        card = POLL | {"results": results, "several": pin}
        self.event.publish("Olga", self.words(), user=self.by(by), pin=pin, card=card)

    @step("Entry.publish_counts", often=9, number=WHICH, place=range(3))
    def votes(self, number: int, place: int) -> None:
        """Two people vote; Rita takes her vote back where she has voted like this before."""
        poll = self.poll(number, closed=False)
        poll.vote(place, visitor="r" * 32)
        poll.vote(place, visitor=self.words())
        Tally.objects.update(last=None, last_but_one=None)  # long ago
        poll.entry.publish_counts()

    @step("Event.publish", often=3, by=HOSTS)
    def posts_a_picture(self, by: str) -> None:
        about = {"alt": self.words(), "width": 60, "height": 30, "content": self.words().encode()}
        self.event.publish("Olga", "", user=self.by(by), card={"kind": "pictures", "pictures": [about]})

    @step("Picture.finish", often=6, readable=(True, True, False))
    def makes_a_picture(self, readable: bool) -> None:
        waiting = Picture.objects.filter(card__entry__event=self.event, state=Picture.State.WAITING)
        picture = waiting.order_by("pk").first()
        if picture is None:
            raise Nothing
        picture.finish([Rendition("webp", 60, 30, b"not read here")] if readable else [])

    @step("Poll.close", often=3, number=WHICH, by=HOSTS)
    def closes_a_poll(self, number: int, by: str) -> None:
        self.poll(number, closed=False).close(by=self.by(by))

    @step("Poll.reopen", often=3, number=WHICH, by=HOSTS)
    def reopens_a_poll(self, number: int, by: str) -> None:
        self.poll(number, closed=True).reopen(by=self.by(by))
