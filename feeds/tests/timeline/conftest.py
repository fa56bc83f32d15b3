"""An event with an address of every kind, and nothing in the caches."""

import pytest

from feeds.forms.branding import read_picture
from feeds.tests.helpers import now, picture_file
from feeds.tests.timeline.strangers import forget
from feeds.timeline import frames, listing


@pytest.fixture
def full_event(event, monkeypatch):
    """An event with everything that has an address, more entries than a page has, and its cursor before them."""
    monkeypatch.setattr(listing, "FIRST", 10)
    monkeypatch.setattr(listing, "PAGE", 10)
    event.configure(accent="#7a0b56", picture=read_picture(picture_file()), logo_alt="FC")
    start = now(event)
    for number in range(15):
        entry = event.publish("Ann", f"Entry {number}")
    entry.comment("Bob", "A comment")
    entry.mark("Goal")
    entry.pin()
    return event, start


@pytest.fixture
def nothing_kept(monkeypatch):
    """Empty the caches, and make the random key of renderings the same."""
    monkeypatch.setattr(frames, "new_form_key", lambda: "0" * 32)
    forget()
