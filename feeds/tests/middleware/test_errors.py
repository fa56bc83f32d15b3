"""Errors of the models become answers in one place."""

import pytest

from feeds.models import Closed, Entry, Gone, Overtaken, Spent, TooOften
from feeds.tests.helpers import HTMX
from feeds.views.errors import STATUS

ERRORS = [
    (Closed("Posting is closed."), 403, "Posting is closed."),
    (Overtaken("Olga did this already."), 409, "Olga did this already."),
    (Gone(), 410, "This page was removed."),
    (Spent("This invitation was used."), 410, "This invitation was used."),
    (TooOften("Wait {}.", 40), 429, "Wait 40 seconds."),
]


def test_every_error_of_the_models_has_its_answer_here():
    assert {type(error): status for error, status, _ in ERRORS} == STATUS


@pytest.mark.parametrize(("error", "status", "said"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_that_no_view_catches_is_told_to_the_host_who_met_it(event, as_olga, monkeypatch, error, status, said):
    entry = event.publish("Rita", "Goal!")

    def refuses(*_args, **_options):
        raise error

    monkeypatch.setattr(Entry, "pin", refuses)
    answer = as_olga.post(f"/events/match/entries/{entry.pk}/pin/", headers=HTMX)
    assert (answer.status_code, answer.get("Retry-After")) == (status, "40" if status == 429 else None)
    assert said in answer.content.decode()


def test_without_htmx_a_host_who_was_too_late_is_led_back_and_told(event, as_olga, hugo):
    entry = event.publish("Rita", "Goal!", visitor="r" * 32)
    entry.retract(by=hugo)
    path = f"/events/match/entries/{entry.pk}/remove/"
    for sent, back in (({}, "/events/match/"), ({"desk": "1"}, "/events/match/host/")):
        answer = as_olga.post(path, sent, follow=True)
        assert answer.redirect_chain == [(back, 303)]
        assert "hugo has already removed this." in answer.content.decode()
