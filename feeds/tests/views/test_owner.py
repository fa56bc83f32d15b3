"""What an owner does with an event's data: delete it all, or erase what one visitor wrote."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from feeds.access.visitors import Visitor
from feeds.forms import Cursor
from feeds.models import Act, Ban, Comment, Entry, Event, FormerSlug, Gone, Invitation
from feeds.tests.frames import operations
from feeds.tests.helpers import HTMX, fetch, now, submit
from feeds.timeline.frames import frame_between


def errors(response):
    """The messages next to fields, by the id of the field."""
    html = response.content.decode()
    return dict(re.findall(r'<p class="error" id="(\w+)_error">(.*?)</p>', html))


def everything_stored():
    """All that the tables of the product hold, as text."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if name.startswith("feeds_")]
        rows = []
        for name in tables:
            cursor.execute(f"SELECT * FROM {name}")
            rows += cursor.fetchall()
    return repr(rows)


# Deleting


@pytest.fixture
def full(event, olga, paul):
    """The match with something of everything."""
    submit(paul, event, "Goal!", name="Paul")
    entry = event.entries.get()
    entry.comment("Rita", "Yes!", visitor="r" * 32)
    entry.pin(by=olga)
    event.ban(entry.comments.get(), by=olga)
    event.configure(slug="final", by=olga)
    return event


def test_the_owner_deletes_an_event_with_all_it_holds(full, elsewhere, as_olga, rita):
    other = elsewhere.publish("Sam", "Gone sailing")
    assert "Type the title to delete the event" in fetch(as_olga, "/events/final/owner/")
    response = as_olga.post("/events/final/delete/", {"title": " Match "})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "The event is deleted" in fetch(as_olga, "/")
    assert [list(model.objects.values_list("pk", flat=True)) for model in (Event, Entry, Comment)] == [
        [elsewhere.pk],
        [other.pk],
        [],
    ]
    assert [model.objects.count() for model in (Act, Ban, FormerSlug)] == [0, 0, 0]
    for path in ("final/", "match/", "final/owner/", "final/changes/", f"final/entries/{full.pk}/"):
        assert as_olga.get(f"/events/{path}").status_code == 404


def test_a_page_that_polls_is_told_when_its_event_is_deleted(full, as_olga, rita):
    path = f"/events/final/changes/?after={now(full)}"
    assert 'id="cursor"' not in fetch(rita, path, htmx=True)
    as_olga.post("/events/final/delete/", {"title": "Match"})
    answer = rita.get(path, headers=HTMX)
    assert answer.status_code == 404
    assert "This event is not available any more" in answer.content.decode()


def test_the_addresses_of_a_deleted_event_are_free(full, as_olga, new_event):
    as_olga.post("/events/match/delete/", {"title": "Match"})
    for slug in ("match", "final"):
        form = {"title": slug, "slug": slug, "starts_at": "2026-07-04T20:00", "time_zone": "UTC"}
        answer = as_olga.post("/events/new/", form | {"visibility": "public", "posting": "open"})
        assert answer["Location"] == f"/events/{slug}/"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type the title of the event."),
        ("match", "This is not its title. Type “Match” to delete it."),
        ("<b>x</b>", "This is not its title. Type “Match” to delete it."),
    ],
)
def test_a_title_that_is_not_the_events_deletes_nothing(full, as_olga, typed, told):
    before = everything_stored()
    response = as_olga.post("/events/final/delete/", {"title": typed})
    assert (response.status_code, errors(response)) == (422, {"id_title": told})
    assert everything_stored() == before
    assert as_olga.get("/events/final/delete/")["Location"] == "/events/final/owner/"


def test_a_post_that_comes_while_its_event_is_deleted_is_told_so(full):
    full.destroy()
    with pytest.raises(Gone):
        full.publish("Paul", "Too late")
    with pytest.raises(Gone):
        full.destroy()


def test_data_is_the_owners_and_not_for_other_hosts(event, as_hugo, as_olga, as_admin):
    assert "/events/match/owner/" in fetch(as_olga, "/events/match/settings/")
    assert "/events/match/owner/" in fetch(as_admin, "/events/match/settings/")
    assert "/events/match/owner/" not in fetch(as_hugo, "/events/match/settings/")
    assert "Only the owner of this event can do that." in fetch(as_hugo, "/events/match/owner/", 403)


