"""Tries: what a success takes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.access.throttle import AT_ONE_THING, EVERYWHERE, PER, Tries


@pytest.fixture
def later(monkeypatch):
    """Lets the clock go on."""
    now = timezone.now()

    def goes_on(by: timedelta) -> None:
        nonlocal now
        now += by
        monkeypatch.setattr(timezone, "now", lambda: now)

    return goes_on


def test_a_success_takes_back_the_tries_of_the_minute_and_of_the_hour(db, later):
    olga = Tries.by_one("password", "olga")
    for _ in range(EVERYWHERE // AT_ONE_THING):
        assert [olga.wait() for _ in range(AT_ONE_THING)] == [0] * AT_ONE_THING
        later(PER + timedelta(seconds=1))
    assert olga.wait() > PER.total_seconds()
    olga.take_back()
    assert olga.wait() == 0
