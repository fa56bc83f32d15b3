"""Erasing everything that one visitor wrote, by the owner."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.access.visitors import Visitor
from feeds.forms import Cursor
from feeds.models import Comment, Entry, Invitation
from feeds.tests.frames import operations
from feeds.tests.helpers import fetch, now
from feeds.tests.views.stored import errors, everything_stored, found
from feeds.timeline.frames import frame_between

PERSONAL = ("555-1234", "Elm Street", "Paul P.", "Pauline")


def test_before_erasing_the_owner_is_told_what_will_be_gone(posts, as_olga):
    html = fetch(as_olga, f"/events/match/owner/comments/{posts['comment'].pk}/")
    assert "<strong>4 entries</strong> and <strong>1 comment</strong>" in html
    assert "as <bdi>Paul P.</bdi> and <bdi>Pauline</bdi>" in html
    assert "1 comment by others on these entries disappears" in html


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
    assert ("outerMorph", "pinned") in {(op.swap, *op.ids) for op in operations(frame.html)}
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
    assert "so only this " in html
    assert "<strong>1 entry</strong> and <strong>0 comments</strong>" in html
    as_olga.post(f"/events/match/owner/entries/{one.pk}/", {"word": "erase"})
    assert list(event.entries.visible()) == [other]
    assert "555-1234" not in everything_stored()


@pytest.mark.parametrize(
    ("typed", "told"), [("", "Type “erase” to confirm."), ("yes", "That does not match. Type “erase” to confirm.")]
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
