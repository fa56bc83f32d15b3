"""The most common things that readers and posters do, in WebKit."""

import pytest

from e2e.deployment import Deployment
from e2e.given import Given
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.webkit.reader import Reader

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

THREE = ("Entry 3", "Entry 2", "Entry 1")


def test_an_entry_appears_at_the_top_without_a_reload(event: str, ann: Visitor, rita: Reader) -> None:
    rita.opens(event)
    ann.publish(event, "Goal!")
    rita.sees("Goal!", *THREE)
    rita.reads_what_a_fresh_page_says()


def test_an_edited_entry_says_so_and_a_removed_one_goes(event: str, ann: Visitor, rita: Reader) -> None:
    ann.publish(event, "Gaol!")
    rita.opens(event)
    ann.edit(event, rita.page.entry("Gaol!"), "Goal!")
    rita.sees("Goal!", *THREE)
    rita.sees_words("edited")
    ann.remove(event, rita.page.entry("Goal!"))
    rita.sees(*THREE)
    rita.reads_what_a_fresh_page_says()


def test_a_comment_is_under_its_entry(event: str, ann: Visitor, rita: Reader) -> None:
    rita.opens(event)
    ann.comment(event, rita.page.entry("Entry 2"), "Who was that?")
    rita.sees_words("Who was that?")
    assert [comment.text for comment in rita.page.entry("Entry 2").comments] == ["Who was that?"]
    rita.reads_what_a_fresh_page_says()


def test_what_she_posts_is_there_once_for_everybody(deployment: Deployment, event: str, rita: Reader) -> None:
    with ProtocolReader.live(deployment.url, event) as other:
        rita.opens(event)
        rita.writes("Entry", "From a phone")
        rita.writes("Name", "Rita")
        rita.presses("Post entry")
        rita.sees("From a phone", *THREE)
        assert other.reaches(rita.page.seq).texts == ["From a phone", *THREE]


def test_she_comments_in_a_form_that_is_loaded_in_place(deployment: Deployment, event: str, rita: Reader) -> None:
    with ProtocolReader.live(deployment.url, event) as other:
        rita.opens(event)
        entry = rita.page.entry("Entry 1").id
        rita.presses("Comment", "link", within=entry)
        rita.writes("Comment", "Number 9", within=entry)
        rita.writes("Name", "Rita", within=entry)
        rita.presses("Post comment", within=entry)
        rita.sees_words("Number 9")
        page = other.reaches(rita.page.seq)
        assert [comment.text for comment in page.entry("Entry 1").comments] == ["Number 9"]


def test_earlier_entries_come_below_and_are_live(given: Given, ann: Visitor, rita: Reader) -> None:
    event = given.an_event(entries=60)
    rita.opens(event)
    rita.presses("Show earlier entries", "link")
    rita.sees(*(f"Entry {number}" for number in range(60, 0, -1)))
    ann.publish(event, "Entry 61")
    rita.sees(*(f"Entry {number}" for number in range(61, 0, -1)))


def test_oldest_first_a_new_entry_comes_last(event: str, ann: Visitor, rita: Reader) -> None:
    rita.opens(event, "?order=oldest")
    ann.publish(event, "Entry 4")
    rita.sees("Entry 1", "Entry 2", "Entry 3", "Entry 4")


def test_after_a_server_was_away_nothing_is_missing(
    deployment: Deployment, given: Given, event: str, rita: Reader
) -> None:
    rita.opens(event)
    deployment.kill()
    given.entries(event, "While it was away")
    deployment.start()
    rita.sees("While it was away", *THREE)
    Visitor(deployment.url).publish(event, "And since")
    rita.sees("And since", "While it was away", *THREE)
    rita.reads_what_a_fresh_page_says()


def test_when_hosts_close_posting_the_page_says_so_and_when_they_open_it_she_posts(
    given: Given, event: str, rita: Reader
) -> None:
    rita.opens(event)
    for posting in ("closed", "open"):
        given.in_the_event(event, f"event.configure(posting={posting!r})")
        rita.sees_posting(posting)
    rita.writes("Entry", "Open at last")
    rita.writes("Name", "Rita")
    rita.presses("Post entry")
    rita.sees("Open at last", *THREE)


def test_when_the_event_ends_the_page_says_so(given: Given, event: str, rita: Reader) -> None:
    rita.opens(event)
    given.in_the_event(event, "event.end()")
    rita.sees_words("This event is over.")
    rita.sees(*THREE)
    given.in_the_event(event, "event.start(); event.publish('Ann', 'Extra time')")
    rita.sees("Extra time", *THREE)
