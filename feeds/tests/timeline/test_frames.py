"""Frames: what a page that is behind is told, change by change."""

import pytest

from feeds.forms import Cursor
from feeds.tests.frames import Operations, operations, posts_in, steps
from feeds.tests.helpers import now
from feeds.timeline.frames import FRAME, RESET, frame_between
from feeds.timeline.standings import heads

CURSOR = ("outerHTML", "#cursor", ["cursor"])


def since(event, seq, **options):
    return frame_between(event.pk, Cursor(event.epoch, seq), **options)


def test_a_new_entry_is_put_among_the_entries(event):
    entry = event.publish("Paul", "Goal!")
    frame = since(event, 0)
    assert steps(frame.html) == [("upsert", "#cursor ~ * #entries", [f"entry-{entry.pk}"]), CURSOR]
    assert posts_in(frame.html) == {f"entry-{entry.pk}": "Goal!"}
    assert (frame.start, frame.end) == (Cursor(event.epoch, 0), Cursor(event.epoch, 1))
    assert (frame.reset, frame.for_hosts, frame.news, frame.latest) == (False, False, 1, "Paul")


def test_a_new_entry_brings_its_comments_so_they_are_not_sent_beside_it(event):
    entry = event.publish("Paul", "Goal!")
    first, second = entry.comment("Rita", "Yes!"), entry.comment("Rita", "Again!")
    first.retract()
    frame = since(event, 0)
    ids = [f"entry-{entry.pk}", f"comment-{second.pk}"]
    assert steps(frame.html) == [("upsert", "#cursor ~ * #entries", ids), CURSOR]


def test_new_entries_come_in_one_swap_in_which_each_goes_on_top(event):
    texts = ["One", "Two", "Three"]
    for number, text in enumerate(texts):
        event.publish(f"Paul {number}", text)
    frame = since(event, 0)
    assert list(posts_in(frame.html).values()) == texts
    assert frame.html.count("<article ") == frame.html.partition("</hx-upsert>")[0].count("<article ") == 3
    assert (frame.news, frame.latest) == (3, "Paul 2")


def test_a_revised_entry_is_changed_in_place(event):
    entry = event.publish("Paul", "Gaol!")
    entry.comment("Rita", "Yes!")
    entry.revise("Goal!")
    frame = since(event, 2)
    assert steps(frame.html) == [
        ("outerHTML", f"#cursor ~ * #entry-{entry.pk}-body", [f"entry-{entry.pk}-body"]),
        CURSOR,
    ]
    assert posts_in(frame.html) == {f"entry-{entry.pk}": "Goal!"}
    assert (frame.news, frame.latest) == (0, "")


def test_a_new_comment_is_put_under_its_entry_and_a_revised_one_changes_where_it_is(event):
    entry = event.publish("Paul", "Goal!")
    comment = entry.comment("Rita", "Yse!")
    put = ("upsert", f"#cursor ~ * #entry-{entry.pk}-comments", [f"comment-{comment.pk}"])
    assert steps(since(event, 1).html) == [put, CURSOR]
    comment.revise("Yes!")
    changed = ("outerHTML", f"#cursor ~ * #comment-{comment.pk}-body", [f"comment-{comment.pk}-body"])
    assert steps(since(event, 2).html) == [changed, CURSOR]
    assert posts_in(since(event, 2).html) == {f"comment-{comment.pk}": "Yes!"}


def test_removed_posts_are_taken_away(event):
    entry, other = event.publish("Paul", "Goal!"), event.publish("Paul", "Offside")
    comment = entry.comment("Rita", "Yes!")
    comment.retract()
    other.retract(erase=True)
    assert steps(since(event, 3).html) == [
        ("delete", f"#entry-{other.pk}-waiting", []),  # where its author may have seen that it waits
        ("delete", f"#cursor ~ * #entry-{other.pk}", []),
        ("delete", f"#cursor ~ * #comment-{comment.pk}", []),
        CURSOR,
    ]


def test_where_somebody_types_a_removal_takes_all_but_that(event):
    entry = event.publish("Paul", "Goal!")
    entry.retract()
    typed = ":has(textarea:not(:placeholder-shown))"
    there = f"#cursor ~ * :is(#entry-{entry.pk}){typed}"
    found = [(each.swap, each.target) for each in Operations(since(event, 1).html).found]
    assert ("delete", f"#cursor ~ * #entry-{entry.pk}:not({typed})") in found
    assert ("outerHTML", f"{there} .body") in found
    rest = f":is(.day, .reactions, .say, .tools, .reply:not({typed}), .comments > :not({typed}))"
    assert ("delete", f"{there} {rest}") in found


