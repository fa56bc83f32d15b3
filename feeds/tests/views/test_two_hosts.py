"""Two hosts at one post, and one host who clicks twice: the one is told, the other is not bothered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Overtaken
from feeds.tests.helpers import HTMX, log_of, submit


@pytest.fixture
def entry(event, paul):
    submit(paul, event, "Goal!")
    return event.entries.get()


def waits(entry):
    entry.hold_again(by=None)


ACTS = {  # what is done, after what, and how the log calls it
    "remove": (lambda entry, by: entry.retract(by=by), None, "removed"),
    "restore": (lambda entry, by: entry.restore(by=by), lambda entry: entry.retract(), "restored"),
    "approve": (lambda entry, by: entry.approve(by=by), waits, "approved"),
    "approve at the top": (lambda entry, by: entry.approve(by=by, top=True), waits, "approved"),
    "reject": (lambda entry, by: entry.reject(by=by), waits, "rejected"),
    "pin": (lambda entry, by: entry.pin(by=by), None, "pinned"),
    "unpin": (lambda entry, by: entry.unpin(by=by), lambda entry: entry.pin(), "unpinned"),
    "ban": (lambda entry, by: entry.event.ban(entry, by=by, until=timezone.now() + timedelta(days=1)), None, "banned"),
}


@pytest.mark.parametrize("what", ACTS)
def test_the_second_host_is_told_who_was_first_and_a_second_click_is_none(event, entry, olga, hugo, head, what):
    act, first, verb = ACTS[what]
    if first:
        first(entry)
    act(entry, olga)
    before = head(event), log_of(event)
    act(entry, olga)
    with pytest.raises(Overtaken, match=f"^olga has already {verb} "):
        act(entry, hugo)
    assert (head(event), log_of(event)) == before


def test_removing_everything_twice_is_done_once(event, entry, olga, hugo, head):
    event.remove_all_by(entry, by=olga)
    before = head(event), log_of(event)
    event.remove_all_by(entry, by=olga)
    with pytest.raises(Overtaken, match="Paul has no posts left"):
        event.remove_all_by(entry, by=hugo)
    assert (head(event), log_of(event)) == before


def test_a_ban_and_the_removal_that_goes_with_it_are_done_together_or_not_at_all(event, entry, olga, as_hugo):
    event.ban(entry, by=olga)
    late = as_hugo.post(f"/events/match/entries/{entry.pk}/ban/", {"period": "day", "remove": "on"}, headers=HTMX)
    assert (late.status_code, "olga has already banned Paul." in late.content.decode()) == (409, True)
    assert event.entries.visible().count() == 1
    assert [ban.until for ban in event.bans.all()] == [None]


def test_a_label_that_another_host_has_changed_meanwhile_is_not_replaced_unseen(event, entry, olga, as_hugo):
    entry.mark("1:0", by=olga)
    late = as_hugo.post(f"/events/match/entries/{entry.pk}/moment/", {"label": "Goal", "before": ""}, headers=HTMX)
    assert (late.status_code, "olga has already marked this as a key moment." in late.content.decode()) == (409, True)
    again = as_hugo.post(f"/events/match/entries/{entry.pk}/moment/", {"label": "Goal", "before": "1:0"}, headers=HTMX)
    assert again.status_code == 200
    entry.refresh_from_db()
    assert entry.moment == "Goal"


def test_undoing_a_removal_of_everything_shows_what_was_shown_and_lets_wait_what_waited(event, entry, paul, olga):
    event.configure(posting="all")
    submit(paul, event, "Not yet")
    event.remove_all_by(entry, by=olga)
    event.acts.first().undo(by=olga)
    assert [(post.text, post.state) for post in event.entries.all()] == [("Not yet", "waiting"), ("Goal!", "shown")]
    assert [post.text for post in event.entries.visible()] == ["Goal!"]


def test_undoing_gives_a_ban_the_terms_it_had(event, entry, olga):
    until = timezone.now() + timedelta(hours=1)
    event.ban(entry, by=olga, until=until, note="Calm down")
    event.ban(entry, by=olga, note="Out")
    event.acts.first().undo(by=olga)
    assert [(ban.until, ban.note) for ban in event.bans.all()] == [(until, "Calm down")]
    event.bans.get().lift(by=olga)
    event.acts.first().undo(by=olga)
    assert [(ban.until, ban.note, ban.visitor) for ban in event.bans.all()] == [(until, "Calm down", entry.visitor)]


def test_authors_change_their_posts_as_often_as_people_do(event, entry, paul, as_hugo, settings):
    settings.POSTS_PER_MINUTE = 1
    edit = f"/events/match/entries/{entry.pk}/edit/"
    assert [paul.post(edit, {"text": f"Goal {n}"}).status_code for n in range(3)] == [303] * 3
    late = paul.post(edit, {"text": "Once more"})
    assert (late.status_code, "Retry-After" in late) == (429, True)
    assert "\nOnce more</textarea>" in late.content.decode()
    assert "You are making changes very fast. Your text is kept here: try again in" in late.content.decode()
    assert paul.post(edit.replace("edit", "remove")).status_code == 429
    assert as_hugo.post(edit, {"text": "Hugo's"}).status_code == 303


def test_what_is_undone_at_the_desk_offers_to_be_undone_nowhere_else(event, entry, as_hugo, hugo):
    entry.retract(by=hugo)
    path = f"/events/match/host/acts/{event.acts.get().pk}/undo/"
    answer = as_hugo.post(path, headers=HTMX | {"HX-Target": "div#desk"}).content.decode()
    assert f"""hx-target=".said:has([action='{path}'])" hx-swap="delete\"""" in answer
