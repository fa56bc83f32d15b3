"""Posts that wait for a host: who sees them, and what becomes of them."""

import pytest

from e2e.protocol.page import Page
from feeds.models import Entry, Event, Overtaken
from feeds.tests.frames import operations
from feeds.tests.helpers import HTMX, fetch, now, submit
from feeds.timeline.frames import frame_between


@pytest.fixture
def held_event(new_event, hugo):
    return new_event("match", hosts=[hugo], posting=Event.Posting.ALL)


def steps(event, start):
    """Effects of a frame on a page: the swaps, their targets and their posts, without the cursor."""
    found = operations(frame_between(event.pk, start).html)
    return [(each.swap, each.target.removeprefix("#cursor ~ * "), each.ids) for each in found][:-1]


def own_page(entry):
    """Place of an entry that comes back on the page of its own."""
    return f"#cursor ~ * #{entry.element_id}-here"


def excerpt_with(entry):
    """A page of other entries than the newest that shows this one."""
    return f"#cursor ~ * #excerpt:has(> #{entry.element_id})"


def test_a_post_that_waits_is_seen_by_its_author_alone(held_event, paul, rita, as_hugo):
    start = now(held_event)
    answer = submit(paul, held_event, "Goal!", follow=True)
    assert "Waiting for review" in answer.content.decode()
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
    assert "Waiting for review: only you see this" in answer


def test_an_approved_post_is_where_its_time_belongs_and_its_author_waits_no_more(held_event, paul, olga):
    submit(paul, held_event, "First")
    held_event.configure(posting="open")
    later = held_event.publish("Rita", "Second")
    start = now(held_event)
    first = held_event.entries.get(text="First")
    first.approve(by=olga)
    assert steps(held_event, start) == [
        (
            "upsert",
            f"#entries:has(> #{later.element_id}), {own_page(first)}, {excerpt_with(later)}",
            [first.element_id],
        ),
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
    assert ("upsert", f"#entries, {own_page(first)}.here", [first.element_id]) in steps(held_event, start)


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
        with pytest.raises(Overtaken, match=r"^olga has already approved this\.$"):
            verb(entry, by=hugo)
    assert now(held_event) == head
    entry.refresh_from_db()
    assert entry.state == "shown"


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
    with pytest.raises(Overtaken, match=r"^Its author has already removed this.$"):
        entry.approve(by=olga)
    assert not Entry.objects.waiting().exists()


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


LINK = "Look at https://example.org/"


def edit(client, post, text):
    path = f"/events/match/{'entries' if post.kind == 'entry' else 'comments'}/{post.pk}/edit/"
    return client.post(path, {"text": text, "seen": post.seq}, headers=HTMX)


def test_an_author_whose_edit_is_held_is_told_so_and_sees_at_once_what_waits(event, paul):
    submit(paul, event, "Goal!")
    entry = event.entries.get()
    answer = edit(paul, entry, LINK).content.decode()
    assert "Saved. A host reviews it before others see it again." in answer
    assert 'hx-target="#waiting"' in answer
    assert "Look at <a" in answer
    assert f'<hx-partial hx-target="#{entry.element_id}-change" hx-swap="innerHTML"></hx-partial>' in answer


def test_what_waits_its_author_can_still_change_and_nobody_else(event, paul, rita):
    submit(paul, event, "Goal!")
    entry = event.entries.get()
    edit(paul, entry, LINK)
    again = edit(paul, entry, "No link after all")  # with what it saw before it was held
    assert (again.status_code, "Saved. A host reviews it" in again.content.decode()) == (200, True)
    entry.refresh_from_db()
    assert (entry.text, entry.state) == ("No link after all", "waiting")
    assert edit(rita, entry, "Mine").status_code == 404
    entry.reject(by=event.owner)
    late = edit(paul, entry, "Please")
    assert (late.status_code, "Please" in late.content.decode()) == (410, True)


def test_a_host_approves_only_what_they_have_read(event, paul, as_hugo, hugo):
    submit(paul, event, "Goal!")
    entry = event.entries.get()
    edit(paul, entry, LINK)
    desk = fetch(as_hugo, "/events/match/host/")
    entry.refresh_from_db()
    assert f'name="seen" value="{entry.seq}"' in desk
    edit(paul, entry, "Something worse")
    late = as_hugo.post(f"/events/match/entries/{entry.pk}/approve/", {"seen": entry.seq}, headers=HTMX)
    assert late.status_code == 409
    assert "Its author has changed this in the meantime." in late.content.decode()
    entry.refresh_from_db()
    assert entry.state == "waiting"
    seen = as_hugo.post(f"/events/match/entries/{entry.pk}/approve/", {"seen": entry.seq}, headers=HTMX)
    assert seen.status_code == 200


def test_an_author_whose_post_is_held_again_and_rejected_between_two_frames_is_told(event, paul, olga):
    submit(paul, event, "Goal!")
    entry, page = event.entries.get(), Page(fetch(paul, "/events/match/"))
    start = now(event)
    entry.hold_again(by=olga)
    entry.reject(by=olga)
    page.swap(frame_between(event.pk, start).html)
    page.swap(fetch(paul, page.element(f"{entry.element_id}-asks").attributes["hx-get"], htmx=True))
    assert "A host did not approve this" in page.element(f"{entry.element_id}-waiting").text


def test_the_first_rejection_of_a_post_makes_no_page_ask(held_event, paul, olga):
    submit(paul, held_event, "Goal!")
    entry, start = held_event.entries.get(), now(held_event)
    entry.reject(by=olga)
    html = frame_between(held_event.pk, start).html
    assert "A host did not approve this" in html
    assert "-asks" not in html


def test_pages_of_an_author_ask_for_what_waits_and_pages_of_others_do_not(event, paul, rita, olga):
    submit(paul, event, "Goal!")
    entry = event.entries.get()
    start = now(event)
    entry.hold_again(by=olga)
    assert f'id="{entry.element_id}-asks"' in frame_between(event.pk, start).html
    assert f"#{entry.element_id}-asks" in fetch(paul, "/events/match/own-posts.css")
    assert f"#{entry.element_id}-asks" not in fetch(rita, "/events/match/own-posts.css")
    assert "Goal!" in fetch(paul, "/events/match/waiting/", htmx=True)
    assert "Goal!" not in fetch(rita, "/events/match/waiting/", htmx=True)
