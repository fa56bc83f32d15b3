"""Drafts: what hosts have composed and not published, each published once, and never seen by readers."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from feeds.models import Act, Closed, Draft, Entry, Event, Overtaken, tidy
from feeds.models.event.composing import DRAFTS_MAX
from feeds.values.clocks import when


@pytest.fixture
def draft(event, hugo):
    return event.draft(by=hugo, name="Hugo", text="Okafor again", headline="2–1!", minute="63'", moment="2–1", pin=True)


def told(event):
    return [str(act) for act in Event.objects.get(pk=event.pk).acts.all()]


def fresh(event):
    return Event.objects.get(pk=event.pk)


def past(draft, **ago):
    """Let the time of a scheduled entry come this long ago."""
    moment = timezone.now() - timedelta(**ago)
    Draft.objects.filter(pk=draft.pk).update(publish_at=moment)
    Event.objects.filter(pk=draft.event_id).update(entry_due_at=moment)
    return moment


def test_a_draft_changes_nothing_for_readers(event, draft):
    assert (fresh(event).head, event.entries.count()) == (0, 0)


def test_a_published_draft_is_an_entry_by_its_author_with_all_that_was_composed(event, draft, olga, hugo):
    entry = draft.publish(by=olga)
    entry = Entry.objects.get(pk=entry.pk)
    said = (entry.name, entry.text, entry.headline, entry.minute, entry.moment, entry.by_host, entry.user)
    assert said == ("Hugo", "Okafor again", "2–1!", "63'", "2–1", True, hugo)
    assert fresh(event).pinned == entry
    assert not Draft.objects.exists()
    assert "olga published the draft by Hugo" in told(event)


def test_one_of_two_hosts_publishes_a_draft_and_the_other_is_told(event, draft, olga, hugo):
    draft.publish(by=olga)
    with pytest.raises(Overtaken, match="olga has already published this"):
        draft.publish(by=hugo)
    with pytest.raises(Overtaken, match="olga has already published this"):
        draft.delete_by(hugo)
    assert draft.publish(by=olga) is None  # a second tap
    assert event.entries.count() == 1


def test_a_draft_that_was_changed_is_not_published_as_it_was(event, draft, olga, hugo):
    draft.revise(by=hugo, seen=draft.version, text="Okafor, surely")
    with pytest.raises(Overtaken, match="Somebody has changed this draft in the meantime"):
        draft.publish(by=olga, seen=draft.version)
    assert event.entries.count() == 0


def test_a_composer_that_was_filled_in_from_a_draft_publishes_it_once(event, draft, olga, hugo):
    event.publish("Olga", "Mine now", user=olga, draft=draft, seen=draft.version, submission="s1")
    event.publish("Olga", "Mine now", user=olga, draft=draft, seen=draft.version, submission="s1")
    with pytest.raises(Overtaken):
        event.publish("Hugo", "Mine", user=hugo, draft=draft, seen=draft.version, submission="s2")
    assert [entry.text for entry in event.entries.all()] == ["Mine now"]


def test_a_deleted_draft_can_be_brought_back_for_half_a_minute_and_is_forgotten_after_a_day(event, draft, olga, hugo):
    draft.delete_by(olga)
    assert not event.drafts.open().exists()
    event.acts.first().undo(by=hugo)
    assert event.drafts.open().get().text == "Okafor again"
    event.drafts.get().delete_by(hugo)
    tidy()
    assert event.drafts.exists()
    Draft.objects.update(deleted_at=timezone.now() - timedelta(days=2))
    tidy()
    assert not event.drafts.exists()


def test_an_event_keeps_a_bounded_number_of_drafts(event, olga):
    for number in range(DRAFTS_MAX):
        event.draft(by=olga, name="Olga", text=f"Draft {number}")
    with pytest.raises(Closed, match="There are 30 drafts"):
        event.draft(by=olga, name="Olga", text="One more")


def test_the_same_submission_makes_one_draft(event, olga):
    assert len({event.draft(by=olga, name="Olga", text="Go", submission="s").pk for _ in range(2)}) == 1


def test_a_pin_and_a_key_moment_come_with_the_entry_in_one_step(event, olga):
    heads = []
    entry = event.publish("Olga", "Goal!", user=olga, pin=True, moment="1–0", submission="s")
    event.publish("Olga", "Goal!", user=olga, pin=True, moment="1–0", submission="s")
    heads.append(fresh(event).head)
    assert (fresh(event).pinned, Entry.objects.get().moment, heads) == (entry, "1–0", [3])
    assert told(event) == ["olga pinned the entry by Olga", "olga marked the entry by Olga as a key moment"]


# Entries for a set time


def clock_of(event, moment):
    """The moment as hosts of the event read it in the log."""
    return when(moment.astimezone(event.tz))


def schedule(event, by, text="Half-time", ahead=timedelta(hours=1)):
    return event.draft(by=by, name="Hugo", text=text, publish_at=timezone.now() + ahead)


def test_a_scheduled_entry_is_published_at_its_time_and_not_before(event, hugo):
    draft = schedule(event, hugo)
    set_time = clock_of(event, event.drafts.get().publish_at)
    Event.objects.keep_time()
    assert event.entries.count() == 0
    moment = past(draft, seconds=3)
    Event.objects.keep_time()
    entry = event.entries.get()
    assert (entry.text, entry.published_at, entry.by_host, entry.markdown) == ("Half-time", moment, True, True)
    assert told(event) == ["Commentary published the draft by Hugo", f"hugo scheduled the draft by Hugo for {set_time}"]
    assert (fresh(event).entry_due_at, Draft.objects.count()) == (None, 0)


def test_several_processes_publish_a_scheduled_entry_once(event, hugo):
    past(schedule(event, hugo), seconds=3)
    late = [fresh(event) for _ in range(3)]
    for process in late:
        process.keep_time()
    assert event.entries.count() == 1


def test_entries_that_were_due_while_no_process_ran_come_in_the_order_of_their_times(event, hugo, olga):
    second, first = schedule(event, hugo, "Second"), schedule(event, hugo, "First")
    past(second, minutes=10)
    past(first, minutes=20)
    Event.objects.filter(pk=event.pk).update(entry_due_at=timezone.now() - timedelta(minutes=20))
    fresh(event).keep_time()
    event.publish("Olga", "Now", user=olga)
    assert list(event.entries.order_by("position").values_list("text", flat=True)) == ["First", "Second", "Now"]


@pytest.mark.parametrize("step", ["end", "archive"])
def test_an_entry_is_not_published_once_the_event_is_over(event, hugo, step):
    draft = schedule(event, hugo)
    getattr(event, step)(by=hugo)
    moment = past(draft, seconds=3)
    Event.objects.keep_time()
    assert event.entries.count() == 0
    kept = event.drafts.open().get()
    assert (kept.publish_at, kept.missed_at) == (None, moment)
    missed = f"the draft by Hugo for {clock_of(event, moment)}"
    assert told(event)[0] == f"Commentary did not publish {missed}, since the event took no posts"
    Event.objects.keep_time()
    assert len(told(event)) == 3


def test_an_event_that_ended_by_itself_before_publishes_nothing(event, hugo):
    draft = schedule(event, hugo)
    past(draft, minutes=10)
    ended = timezone.now() - timedelta(minutes=30)
    Event.objects.filter(pk=event.pk).update(auto_end_hours=1, busy_at=ended - timedelta(hours=1))
    Event.objects.keep_time()
    assert (fresh(event).state, fresh(event).ended_at, event.entries.count()) == ("ended", ended, 0)


def test_a_cancelled_entry_stays_as_a_draft(event, hugo, olga):
    draft = schedule(event, hugo)
    set_time = clock_of(event, event.drafts.get().publish_at)
    draft.unschedule(by=olga)
    assert (event.drafts.open().get().publish_at, fresh(event).entry_due_at) == (None, None)
    with pytest.raises(Overtaken, match="olga has already cancelled this"):
        draft.unschedule(by=hugo)
    assert told(event)[0] == f"olga cancelled the draft by Hugo for {set_time}"


def test_a_scheduled_entry_can_be_given_other_words_and_another_time(event, hugo, olga):
    draft = schedule(event, hugo)
    later = timezone.now() + timedelta(hours=3)
    draft.revise(by=olga, seen=draft.version, publish_at=later, name="Olga", text="Break")
    kept = event.drafts.open().get()
    assert (kept.text, kept.name, kept.publish_at, fresh(event).entry_due_at) == ("Break", "Olga", later, later)


def test_an_event_that_is_over_takes_no_scheduled_entries(event, hugo):
    event.end(by=hugo)
    with pytest.raises(Closed):
        schedule(fresh(event), hugo)
    assert not Draft.objects.exists()


def test_a_scheduled_entry_outlives_its_authors_account(event, hugo):
    past(schedule(event, hugo), seconds=3)
    hugo.delete()
    Event.objects.keep_time()
    entry = event.entries.get()
    assert (entry.name, entry.by_host) == ("Hugo", True)


def test_without_due_entries_the_clock_makes_no_query_for_an_event(event, hugo, django_assert_num_queries):
    schedule(event, hugo)
    there = fresh(event)
    with django_assert_num_queries(0):
        there.keep_time()
    assert isinstance(there.entry_due_at, datetime)
    assert Act.objects.count() == 1
