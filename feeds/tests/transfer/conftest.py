"""Events with everything that an export contains."""

import json
from datetime import timedelta

import pytest

from feeds.tests.helpers import submit
from feeds.tests.transfer.documents import text_of


@pytest.fixture
def told_story(event, hugo, olga, paul):
    """A match that is over, with everything that an export knows."""
    submit(paul, event, "Kick-off <b>now</b>\n\n“ü” 🎉 \u2028", name="Paul")
    first = event.entries.get()
    goal = event.publish("Hugo", "**GOAL!**", user=hugo, markdown=True, at=event.starts_at + timedelta(minutes=19))
    comment = first.comment("Rita", "At last", visitor="r" * 32)
    removed = event.publish("Eve", "Buy my watches", visitor="e" * 32)
    removed.comment("Rita", "No, thank you", visitor="r" * 32)
    erased = goal.comment("Eve", "Buy them now", visitor="e" * 32)
    goal.comment("Rita", "Lucky", visitor="r" * 32)
    event.add(event.entries, name="Eve", text="See example.org", visitor="e" * 32, hold="It has a link.")
    rejected = event.add(event.entries, name="Eve", text="See example.com", visitor="e" * 32, hold="It has a link.")
    late = event.add(event.entries, name="Zoe", text="From the other side", visitor="z" * 32, hold="It waits.")
    late.approve(by=olga, top=True)
    rejected.reject(by=olga)
    comment.revise("At long last")
    removed.retract(by=olga)
    erased.retract(erase=True)
    goal.mark("1–0", by=olga)
    event.configure(reactions="like fire")
    goal.react("fire", visitor="r" * 32)
    first.pin(by=olga)
    event.configure(
        blocked_words="watches",
        reactions="like fire",
        show_readers=False,
        auto_end_hours=3,
        description="The last one",
        by=olga,
    )
    event.end(by=olga)
    event.refresh_from_db()
    return event


@pytest.fixture
def document(event):
    event.publish("Ann", "First").comment("Bea", "Second")
    event.publish("Cem", "Third")
    return json.loads(text_of(event))
