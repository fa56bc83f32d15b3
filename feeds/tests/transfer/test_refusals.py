"""Files that cannot be imported: each mistake is named, and nothing is imported."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from feeds.models import Event
from feeds.tests.transfer.documents import told, upload
from feeds.transfer.parts import MomentField
from feeds.views import event_data


def test_the_import_command_says_what_is_wrong(db, olga, tmp_path):
    def refusal(file, owner="olga"):
        with pytest.raises(CommandError) as refused:
            call_command("import_event", str(file), owner=owner)
        return str(refused.value)

    file = tmp_path / "x.json"
    assert refusal(file) == f"Cannot read {file} (No such file or directory)."
    file.write_text("{}")
    assert refusal(file) == "This file is not an event from Commentary. Choose a file made with “Export”."
    assert refusal(file, "nobody") == "There is no active user “nobody”."
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "This file is not text in UTF-8."),
        (b"hello", "Invalid JSON at line 1, column 1."),
        (b'{"format": "commentary-event",\n', "Invalid JSON at line 2, column 1."),
        (b"[" * 100_000, "numbers or lists that cannot be part of an event."),
        (b"9" * 5000, "numbers or lists that cannot be part of an event."),
        (b"[NaN]", "numbers or lists that cannot be part of an event."),
        (b"[]", "This file is not an event from Commentary."),
        (b'{"format": "atom"}', "This file is not an event from Commentary."),
        (b'{"format": "commentary-event", "version": 2}', "This server reads version 1, and this file has another."),
    ],
    ids=range(9),
)
def test_what_is_no_document_is_refused(as_sam, content, words):
    (line,) = told(upload(as_sam, content))
    assert words in line
    assert Event.objects.count() == 0


def test_no_file_and_an_empty_one_are_refused(as_sam):
    assert told(as_sam.post("/events/import/")) == ["Choose a file."]
    assert told(upload(as_sam, b"")) == ["This file is empty. Choose one made with “Export”."]


ENTRIES = [
    ({"text": ""}, "Entry 2: “text”: Write something first."),
    ({"name": "\u200b"}, "Entry 2: “name”: Enter the name to post under."),
    ({"text": "x" * 2001}, "Entry 2: “text”: This has 2,001 characters and the limit is 2,000: shorten it by 1."),
    ({"text": 5}, "Entry 2: “text” must be text in quotes."),
    ({"text": "\u3164"}, "Entry 2: “text”: Write something first."),
    ({"text": "a\ud800b"}, "Entry 2: “text”: Some characters did not arrive as valid UTF-8."),
    ({"by_host": "yes"}, "Entry 2: “by_host” must be true or false."),
    ({"position": True}, "Entry 2: “position” must be a whole number."),
    ({"position": 1.5}, "Entry 2: “position” must be a whole number."),
    ({"position": 0}, "Entry 2: “position”: Ensure this value is greater than or equal to 1."),
    ({"position": None}, "Entry 2: “position”: The number is missing."),
    ({"position": 2}, "Several posts have the position 2. Each needs its own."),
    ({"published_at": "yesterday"}, "Entry 2: “published_at”: This is not a time."),
    ({"published_at": "0001-01-01T00:00:00+14:00"}, "Entry 2: “published_at”: Choose a day between 1970 and 2200."),
    ({"published_at": None}, "Entry 2: “published_at”: The time is missing."),
    ({"moment": "x" * 61}, "Entry 2: “moment”: This has 61 characters and the limit is 60: shorten it by 1."),
    ({"visitor": "x"}, "Entry 2: “visitor” is not a known name. Remove it."),
    ({"\ud800": 1}, "Entry 2: “?” is not a known name. Remove it."),
    ({"pinned": True, "waiting": "It has a link."}, "Entry 2: It is waiting for review, so it cannot be pinned."),
    ({"comments": {}}, "Entry 2: “comments” must be a list."),
    ({"comments": ["x"]}, "Entry 2, comment 1: This is not an object in braces."),
    (
        {"comments": [{"position": 4, "published_at": "2026-07-04T18:00:00Z", "name": "Ann", "text": "x" * 1001}]},
        "Entry 2, comment 1: “text”: This has 1,001 characters and the limit is 1,000: shorten it by 1.",
    ),
]


@pytest.mark.parametrize(("wrong", "words"), ENTRIES, ids=range(len(ENTRIES)))
def test_the_entry_that_is_wrong_is_named_and_nothing_is_imported(document, as_sam, wrong, words):
    document["entries"][1] |= wrong
    (line,) = told(upload(as_sam, document))
    assert line.startswith(words)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "The event: “title”: The event has no title."),
        ({"state": "paused"}, "The event: “state”: "),
        ({"time_zone": "Mars/\ud800"}, "The event: “time_zone”: “Mars/?” is not a time zone."),
        ({"address": "a b"}, "The event: “address”: Use letters, digits and “-” only."),
        ({"starts_at": 7}, "The event: “starts_at” must be text in quotes."),
        ({"auto_end_hours": -1}, "The event: “auto_end_hours”: "),
        ({"blocked_words": "a\ud800"}, "The event: “blocked_words”: "),
        ({"hosts": ["\ud800"]}, "The event: “hosts” must be a list of user names."),
        ({"visibility": "public"}, "The event: “visibility” is not a known name. Remove it."),
    ],
    ids=range(9),
)
def test_what_is_wrong_with_the_event_itself_is_named(document, as_admin, wrong, words):
    document["event"] |= wrong
    (line,) = told(upload(as_admin, document))
    assert line.startswith(words)
    assert Event.objects.count() == 1


def test_ten_mistakes_are_told_and_that_there_are_more(document, as_sam):
    document["entries"] = [{}] * 20
    lines = told(upload(as_sam, document))
    assert len(lines) == 11
    assert lines[-1] == "There are more errors. Fix these first."
    document["entries"] = None
    assert told(upload(as_sam, document)) == ["“entries” must be a list."]
    del document["event"]
    assert told(upload(as_sam, document))[0] == "The event: This is not an object in braces."


def test_only_one_entry_is_pinned(document, as_sam):
    for entry in document["entries"]:
        entry["pinned"] = True
    assert told(upload(as_sam, document)) == ["Several entries are pinned. Only one can be."]


def test_a_file_is_words_and_never_markup(document, as_sam):
    document["entries"][0]["<script>"] = 1
    response = upload(as_sam, document)
    assert "<script>”" not in response.content.decode()
    assert "&lt;script&gt;" in response.content.decode()


def test_a_large_file_is_read_and_a_larger_one_refused(document, as_sam, monkeypatch):
    document["entries"] *= 0
    padding = b" " * (4 * 1024 * 1024)  # more than is kept in memory
    assert upload(as_sam, json.dumps(document).encode() + padding).status_code == 302
    monkeypatch.setattr("feeds.transfer.imports.DOCUMENT_MAX_MB", 3)
    (line,) = told(upload(as_sam, json.dumps(document).encode() + padding))
    assert line.startswith("This file is 4.0 MB, and the limit is 3 MB.")
    monkeypatch.setattr(event_data.take_in, "files", replace(event_data.take_in.files, size=3 * 1024 * 1024))
    response = upload(as_sam, padding)
    assert response.status_code == 413
    assert "A file can be at most" in response.content.decode()


def test_more_posts_than_the_limit_are_for_the_command(document, as_sam, monkeypatch):
    monkeypatch.setattr("feeds.transfer.imports.POSTS_MAX", 2)
    (line,) = told(upload(as_sam, document))
    assert line.startswith("This file has 3 entries and comments, and the limit is 2.")


def test_other_addresses_take_no_file(document, as_sam, as_olga):
    for path in ("/events/match/react/", "/events/match/delete/", "/events/import", "/sign-in/"):
        file = SimpleUploadedFile("event.json", b" " * 70_000)
        assert as_olga.post(path, {"file": file}).status_code == 413


def test_a_time_without_an_offset_is_one_of_utc():
    assert MomentField().clean("2026-07-04T18:00:00") == datetime(2026, 7, 4, 18, tzinfo=UTC)
    assert MomentField().clean("2026-07-04T20:00:00+02:00") == datetime(2026, 7, 4, 18, tzinfo=UTC)