# Finding a visitor


@pytest.fixture
def posts(event, olga, paul, rita):
    """Paul posts under two names, in several ways; Rita in between."""
    submit(paul, event, "My number is 555-1234", name="Paul P.")
    entry = event.entries.get()
    submit(rita, event, "Nice to meet you", name="Rita", entry=entry)
    submit(rita, event, "Goal!", name="Rita")
    goal = event.entries.get(text="Goal!")
    submit(paul, event, "I live at 5 Elm Street", name="Pauline", entry=goal)
    submit(paul, event, "Call me, 555-1234", name="Paul P.")
    removed = event.entries.get(text="Call me, 555-1234")
    comment = goal.comments.get()
    comment.revise("I live at 7 Elm Street", by=olga)
    removed.retract(by=olga)
    entry.mark("The 555-1234 moment", by=olga)
    entry.pin(by=olga)
    waiting = event.publish("Paul P.", "555-1234 again", visitor=entry.visitor)
    event.add(event.entries, name="Pauline", text="Elm Street 7", visitor=entry.visitor, hold="It has a link.")
    event.remove_all_by(waiting, by=olga)
    entry.restore(by=olga)
    return {"entry": entry, "comment": comment, "goal": goal, "removed": removed}


def found(html):
    """The posts that were found: who, and the link to erase them."""
    names = re.findall(r'<p class="by"><bdi class="name">(.*?)</bdi>', html)
    return list(zip(names, re.findall(r'<p><a href="([^"]*)">Erase what', html), strict=True))


def test_the_owner_finds_posts_by_words_and_by_name_also_removed_ones(event, posts, as_olga):
    def search(q):
        return found(as_olga.get("/events/match/owner/", {"q": q}).content.decode())

    link = {name: f"/events/match/owner/{post.kind[:-1]}ies/{post.pk}/" for name, post in posts.items()}
    link["comment"] = f"/events/match/owner/comments/{posts['comment'].pk}/"
    assert search("elm street 7")[0][0] == "Pauline"
    assert search("call ME") == [("Paul P.", link["removed"])]
    assert search("goal!") == [("Rita", link["goal"])]
    assert [name for name, _ in search("Rita")] == ["Rita", "Rita"]
    assert search("nothing of the kind") == []
    page = f"http://testserver/events/match/entries/{posts['goal'].pk}/"
    for pasted in (page, f"{page}#entry-{posts['goal'].pk}", f"/events/match/#entry-{posts['goal'].pk}"):
        assert search(pasted) == [("Rita", link["goal"])]
    assert search(f"{page}#comment-{posts['comment'].pk}") == [("Pauline", link["comment"])]


@pytest.mark.parametrize(
    ("q", "told"),
    [
        ("", "Enter a name, some words of a post, or its address."),
        ("/events/match/entries/999999/", "This event has no post at that address."),
        ("/events/match/entries/999999999999999999/", "This event has no post at that address."),
        ("\x00\u3164", "Enter a name, some words of a post, or its address."),
    ],
)
def test_a_search_that_makes_no_sense_is_explained(event, as_olga, q, told):
    response = as_olga.get("/events/match/owner/", {"q": q})
    assert response.status_code == 422
    assert told in errors(response)["id_q"]


def test_posts_of_other_events_are_not_found(event, elsewhere, as_olga):
    entry = elsewhere.publish("Sam", "Gone sailing")
    for q in ("sailing", f"/events/regatta/entries/{entry.pk}/"):
        assert found(as_olga.get("/events/match/owner/", {"q": q}).content.decode()) == []
    assert as_olga.get(f"/events/match/owner/entries/{entry.pk}/").status_code == 404


# Erasing

PERSONAL = ("555-1234", "Elm Street", "Paul P.", "Pauline")


def test_before_erasing_the_owner_is_told_what_will_be_gone(posts, as_olga):
    html = fetch(as_olga, f"/events/match/owner/comments/{posts['comment'].pk}/")
    assert "<strong>4 entries</strong> and <strong>1 comment</strong>" in html
    assert "as <bdi>Paul P.</bdi> and <bdi>Pauline</bdi>" in html
    assert "1 comment by others on these entries goes out of sight" in html


