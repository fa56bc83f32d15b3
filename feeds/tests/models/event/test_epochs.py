"""Whose history a page is in, when a database may come back from a backup."""

from contextlib import suppress

import pytest
from django.db import transaction

from feeds.forms import Cursor
from feeds.models import Event
from feeds.models.event import history
from feeds.tests.helpers import now
from feeds.timeline.frames import frame_between


@pytest.fixture
def restarts(monkeypatch):
    """Forget the process's epoch, as if it had been started just now."""
    names = iter(["esecond", "ethird", "efourth"])

    def restart():
        monkeypatch.setattr(history._memory, "own", next(names))
        monkeypatch.setattr(history, "_heads", {})

    return restart


FIELDS = ("head", "seq", "epoch", "earlier_epochs")


def backed_up(event):
    return Event.objects.values(*FIELDS).get(pk=event.pk)


def restored(event, backup):
    """Restore the event's row, and delete later entries. Others may stay: only numbers matter here."""
    event.entries.filter(position__gt=backup["head"]).delete()
    Event.objects.filter(pk=event.pk).update(**backup)


def test_a_process_keeps_to_one_epoch(event):
    event.publish("Paul", "One")
    epoch = now(event).epoch
    event.publish("Paul", "Two")
    assert (now(event), event.earlier_epochs) == (Cursor(epoch, 2), [])


def test_another_process_goes_on_in_an_epoch_of_its_own_and_pages_are_caught_up_across(event, restarts):
    event.publish("Paul", "One")
    page = now(event)
    restarts()
    event.publish("Paul", "Two")
    assert now(event).epoch != page.epoch
    assert event.earlier_epochs == [[page.epoch, 1]]
    frame = frame_between(event.pk, page)
    assert (frame.start, frame.end, frame.reset) == (page, now(event), False)
    assert "Two" in frame.html
    assert "One" not in frame.html


def test_a_page_of_a_forgotten_history_gets_the_whole_list_whatever_the_head_is_now(event, restarts):
    event.publish("Paul", "One")
    shared, backup = now(event), backed_up(event)
    event.publish("Paul", "Two, to be forgotten")
    event.publish("Paul", "Three, to be forgotten")
    forgotten = now(event)
    restored(event, backup)
    restarts()
    for number in range(4):
        event.publish("Paul", f"After {number}")
    assert frame_between(event.pk, forgotten).reset is True
    assert frame_between(event.pk, Cursor(forgotten.epoch, 2)).reset is True
    assert frame_between(event.pk, shared).reset is False
    assert frame_between(event.pk, now(event)) is None


def test_the_same_backup_restored_twice_makes_two_histories(event, restarts):
    event.publish("Paul", "One")
    backup = backed_up(event)
    pages = []
    for _ in range(3):
        restored(event, backup)
        restarts()
        event.publish("Paul", "Two")
        pages.append(now(event))
    assert len({page.epoch for page in pages}) == 3
    assert [frame_between(event.pk, page).reset for page in pages[:2]] == [True, True]
    assert frame_between(event.pk, pages[2]) is None


def test_a_backup_restored_under_a_running_process_is_noticed_as_well(event):
    event.publish("Paul", "One")
    backup = backed_up(event)
    event.publish("Paul", "Two, to be forgotten")
    forgotten = now(event)
    restored(event, backup)
    event.publish("Paul", "Another two")
    event.publish("Paul", "Three")
    assert frame_between(event.pk, forgotten).reset is True


def test_an_event_remembers_so_many_epochs(event, monkeypatch):
    monkeypatch.setattr(history, "EPOCHS", 3)
    pages = []
    for number in range(5):
        monkeypatch.setattr(history._memory, "own", f"eprocess{number}")
        event.publish("Paul", f"Entry {number}")
        pages.append(now(event))
    assert [name for name, _ in event.earlier_epochs] == [page.epoch for page in pages[1:4]]
    resets = [frame_between(event.pk, page).reset for page in pages[:4]]
    assert resets == [True, False, False, False]


def test_an_epoch_begun_in_a_change_that_failed_is_begun_again(event, restarts):
    event.publish("Paul", "One")
    restarts()
    with suppress(ZeroDivisionError), transaction.atomic():
        event.publish("Paul", "Rolled back")
        raise ZeroDivisionError
    assert event.entries.count() == 1
    event.publish("Paul", "Two")
    assert now(event).epoch.startswith("esecond")


def test_a_process_that_is_connected_to_another_database_begins_an_epoch_of_its_own(event, monkeypatch):
    """It has forgotten nothing itself, but others may have: a backup was put in place under all of them."""
    memory = history._Memory()
    memory.begin()
    monkeypatch.setattr(history, "_memory", memory)
    event.publish("Paul", "One")
    here = now(event)
    for database in ("16384-16500", "16384-16500"):
        memory.recognise(database)
        event.publish("Paul", "The same")
        assert now(event).epoch == here.epoch
    memory.recognise("16999-17100")
    event.publish("Paul", "After")
    after = now(event)
    assert after.epoch != here.epoch
    assert frame_between(event.pk, Cursor(here.epoch, after.seq)).reset is True
