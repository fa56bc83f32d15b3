"""The promise itself: whatever happens, and however pages follow it, they end as pages that are opened then.

A random history with every verb of the models. Pages of readers, authors and hosts in every order, view and language,
of the desk, the wall and single entries: live in a real room, asleep, polling, or going back for earlier
entries; whole documents compared in order. `STEPS=5000 SEED=7` asks for more (`make chaos` does).
"""

import os

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.cache import cache

from feeds.live import database
from feeds.models import Entry, Event
from feeds.models.event import events
from feeds.tests.timeline.crowd import World, play
from feeds.tests.timeline.histories import BLOCKED, VERBS, History, verbs
from feeds.timeline import frames, gaps, listing, threads

STEPS = int(os.environ.get("STEPS", "48"))
SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else [1, 2, 3]


def test_every_verb_of_the_models_happens_in_random_histories():
    assert VERBS.keys() == verbs()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_open_pages_end_as_those_that_are_opened_then(event, olga, hugo, monkeypatch, seed):
    monkeypatch.setattr(listing, "FIRST", 5)
    monkeypatch.setattr(listing, "PAGE", 5)
    monkeypatch.setattr(frames, "FRAME", 7)
    monkeypatch.setattr(frames, "RESET", 60)
    monkeypatch.setattr(gaps, "LATEST", 1000)
    monkeypatch.setattr(events, "NEAR", 3)
    monkeypatch.setattr(Entry, "NEWEST", 3)
    for name, number in {"PAGE": 6, "STEP": 2, "AROUND": 1}.items():
        monkeypatch.setattr(threads, name, number)
    monkeypatch.setattr(database, "in_thread", sync_to_async)
    cache.clear()
    event.configure(blocked_words=BLOCKED)
    history = History(Event.objects.get(pk=event.pk), hugo, seed)
    history.play(30)
    if history.event.is_over:
        history.event.start()
        history.event.refresh_from_db()
    async_to_sync(play)(World(history, olga), STEPS)
