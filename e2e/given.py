"""Events and posts from before a story begins: `given.an_event(entries=200)`."""

import itertools
import os
from typing import Any

from e2e.clock import moment
from e2e.deployment import Deployment

_numbers = itertools.count(1)


class Given:
    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    def an_event(self, title: str = "A match", entries: int = 0, **fields: Any) -> str:
        """Make a live, unlisted event by Olga with this many entries by Ann, “Entry 1” and on. Returns its slug.

        `fields` are those of an event: state="scheduled", posting="all", visibility="public", …; and
        starts="2026-03-29 01:30 UTC".
        """
        if "starts" in fields:
            fields["starts_at"] = moment(fields.pop("starts")).isoformat()
        slug = f"given-{os.getpid()}-{next(_numbers)}"
        return self.deployment.event(slug, title, entries, **{"visibility": "unlisted"} | fields)

    def entries(self, event: str, *texts: str, by: str = "Ann") -> None:
        """Post these as somebody else, in a process of their own."""
        self.in_the_event(event, f"for text in {texts!r}: event.publish({by!r}, text)")

    def a_comment(self, event: str, on: str, text: str, by: str = "Ben") -> None:
        self.in_the_event(event, f"Entry.objects.get(event=event, text={on!r}).comment({by!r}, {text!r})")

    def a_removal(self, event: str, of: str) -> None:
        self.in_the_event(event, f"Entry.objects.get(event=event, text={of!r}).retract()")

    def in_the_event(self, event: str, code: str) -> str:
        """Anything else that can be said of `event` in Python."""
        return self.deployment.shell(f"event = Event.objects.get(slug={event!r})\n{code}")
