"""Reviews: several waiting posts decided on at once, one act in the log, and one undo for all of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Act, Entry, Overtaken, Verb
from feeds.tests.helpers import log_of

RULE = "Every post in this event is reviewed."


@pytest.fixture
def posts(event):
    """Two entries and a comment by Kofi, and an entry by Mei; all of them wait."""
    opened = event.publish("Ann", "Kick-off")
    kofi, mei = ({"visitor": letter * 32, "hold": RULE} for letter in "km")
    return [
        event.publish("Kofi", "One", **kofi),
        event.publish("Kofi", "Two", **kofi),
        opened.comment("Kofi", "Three", **kofi),
        event.publish("Mei", "Four", **mei),
    ]


def seen(posts):
    return {post.element_id: post.seq for post in posts}


def states(posts):
    for post in posts:
        post.refresh_from_db()
    return [post.state for post in posts]


def test_several_posts_are_approved_in_one_act_that_names_a_common_author(event, posts, olga, head):
    before = head(event)
    outcome = event.review(Verb.APPROVED, seen(posts[:3]), by=olga)
    assert ([post.text for post in outcome.posts], outcome.left) == (["One", "Two", "Three"], [])
    assert states(posts) == ["shown", "shown", "shown", "waiting"]
    assert head(event) == before + 3
    assert Entry.objects.get(text="Kick-off").replies == 1
    assert [str(act) for act in event.acts.listed()] == ["olga approved 3 posts by Kofi"]
    assert {act.post for act in event.acts.exclude(whole=None)} == {post.element_id for post in posts[:3]}


def test_posts_of_several_people_are_told_by_their_number(event, posts, olga):
    event.review(Verb.REJECTED, seen(posts), by=olga)
    assert states(posts) == ["rejected"] * 4
    assert [str(act) for act in event.acts.listed()] == ["olga rejected 4 posts"]


def test_a_single_post_is_told_like_any_other(event, posts, olga):
    event.review(Verb.APPROVED, seen(posts[:1]), by=olga)
    assert log_of(event) == ["olga approved the entry by Kofi"]


def test_what_another_host_has_decided_or_an_author_has_changed_is_left_alone_and_said(event, posts, olga, hugo):
    were = seen(posts)
    posts[0].reject(by=hugo)
    posts[1].revise("Two, better", as_author=True)
    outcome = event.review(Verb.APPROVED, were, by=olga)
    assert [post.text for post in outcome.posts] == ["Three", "Four"]
    assert outcome.left == [
        "hugo has already rejected this.",
        "Its author has changed this in the meantime. Read it again before you approve it.",
    ]
    assert states(posts) == ["rejected", "waiting", "shown", "shown"]


def test_a_second_tap_decides_nothing_and_a_second_host_is_told_who_was_first(event, posts, olga, hugo, head):
    were = seen(posts)
    event.review(Verb.APPROVED, were, by=olga)
    before = head(event), log_of(event)
    again = event.review(Verb.APPROVED, were, by=olga)
    assert (again.posts, again.left) == ([], [])
    late = event.review(Verb.REJECTED, were, by=hugo)
    assert (late.posts, set(late.left)) == ([], {"olga has already approved this."})
    assert (head(event), log_of(event)) == before
    with pytest.raises(Overtaken, match="olga has already approved this"):
        posts[0].reject(by=hugo)


def test_one_undo_takes_back_all_of_it_and_is_one_act(event, posts, olga):
    event.review(Verb.APPROVED, seen(posts), by=olga)
    assert event.acts.lately(by=olga).undo(by=olga) == 0
    assert states(posts) == ["waiting"] * 4
    assert [post.hold_reason for post in posts] == [RULE] * 4
    assert Entry.objects.get(text="Kick-off").replies == 0
    assert [str(act) for act in event.acts.listed()] == ["olga sent 4 posts back for review", "olga approved 4 posts"]


def test_undoing_leaves_alone_what_others_have_changed_since_and_tells_how_many(event, posts, olga, hugo):
    event.review(Verb.APPROVED, seen(posts), by=olga)
    for post in posts:
        post.refresh_from_db()
    posts[0].retract(by=hugo)
    posts[1].pin(by=hugo)
    posts[2].retract(erase=True)
    assert event.acts.listed().get(verb=Verb.APPROVED).undo(by=olga) == 3
    assert states(posts) == ["removed", "shown", "erased", "waiting"]


def test_it_cannot_be_undone_in_parts_too_late_or_when_nothing_of_it_is_left(event, posts, olga, hugo):
    event.review(Verb.REJECTED, seen(posts[:2]), by=olga)
    whole = event.acts.listed().get()
    part = whole.parts.first()
    assert (part.may_be_undone, part.to_undo, whole.may_be_undone) == (False, whole, True)
    for post in posts[:2]:
        post.hold_again(by=hugo)
    with pytest.raises(Overtaken, match="Nothing was undone"):
        whole.undo(by=olga)
    Act.objects.update(at=timezone.now() - timedelta(seconds=31))
    with pytest.raises(Overtaken, match="Too late"):
        whole.undo(by=olga)


def test_an_author_who_erases_a_post_takes_their_name_out_of_the_act_on_all(event, posts, olga):
    event.review(Verb.APPROVED, seen(posts[:3]), by=olga)
    posts[0].refresh_from_db()
    posts[0].retract(erase=True)
    assert [str(act) for act in event.acts.listed()] == ["olga approved 3 posts"]


def test_posts_of_another_event_are_not_touched(event, draft, posts, olga):
    foreign = draft.publish("Ann", "A secret", visitor="a" * 32, hold=RULE)
    assert event.review(Verb.APPROVED, seen([foreign]), by=olga).posts == []
    assert states([foreign]) == ["waiting"]
