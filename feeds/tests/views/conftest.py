"""Events and posts that several tests of the views use."""

import pytest

from feeds.forms import accounts
from feeds.tests.helpers import submit


@pytest.fixture(params=["ended", "archived"])
def over(event, request):
    """The match, over, with an entry by Paul and a comment by Rita, both of some minutes ago."""
    event.publish("Paul", "Full time").comment("Rita", "Well played")
    event.configure(state=request.param)
    return event


@pytest.fixture
def mail(settings, monkeypatch, mailoutbox):
    """A mail server is set up, and mails go out at once."""
    settings.EMAIL_HOST = "mail.example.org"

    class AtOnce:
        submit = staticmethod(lambda function, *args, **kwargs: function(*args, **kwargs))

    monkeypatch.setattr(accounts, "_mail", AtOnce)
    return mailoutbox


@pytest.fixture
def entry(event, paul):
    submit(paul, event, "Goal!")
    return event.entries.get()


@pytest.fixture
def posts(event, olga, paul, rita):
    """Paul posts under two names, in several ways; Rita in between."""
    submit(paul, event, "My number is 555-1234", name="Paul P.")
    entry = event.entries.get()
    submit(rita, event, "Nice to meet you", name="Rita", entry=entry)
    submit(rita, event, "Goal!", name="Rita")
    goal = event.entries.get(text="Goal!")
    submit(paul, event, "I live at 5 Elm Street", name="Pauline", entry=goal)
    submit(paul, event, "Call me, 555-1234", name="Paul P.")
    removed = event.entries.get(text="Call me, 555-1234")
    comment = goal.comments.get()
    comment.revise("I live at 7 Elm Street", by=olga)
    removed.retract(by=olga)
    entry.mark("The 555-1234 moment", by=olga)
    entry.pin(by=olga)
    waiting = event.publish("Paul P.", "555-1234 again", visitor=entry.visitor)
    event.add(event.entries, name="Pauline", text="Elm Street 7", visitor=entry.visitor, hold="It has a link.")
    event.remove_all_by(waiting, by=olga)
    entry.restore(by=olga)
    return {"entry": entry, "comment": comment, "goal": goal, "removed": removed}