def test_a_removed_entry_takes_its_comments_with_it(event):
    entry = event.publish("Paul", "Goal!")
    entry.comment("Rita", "Yes!")
    entry.retract()
    assert steps(since(event, 1).html) == [("delete", f"#cursor ~ * #entry-{entry.pk}", []), CURSOR]


def test_a_restored_comment_comes_back_under_its_entry(event):
    entry = event.publish("Paul", "Goal!")
    comment = entry.comment("Rita", "Yes!")
    comment.retract()
    comment.restore()
    step = ("upsert", f"#cursor ~ * #entry-{entry.pk}-comments", [f"comment-{comment.pk}"])
    assert steps(since(event, 3).html) == [step, CURSOR]


def test_a_restored_entry_brings_the_comments_it_had(event):
    entry = event.publish("Paul", "Goal!")
    comment = entry.comment("Rita", "Yes!")
    entry.retract()
    entry.restore()
    brought = [operation for operation in operations(since(event, 3).html) if operation.swap == "upsert"]
    assert [operation.posts for operation in brought] == [
        {f"entry-{entry.pk}": "Goal!", f"comment-{comment.pk}": "Yes!"}
    ]


def test_a_restored_entry_is_guarded_and_a_new_one_is_not(event):
    """Only pages that reach as far back as the restored entry have room for it."""
    one, two, _three = (event.publish("Paul", text) for text in ("One", "Two", "Three"))
    (new, *_) = operations(since(event, 0).html)
    assert (new.target, list(new.posts)) == ("#cursor ~ * #entries", [f"entry-{one.pk}"])
    two.retract()
    two.restore()
    (restored, _) = operations(since(event, 4).html)
    assert restored.target.startswith("#cursor ~ * #entries:has(")
    assert restored.posts == {f"entry-{two.pk}": "Two"}


def test_a_changed_event_is_sent_once_however_often_it_changed(event):
    event.configure(title="Final")
    event.configure(title="The final")
    frame = since(event, 0)
    about = [("outerHTML", f"#cursor ~ * #{part}", [part]) for part in ("event", "notices")]
    about += [("outerMorph", f"#cursor ~ * #{part}", [part]) for part in ("about", "pinned", "moments")]
    assert steps(frame.html) == [*about, ("innerHTML", "#cursor ~ * #moment-count", []), CURSOR]
    assert '<h1 dir="auto" title="The final">The final</h1>' in frame.html
    assert since(event, 2) is None


def test_a_frame_of_a_draft_is_for_hosts(draft):
    draft.publish("Paul", "Secret")
    assert since(draft, 0).for_hosts is True
    draft.configure(visibility="public")
    assert since(draft, 0).for_hosts is False


def test_the_cursor_comes_last_and_says_where_the_frame_ends(event):
    entry = event.publish("Paul", "One")
    entry.comment("Rita", "Two").retract()
    entry.revise("Three")
    event.configure(title="Four")
    for seq in range(event.head):
        frame = since(event, seq)
        assert steps(frame.html)[-1] == CURSOR
        assert f'value="{event.epoch}-{event.head}"' in frame.html
        assert frame.end == now(event)


def test_there_is_nothing_to_say_to_a_page_that_is_there_or_of_an_event_that_is_gone(event):
    event.publish("Paul", "One")
    here = now(event)
    assert frame_between(event.pk, here) is None
    event.delete()
    assert frame_between(999_999, here) is None


def test_a_frame_that_is_asked_for_part_of_the_way_stops_there(event):
    one, two = event.publish("Paul", "One"), event.publish("Paul", "Two")
    frame = since(event, 0, end=Cursor(event.epoch, 1))
    assert list(posts_in(frame.html)) == [f"entry-{one.pk}"]
    assert frame.end == Cursor(event.epoch, 1)
    assert list(posts_in(since(event, 1).html)) == [f"entry-{two.pk}"]


def test_a_frame_holds_at_most_200_changes(event):
    for number in range(FRAME + 1):
        event.publish("Paul", f"Entry {number}")
    first = since(event, 0)
    assert (FRAME, len(posts_in(first.html)), first.end.seq, first.reset) == (200, 200, 200, False)
    second = frame_between(event.pk, first.end)
    assert (list(posts_in(second.html).values()), second.end.seq) == (["Entry 200"], 201)


def test_an_entry_that_appeared_in_a_window_and_changed_after_it_is_in_the_window(event):
    """Else a comment from the window would find no entry to hang on."""
    entry = event.publish("Paul", "Gaol!")
    entry.comment("Rita", "Yes!")
    entry.revise("Goal!")
    window = since(event, 0, end=Cursor(event.epoch, 2))
    assert list(posts_in(window.html).values()) == ["Goal!", "Yes!"]
    rest = frame_between(event.pk, window.end)
    assert steps(rest.html)[0][:2] == ("outerHTML", f"#cursor ~ * #entry-{entry.pk}-body")


