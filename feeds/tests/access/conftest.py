"""A match with hosts whose names are protected."""

import pytest


@pytest.fixture
def match(event):
    """A match that Olga owns, with the full name Olga Petrova. Hugo hosts it with her, without a full name."""
    event.owner.first_name, event.owner.last_name = "Olga", "Petrova"
    event.owner.save()
    return event
