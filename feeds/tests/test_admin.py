"""The admin: every change there takes a number like any other, so open pages follow it."""

import pytest

from feeds.forms import Cursor
from feeds.models import Comment, Entry, Event
from feeds.tests.admin_forms import act, change, errors
from feeds.tests.frames import posts_in
from feeds.tests.helpers import fetch
from feeds.timeline.frames import frame_between


@pytest.fixture
def entry(event):
    """Change 1 of the match; the comment on it is change 2."""
    entry = event.publish("Paul", "Goal!")
    entry.comment("Rita", "Yes!")
    return entry


@pytest.fixture
def comment(entry):
    return entry.comments.get()


def told(event, seq):
    """Words of posts that appear, change or arrive on a page that is at `seq`."""
    frame = frame_between(event.pk, Cursor(event.epoch, seq))
    return frame and list(posts_in(frame.html).values())


ON_POSTS = [
    "q=Goal",
    "q=%00",
    "by_host__exact=0",
    "state__exact=removed",
    "event__id__exact=1",
    "published_at__year=2026",
]
ON_EVENTS = ["q=ol", "state__exact=live", "visibility__exact=public&posting__exact=open", "starts_at__year=2026"]


@pytest.mark.parametrize(("model", "queries"), [("event", ON_EVENTS), ("entry", ON_POSTS), ("comment", ON_POSTS)])
def test_lists_can_be_searched_filtered_and_sorted(as_admin, entry, model, queries):
    for query in ("", "o=1.2.3", "o=-1", "p=99", *queries):
        assert 'id="changelist"' in fetch(as_admin, f"/admin/feeds/{model}/?{query}")


def test_lists_show_what_is_there(as_admin, entry, comment):
    assert "Paul: Goal!" in fetch(as_admin, "/admin/feeds/entry/?q=Goal")
    assert "Paul: Goal!" not in fetch(as_admin, "/admin/feeds/entry/?q=Offside")
    assert "Rita: Yes!" in fetch(as_admin, "/admin/feeds/comment/")
    assert entry.event.title in fetch(as_admin, "/admin/feeds/event/?q=match")
    fetch(as_admin, f"/admin/feeds/event/{entry.event.pk}/history/")


def test_lists_search_and_filter_among_the_newest_alone(as_admin, event, monkeypatch):
    monkeypatch.setattr("feeds.admin.WINDOW", 3)
    for text in ("Goal one", "Goal two", "Save", "Goal three"):
        event.publish("Paul", text)
    found = fetch(as_admin, "/admin/feeds/entry/?q=Goal")
    assert ["Goal one" in found, "Goal two" in found, "Goal three" in found] == [False, True, True]
    assert "Goal three" in fetch(as_admin, "/admin/feeds/entry/?by_host__exact=0")


@pytest.mark.parametrize("path", ["", "feeds/", "feeds/event/", "feeds/entry/add/", "auth/user/"])
def test_the_admin_is_for_staff(as_olga, rita, path, event):
    for client in (as_olga, rita):
        response = client.get(f"/admin/{path}")
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next=/admin/{path}")


def test_an_entry_that_is_added_is_live(as_admin, admin, event, entry, head):
    response = as_admin.post("/admin/feeds/entry/add/", {"event": event.pk, "name": "Ada", "text": "From the office"})
    assert (errors(response) if response.status_code == 200 else [], response.status_code) == ([], 302)
    made = Entry.objects.get(text="From the office")
    assert (made.seq, head(event), made.user, made.by_host, Entry.objects.count()) == (3, 3, admin, True, 2)
    assert told(event, 2) == ["From the office"]
    fetch(as_admin, f"/admin/feeds/entry/{made.pk}/history/")


def test_a_comment_that_is_added_is_live(as_admin, event, entry, head):
    response = as_admin.post("/admin/feeds/comment/add/", {"entry": entry.pk, "name": "Ada", "text": "Noted"})
    assert response.status_code == 302
    assert (Comment.objects.get(text="Noted").seq, head(event), Comment.objects.count()) == (3, 3, 2)
    assert told(event, 2) == ["Noted"]


@pytest.mark.parametrize("model", [Entry, Comment])
def test_a_post_that_is_changed_is_live(as_admin, event, entry, model, head):
    post = model.objects.get()
    response = change(as_admin, post.kind, post.pk, name="Ada", text="Corrected")
    assert response.status_code == 302
    post.refresh_from_db()
    assert (post.name, post.text, post.seq, head(event)) == ("Ada", "Corrected", 3, 3)
    assert told(event, 2) == ["Corrected"]
    assert change(as_admin, post.kind, post.pk).status_code == 302
    assert head(event) == 3


@pytest.mark.parametrize("model", [Entry, Comment])
def test_deleting_a_post_erases_it_and_leaves_word_for_open_pages(as_admin, event, entry, model, head):
    post = model.objects.get()
    assert told(event, 0) == ["Goal!", "Yes!"]
    assert as_admin.post(f"/admin/feeds/{post.kind}/{post.pk}/delete/", {"post": "yes"}).status_code == 302
    post.refresh_from_db()
    assert (post.text, post.name, post.state, head(event)) == ("", "", "erased", 3)
    assert told(event, 2) == []


