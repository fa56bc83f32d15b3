"""Polls: votes, the numbers that pages are told, closing, and what is kept."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.forms import Cursor
from feeds.live import chores, reaction_counts
from feeds.models import Closed, Entry, Gone, Overtaken, Poll, Traces, Verb, Vote
from feeds.tests.frames import steps
from feeds.tests.helpers import fetch, log_of, now
from feeds.tests.models.post.polling import ask, numbers, vote
from feeds.tests.models.post.reacting import quiet
from feeds.timeline.frames import frame_between
from feeds.timeline.variants import Variant

FIELDS = {
    **{"name": "Hugo", "text": "Who scores next?", "markdown": "on", "card": "poll"},
    **{"poll_options": "Rovers\n City \n\nNobody", "poll_results": "closed", "poll_minutes": "5"},
}


@pytest.fixture
def poll(event, hugo):
    """An entry with a poll, of which readers see the results once they vote."""
    return ask(event, hugo)


def results(html):
    """The shares and numbers that some HTML has, visible or not."""
    return re.findall(r"<b>(\d+) %</b> ([\d,]+)", html)


def test_a_vote_counts_once_can_be_changed_and_taken_back(event, poll, rita, paul):
    vote(rita, poll, 0)
    quiet(poll)
    vote(paul, poll, 0)
    assert numbers(poll) == ([2, 0, 0], 2)
    quiet(poll)
    vote(paul, poll, 2)
    assert numbers(poll) == ([1, 0, 1], 2)
    quiet(poll)
    vote(paul, poll, 2)
    assert numbers(poll) == ([1, 0, 0], 1)


def test_with_several_choices_each_is_counted_and_each_person_once(event, hugo, rita, paul):
    poll = ask(event, hugo, several=True)
    for client, place in ((rita, 0), (rita, 1), (paul, 1), (paul, 2), (paul, 2)):
        vote(client, poll, place)
        quiet(poll)
    poll.publish_counts()
    assert numbers(poll) == ([1, 2, 0], 2)


def test_somebody_signed_in_votes_once_whatever_the_browser(event, poll, hugo, as_hugo, client):
    vote(as_hugo, poll, 0)
    client.force_login(hugo)
    quiet(poll)
    vote(client, poll, 1)
    assert numbers(poll) == ([0, 1, 0], 1)


def test_a_vote_takes_one_number_and_its_frame_has_the_poll_without_the_entry(event, poll, rita):
    before = now(event)
    vote(rita, poll, 1)
    assert now(event).seq == before.seq + 1
    html = frame_between(event.pk, before).html
    assert [(swap, where) for swap, where, _ids in steps(html)] == [
        ("innerMorph", f"#cursor ~ * #{poll.element_id} > .reactions"),
        ("innerMorph", f"#cursor ~ * .card-{poll.pk}"),
        ("outerHTML", "#cursor"),
    ]
    assert "Who scores next?" not in html


def test_an_edit_is_not_overtaken_by_votes(event, poll, rita, hugo):
    seen = Entry.objects.get(pk=poll.pk).seq
    vote(rita, poll, 1)
    assert poll.revise("Who scores now?", by=hugo, seen=seen) > seen


@pytest.mark.parametrize(
    ("results_for", "open_to", "closed_to"),
    [("voted", ["some", "voted"], ["all"]), ("closed", [], ["all"]), ("never", [], [])],
)
def test_readers_get_the_numbers_when_they_may_and_hosts_always(event, hugo, rita, results_for, open_to, closed_to):
    poll = ask(event, hugo, results=results_for)
    vote(rita, poll, 1)
    every = [("0", "0"), ("100", "1"), ("0", "0")]
    for closed in (False, True):
        html = fetch(rita, "/events/match/")
        expected = closed_to if closed else open_to
        assert results(html) == (every if expected else [])
        assert ('data-results="all"' in html) is ("all" in expected)
        assert ('data-results="voted"' in html) is ("voted" in expected)
        frame = frame_between(event.pk, Cursor(event.epoch, 0)).html
        assert results(frame) == (every if expected else [])
        hosts = frame_between(event.pk, Cursor(event.epoch, 0), variant=Variant.plain().for_hosts(True)).html
        assert (results(hosts), 'data-results="all"' in hosts) == (every, True)
        poll.card.close(by=hugo)
        event.refresh_from_db()


def test_only_the_style_sheet_of_somebody_who_voted_shows_the_numbers(event, poll, rita, paul):
    vote(rita, poll, 1)
    paul.get("/events/match/")
    shows, mine = f'.card-{poll.pk} [data-results="voted"] {{ --voted: flex; }}', f'[name="vote-{poll.pk}-1"]'
    for address in ("own-posts.css", "own-posts.css?reactions"):
        sheet = fetch(rita, f"/events/match/{address}")
        assert (shows in sheet, mine in sheet) == (True, True)
        sheet = fetch(paul, f"/events/match/{address}")
        assert (shows in sheet, '[name="vote-' in sheet) == (False, False)
    quiet(poll)
    vote(rita, poll, 1)
    assert shows not in fetch(rita, "/events/match/own-posts.css?reactions")


def test_a_host_closes_a_poll_can_undo_that_and_nobody_votes_meanwhile(event, poll, as_hugo, rita):
    vote(rita, poll, 1)
    before = now(event)
    answer = as_hugo.post(f"/events/match/entries/{poll.pk}/close-poll/")
    assert answer.status_code == 303
    assert vote(rita, poll, 0).status_code == 403
    quiet(poll)
    reaction_counts.publish_left_over()
    assert numbers(poll) == ([0, 1, 0], 1)
    html = frame_between(event.pk, before).html
    assert f"#{poll.element_id}-body" in html
    assert ("Poll closed" in html, '<button form="react" name="vote' in html) == (True, False)
    assert log_of(event) == ["hugo closed the poll in the entry by Hugo"]
    as_hugo.post(f"/events/match/host/acts/{event.acts.get().pk}/undo/")
    assert vote(rita, poll, 0).status_code == 200
    assert "Close poll" in fetch(as_hugo, "/events/match/")


def test_votes_that_were_not_published_yet_are_counted_when_the_poll_closes(event, poll, hugo, rita, paul):
    for client in (rita, paul, Client()):
        vote(client, poll, 1)  # only the first is published at once
    poll.card.close(by=hugo)
    assert numbers(poll) == ([0, 3, 0], 3)
    with pytest.raises(Overtaken, match="hugo has already closed this poll"):
        poll.card.close(by=event.owner)


def test_a_poll_closes_by_itself(event, hugo, rita):
    poll = ask(event, hugo, minutes=5)
    Poll.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert vote(rita, poll, 1).status_code == 403  # before the clock ticks
    before = now(event)
    chores.keep_up()
    assert Poll.objects.get().closed_at
    assert "Poll closed" in frame_between(event.pk, before).html
    before = now(event)
    chores.keep_up()
    assert now(event) == before


def test_the_end_of_an_event_closes_its_polls_with_every_vote(event, poll, rita, paul):
    for client in (rita, paul):
        vote(client, poll, 1)
    event.end()
    assert numbers(poll) == ([0, 2, 0], 2)
    assert Poll.objects.get().closed_at
    with pytest.raises(Closed, match="This event has ended"):
        Entry.objects.get().card.reopen(by=event.owner)


@pytest.mark.parametrize(
    ("named", "status"),
    {
        "no such option": ("vote-{pk}-3", 403),
        "nothing": ("vote-{pk}", 403),
        "less": ("vote-{pk}--1", 403),
        "no number": ("vote-{pk}-x", 403),
        "no such entry": ("vote-999-0", 404),
        "no entry": ("vote-x-0", 404),
    }.values(),
)
def test_a_vote_for_nothing_is_refused(event, poll, rita, named, status):
    assert rita.post("/events/match/react/", {named.format(pk=poll.pk): ""}).status_code == status
    assert Vote.objects.count() == 0


def test_nobody_votes_on_a_removed_poll_from_elsewhere_or_while_banned(event, poll, rita, elsewhere, hugo):
    wrong = rita.post("/events/regatta/react/", {f"vote-{poll.pk}-0": ""})
    assert wrong.status_code == 404
    vote(rita, poll, 0)
    said = event.publish("Rita", "Spam", visitor=Vote.objects.get().visitor)
    event.ban(said, by=hugo)
    assert vote(rita, poll, 1).status_code == 403
    poll.retract(by=hugo)
    assert vote(Client(), poll, 1).status_code == 410
    assert Vote.objects.count() == 1
    with pytest.raises(Gone):
        Entry.objects.get(pk=poll.pk).card.close(by=hugo)


def test_taps_are_limited_votes_included(event, poll, rita, settings):
    settings.REACTIONS_PER_MINUTE = 3
    assert [vote(rita, poll, place % 3).status_code for place in range(4)] == [200, 200, 200, 429]


def test_erasing_a_visitor_erases_their_votes(event, poll, rita, paul, olga):
    vote(rita, poll, 1)
    by_rita = Vote.objects.get().visitor
    quiet(poll)
    vote(paul, poll, 1)
    event.erase(Traces(event, by_rita), by=olga)
    assert not Vote.objects.filter(visitor=by_rita).exists()
    assert numbers(poll) == ([0, 1, 0], 1)


def test_erasing_an_entry_erases_its_poll_and_all_votes(event, poll, rita, olga):
    vote(rita, poll, 1)
    poll.retract(by=olga, erase=True)
    assert (Poll.objects.count(), Vote.objects.count(), Entry.objects.get().carries) == (0, 0, "")
    assert "Rovers" not in fetch(rita, "/events/match/")


def test_a_removed_poll_comes_back_with_its_votes(event, poll, rita, hugo):
    vote(rita, poll, 1)
    poll.retract(by=hugo)
    assert "Rovers" not in frame_between(event.pk, Cursor(event.epoch, 0)).html
    poll.restore(by=hugo)
    assert results(fetch(rita, "/events/match/")) == [("0", "0"), ("100", "1"), ("0", "0")]


def test_pages_without_cards_ask_nothing_about_them(event, hugo, rita):
    for number in range(5):
        event.publish("Paul", f"Entry {number}")
    rita.get("/events/match/")
    asked = []
    for _time in range(2):
        before = now(event)
        event.publish("Paul", "Another")
        with CaptureQueriesContext(connection) as queries:
            fetch(rita, "/events/match/")
            fetch(rita, "/events/match/own-posts.css")
            frame_between(event.pk, before)
        asked.append([query["sql"] for query in queries])
    assert not any("poll" in sql or "vote" in sql for sql in asked[1])
    ask(event, hugo)
    with CaptureQueriesContext(connection) as queries:
        fetch(rita, "/events/match/")
    assert sum('FROM "feeds_poll"' in query["sql"] for query in queries) == 2  # for the list, and for linked data


def test_verbs_about_polls_are_told_in_the_log():
    assert {Verb.POLL_CLOSED.undo.__name__, Verb.POLL_REOPENED.undo.__name__} == {"reopen_poll", "close_poll"}
