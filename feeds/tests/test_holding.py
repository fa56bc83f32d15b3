"""Posts that wait for a host: who sees them, and what becomes of them."""

import pytest

from feeds.changes import frame_between
from feeds.models import Entry, Event, Held, Overtaken
from feeds.tests.helpers import fetch, now, operations, submit


@pytest.fixture
def held_event(new_event, hugo):
    return new_event("match", hosts=[hugo], posting=Event.Posting.ALL)


def steps(event, start):
    """What a frame does to a page: the swaps, their targets and the posts they bring, without the cursor."""
    found = operations(frame_between(event.pk, start).html)
    return [(each.swap, each.target.removeprefix("#cursor ~ * "), each.ids) for each in found][:-1]


def own_page(entry):
    """Where an entry that comes back goes on the page of its own."""
    return f"#cursor ~ * #{entry.element_id}-here"


def test_a_post_that_waits_is_seen_by_its_author_alone(held_event, paul, rita, as_hugo):
    start = now(held_event)
    answer = submit(paul, held_event, "Goal!", follow=True)
    assert "Waiting for a host" in answer.content.decode()
    assert "Goal!" in fetch(paul, "/events/match/")
    assert steps(held_event, start) == []
    entry = held_event.entries.get()
    for page in ("/events/match/", "/events/match/changes/?after=none-0", "/"):
        assert "Goal!" not in fetch(rita, page)
    assert rita.get(f"/events/match/entries/{entry.pk}/").status_code == 404
    assert "Goal!" in fetch(as_hugo, "/events/match/host/")


def test_the_answer_to_a_post_that_waits_says_so_in_place(held_event, paul):
    answer = submit(paul, held_event, "Goal!", htmx=True).content.decode()
    assert 'hx-target="#waiting"' in answer
    assert "Waiting for a host: only you see this" in answer


def test_an_approved_post_is_where_its_time_belongs_and_its_author_waits_no_more(held_event, paul, olga):
    submit(paul, held_event, "First")
    held_event.configure(posting="open")
    later = held_event.publish("Rita", "Second")
    start = now(held_event)
    first = held_event.entries.get(text="First")
    first.approve(by=olga)
    assert steps(held_event, start) == [
        ("upsert", f"#entries:has(> #{later.element_id}), {own_page(first)}", [first.element_id]),
        ("delete", f"#{first.element_id}-waiting", []),
        ("innerHTML", f"#live:has(#{first.element_id}-waiting) > #own", []),  # where its author may edit it now
    ]
    page = fetch(paul, "/events/match/")
    assert page.index("Second") < page.index("First")
    assert "Waiting" not in page


def test_a_post_can_be_approved_at_the_top(held_event, paul, olga):
    submit(paul, held_event, "First")
    held_event.configure(posting="open")
    held_event.publish("Rita", "Second")
    start = now(held_event)
    first = held_event.entries.get(text="First")
    number = first.approve(by=olga, top=True)
    first.refresh_from_db()
    assert (first.position, first.shown, first.seq) == (number, number, number)
    assert ("upsert", "#entries", [first.element_id]) in steps(held_event, start)


def test_a_rejected_post_is_gone_from_the_queue_and_its_author_is_told(held_event, paul, rita, olga):
    submit(paul, held_event, "Buy this")
    entry = held_event.entries.get()
    start = now(held_event)
    entry.reject(by=olga)
    html = frame_between(held_event.pk, start).html
    assert "A host did not approve this" in html
    assert "Buy this" not in html
    assert held_event.waiting() == []
    assert "A host did not approve this" in fetch(paul, "/events/match/")
    assert "Buy this" not in fetch(rita, "/events/match/")


