"""The clock of an event."""

import pytest
from django.utils import timezone

from feeds.tests.models.event.lives import day


@pytest.fixture
def it_is(monkeypatch):
    """Sets the clock to an hour of the day of the match."""

    def turn(hour, minute=0):
        monkeypatch.setattr(timezone, "now", lambda: day(hour, minute))

    return turn
