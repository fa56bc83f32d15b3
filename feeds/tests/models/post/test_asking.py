"""Polls in the composer, in drafts, in searches and in files."""

import json
import re
from datetime import timedelta

import pytest

from feeds.models import Draft, Entry, Event, Poll
from feeds.tests.helpers import errors, fetch
from feeds.tests.models.post.polling import POLL, ask, numbers, vote
from feeds.tests.models.post.reacting import quiet
from feeds.tests.transfer.documents import text_of, upload

FIELDS = {
    **{"name": "Hugo", "text": "Who scores next?", "markdown": "on", "card": "poll"},
    **{"poll_options": "Rovers\n City \n\nNobody", "poll_results": "closed", "poll_minutes": "5"},
}


@pytest.fixture
def poll(event, hugo):
    """An entry with a poll, of which readers see the results once they vote."""
    return ask(event, hugo)


def card_in(html):
    """The poll in some HTML, the first one."""
    return html.partition('class="carried"')[2].partition("</div>")[0]


def results(html):
    """The shares and numbers that some HTML has, visible or not."""
    return re.findall(r"<b>(\d+) %</b> ([\d,]+)", html)


def test_a_host_asks_and_pages_have_a_button_for_each_option(event, as_hugo, rita):
    assert as_hugo.post("/events/match/entries/", FIELDS).status_code == 303
    made = Poll.objects.get()
    assert (made.options, made.several, made.results) == (["Rovers", "City", "Nobody"], False, "closed")
    assert made.closes_at == made.entry.published_at + timedelta(minutes=5)
    html = fetch(rita, "/events/match/")
    names = [f"vote-{made.pk}-{place}" for place in range(3)]
    assert re.findall(r'<button form="react" name="(vote-[^"]*)"', html) == names


def test_a_visitor_cannot_ask(event, rita):
    rita.post("/events/match/entries/", FIELDS | {"name": "Rita"})
    assert (Entry.objects.get().carries, Poll.objects.count()) == ("", 0)
    assert rita.post("/events/match/cards/poll/", FIELDS).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    {
        "one option": ({"poll_options": "Rovers"}, "at least two options"),
        "none": ({"poll_options": "\n \n"}, "at least two options"),
        "eleven": ({"poll_options": "\n".join("abcdefghijk")}, "These are 11 options, and the limit is 10."),
        "a long one": ({"poll_options": "Rovers\n" + "c" * 81}, "longer than 80 characters"),
        "the same twice": ({"poll_options": "Rovers\nROVERS"}, "Two options say “ROVERS”."),
        "no number": ({"poll_minutes": "soon"}, "whole number of minutes"),
        "no time at all": ({"poll_minutes": "0"}, "whole number of minutes"),
        "too long": ({"poll_minutes": "10081"}, "whole number of minutes"),
        "unknown": ({"poll_results": "never ever"}, "Choose when readers see the results."),
    }.values(),
)
@pytest.mark.parametrize("path", ["/events/match/entries/", "/events/match/host/drafts/"])
def test_what_is_wrong_with_a_poll_is_said_beside_its_field_and_the_rest_is_kept(event, as_hugo, wrong, said, path):
    answer = as_hugo.post(path, FIELDS | wrong)
    assert answer.status_code == 422
    assert any(said in error for error in errors(answer)), errors(answer)
    assert "Who scores next?" in answer.content.decode()
    assert ("Rovers" in answer.content.decode()) is ("Rovers" in (FIELDS | wrong)["poll_options"])
    assert (Entry.objects.count(), Draft.objects.count()) == (0, 0)


