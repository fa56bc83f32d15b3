"""The owner's page: deleting an event with all its data, and finding posts of a visitor."""

import re

import pytest

from feeds.models import Act, Ban, Comment, Entry, Event, FormerSlug, Gone
from feeds.tests.helpers import HTMX, fetch, now, submit
from feeds.tests.views.stored import errors, everything_stored, found


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
    assert "This event is no longer available" in answer.content.decode()


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
        ("match", "That is not the title. Type “Match” to delete the event."),
        ("<b>x</b>", "That is not the title. Type “Match” to delete the event."),
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


def test_a_search_goes_on_where_it_ended_until_all_posts_are_searched(event, as_olga, monkeypatch):
    monkeypatch.setattr("feeds.forms.event_data.SEARCHED", 2)
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
    assert "None of the searched posts" in fetch(as_olga, "/events/match/owner/?q=penalty")
