"""Headline, minute and time of an entry in the admin, by the rules of the desk."""

from datetime import UTC, datetime

import pytest

from feeds.models import Entry
from feeds.tests.admin_forms import change, errors, form_on
from feeds.tests.helpers import fetch


@pytest.fixture
def entry(event):
    return event.publish("Paul", "Goal!")


HEADING = {"headline": "2–1 Okafor", "minute": "64'", "happened_at": "2026-07-04T20:30"}
"""Of the match, whose clocks are two hours ahead of UTC."""


def heading_of(entry):
    entry.refresh_from_db()
    return entry.headline, entry.minute, entry.happened_at and f"{entry.happened_at:%H:%M}"


def test_the_heading_of_an_entry_is_shown_and_changed_here_and_can_be_undone(as_admin, admin, event, entry, head):
    event.configure(starts_at=datetime(2026, 7, 4, 18, tzinfo=UTC), time_zone="Europe/Berlin")
    assert change(as_admin, "entry", entry.pk, **HEADING).status_code == 302
    assert heading_of(entry) == ("2–1 Okafor", "64'", "18:30")
    assert HEADING.items() <= form_on(fetch(as_admin, f"/admin/feeds/entry/{entry.pk}/change/")).items()
    at = head(event)
    assert change(as_admin, "entry", entry.pk).status_code == 302
    assert head(event) == at
    event.acts.lately(by=admin).undo(by=admin)
    assert heading_of(entry) == ("", "", None)


def test_an_entry_that_is_added_has_a_heading_and_needs_no_text_then(as_admin, event):
    event.configure(starts_at=datetime(2026, 7, 4, 18, tzinfo=UTC), time_zone="Europe/Berlin")
    new = {"event": event.pk, "name": "Ada", "text": ""}
    assert errors(as_admin.post("/admin/feeds/entry/add/", new)) == ["Write something first."]
    assert as_admin.post("/admin/feeds/entry/add/", new | HEADING).status_code == 302
    assert heading_of(Entry.objects.get()) == ("2–1 Okafor", "64'", "18:30")


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("headline", "h" * 121, "This has 121 characters and the limit is 120: shorten it by 1."),
        ("minute", "93rd minute", "This has 11 characters and the limit is 8: shorten it by 3."),
        ("happened_at", "half past six", "Enter a date and a time, such as 2026-11-22T18:30."),
    ],
)
def test_a_heading_that_makes_no_sense_is_refused_beside_its_field(as_admin, event, entry, field, typed, error):
    answer = change(as_admin, "entry", entry.pk, **{field: typed})
    row = answer.content.decode().partition(f"field-{field}")[2].partition("form-row")[0]
    assert error in row
    assert typed in row
    assert heading_of(entry) == ("", "", None)
