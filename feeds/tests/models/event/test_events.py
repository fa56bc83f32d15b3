"""Events: their counter, their verbs, their hosts, and waking readers."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feeds.live import wakeups
from feeds.live.process import process
from feeds.models import Closed, Entry, Event, Gone, Presence, validate_time_zone
from feeds.models.event.presence import LISTED


def roll_back(verb):
    with transaction.atomic():
        verb()
        transaction.set_rollback(True)


def test_every_change_takes_the_next_number_and_there_are_no_gaps(event, head):
    entry = event.publish("Paul", "One")
    comment = entry.comment("Rita", "Two")
    numbers = [
        entry.seq,
        comment.seq,
        entry.revise("Three"),
        comment.revise("Four"),
        comment.retract(),
        comment.restore(),
        entry.retract(),
        entry.restore(),
    ]
    event.configure(title="Nine")
    numbers.append(event.seq)
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert head(event) == 9


def test_events_count_by_themselves(event, elsewhere, head):
    event.publish("Paul", "Here")
    event.publish("Paul", "Here again")
    assert elsewhere.publish("Paul", "There").seq == 1
    assert (head(event), head(elsewhere)) == (2, 1)


def test_an_exception_gives_the_number_back(event, head):
    event.publish("Paul", "First")

    def half():
        with event.changing() as locked:
            Event.objects.filter(pk=event.pk).update(title="Half done", seq=locked.take_number())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    event.refresh_from_db()
    assert (head(event), event.title, event.seq) == (1, "Match", 0)
    assert event.publish("Paul", "Second").seq == 2


def test_a_rolled_back_transaction_gives_the_numbers_of_all_its_verbs_back(event, head):
    roll_back(lambda: event.publish("Paul", "First").comment("Rita", "Second"))
    assert (head(event), Entry.objects.count()) == (0, 0)
    assert event.publish("Paul", "Again").seq == 1


def test_looking_without_taking_a_number_moves_nothing_and_wakes_nobody(
    event, head, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks, event.changing():
        pass
    assert (head(event), callbacks) == (0, [])


def test_a_stale_copy_of_an_event_still_takes_the_next_number(event):
    stale = Event.objects.get(pk=event.pk)
    event.publish("Paul", "One")
    assert stale.publish("Rita", "Two").seq == 2


def test_configure_stamps_the_event_and_an_equal_value_changes_nothing(event, head):
    event.configure(title="Final", posting="hosts")
    assert (event.title, event.posting, event.seq, event.head) == ("Final", "hosts", 1, 1)
    event.configure(title="Final", posting="hosts")
    assert head(event) == 1


def test_an_event_is_started_ended_once_and_reopened(new_event):
    event = new_event(state="scheduled")
    event.start()
    assert (event.state, event.ended_at, event.seq) == ("live", None, 1)
    event.end()
    ended_at = event.ended_at
    assert (event.state, event.seq) == ("ended", 2)
    event.end()
    assert (event.ended_at, event.seq, event.head) == (ended_at, 2, 2)
    event.start()
    assert (event.state, event.ended_at, event.seq) == ("live", None, 3)


def test_changing_a_deleted_event_says_that_it_is_gone(event):
    copy = Event.objects.get(pk=event.pk)
    event.delete()
    with pytest.raises(Gone):
        copy.publish("Paul", "Too late")
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("rule", "visitor_may_and_host_may"),
    [
        (("scheduled", "open"), (True, True)),
        (("live", "open"), (True, True)),
        (("ended", "open"), (False, False)),
        (("live", "hosts"), (False, True)),
        (("ended", "hosts"), (False, False)),
        (("live", "closed"), (False, False)),
    ],
)
def test_who_may_post_depends_on_state_and_rule(new_event, olga, head, rule, visitor_may_and_host_may):
    event = new_event(state=rule[0], posting=rule[1])

    def posts(user):
        try:
            return event.publish("Somebody", "Words", user=user).by_host is (user is not None)
        except Closed:
            return False

    assert (posts(None), posts(olga)) == visitor_may_and_host_may
    assert head(event) == sum(visitor_may_and_host_may)


def test_each_new_event_has_an_epoch_of_its_own_that_is_a_css_identifier(event, elsewhere):
    assert event.epoch != elsewhere.epoch
    assert event.epoch.isidentifier()


def test_the_querysets_tell_listed_published_and_own_events_apart(event, elsewhere, draft, new_event):
    olga, hugo, sam = event.owner, event.hosts.get(), elsewhere.owner
    unlisted = new_event("unlisted", visibility="unlisted")
    assert set(Event.objects.listed()) == {event, elsewhere}
    assert set(Event.objects.run_by(hugo)) == {event, draft}
    assert set(Event.objects.run_by(olga)) == {event, draft, unlisted}
    assert set(Event.objects.run_by(sam)) == {elsewhere}
    assert set(Event.objects.run_by(AnonymousUser())) == set()


def test_staff_who_may_change_events_run_all_of_them(event, draft, sam):
    assert set(Event.objects.run_by(sam)) == set()
    sam.user_permissions.add(Permission.objects.get(codename="change_event"))
    assert set(Event.objects.run_by(type(sam).objects.get(pk=sam.pk))) == {event, draft}


def test_counts_leave_out_removed_entries_and_processes_that_died(event, elsewhere):
    for text in ("One", "Two"):
        event.publish("Paul", text).comment("Rita", "Counts for nothing")
    event.publish("Paul", "Three").retract()
    Presence.objects.report("a", {event.pk: {1, 2, 3}})
    Presence.objects.report("b", {event.pk: {4, 5, 6, 7}})
    Presence.objects.report("dead", {event.pk: range(8, 108)})
    Presence.objects.filter(process="dead").update(seen_at=timezone.now() - timedelta(seconds=41))
    counted = Event.objects.with_counts()
    assert {(e.slug, e.entry_count, e.readers) for e in counted} == {("match", 2, 7), ("regatta", 0, 0)}


def test_a_report_of_readers_adds_up_replaces_and_forgets(event, elsewhere):
    assert Presence.objects.report("a", {event.pk: {1, 2, 3}, elsewhere.pk: {1}}) == {event.pk: 3, elsewhere.pk: 1}
    assert Presence.objects.report("b", {event.pk: {4, 5}}) == {event.pk: 5}
    assert Presence.objects.report("a", {event.pk: {1, 2, 3, 6}}) == {event.pk: 6}
    assert Presence.objects.report("b", {}) == {}
    assert list(Presence.objects.values_list("process", "event", "readers")) == [("a", event.pk, 4)]


def test_a_browser_with_tabs_in_several_processes_is_one_reader(event):
    Presence.objects.report("a", {event.pk: {1, 2, 3}})
    assert Presence.objects.report("b", {event.pk: {3, 4}}) == {event.pk: 4}
    assert Presence.objects.report("a", {event.pk: {1, 2}}) == {event.pk: 3}  # until b reports again
    assert Presence.objects.report("b", {event.pk: {3, 4}}) == {event.pk: 4}


def test_a_process_lists_a_bounded_number_of_browsers(event):
    assert Presence.objects.report("a", {event.pk: range(2000)}) == {event.pk: 2000}
    assert len(Presence.objects.get().browsers) == LISTED


def test_people_names_the_owner_first_and_nobody_twice(event, olga, hugo):
    event.hosts.add(olga)
    hugo.first_name, hugo.last_name = "Hugo", "Host"
    hugo.save()
    assert event.people == ["olga", "Hugo Host"]


def test_only_known_time_zones_are_valid():
    validate_time_zone("Europe/Berlin")
    for nonsense in ("Mars/Olympus", "", "../../etc/passwd"):
        with pytest.raises(ValidationError):
            validate_time_zone(nonsense)


@pytest.fixture
def heard(event):
    """Messages that reached a channel in the event's group."""
    layer = get_channel_layer()
    channel = async_to_sync(layer.new_channel)()
    async_to_sync(layer.group_add)(wakeups.group(event.pk), channel)

    def messages():
        found = []
        while channel in layer.channels and not layer.channels[channel].empty():
            found.append(async_to_sync(layer.receive)(channel))
        return found

    yield messages
    async_to_sync(layer.flush)()


def test_readers_are_woken_after_the_commit_and_not_before(event, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        event.publish("Paul", "Goal!")
        assert heard() == []
    assert heard() == [{"type": "wake", "event": event.pk}]


def test_nobody_is_woken_when_nothing_was_committed(event, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        roll_back(lambda: event.publish("Paul", "Goal!"))
    assert heard() == []


def test_a_channel_layer_that_is_away_does_not_fail_the_change(event, settings, caplog):
    lost = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [("127.0.0.1", 1)]}}
    settings.CHANNEL_LAYERS = {"default": lost}
    process.wakeups.wake(event.pk)
    assert [record.getMessage() for record in caplog.records] == [
        "The channel layer does not answer; readers see changes at the next tick."
    ]
