"""Events and posts that several tests of the views use."""

import pytest

from feeds.forms import people
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

    monkeypatch.setattr(people, "_mail", AtOnce)
    return mailoutbox


@pytest.fixture
def entry(event, paul):
    submit(paul, event, "Goal!")
    return event.entries.get()
