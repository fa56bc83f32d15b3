"""The number of comments that can be seen, which each entry knows."""

from importlib import import_module

from django.apps import apps

from feeds.models import Comment, Entry, PostState, Traces
from feeds.tests.timeline.long_threads import SPAM, thread_of
from feeds.transfer.exports import pieces


def count_of(entry):
    entry.refresh_from_db(fields=["replies"])
    return entry.replies


def test_whatever_happens_to_comments_an_entry_knows_how_many_can_be_seen(event, olga):
    entry = event.publish("Paul", "Goal!")
    first = entry.comment("Rita", "1")
    waits = entry.comment("Rita", "2", visitor="v", hold="Every post in this event is reviewed.")
    assert count_of(entry) == 1
    for step, number in (
        (lambda: waits.approve(by=olga), 2),
        (lambda: waits.hold_again(by=olga), 1),
        (lambda: waits.approve(by=olga, top=True), 2),
        (lambda: first.retract(by=olga), 1),
        (lambda: first.restore(by=olga), 2),
        (lambda: event.acts.first().undo(by=olga), 1),
        (lambda: first.retract(erase=True), 1),
        (lambda: waits.revise("casino"), 2 - 1),
        (lambda: waits.retract(erase=True), 0),
    ):
        step()
        assert count_of(entry) == number


def test_a_flood_that_is_removed_or_erased_is_not_counted_any_more(event, olga):
    entry, other = thread_of(event, 3), thread_of(event, 2)
    for number in range(5):
        entry.comment("Spam", f"Buy {number}", visitor=SPAM)
    spam = other.comment("Spam", "Buy!", visitor=SPAM)
    other.comment("Spam", "Buy more", visitor=SPAM, hold="Every post in this event is reviewed.")
    assert (count_of(entry), count_of(other)) == (8, 3)
    event.remove_all_by(spam, by=olga)
    assert (count_of(entry), count_of(other)) == (3, 2)
    event.acts.first().undo(by=olga)
    assert (count_of(entry), count_of(other)) == (8, 3)
    event.erase(Traces.behind(spam), by=olga)
    assert (count_of(entry), count_of(other)) == (3, 2)


def test_an_imported_event_knows_it_too_and_an_export_has_all_comments(event, new_event):
    entry = thread_of(event, 12)
    entry.comments.get(text="3").retract()
    event.refresh_from_db()
    assert "".join(pieces(event)).count('"name": "Rita"') == 11
    copy = new_event("copy")
    goal = Entry(name="Paul", text="Goal!", position=1, published_at=event.starts_at)
    rita = {"entry": goal, "name": "Rita", "published_at": event.starts_at}
    comments = [Comment(**rita, text=str(n), position=n + 2) for n in range(12)]
    comments[4].state, comments[4].removed_at = PostState.REMOVED, event.starts_at
    copy.take_in([goal, *comments])
    assert copy.entries.get().replies == 11


def test_entries_from_before_are_counted_by_the_migration(event):
    entry, other = thread_of(event, 12), thread_of(event, 0)
    entry.comments.get(text="3").retract()
    Entry.objects.update(replies=0)
    import_module("feeds.migrations.0002_replies").count(apps, None)
    assert (count_of(entry), count_of(other)) == (11, 0)
