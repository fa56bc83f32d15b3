"""Saved phrases of an event."""

import pytest
from django.core.exceptions import ValidationError

from feeds.models.event.phrases import phrases_in, validate_phrases


def texts(phrases, title="Match"):
    return [(phrase.number, phrase.text, phrase.is_moment) for phrase in phrases_in(phrases, title)]


def test_a_phrase_is_a_line_and_a_star_makes_it_a_key_moment():
    assert texts("*GOAL!\n\n Half-time \n") == [(1, "GOAL!", True), (2, "Half-time", False)]


@pytest.mark.parametrize("title", ["Rovers – City", "Rovers v City", "Rovers vs. City", "Rovers : City"])
def test_the_sides_of_a_match_come_from_its_title(title):
    assert texts("GOAL for {home}!\nCorner, {away}", title) == [
        (1, "GOAL for Rovers!", False),
        (2, "Corner, City", False),
    ]


def test_without_two_sides_in_the_title_the_phrase_stays_as_it_is():
    assert texts("GOAL for {home}!", "Petrel 7: launch day") == [(1, "GOAL for {home}!", False)]


@pytest.mark.parametrize(
    ("phrases", "error"),
    [
        ("\n".join(map(str, range(13))), "These are 13 phrases. Keep at most 12."),
        (f"Off\n{'x' * 121}", f"Line 2, “{'x' * 20}…”, is longer than 120 characters. Shorten it."),
        ("Off\n *", "Line 2 has only a “*”. Write a phrase after it."),
    ],
)
def test_too_many_or_too_long_phrases_are_refused(phrases, error):
    with pytest.raises(ValidationError) as refused:
        validate_phrases(phrases)
    assert refused.value.messages == [error]
    validate_phrases("\n".join(["x" * 120] * 12))
