"""An entry to react to."""

import pytest


@pytest.fixture
def entry(event):
    return event.publish("Paul", "Goal!")