@pytest.mark.parametrize("model", [Entry, Comment])
def test_actions_on_posts_are_live(as_admin, event, entry, model, head):
    post = model.objects.get()
    states = []
    for action in ("remove", "remove", "restore", "restore", "delete_selected", "restore"):
        assert act(as_admin, post.kind, action, post).status_code == 302
        post.refresh_from_db()
        states.append((action, post.text != "", post.state, head(event)))
    assert states == [
        ("remove", True, "removed", 3),
        ("remove", True, "removed", 3),
        ("restore", True, "shown", 4),
        ("restore", True, "shown", 4),
        ("delete_selected", False, "erased", 5),
        ("restore", False, "erased", 5),
    ]


def test_an_action_on_many_takes_a_number_for_each(as_admin, event, entry, head):
    others = [event.publish("Paul", f"Entry {number}") for number in range(3)]
    act(as_admin, "entry", "remove", entry, *others)
    assert head(event) == 9
    assert {post.seq for post in Entry.objects.all()} == {6, 7, 8, 9}


def test_an_event_that_is_added_is_there(as_admin, olga):
    form = {"title": "Final", "slug": "final", "starts_at_0": "2026-07-04", "starts_at_1": "18:00:00", "owner": olga.pk}
    form |= {"time_zone": "UTC", "state": "scheduled", "visibility": "public", "posting": "open"}
    form |= {"slow_mode": "0", "report_limit": "0"}
    assert as_admin.post("/admin/feeds/event/add/", form).status_code == 302
    assert Event.objects.get().slug == "final"
    fetch(as_admin, "/events/final/")


def test_an_event_that_is_changed_is_live(as_admin, event, sam, head):
    assert change(as_admin, "event", event.pk).status_code == 302
    assert head(event) == 0
    assert change(as_admin, "event", event.pk, title="Final", posting="closed").status_code == 302
    event.refresh_from_db()
    assert (event.title, event.posting, event.seq, head(event)) == ("Final", "closed", 1, 1)
    assert change(as_admin, "event", event.pk, hosts=[sam.pk]).status_code == 302
    event.refresh_from_db()
    assert ([*event.hosts.all()], event.seq, head(event)) == ([sam], 2, 2)
    assert change(as_admin, "event", event.pk, slug="final", state="ended").status_code == 302
    assert "Final" in fetch(as_admin, "/events/final/")


def test_an_event_that_is_ended_here_has_an_end_and_can_be_reopened(as_admin, event):
    """The same holds for the buttons on its page."""
    assert change(as_admin, "event", event.pk, state="ended").status_code == 302
    event.refresh_from_db()
    assert (event.state, event.ended_at is not None) == ("ended", True)
    assert change(as_admin, "event", event.pk, state="live").status_code == 302
    event.refresh_from_db()
    assert (event.state, event.ended_at) == ("live", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"slug": "new"},
        {"slug": "regatta"},
        {"title": ""},
        {"starts_at_0": "9999-12-31", "time_zone": "Asia/Tokyo"},
    ],
    ids=str,
)
def test_an_event_that_makes_no_sense_is_refused_with_a_message(as_admin, event, elsewhere, wrong):
    response = change(as_admin, "event", event.pk, **wrong)
    assert (response.status_code, len(errors(response)) >= 1) == (200, True)
    event.refresh_from_db()
    assert (event.title, event.slug, event.head) == ("Match", "match", 0)


def test_a_deleted_event_is_gone_with_all_that_is_in_it(as_admin, event, entry, elsewhere):
    fetch(as_admin, f"/admin/feeds/event/{event.pk}/delete/")
    assert as_admin.post(f"/admin/feeds/event/{event.pk}/delete/", {"post": "yes"}).status_code == 302
    assert ([*Event.objects.all()], Entry.objects.count(), Comment.objects.count()) == ([elsewhere], 0, 0)
    fetch(as_admin, "/events/match/", 404)


def test_an_owner_cannot_be_deleted_while_there_are_events_of_theirs(as_admin, event, olga):
    response = as_admin.post(f"/admin/auth/user/{olga.pk}/delete/", {"post": "yes"})
    assert "Cannot delete user" in response.content.decode()
    assert Event.objects.get().owner == olga


def test_nothing_is_added_to_an_event_that_is_over_and_the_form_says_why(as_admin, event, entry, head):
    event.end()
    for path, parent in (("entry", {"event": event.pk}), ("comment", {"entry": entry.pk})):
        response = as_admin.post(f"/admin/feeds/{path}/add/", parent | {"name": "Ada", "text": "Too late"})
        assert response.status_code == 200
        assert errors(response) == ["This event has ended, so nothing can be added."]
    assert (Entry.objects.count(), Comment.objects.count(), head(event)) == (1, 1, 3)


def test_what_was_removed_is_restored_before_it_is_changed_and_the_form_says_so(as_admin, event, entry, comment):
    comment.retract()
    entry.retract()
    for post in (entry, comment):
        response = change(as_admin, post.kind, post.pk, text="Changed")
        assert response.status_code == 200
        assert errors(response) == ["This was removed. Restore it first, with the action in the list."]
    response = as_admin.post("/admin/feeds/comment/add/", {"entry": entry.pk, "name": "Ada", "text": "Noted"})
    assert errors(response) == ["That entry was removed, so nobody can comment on it."]
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "t" * 2001}, {"text": "\x00"}, {"name": "n" * 61}], ids=ascii
)
def test_the_admin_checks_what_is_written_like_the_page(as_admin, event, entry, fields, head):
    response = change(as_admin, "entry", entry.pk, **fields)
    assert (response.status_code, len(errors(response)), head(event)) == (200, 1, 2)
    usual = {"event": event.pk, "name": "Ada", "text": "Words"}
    assert as_admin.post("/admin/feeds/entry/add/", usual | fields).status_code == 200
    assert Entry.objects.count() == 1