def test_the_second_host_who_decides_is_told_who_was_first(held_event, paul, olga, hugo):
    submit(paul, held_event, "Goal!")
    entry = held_event.entries.get()
    entry.approve(by=olga)
    head = now(held_event)
    for verb in (Entry.approve, Entry.reject):
        with pytest.raises(Overtaken, match=r"^olga approved this already\.$"):
            verb(entry, by=hugo)
    assert now(held_event) == head
    entry.refresh_from_db()
    assert entry.held == ""


def test_where_first_posts_wait_a_visitor_who_has_been_approved_posts_at_once(new_event, paul, rita, olga):
    event = new_event(posting=Event.Posting.FIRST)
    submit(paul, event, "One")
    submit(paul, event, "Two")
    assert [post.text for post in event.waiting()] == ["One", "Two"]
    event.waiting()[0].approve(by=olga)
    submit(paul, event, "Three")
    submit(rita, event, "Me too", name="Rita")
    assert set(event.entries.visible().values_list("text", flat=True)) == {"One", "Three"}
    assert {post.text for post in event.waiting()} == {"Two", "Me too"}


def test_hosts_never_wait(held_event, as_hugo):
    submit(as_hugo, held_event, "Welcome", name="Hugo")
    assert held_event.entries.visible().get().text == "Welcome"


def test_a_comment_waits_and_is_approved_like_an_entry(held_event, paul, rita, olga):
    entry = held_event.publish("Olga", "Welcome", user=olga)
    submit(paul, held_event, "Thanks", entry=entry)
    assert "Thanks" not in fetch(rita, "/events/match/")
    comment = held_event.comments.get()
    start = now(held_event)
    comment.approve(by=olga)
    assert steps(held_event, start) == [
        ("upsert", f"#{entry.element_id}-comments", [comment.element_id]),
        ("delete", f"#{comment.element_id}-waiting", []),
        ("innerHTML", f"#live:has(#{comment.element_id}-waiting) > #own", []),
    ]
    assert "Thanks" in fetch(rita, "/events/match/")


def test_taking_an_approval_back_takes_the_post_off_every_page(held_event, paul, olga):
    submit(paul, held_event, "Goal!")
    entry = held_event.entries.get()
    entry.approve(by=olga)
    start = now(held_event)
    held_event.acts.get(verb="approved").undo(by=olga)
    assert ("delete", f"#{entry.element_id}", []) in steps(held_event, start)
    assert [post.text for post in held_event.waiting()] == ["Goal!"]


def test_a_post_whose_author_takes_it_back_waits_no_more(held_event, paul, olga):
    submit(paul, held_event, "Goal!")
    entry = held_event.entries.get()
    entry.retract(erase=True)
    assert held_event.waiting() == []
    with pytest.raises(Overtaken, match=r"^Its author removed this already.$"):
        entry.approve(by=olga)
    assert not Entry.objects.filter(held=Held.WAITING).exists()


def test_comments_can_be_switched_off_for_visitors(event, paul, as_hugo, olga):
    entry = event.publish("Olga", "Welcome", user=olga)
    event.configure(comments_open=False)
    refused = submit(paul, event, "Thanks", entry=entry, htmx=True)
    assert refused.status_code == 403
    assert "Comments are off for now. Your text is kept here." in refused.content.decode()
    assert "Thanks" in refused.content.decode()
    assert submit(as_hugo, event, "Thanks", entry=entry, htmx=True).status_code == 200


def test_a_page_has_what_waits_once(new_event, paul):
    event = new_event("match", posting=Event.Posting.ALL)
    submit(paul, event, "Goal!")
    assert fetch(paul, "/events/match/").count("Goal!") == 1


def test_who_has_been_approved_reads_no_more_that_first_posts_wait(event, paul, rita, olga):
    event.configure(posting="first")
    submit(paul, event, "First")
    for client in (paul, rita):
        assert "waits" not in fetch(client, "/events/match/own-posts.css")
    event.entries.get().approve(by=olga)
    assert "waits" in fetch(paul, "/events/match/own-posts.css")
    assert "waits" not in fetch(rita, "/events/match/own-posts.css")
