"""The promise itself: whatever happens, and however pages follow it, they end as pages that are opened then.

Histories with every verb of the models, thought out by hypothesis. Pages of readers, authors and hosts in every order,
view and language, of the desk, the wall and single entries: live in a real room, asleep, polling, or going back for
earlier entries; whole documents compared in order. `make histories` plays 10,000 steps.
"""

import asyncio
import os
from contextlib import contextmanager
from unittest import mock

import pytest

from feeds.live import database
from feeds.models import Entry
from feeds.models.event import events
from feeds.models.moderation import lockdown, log
from feeds.tests.timeline import machine
from feeds.tests.timeline.beginnings import Beginnings
from feeds.tests.timeline.histories import History
from feeds.tests.timeline.model_verbs import verbs
from feeds.tests.timeline.steps import steps_of
from feeds.timeline import frames, gaps, listing, threads

STEPS = int(os.environ.get("STEPS", "0"))
"""Steps of a long run, in which each has new histories."""


@pytest.fixture
def begin(db, olga, hugo, monkeypatch):
    """Begins histories on small pages, with a room on the thread that they run in."""
    small = {
        listing: {"FIRST": 5, "PAGE": 5},
        frames: {"FRAME": 7, "RESET": 30},
        gaps: {"LATEST": 1000},
        events: {"NEAR": 3},
        Entry: {"NEWEST": 3},
        threads: {"PAGE": 6, "STEP": 2, "AROUND": 1},
        log: {"UNDO": 1000 * log.UNDO},
        lockdown: {"LATELY": 1000 * lockdown.LATELY},
    }
    for owner, numbers in small.items():
        for name, number in numbers.items():
            monkeypatch.setattr(owner, name, number)
    monkeypatch.setattr(database, "in_thread", at_once)
    return Beginnings(olga, hugo).begin


def at_once(function):
    """Let a room ask the database as the test does: a thread of its own, or a running loop, has another connection."""

    async def call(*arguments, **named):
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return function(*arguments, **named)
        finally:
            asyncio._set_running_loop(loop)

    return call


def test_every_verb_of_the_models_is_a_step_of_histories():
    assert {verb for step in steps_of(History).values() for verb in step.verbs} == verbs()


def test_histories_without_chance_are_the_same_whatever_is_imported(tmp_path, monkeypatch):
    before = played_on_nothing()
    (tmp_path / "numbers_of_ours.py").write_text(f"NUMBERS = {[*range(300)]}")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("numbers_of_ours")
    assert before
    assert played_on_nothing() == before


def played_on_nothing():
    """Play histories in which every step succeeds and does nothing. Returns their steps, with what was chosen."""
    crowd = mock.MagicMock()

    @contextmanager
    def begin(beginning):
        crowd.begins(beginning)
        yield crowd

    machine.run(begin, histories=4, steps=25, derandomize=True)
    return crowd.method_calls


def test_whatever_happens_open_pages_end_as_those_that_are_opened_then(begin):
    if STEPS:
        machine.run(begin, histories=STEPS // 100, steps=100, derandomize=False)
    else:
        machine.run(begin, histories=5, steps=25, derandomize=True)


def test_an_entry_approved_as_the_newest_between_two_polls_moves_to_the_top(begin):
    with begin("full") as history:
        history.opens(who="reader", page="", number=0, language="en", then="polling")
        history.holds_again(post=8, by="olga")
        history.approves(post=2, by="olga", top=True)
        history.compares(asleep=True)


def test_an_author_loses_the_notice_of_what_was_approved_meanwhile(begin):
    with begin("full") as history:
        history.opens(who="rita", page="", number=0, language="en", then="polling")
        history.approves(post=0, by="olga", top=True)
        history.compares(asleep=True)


def test_an_author_sees_what_was_held_and_rejected_between_two_polls(begin):
    with begin("full") as history:
        history.opens(who="rita", page="", number=0, language="en", then="polling")
        history.holds_again(post=8, by="olga")
        history.holds_again(post=6, by="olga")
        for number in range(4):
            history.rejects(post=2 * number, by="olga")
        history.compares(asleep=True)
