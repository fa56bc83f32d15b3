"""Servers that go away under people who read and post."""

import pytest

from e2e.cast import Cast
from e2e.faults import Faults
from e2e.given import Given

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_without_redis_posts_arrive_all_the_same(given: Given, faults: Faults, cast: Cast) -> None:
    event = given.an_event(entries=200)
    paul, mia = cast.poster("Paul"), cast.reader("Mia", on=-1)
    for person in (paul, mia):
        person.opens(event)
    faults.redis_dies()
    paul.posts("Is anybody there?")
    mia.sees("Is anybody there?")
    faults.redis_comes_back()
    paul.posts("There you are")
    mia.sees("There you are")
    mia.is_where(paul)


def test_a_page_survives_the_death_of_its_process(given: Given, faults: Faults, cast: Cast) -> None:
    event = given.an_event(entries=3)
    mia, paul = cast.reader("Mia", phone=True, reduced_motion=False), cast.poster("Paul", on=-1)
    for person in (mia, paul):
        person.opens(event)
        person.loses_the_network()
    faults.process_dies()
    given.entries(event, "Entry 4", "Entry 5")
    given.a_removal(event, of="Entry 2")
    given.a_comment(event, on="Entry 1", text="A comment")
    faults.process_comes_back()
    mia.reads_what_a_fresh_page_says()
    assert mia.entries() == ["Entry 5", "Entry 4", "Entry 3", "Entry 1"]
    paul.posts("Back again")
    mia.sees("Back again")


def test_a_reset_connection_is_replaced(given: Given, cast: Cast) -> None:
    event = given.an_event(entries=3)
    carla, paul = cast.reader("Carla", bad_network=True), cast.poster("Paul", on=-1)
    for person in (carla, paul):
        person.opens(event)
    carla.loses_the_network()
    for number in range(5):
        carla.network.drop()
        paul.posts(f"Drop {number}")
    paul.sees("Drop 4")  # his posts reach his own page, too, by the live path alone
    carla.reads_what_a_fresh_page_says()
    assert carla.reads_entries() == paul.reads_entries()
    assert len(carla.entries()) == 8
