"""Entries and comments: publishing once, revising, removing, restoring."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from feeds.models import Closed, Comment, Entry, Gone, submission_digest


def row(post):
    """The fields that verbs change, from the database."""
    post = type(post).objects.get(pk=post.pk)
    return (post.seq, post.position, post.shown, post.name, post.text, bool(post.edited_at), not post.is_shown)


@pytest.fixture(params=["entry", "comment"])
def post(request, event):
    """An entry, then a comment; either is change 2 of the match."""
    first = event.publish("Rita", "First")
    return event.publish("Paul", "Words") if request.param == "entry" else first.comment("Paul", "Words")


def test_a_new_post_has_one_number_as_seq_position_and_shown(post):
    assert row(post) == (2, 2, 2, "Paul", "Words", False, False)


def test_a_host_has_the_badge_and_a_visitor_has_not(event, olga):
    assert [(e.by_host, e.user) for e in (event.publish("O", "x", user=olga), event.publish("P", "x"))] == [
        (True, olga),
        (False, None),
    ]


def test_a_post_can_be_dated_back_without_changing_its_place(event):
    then = timezone.now() - timedelta(days=1)
    event.publish("Paul", "Newer")
    older = event.publish("Paul", "Dated back", at=then)
    assert older.published_at == then
    assert [entry.text for entry in Entry.objects.all()] == ["Dated back", "Newer"]


def test_the_same_submission_is_published_once(event, head):
    first, again = (event.publish("Paul", "Goal!", submission="s1") for _ in range(2))
    assert (first, head(event), Entry.objects.count()) == (again, 1, 1)
    replies = [first.comment("Rita", "Yes!", submission="s2") for _ in range(2)]
    assert (replies[0], head(event), Comment.objects.count()) == (replies[1], 2, 1)


def test_a_repeated_submission_is_answered_even_after_the_event_ended(event):
    entry = event.publish("Paul", "Goal!", submission="s1")
    event.end()
    with pytest.raises(Closed):
        event.publish("Paul", "Another", submission="s2")
    assert event.publish("Paul", "Goal!", submission="s1") == entry


def test_a_repeated_submission_does_not_bring_back_what_was_removed(event, head):
    event.publish("Paul", "Sorry", submission="s1").retract(erase=True)
    with pytest.raises(Closed, match=r"^You have already removed this\."):
        event.publish("Paul", "Sorry", submission="s1")
    assert (head(event), list(Entry.objects.visible())) == (2, [])


def test_posts_without_a_submission_are_all_kept(event):
    assert len({event.publish("Paul", "Goal!").pk for _ in range(3)}) == 3


def test_any_part_of_a_submission_makes_it_another_one():
    usual = ("visitor", "key", "entry", 1, "text")
    others = [("v", "key", "entry", 1, "text"), ("visitor", "k", "entry", 1, "text")]
    others += [("visitor", "key", "comment", 1, "text"), ("visitor", "key", "entry", 2, "text")]
    others += [("visitor", "key", "entry", 1, "tex"), ("visito", "rkey", "entry", 1, "text")]
    digests = [submission_digest(*parts) for parts in (usual, *others)]
    assert len(set(digests)) == 7
    assert submission_digest(*usual) == digests[0]
    assert {len(digest) for digest in digests} == {64}


def test_a_closed_event_says_why_and_takes_no_number(event, head):
    said = []
    entry = event.publish("Paul", "Before")
    for fields in ({"posting": "hosts"}, {"posting": "closed"}, {"state": "ended"}):
        event.configure(**fields)
        for verb in (event.publish, entry.comment):
            with pytest.raises(Closed) as refused:
                verb("Paul", "Words")
            said.append(str(refused.value))
    assert said == [
        *["Only hosts can post in this event. Your text is kept here."] * 2,
        *["Posting is closed for now. Your text is kept here: try again later."] * 2,
        *["This event has ended, so nothing can be added."] * 2,
    ]
    assert (head(event), Entry.objects.count(), Comment.objects.count()) == (4, 1, 0)


def test_a_revised_post_keeps_its_place(post):
    assert post.revise("Better words") == 3
    assert row(post) == (3, 2, 2, "Paul", "Better words", True, False)
    assert post.revise("Better words", "Paula") == 4
    assert row(post) == (4, 2, 2, "Paula", "Better words", True, False)


def test_revising_to_the_same_words_changes_nothing(post, head):
    assert post.revise("Words") == 2
    assert post.revise("Words", "Paul") == 2
    assert (row(post), head(post.event)) == ((2, 2, 2, "Paul", "Words", False, False), 2)


def test_a_removed_post_cannot_be_revised(post, head):
    post.retract()
    with pytest.raises(Gone):
        post.revise("Better words")
    assert (row(post), head(post.event)) == ((3, 2, 2, "Paul", "Words", False, True), 3)


def test_a_removed_post_keeps_its_words_and_comes_back_in_its_place(post):
    assert post.retract() == 3
    assert row(post) == (3, 2, 2, "Paul", "Words", False, True)
    assert post.restore() == 4
    assert row(post) == (4, 2, 4, "Paul", "Words", False, False)


def test_an_erased_post_leaves_no_words_and_never_comes_back(post, head):
    assert post.retract(erase=True) == 3
    assert row(post) == (3, 2, 2, "", "", False, True)
    with pytest.raises(Gone):
        post.restore()
    assert (row(post)[0], head(post.event)) == (3, 3)


def test_a_removed_post_can_still_be_erased(post):
    post.retract()
    removed_at = type(post).objects.get(pk=post.pk).removed_at
    assert post.retract(erase=True) == 4
    assert row(post) == (4, 2, 2, "", "", False, True)
    assert type(post).objects.get(pk=post.pk).removed_at == removed_at


def test_removing_or_restoring_twice_changes_nothing(post, head):
    assert [post.retract(), post.retract(), post.restore(), post.restore()] == [3, 3, 4, 4]
    assert [post.retract(erase=True), post.retract(erase=True), post.retract()] == [5, 5, 5]
    assert head(post.event) == 5


def test_a_verb_looks_at_the_row_and_not_at_its_own_stale_copy(post):
    stale = type(post).objects.get(pk=post.pk)
    post.retract()
    with pytest.raises(Gone):
        stale.revise("Back from the dead")
    assert stale.restore() == 4


def test_a_removed_entry_takes_no_comments_and_a_restored_one_does(event, head):
    entry = event.publish("Paul", "Words")
    entry.retract()
    with pytest.raises(Gone):
        entry.comment("Rita", "Too late")
    assert (head(event), Comment.objects.count()) == (2, 0)
    entry.restore()
    assert entry.comment("Rita", "In time").seq == 4


def test_two_entries_cannot_share_a_position(event):
    entry = event.publish("Paul", "Words")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(event=event, seq=9, position=entry.position, shown=9, published_at=timezone.now())


def test_a_post_whose_author_is_deleted_stays(event, sam):
    entry = event.publish("Sam", "Words", user=sam)
    sam.delete()
    entry.refresh_from_db()
    assert (entry.name, entry.text, entry.user) == ("Sam", "Words", None)


def test_changed_within_finds_what_changed_or_appeared_in_a_window(event):
    created_then_revised = event.publish("Paul", "One")  # 1
    revised_only = event.publish("Paul", "Two")  # 2
    untouched = event.publish("Paul", "Three")  # 3
    revised_only.revise("Two!")  # 4
    created_then_revised.revise("One!")  # 5
    assert set(Entry.objects.changed_within(0, 1)) == {created_then_revised}
    assert set(Entry.objects.changed_within(1, 3)) == {revised_only, untouched}
    assert set(Entry.objects.changed_within(3, 4)) == {revised_only}
    assert set(Entry.objects.changed_within(3, 5)) == {revised_only, created_then_revised}
    assert Entry.objects.changed_within(5, 9) == []
    assert Entry.objects.changed_within(0, 5) == [created_then_revised, revised_only, untouched]
