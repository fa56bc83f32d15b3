"""A match with hosts whose names are protected."""

import pytest


@pytest.fixture
def match(event):
    """Olga, whose full name is Olga Petrova, owns it; hugo, who has no other name, hosts it with her."""
    event.owner.first_name, event.owner.last_name = "Olga", "Petrova"
    event.owner.save()
    return event
