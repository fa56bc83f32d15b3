"""A story that fails. Only e2e/live/test_evidence.py runs it, to look at its evidence."""

from e2e.cast import Cast
from e2e.given import Given


def test_a_story_that_fails(given: Given, cast: Cast) -> None:
    event = given.an_event(entries=2)
    paul, mia = cast.poster("Paul"), cast.reader("Mia", on=-1, phone=True)
    for person in (paul, mia):
        person.opens(event)
    paul.posts("Goal!")
    mia.sees("Goal!")
    mia.sees("Never posted", within=0.5)
