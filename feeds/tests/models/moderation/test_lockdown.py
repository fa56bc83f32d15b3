"""The lockdown: one press for a flood, and one to undo it as a whole."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.models import Comment, Entry, Event, Overtaken
from feeds.models.moderation import lockdown
from feeds.tests.helpers import HTMX, fetch, now
from feeds.timeline.frames import frame_between

ADDRESS = "/events/match/host/lock-down/"
WHY = "Posted shortly before the lockdown."


@pytest.fixture
def flood(event, olga):
    """The match, with posts by hosts and visitors, of now and from before, of which one waits already."""
    old = event.publish("Ann", "Long ago", visitor="a" * 32, at=timezone.now() - timedelta(minutes=6))
    welcome = event.publish("Olga", "Welcome", user=olga)
    event.publish("Eve", "Buy", visitor="e" * 32).comment("Eve", "Now", visitor="e" * 32)
    old.comment("Eve", "Buy here", visitor="e" * 32)
    welcome.comment("Ann", "Hello", visitor="a" * 32, at=timezone.now() - timedelta(minutes=6))
    event.publish("Eve", "Buy there", visitor="e" * 32, hold="Link from a first-time poster.")
    event.refresh_from_db()
    return event


def states(event):
    """State and reason of each post, by its text."""
    posts = [post for model in (Entry, Comment) for post in model.objects.filter(event=event)]
    return {post.text: (str(post.state), post.hold_reason) for post in posts}


def rows(event):
    """Everything that readers see, without numbers of the history."""
    shown = [post for posts in event.posts() for post in posts.visible()]
    replies = dict(event.entries.values_list("text", "replies"))
    return Event.objects.get(pk=event.pk).posting, sorted((post.text, post.position) for post in shown), replies


def test_only_hosts_can_post_and_what_strangers_have_just_posted_waits(flood, hugo):
    assert flood.lock_down(by=hugo) == 3
    assert Event.objects.get().posting == "hosts"
    assert states(flood) == {
        "Long ago": ("shown", ""),
        "Welcome": ("shown", ""),
        "Hello": ("shown", ""),
        "Buy": ("waiting", WHY),
        "Now": ("waiting", WHY),
        "Buy here": ("waiting", WHY),
        "Buy there": ("waiting", "Link from a first-time poster."),
    }
    assert [str(act) for act in flood.acts.all()] == ["hugo locked the event down"]


def test_each_post_takes_a_number_of_its_own(flood, hugo):
    start = now(flood)
    flood.lock_down(by=hugo)
    held = [post for posts in flood.posts() for post in posts.waiting().filter(seq__gt=start.seq)]
    event = Event.objects.get()
    assert sorted([event.seq, *(post.seq for post in held)]) == list(range(start.seq + 1, event.head + 1))
    assert dict(flood.entries.values_list("text", "replies")) == {
        "Long ago": 0, "Welcome": 1, "Buy": 0, "Buy there": 0
    }  # fmt: skip


def test_open_pages_lose_the_posts_and_the_forms(flood, hugo):
    start, entry = now(flood), Entry.objects.get(text="Buy")
    flood.lock_down(by=hugo)
    html = frame_between(flood.pk, start).html
    assert f'#{entry.element_id}:not(:has(textarea:not(:placeholder-shown)))" hx-swap="delete"' in html
    assert 'data-visitors="react change"' in html


def test_undoing_it_puts_everything_back(flood, hugo, olga):
    earlier = flood.publish("Ann", "Approved", visitor="a" * 32, hold="It waits.")
    earlier.approve(by=olga)
    flood.configure(posting="first")
    before, were = rows(flood), {text: state for text, (state, _reason) in states(flood).items()}
    flood.lock_down(by=hugo)
    assert rows(flood) != before
    flood.acts.first().undo(by=olga)
    assert rows(flood) == before
    assert {text: state for text, (state, _reason) in states(flood).items()} == were
    assert [str(act) for act in flood.acts.all()][:2] == [
        "olga ended the lockdown",
        "hugo locked the event down",
    ]
    assert not flood.acts.first().may_be_undone


def test_a_pinned_entry_is_pinned_again(flood, hugo):
    entry = Entry.objects.get(text="Buy")
    entry.pin(by=hugo)
    flood.lock_down(by=hugo)
    assert Event.objects.get().pinned is None
    flood.acts.first().undo(by=hugo)
    assert Event.objects.get().pinned == entry


def test_undoing_it_leaves_what_hosts_have_decided_since(flood, hugo, olga):
    flood.lock_down(by=hugo)
    act = flood.acts.first()
    Entry.objects.get(text="Buy").reject(by=olga)
    Comment.objects.get(text="Buy here").approve(by=olga)
    flood.configure(posting="closed")
    act.undo(by=hugo)
    said = states(flood)
    assert (said["Buy"][0], said["Buy here"][0], said["Now"][0]) == ("rejected", "shown", "shown")
    assert Event.objects.get().posting == "closed"


def test_nothing_is_undone_once_everything_has_changed(event, hugo):
    event.lock_down(by=hugo)
    event.configure(posting="open")
    with pytest.raises(Overtaken, match="The event has changed since then"):
        event.acts.get(verb="locked_down").undo(by=hugo)


def test_of_two_hosts_the_second_is_told_and_the_same_one_is_not(flood, hugo, olga):
    flood.lock_down(by=hugo)
    assert flood.lock_down(by=hugo) == 0
    with pytest.raises(Overtaken, match="hugo has already locked this event down"):
        flood.lock_down(by=olga)
    assert flood.acts.count() == 1


def test_a_closed_event_stays_closed(flood, hugo):
    flood.configure(posting="closed")
    flood.lock_down(by=hugo)
    assert Event.objects.get().posting == "closed"
    flood.acts.first().undo(by=hugo)
    assert (Event.objects.get().posting, states(flood)["Buy"][0]) == ("closed", "shown")


def test_there_is_nothing_to_lock_after_the_end(event, hugo):
    event.end(by=hugo)
    with pytest.raises(Overtaken, match="has ended"):
        event.lock_down(by=hugo)


def test_where_only_hosts_post_and_nobody_has_posted_it_says_so(event, hugo):
    event.configure(posting="hosts")
    with pytest.raises(Overtaken, match="Only hosts can post already"):
        event.lock_down(by=hugo)


def test_a_flood_is_held_in_steps_and_comes_back_as_a_whole(event, hugo, monkeypatch):
    monkeypatch.setattr(lockdown, "STEP", 4)
    entry = event.publish("Eve", "0", visitor="e" * 32)
    for number in range(1, 11):
        event.publish("Eve", f"{number}", visitor="e" * 32)
        entry.comment("Eve", f"c{number}", visitor="e" * 32)
    before = rows(event)
    assert event.lock_down(by=hugo) == 21
    assert not any(posts.visible().exists() for posts in event.posts())
    assert len(event.acts.get().details["held"]) == 3
    event.acts.get().undo(by=hugo)
    assert rows(event) == before


def test_a_flood_costs_few_queries(event, hugo):
    def queries(posts):
        event.configure(posting="open")
        for number in range(posts):
            event.publish("Eve", f"{number}", visitor="e" * 32)
        with CaptureQueriesContext(connection) as found:
            event.lock_down(by=hugo)
        return len(found)

    assert queries(100) == queries(3)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_the_desk_asks_first_and_says_what_happened(flood, as_hugo, htmx):
    assert f'href="{ADDRESS}"' in fetch(as_hugo, "/events/match/host/")
    question = fetch(as_hugo, ADDRESS, htmx=htmx)
    assert "3 posts" in question
    assert Event.objects.get().posting == "open"
    answer = as_hugo.post(ADDRESS, headers=HTMX if htmx else {}, follow=True).content.decode()
    assert "Locked down. Only hosts can post, and 3 posts wait for review." in answer
    assert "Undo" in answer
    assert "Nothing was changed." in fetch(as_hugo, f"{ADDRESS}?cancel", htmx=True)


def test_a_second_host_is_told(flood, as_hugo, as_olga):
    as_hugo.post(ADDRESS, headers=HTMX)
    late = as_olga.post(ADDRESS, headers=HTMX)
    assert (late.status_code, "hugo has already locked this event down." in late.content.decode()) == (409, True)


def test_nobody_but_a_host_can(flood, rita, as_sam):
    assert [rita.post(ADDRESS).status_code, as_sam.post(ADDRESS).status_code] == [403, 403]
    assert Event.objects.get().posting == "open"