def test_every_trace_of_a_visitor_leaves_the_database(event, posts, olga, as_olga):
    visitor = posts["entry"].visitor
    event.ban(posts["entry"], by=olga)
    Entry.objects.filter(visitor=visitor).update(network="a" * 64)
    before = everything_stored()
    assert all(words in before for words in (*PERSONAL, visitor, "a" * 64))
    response = as_olga.post(f"/events/match/owner/entries/{posts['entry'].pk}/", {"word": "Erase "})
    assert (response.status_code, response["Location"]) == (302, "/events/match/owner/")
    after = everything_stored()
    assert [words for words in PERSONAL if words in after] == []
    assert "a" * 64 not in after
    assert [ban.visitor for ban in event.bans.all()] == [visitor]
    assert after.count(visitor) == 1, "the ban alone, so that it holds"
    assert set(Entry.objects.exclude(text="").values_list("name", "text")) == {("Rita", "Goal!")}
    assert set(Comment.objects.exclude(text="").values_list("name", "text")) == {("Rita", "Nice to meet you")}
    assert "5 posts are erased" in fetch(as_olga, "/events/match/owner/")
    act = event.acts.first()
    assert str(act) == "olga erased everything by a visitor"
    assert (act.details, act.may_be_undone) == ({}, False)
    assert {act.what for act in event.acts.filter(verb="banned")} == {"an erased visitor"}


def test_erasing_reaches_open_pages_in_one_go(event, posts, olga):
    start = now(event)
    head = event.head
    event.erase_visitor(posts["entry"].visitor, by=olga)
    frame = frame_between(event.pk, start)
    assert (frame.start, frame.end, frame.last) == (start, now(event), True)
    assert not any(words in frame.html for words in PERSONAL)
    deleted = {operation.target.split("#")[-1] for operation in operations(frame.html) if operation.swap == "delete"}
    assert {posts["entry"].element_id, posts["comment"].element_id} <= deleted
    assert ("outerHTML", "pinned") in {(op.swap, *op.ids) for op in operations(frame.html)}
    assert now(event).seq == head + 5


def test_no_page_has_their_words_afterwards(event, posts, olga, as_olga, rita):
    event.erase_visitor(posts["entry"].visitor, by=olga)
    for client in (rita, as_olga):
        for path in ("", f"changes/?after={Cursor(event.epoch, 0)}", "changes/", f"entries/{posts['goal'].pk}/"):
            html = fetch(client, f"/events/match/{path}")
            assert not any(words in html for words in PERSONAL)
    for q in PERSONAL:
        assert found(as_olga.get("/events/match/owner/", {"q": q}).content.decode()) == []
    for act in event.acts.all():
        assert not act.may_be_undone or act.verb in {"banned", "removed_all"}


def test_what_the_visitor_was_told_when_banned_is_erased_and_the_ban_holds(event, posts, olga, hugo, paul):
    visitor, until = posts["entry"].visitor, timezone.now() + timedelta(days=1)
    event.ban(posts["entry"], by=olga, until=until, note="Paul P., 5 Elm Street, keep out")
    event.ban(posts["comment"], by=olga, note="Elm Street, for good")
    event.bans.get().lift(by=olga)
    event.ban(posts["entry"], by=olga, note="Elm Street once more")
    other = event.ban(event.publish("Rita", "Buy", visitor="r" * 32), by=olga, note="No advertising")
    assert other
    event.erase_visitor(visitor, by=olga)
    assert [words for words in PERSONAL if words in everything_stored()] == []
    assert "No advertising" in everything_stored()
    assert paul.get("/events/match/").status_code == 403
    latest = event.acts.filter(verb="banned", details__ban=event.bans.get(visitor=visitor).pk).first()
    latest.undo(by=olga)
    assert not event.bans.filter(visitor=visitor).exists()