@pytest.mark.parametrize("htmx", [True, False])
def test_the_button_that_adds_a_poll_keeps_what_is_typed_and_another_takes_it_away(event, as_hugo, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    typed = {"name": "Hugo", "text": "Who scores next?", "markdown": "on", "headline": "Corner", "pin": "on"}
    html = as_hugo.post("/events/match/cards/poll/", typed, headers=headers).content.decode()
    assert ("Who scores next?" in html, 'value="Corner"' in html, 'name="poll_options"' in html) == (True, True, True)
    html = as_hugo.post("/events/match/cards/none/", FIELDS, headers=headers).content.decode()
    assert ("Who scores next?" in html, 'name="poll_options"' in html) == (True, False)


def test_a_draft_keeps_a_poll_until_it_is_published(event, hugo, as_hugo):
    as_hugo.post("/events/match/host/drafts/", FIELDS)
    draft = Draft.objects.get()
    html = as_hugo.post(f"/events/match/host/drafts/{draft.pk}/take/", {}).content.decode()
    assert "Rovers\nCity\nNobody</textarea>" in html
    entry = draft.publish(by=hugo)
    assert entry.card.options == ["Rovers", "City", "Nobody"]
    assert entry.card.closes_at == entry.published_at + timedelta(minutes=5)


def test_the_same_form_with_another_poll_is_another_entry(event, as_hugo):
    for options in ("Rovers\nCity", "Rovers\nCity", "Rovers\nUnited"):
        as_hugo.post("/events/match/entries/", FIELDS | {"key": "k" * 32, "poll_options": options})
    assert [poll.options[1] for poll in Poll.objects.order_by("pk")] == ["City", "United"]


def test_a_search_finds_the_words_of_options(event, poll):
    event.publish("Paul", "Goal!")
    assert [*Entry.objects.with_words("rovers")] == [poll]


def test_an_import_has_the_numbers_and_new_votes_are_added_to_them(event, hugo, as_olga, rita, paul):
    poll = ask(event, hugo, several=True, results="never", minutes=7)
    for place in (0, 2):
        vote(rita, poll, place)
        quiet(poll)
    poll.publish_counts()
    document = json.loads(text_of(event))
    told = document["entries"][0]["card"]
    closes_at = (poll.published_at + timedelta(minutes=7)).isoformat().replace("+00:00", "Z")
    expected = POLL | {"several": True, "results": "never", "closes_at": closes_at, "closed_at": None}
    del expected["minutes"]
    assert told == expected | {"votes": [1, 0, 1], "voters": 1}
    assert upload(as_olga, document).status_code == 302
    copy = Event.objects.latest("pk")
    again = json.loads(text_of(copy))
    assert again["entries"] == document["entries"]
    copy.configure(state="live", visibility="public")
    copied = copy.entries.get()
    vote(paul, copied, 1)
    assert numbers(copied) == ([1, 1, 1], 2)


@pytest.mark.parametrize(
    ("card", "said"),
    {
        "no object": ("poll", "“card” must be an object in braces."),
        "no kind": ({"options": ["a", "b"]}, "Its “kind” must be one of: "),
        "unknown kind": ({"kind": "quiz"}, "Its “kind” must be one of: "),
        "kind of a list": ({"kind": ["poll"]}, "Its “kind” must be one of: "),
        "unknown name": ({"kind": "poll", "options": ["a", "b"], "x": 1}, "“x” is not a known name. Remove it."),
        "no options": ({"kind": "poll"}, "“options”: This must be a list of texts in quotes."),
        "one option": ({"kind": "poll", "options": ["a"]}, "“options”: A poll needs at least two options."),
        "numbers": ({"kind": "poll", "options": [1, 2]}, "“options”: This must be a list of texts in quotes."),
        "an empty one": ({"kind": "poll", "options": ["a", " "]}, "“options”: An option is empty."),
        "half a letter": ({"kind": "poll", "options": ["a", "\ud800"]}, "“options”: This must be a list of texts"),
        "results": ({"kind": "poll", "options": ["a", "b"], "results": "x"}, "“results”: Use one of: voted, closed"),
        "several": ({"kind": "poll", "options": ["a", "b"], "several": 1}, "“several”: This must be true or false."),
        "time": ({"kind": "poll", "options": ["a", "b"], "closes_at": "x"}, "“closes_at”: This is not a time."),
        "no text": ({"kind": "poll", "options": ["a", "b"], "closed_at": 1}, "“closed_at”: This is not a time."),
        "a vote less": ({"kind": "poll", "options": ["a", "b"], "votes": [1]}, "“votes” must have a number for each"),
        "less than none": ({"kind": "poll", "options": ["a", "b"], "votes": [1, -1]}, "“votes”: Use a whole number"),
        "a word": ({"kind": "poll", "options": ["a", "b"], "voters": "x"}, "“voters”: Use a whole number from 0"),
    }.values(),
)
def test_what_is_wrong_with_a_poll_in_a_file_is_said(event, poll, as_olga, card, said):
    document = json.loads(text_of(event))
    document["entries"][0]["card"] = card
    answer = upload(as_olga, document)
    assert answer.status_code == 422
    assert "Entry 1: " in answer.content.decode()
    assert said in answer.content.decode().replace("&quot;", '"')
