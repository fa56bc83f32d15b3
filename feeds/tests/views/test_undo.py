"""Undoing acts of hosts, and the log that they are in."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Act, Gone, Overtaken
from feeds.models.moderation.subjects import Kind, Subject
from feeds.tests.helpers import HTMX, fetch, log_of, submit

DESK = "/events/match/host/"


def test_every_act_can_be_undone_for_half_a_minute(event, entry, olga, rita):
    other = event.publish("Rita", "Save!", visitor="rita")
    other.pin(by=olga)
    for act, undone in (
        (lambda: entry.revise("Gaol!", by=olga), lambda: entry.text == "Goal!"),
        (lambda: entry.retract(by=olga), lambda: entry.is_shown),
        (lambda: entry.mark("1:0", by=olga), lambda: entry.moment == ""),
        (lambda: entry.pin(by=olga), lambda: event.pinned_id == other.pk),
        (lambda: event.ban(entry, by=olga), lambda: not event.bans.exists()),
        (lambda: event.remove_all_by(entry, by=olga), lambda: entry.is_shown),
    ):
        act()
        event.acts.first().undo(by=olga)
        entry.refresh_from_db()
        event.refresh_from_db()
        assert undone(), log_of(event)
    assert "Goal!" in fetch(rita, "/events/match/")


def test_it_is_too_late_to_undo_after_half_a_minute_or_twice(event, entry, olga, hugo, as_hugo):
    entry.retract(by=olga)
    act = event.acts.get()
    act.undo(by=olga)
    act.undo(by=olga)  # a second click
    with pytest.raises(Overtaken, match="already been undone"):
        act.undo(by=hugo)
    entry.retract(by=olga)
    Act.objects.update(at=timezone.now() - timedelta(seconds=31))
    late = as_hugo.post(f"{DESK}acts/{event.acts.filter(undone_at=None).first().pk}/undo/", headers=HTMX)
    assert (late.status_code, "Too late: this can only be undone" in late.content.decode()) == (409, True)
    entry.refresh_from_db()
    assert entry.state == "removed"


def test_what_is_erased_cannot_come_back_from_the_log(event, entry, olga):
    entry.revise("Gaol!", by=olga)
    entry.retract(erase=True)
    assert [act.details for act in event.acts.all()] == [{}]
    with pytest.raises(Overtaken):
        event.acts.get().undo(by=olga)
    with pytest.raises(Gone):
        entry.restore(by=olga)


def test_everything_by_a_visitor_goes_at_once_and_nothing_else(event, paul, rita, olga, as_hugo):
    for text in ("Spam", "More spam"):
        submit(paul, event, text)
    kept = submit(rita, event, "A real one", name="Rita", htmx=True)
    assert kept.status_code == 200
    entry = event.entries.get(text="A real one")
    submit(paul, event, "Spam here, too", entry=entry)
    spam = event.entries.get(text="Spam")
    ban = f"/events/match/entries/{spam.pk}/ban/"
    answer = as_hugo.post(ban, {"period": "day", "remove": "on"}, headers=HTMX)
    assert "Paul is banned. Everything they posted is removed." in answer.content.decode()
    assert [post.text for post in (*event.entries.visible(), *event.comments.visible())] == ["A real one"]
    assert log_of(event) == ["hugo banned Paul", "hugo removed everything by Paul"]
    assert "pam" not in fetch(rita, "/events/match/")
    assert paul.get("/events/match/").status_code == 403


def test_the_log_tells_of_start_and_end_and_names_no_words(event, entry, as_hugo, olga):
    as_hugo.post("/events/match/end/")
    as_hugo.post("/events/match/start/")
    entry.retract(by=olga)
    assert log_of(event) == ["hugo ended the event", "hugo reopened the event", "olga removed the entry by Paul"]
    page = fetch(as_hugo, DESK + "log/").partition("<main")[2]
    assert "Goal!" not in page
    assert page.index("removed") < page.index("reopened") < page.index("ended")


def test_the_log_goes_on_where_its_page_ended(event, olga, as_olga, monkeypatch):
    monkeypatch.setattr("feeds.views.desk.ACTS", 2)
    at = timezone.now()
    for number in range(5):  # all at the same moment: the key decides
        event.acts.create(
            by=olga, by_name="Olga", verb="banned", subject=Subject(Kind.VISITOR, f"Paul {number}").data, at=at
        )
    told, page = [], fetch(as_olga, DESK + "log/")
    while True:
        told += re.findall(r"Paul \d", page)
        if not (link := re.search(r'href="(\?before=\d+)"', page)):
            break
        page = fetch(as_olga, DESK + "log/" + link[1])
        assert "The latest" in page
    assert told == [f"Paul {number}" for number in (4, 3, 2, 1, 0)]