def test_no_act_names_whom_was_erased_and_acts_on_others_stay_as_they_are(event, posts, olga):
    """Also where it was a name that none of their posts has now; a post of somebody else may have the same one."""
    other = event.publish("Paul P.", "Not me", visitor="o" * 32)
    other.pin(by=olga)
    event.ban(posts["entry"], by=olga)
    Entry.objects.filter(visitor=posts["entry"].visitor).update(name="Pablo")
    Invitation.make(event, by=olga, meant_for="Pauline")
    event.erase_visitor(posts["entry"].visitor, by=olga)
    told = [str(act) for act in event.acts.all() if "Pa" in str(act.subject) + str(act)]
    assert told == ["olga pinned the entry by Paul P."]
    told = [str(act) for act in event.acts.filter(verb__in=["banned", "invited", "removed_all"])]
    assert told == [
        "olga invited somebody",
        "olga banned an erased visitor",
        "olga removed everything by an erased visitor",
    ]


def test_undoing_an_earlier_act_brings_nothing_erased_back(event, posts, olga):
    removed_all = event.acts.get(verb="removed_all")
    event.erase_visitor(posts["entry"].visitor, by=olga)
    removed_all.refresh_from_db()
    removed_all.undo(by=olga)
    assert set(event.entries.visible().values_list("text", flat=True)) == {"Goal!"}


def test_the_visitor_stays_banned_unless_the_owner_lifts_it(event, posts, paul, olga, as_olga):
    event.ban(posts["entry"], by=olga)
    path = f"/events/match/owner/entries/{posts['entry'].pk}/"
    assert "Also lift the ban" in fetch(as_olga, path)
    event.erase_visitor(posts["entry"].visitor, by=olga)
    assert paul.get("/events/match/").status_code == 403
    visitor = Visitor.of({name: cookie.value for name, cookie in paul.cookies.items()}).id
    assert event.erase_visitor(visitor, by=olga, lift_bans=True) == 0
    event.refresh_from_db()
    assert (event.bans.count(), event.has_bans) == (0, False)
    fetch(paul, "/events/match/")


def test_an_imported_post_whose_author_nobody_knows_is_erased_alone(event, as_olga):
    one, other = event.publish("Ann", "555-1234"), event.publish("Ann", "Another matter")
    html = fetch(as_olga, f"/events/match/owner/entries/{one.pk}/")
    assert "so it is erased alone" in html
    assert "<strong>1 entry</strong> and <strong>0 comments</strong>" in html
    as_olga.post(f"/events/match/owner/entries/{one.pk}/", {"word": "erase"})
    assert list(event.entries.visible()) == [other]
    assert "555-1234" not in everything_stored()


@pytest.mark.parametrize(
    ("typed", "told"), [("", "Type “erase” to confirm."), ("yes", "This says something else. Type “erase” to confirm.")]
)
def test_nothing_is_erased_without_the_word(posts, as_olga, typed, told):
    before = everything_stored()
    response = as_olga.post(f"/events/match/owner/entries/{posts['entry'].pk}/", {"word": typed})
    assert (response.status_code, errors(response)) == (422, {"id_word": told})
    assert everything_stored() == before


def test_nobody_is_no_visitor(event, olga):
    event.publish("Ann", "By a command, without a browser")
    assert event.erase_visitor("", by=olga) == 0
    assert event.entries.visible().count() == 1


def test_a_search_goes_on_where_it_ended_until_all_posts_are_searched(event, as_olga, monkeypatch):
    monkeypatch.setattr("feeds.forms.owner.SEARCHED", 2)
    entries = [event.publish("Paul", text) for text in ("Goal one", "Save", "Goal two", "Goal three", "Save")]
    entries[0].comment("Paul", "Goal, a comment")
    found, page = [], fetch(as_olga, "/events/match/owner/?q=goal")
    for _ in range(5):
        found += re.findall(r"Goal[ ,]+\w+", page)
        if not (link := re.search(r'href="(/events/match/owner/\?q=goal&amp;before=\d+)#erase"', page)):
            break
        page = fetch(as_olga, link[1].replace("&amp;", "&"))
    assert sorted(found) == ["Goal one", "Goal three", "Goal two", "Goal, a"]
    assert "Search earlier posts" not in page
    assert "None of the posts that were searched" in fetch(as_olga, "/events/match/owner/?q=penalty")
