"""Exporting an event as a document."""

import json
import tracemalloc
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bench.crowd import Size, fill
from feeds.gallery import live_reload
from feeds.models import Comment, Entry, Event
from feeds.tests.transfer.documents import text_of
from feeds.transfer import exports

EVENT = {
    "title": "Match",
    "address": "match",
    "description": "The last one",
    "status_line": "",
    "phrases": "",
    "starts_at": "2026-07-04T18:00:00Z",
    "time_zone": "Europe/Berlin",
    "state": "ended",
    "posting": "open",
    "comments_open": True,
    "auto_start": False,
    "auto_end_hours": 3,
    "slow_mode": 0,
    "blocked_words": "watches",
    "masked_words": "",
    "refused_words": "",
    "report_limit": 0,
    "reactions": "like fire",
    "show_readers": False,
    "show_typing": True,
    "accent": "",
    "logo": "",
    "logo_alt": "",
    "owner": "olga",
    "hosts": ["hugo"],
}
"""The event of the story as a document, without its end."""


def test_an_export_says_what_is_documented(told_story, as_olga, hugo):
    response = as_olga.post("/events/match/export/")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="match.json"'
    document = json.loads(response.getvalue())
    assert {name: document[name] for name in ("format", "version")} == {"format": "commentary-event", "version": 1}
    ended_at = document["event"].pop("ended_at")
    assert datetime.fromisoformat(ended_at) == told_story.ended_at
    assert ended_at.endswith("Z")
    assert document["event"] == EVENT
    assert [entry["position"] for entry in document["entries"]] == [1, 2, 4, 8, 9, 10]
    first, goal, removed, waiting, rejected, late = document["entries"]
    assert goal == {
        "position": 2,
        "published_at": "2026-07-04T18:19:00Z",
        "edited_at": None,
        "name": "Hugo",
        "text": "**GOAL!**",
        "headline": "",
        "minute": "",
        "happened_at": None,
        "by_host": True,
        "markdown": True,
        "waiting": "",
        "moment": "1–0",
        "pinned": False,
        "reactions": {"fire": 1},
        "comments": goal["comments"],
    }
    assert [comment.get("text") for comment in goal["comments"]] == [None, "Lucky"]
    assert (first["text"], first["pinned"]) == ("Kick-off <b>now</b>\n\n“ü” 🎉", True)
    assert first["comments"][0]["edited_at"] is not None
    assert removed.keys() == {"position", "published_at", "removed_at", "comments"} == rejected.keys()
    assert [comment["text"] for comment in removed["comments"]] == ["No, thank you"]
    assert (waiting["text"], waiting["waiting"]) == ("See example.org", "It has a link.")
    assert (late["text"], late["waiting"]) == ("From the other side", "")


def test_an_export_tells_nothing_of_visitors_but_what_they_wrote(told_story):
    visitor = told_story.entries.get(position=1).visitor
    Entry.objects.update(network="f" * 64)
    exported = text_of(told_story)
    for secret in (visitor, "e" * 32, "z" * 32, "f" * 64, "Buy", "example.com", told_story.epoch):
        assert secret not in exported
    assert "See example.org" in exported


def test_what_is_published_while_it_is_read_is_not_in_it(event):
    event.publish("Ann", "First")
    before = Event.objects.get()
    event.publish("Ann", "Second").comment("Ann", "Third")
    assert "".join(exports.pieces(before)).count('"text"') == 1


def test_the_export_command_prints_the_same(told_story):
    out = StringIO()
    call_command("export", "match", stdout=out)
    assert out.getvalue() == text_of(told_story)
    with pytest.raises(CommandError, match="There is no event with the address “nothing”"):
        call_command("export", "nothing")


def test_an_export_takes_as_much_memory_however_much_is_in_it(event):
    live_reload.watch.reset()  # a page of an earlier test may have a thread look at templates, whose memory would count
    peaks = []
    for size in (Size(300, 1200, 0, thread=200), Size(1200, 4800, 0, thread=800)):
        Comment.objects.all().delete()
        Entry.objects.all().delete()
        fill(event, size)
        event.refresh_from_db()
        tracemalloc.start()
        length = sum(len(piece) for piece in exports.pieces(event))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert length > 200 * (size.entries + size.comments)
    assert peaks[1] < 1.3 * peaks[0] + 500_000, peaks