@pytest.mark.parametrize(
    "stranded",
    [lambda e: Cursor("none", 0), lambda e: Cursor("e0123456789ab", e.head), lambda e: Cursor(e.epoch, e.head + 1)],
    ids=["no cursor", "another epoch", "ahead of the head"],
)
def test_a_cursor_of_another_history_gets_the_newest_page(event, stranded):
    for number in range(3):
        event.publish("Paul", f"Entry {number}")
    event.refresh_from_db()
    frame = frame_between(event.pk, stranded(event))
    assert frame.reset is True
    assert [(swap, target.removeprefix("#cursor ~ * ")) for swap, target, _ in steps(frame.html)] == [
        ("outerHTML", "#event"),
        ("outerHTML", "#notices"),
        ("outerMorph", "#about"),
        ("outerMorph", "#pinned"),
        ("outerMorph", "#moments"),
        ("innerHTML", "#moment-count"),
        ("innerMorph", "#entries"),
        ("outerHTML", "#ways"),
        ("outerHTML", "#reading"),
        ("outerHTML", "#places"),
        ("outerHTML", "#cursor ~ :has(#entries) #older"),
        ("outerHTML", "#cursor"),
    ]
    assert list(posts_in(frame.html).values()) == ["Entry 2", "Entry 1", "Entry 0"]
    assert (frame.end, frame.news) == (now(event), 0)


def test_a_page_is_caught_up_over_500_changes_and_replaced_after_more(event):
    entry = event.publish("Paul", "Entry")
    type(event).objects.filter(pk=event.pk).update(head=RESET)
    assert since(event, 0).reset is False
    type(event).objects.filter(pk=event.pk).update(head=RESET + 1)
    frame = since(event, 0)
    assert (RESET, frame.reset, frame.end.seq) == (500, True, 501)
    assert posts_in(frame.html) == {f"entry-{entry.pk}": "Entry"}


@pytest.mark.parametrize("start", [Cursor("none", 0), None], ids=["reset", "step"])
def test_each_operation_holds_only_where_the_frame_begins_unless_the_page_may_be_beyond(event, start):
    kept = event.publish("Paul", "Kept")  # 1
    entry = event.publish("Paul", "One")  # 2
    comment = entry.comment("Rita", "Two")  # 3
    start = start or now(event)
    kept.retract()
    kept.restore()
    entry.revise("Three")
    comment.revise("Four")
    entry.comment("Rita", "Five").retract()
    event.configure(title="Six")
    event.publish("Paul", "Seven")
    exact, beyond = (frame_between(event.pk, start, beyond=beyond) for beyond in (False, True))
    assert len(steps(exact.html)) >= 5
    assert steps(exact.html) == steps(beyond.html)
    assert {operation.guard for operation in operations(exact.html)} == {str(start)}
    assert {operation.guard for operation in operations(beyond.html)} == {""}


def test_a_page_that_may_be_beyond_gets_one_frame_that_leads_all_the_way(event, monkeypatch):
    monkeypatch.setattr("feeds.timeline.frames.FRAME", 2)
    for number in range(3):
        event.publish("Paul", f"Entry {number}")
    start = Cursor(now(event).epoch, 0)
    assert frame_between(event.pk, start).end.seq == 2
    frame = frame_between(event.pk, start, beyond=True)
    assert (frame.end.seq, frame.reset) == (3, True)


def test_heads_tells_where_events_are_and_leaves_out_those_that_are_gone(event, elsewhere):
    event.publish("Paul", "Goal!")
    assert heads([event.pk, elsewhere.pk, 999_999]) == {
        event.pk: Cursor(event.epoch, 1),
        elsewhere.pk: Cursor(elsewhere.epoch, 0),
    }


def test_frames_of_one_event_never_mention_another(event, elsewhere):
    event.publish("Paul", "Here")
    there = elsewhere.publish("Paul", "There")
    assert list(posts_in(since(event, 0).html).values()) == ["Here"]
    assert posts_in(since(elsewhere, 0).html) == {f"entry-{there.pk}": "There"}


def test_the_author_of_a_comment_is_told_that_it_waits_again_also_where_its_entry_was_removed(event, olga):
    entry = event.publish("Paul", "Goal!")
    comment = entry.comment("Rita", "Yes!", visitor="r" * 32)
    entry.retract(by=olga)
    start = now(event).seq
    comment.hold_again(by=olga)
    html = since(event, start).html
    assert f'id="{comment.element_id}-asks"' in html
    assert "Yes!" not in html
