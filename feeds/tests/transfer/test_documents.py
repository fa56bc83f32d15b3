"""Exporting an event as a document and importing it again."""

import json
import re
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.crowd import Size, fill
from feeds.forms import Cursor, new_form_key
from feeds.models import Comment, Entry, Event, tidy
from feeds.tests.frames import posts_in
from feeds.tests.helpers import fetch, submit
from feeds.timeline.frames import frame_between
from feeds.timeline.listing import run
from feeds.timeline.variants import Variant
from feeds.transfer import exports
from feeds.transfer.imports import MomentField
from feeds.views import owner


def text_of(event):
    return "".join(exports.pieces(Event.objects.get(pk=event.pk)))


def upload(client, document, follow=False):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post("/events/import/", {"file": SimpleUploadedFile("event.json", content)}, follow=follow)


def told(response):
    """What the page says is wrong with the file."""
    assert response.status_code == 422
    html = response.content.decode()
    return re.findall(r'<li dir="auto">(.*?)</li>', html)


@pytest.fixture
def told_story(event, hugo, olga, paul):
    """A match that is over, with everything that an export knows."""
    submit(paul, event, "Kick-off <b>now</b>\n\n“ü” 🎉 \u2028", name="Paul")
    first = event.entries.get()
    goal = event.publish("Hugo", "**GOAL!**", user=hugo, markdown=True, at=event.starts_at + timedelta(minutes=19))
    comment = first.comment("Rita", "At last", visitor="r" * 32)
    removed = event.publish("Eve", "Buy my watches", visitor="e" * 32)
    removed.comment("Rita", "No, thank you", visitor="r" * 32)
    erased = goal.comment("Eve", "Buy them now", visitor="e" * 32)
    goal.comment("Rita", "Lucky", visitor="r" * 32)
    event.add(event.entries, name="Eve", text="See example.org", visitor="e" * 32, hold="It has a link.")
    rejected = event.add(event.entries, name="Eve", text="See example.com", visitor="e" * 32, hold="It has a link.")
    late = event.add(event.entries, name="Zoe", text="From the other side", visitor="z" * 32, hold="It waits.")
    late.approve(by=olga, top=True)
    rejected.reject(by=olga)
    comment.revise("At long last")
    removed.retract(by=olga)
    erased.retract(erase=True)
    goal.mark("1–0", by=olga)
    event.configure(reactions="like fire")
    goal.react("fire", visitor="r" * 32)
    first.pin(by=olga)
    event.configure(
        blocked_words="watches",
        reactions="like fire",
        show_readers=False,
        auto_end_hours=3,
        description="The last one",
        by=olga,
    )
    event.end(by=olga)
    event.refresh_from_db()
    return event


def test_an_export_says_what_is_documented(told_story, as_olga, hugo):
    response = as_olga.post("/events/match/export/")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="match.json"'
    document = json.loads(response.getvalue())
    assert {name: document[name] for name in ("format", "version")} == {"format": "commentary-event", "version": 1}
    ended_at = document["event"].pop("ended_at")
    assert datetime.fromisoformat(ended_at) == told_story.ended_at
    assert ended_at.endswith("Z")
    assert document["event"] == {
        "title": "Match",
        "address": "match",
        "description": "The last one",
        "starts_at": "2026-07-04T18:00:00Z",
        "time_zone": "Europe/Berlin",
        "state": "ended",
        "posting": "open",
        "comments_open": True,
        "auto_start": False,
        "auto_end_hours": 3,
        "blocked_words": "watches",
        "reactions": "like fire",
        "show_readers": False,
        "show_typing": True,
        "accent": "",
        "logo": "",
        "logo_alt": "",
        "owner": "olga",
        "hosts": ["hugo"],
    }
    assert [entry["position"] for entry in document["entries"]] == [1, 2, 4, 8, 9, 10]
    first, goal, removed, waiting, rejected, late = document["entries"]
    assert goal == {
        "position": 2,
        "published_at": "2026-07-04T18:19:00Z",
        "edited_at": None,
        "name": "Hugo",
        "text": "**GOAL!**",
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


def same_but_for(document, **different):
    document = json.loads(document) if isinstance(document, str) else document
    return document | {"event": document["event"] | different}


def test_a_copy_exports_the_same_but_for_address_and_owner(told_story, as_sam, as_olga, rita, sam):
    first = text_of(told_story)
    response = upload(as_sam, first.encode())
    assert (response.status_code, response["Location"]) == (302, "/events/match-2/")
    copy = Event.objects.get(slug="match-2")
    assert (copy.owner, copy.visibility, list(copy.hosts.all())) == (sam, "draft", [])
    assert rita.get("/events/match-2/").status_code == 404
    different = {"address": "", "owner": "", "hosts": []}  # who hosts is nobody's to say but theirs
    assert same_but_for(text_of(copy), **different) == same_but_for(first, **different)
    told_story.destroy()
    upload(as_sam, text_of(copy).replace('"match-2"', '"match"').encode())
    assert same_but_for(text_of(Event.objects.get(slug="match")), **different) == same_but_for(first, **different)


def test_staff_and_the_command_take_hosts_over(told_story, as_admin, admin, tmp_path):
    exported = text_of(told_story)
    upload(as_admin, exported.encode())
    file = tmp_path / "match.json"
    file.write_text(exported)
    out = StringIO()
    call_command("import_event", str(file), owner="olga", stdout=out)
    assert out.getvalue() == "“Match” is at /events/match-3/, a draft of olga.\n"
    copies = [text_of(Event.objects.get(slug=slug)) for slug in ("match-2", "match-3")]
    assert copies[0].replace("match-2", "match").replace("ada", "olga") == exported
    assert copies[1].replace("match-3", "match") == exported


def test_the_export_command_prints_the_same(told_story):
    out = StringIO()
    call_command("export", "match", stdout=out)
    assert out.getvalue() == text_of(told_story)
    with pytest.raises(CommandError, match="There is no event with the address “nothing”"):
        call_command("export", "nothing")


def test_the_import_command_says_what_is_wrong(db, olga, tmp_path):
    def refusal(file, owner="olga"):
        with pytest.raises(CommandError) as refused:
            call_command("import_event", str(file), owner=owner)
        return str(refused.value)

    file = tmp_path / "x.json"
    assert refusal(file) == f"Cannot read {file} (No such file or directory)."
    file.write_text("{}")
    assert refusal(file) == "This file is not an event of Commentary. Choose a file that “Export” made."
    assert refusal(file, "nobody") == "There is no active user “nobody”."
    assert Event.objects.count() == 0


def test_a_copy_is_a_live_event_like_any_other(told_story, as_sam, head):
    upload(as_sam, text_of(told_story).encode())
    copy = Event.objects.get(slug="match-2")
    numbers = sorted(post.position for model in (Entry, Comment) for post in model.objects.filter(event=copy))
    assert numbers == list(range(1, 11))
    assert (copy.head, head(copy)) == (10, 10)
    copy.start()
    copy.refresh_from_db()
    start = Cursor(copy.epoch, copy.head)
    assert frame_between(copy.pk, start) is None
    new = copy.publish("Sam", "On we go")
    assert (new.position, "On we go" in frame_between(copy.pk, start).html) == (12, True)
    assert frame_between(copy.pk, Cursor(copy.epoch, 0)).reset is False
    texts = [entry.text for entry in run(copy, Variant.plain()).entries]
    assert texts == ["On we go", "From the other side", "**GOAL!**", "Kick-off <b>now</b>\n\n“ü” 🎉"]
    assert (copy.pinned.text, copy.entries.get(position=2).moment) == (texts[-1], "1–0")
    waiting = copy.entries.get(held="waiting")
    waiting.approve(by=copy.owner)
    assert waiting.element_id in posts_in(fetch(as_sam, "/events/match-2/"))


def test_a_live_event_is_imported_as_over_and_another_as_it_was(event, new_event, as_sam):
    last = event.publish("Ann", "Hello")
    new_event("soon", state="scheduled", auto_start=True)
    new_event("old", state="archived", ended_at=datetime(2026, 7, 5, tzinfo=UTC))
    for slug in ("match", "soon", "old"):
        upload(as_sam, text_of(Event.objects.get(slug=slug)).encode())
    copies = [Event.objects.get(slug=f"{slug}-2") for slug in ("match", "soon", "old")]
    assert [(copy.state, copy.ended_at, copy.visibility) for copy in copies] == [
        ("ended", last.published_at, "draft"),
        ("scheduled", None, "draft"),
        ("archived", datetime(2026, 7, 5, tzinfo=UTC), "draft"),
    ]


def test_an_address_is_kept_where_it_is_free(event, as_sam):
    document = json.loads(text_of(event))
    for wanted, given in (("final", "final"), ("match", "match-2"), ("import", "import-2"), ("FINAL", "final-2")):
        assert upload(as_sam, same_but_for(document, address=wanted))["Location"] == f"/events/{given}/"


def test_no_query_of_an_import_or_an_export_is_about_one_post_alone(event, as_sam):
    at = "2026-07-04T18:00:00Z"
    post = {"name": "Ann", "text": "Goal! " * 20, "published_at": at}
    entries = [
        post | {"position": 2 * number + 1, "comments": [post | {"position": 2 * number + 2}] if number % 2 else []}
        for number in range(4_000)
    ]
    document = json.loads(text_of(event)) | {"entries": entries}
    with CaptureQueriesContext(connection) as importing:
        assert upload(as_sam, document)["Location"] == "/events/match-2/"
    copy = Event.objects.get(slug="match-2")
    assert (copy.head, copy.entries.count(), copy.comments.count()) == (6_000, 4_000, 2_000)
    assert len(importing) < 600
    with CaptureQueriesContext(connection) as exporting:
        assert text_of(copy).count('"Ann"') == 6_000
    assert len(exporting) < 600


# What is wrong with a file


@pytest.fixture
def document(event):
    event.publish("Ann", "First").comment("Bea", "Second")
    event.publish("Cem", "Third")
    return json.loads(text_of(event))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "This file is not text in UTF-8."),
        (b"hello", "This file is no JSON from line 1, column 1 on."),
        (b'{"format": "commentary-event",\n', "This file is no JSON from line 2, column 1 on."),
        (b"[" * 100_000, "numbers or lists that no event has."),
        (b"9" * 5000, "numbers or lists that no event has."),
        (b"[NaN]", "numbers or lists that no event has."),
        (b"[]", "This file is not an event of Commentary."),
        (b'{"format": "atom"}', "This file is not an event of Commentary."),
        (b'{"format": "commentary-event", "version": 2}', "This file is not of version 1, the one this server reads."),
    ],
    ids=range(9),
)
def test_what_is_no_document_is_refused(as_sam, content, words):
    (line,) = told(upload(as_sam, content))
    assert words in line
    assert Event.objects.count() == 0


def test_no_file_and_an_empty_one_are_refused(as_sam):
    assert told(as_sam.post("/events/import/")) == ["Choose a file."]
    assert told(upload(as_sam, b"")) == ["This file is empty. Choose one that “Export” made."]


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
    ({"published_at": "yesterday"}, "Entry 2: “published_at”: This is no time."),
    ({"published_at": "0001-01-01T00:00:00+14:00"}, "Entry 2: “published_at”: Choose a day between 1970 and 2200."),
    ({"published_at": None}, "Entry 2: “published_at”: The time is missing."),
    ({"moment": "x" * 61}, "Entry 2: “moment”: This has 61 characters and the limit is 60: shorten it by 1."),
    ({"visitor": "x"}, "Entry 2: Nothing is called “visitor” here."),
    ({"\ud800": 1}, "Entry 2: Nothing is called “?” here."),
    ({"pinned": True, "waiting": "It has a link."}, "Entry 2: It waits for a host, so it cannot be pinned."),
    ({"comments": {}}, "Entry 2: “comments” must be a list."),
    ({"comments": ["x"]}, "Entry 2, comment 1: This is no object in braces."),
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
        ({"visibility": "public"}, "The event: Nothing is called “visibility” here."),
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
    assert lines[-1] == "There is more wrong than is told here."
    document["entries"] = None
    assert told(upload(as_sam, document)) == ["“entries” must be a list."]
    del document["event"]
    assert told(upload(as_sam, document))[0] == "The event: This is no object in braces."


def test_only_one_entry_is_pinned(document, as_sam):
    for entry in document["entries"]:
        entry["pinned"] = True
    assert told(upload(as_sam, document)) == ["Several entries are pinned. One can be."]


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
    assert line.startswith("This file has 4.0 MB and the limit is 3 MB.")
    monkeypatch.setattr(owner.take_in, "files", replace(owner.take_in.files, size=3 * 1024 * 1024))
    response = upload(as_sam, padding)
    assert response.status_code == 413
    assert "A file is at most" in response.content.decode()


def test_more_posts_than_the_limit_are_for_the_command(document, as_sam, monkeypatch):
    monkeypatch.setattr("feeds.transfer.imports.POSTS_MAX", 2)
    (line,) = told(upload(as_sam, document))
    assert line.startswith("This file has 3 entries and comments, and the limit is 2.")


def test_other_addresses_take_no_file(document, as_sam, as_olga):
    for path in ("/events/match/entries/", "/events/match/delete/", "/events/import", "/sign-in/"):
        file = SimpleUploadedFile("event.json", b" " * 70_000)
        assert as_olga.post(path, {"file": file}).status_code == 413


def test_a_time_without_an_offset_is_one_of_utc():
    assert MomentField().clean("2026-07-04T18:00:00") == datetime(2026, 7, 4, 18, tzinfo=UTC)
    assert MomentField().clean("2026-07-04T20:00:00+02:00") == datetime(2026, 7, 4, 18, tzinfo=UTC)


def document_of(event, entries=6, comments=2):
    for number in range(entries):
        entry = event.publish("Ann", f"Entry {number}")
        for reply in range(comments):
            entry.comment("Ben", f"Reply {reply}")
    return json.loads(text_of(event))


def test_an_import_goes_a_few_posts_at_a_time_while_others_post(event, as_sam, rita, monkeypatch):
    """Nobody sees what is there of it, and it is not there for anybody before all of it is."""
    document, seen = document_of(event), []

    def others(_seconds):
        submit(rita, event, f"In between {len(seen)}")
        seen.append((Event.objects.count(), fetch(as_sam, "/").count("Match")))

    monkeypatch.setattr("feeds.models.event.events.STEP", 4)
    monkeypatch.setattr("feeds.models.event.events.time.sleep", others)
    before = (Event.objects.count(), fetch(as_sam, "/").count("Match"))
    assert upload(as_sam, document).status_code == 302
    assert (set(seen), len(seen) >= 5) == ({before}, True)  # six entries are two steps, twelve comments three
    assert event.entries.filter(text__startswith="In between").count() == len(seen)
    copy = Event.objects.get(owner__username="sam")
    assert (copy.slug, copy.head, copy.entries.count(), copy.comments.count()) == ("match-2", 18, 6, 12)
    assert [act.verb for act in copy.acts.all()] == ["imported"]


def test_an_import_that_breaks_off_leaves_nothing_that_anybody_sees_and_then_nothing_at_all(event, as_sam, monkeypatch):
    document, there = document_of(event), Entry.objects.count()
    as_sam.raise_request_exception = False
    monkeypatch.setattr(Event, "complete", lambda *args, **kwargs: 1 / 0)
    assert upload(as_sam, document).status_code == 500
    assert [each.slug for each in Event.objects.all()] == ["match"]
    assert Event.everything.count() == 2
    tidy()
    assert (Event.everything.count(), Entry.objects.count()) == (1, there)


def test_what_a_process_that_died_had_begun_to_import_goes_after_a_while(event, sam):
    at = timezone.now()
    Event.everything.create(
        slug="dead", title="Dead", starts_at=at, owner=sam, unfinished_at=at - timedelta(minutes=11)
    )
    Event.everything.create(slug="busy", title="Busy", starts_at=at, owner=sam, unfinished_at=at)
    tidy()
    assert {each.slug for each in Event.everything.all()} == {"match", "busy"}
    assert {each.slug for each in Event.objects.all()} == {"match"}


def test_who_has_made_many_events_is_told_so_before_the_file_is_read(event, as_sam, settings, monkeypatch):
    settings.EVENTS_PER_HOUR = 1
    document = document_of(event, 1)
    assert upload(as_sam, document).status_code == 302
    monkeypatch.setattr("feeds.transfer.imports._parsed", lambda content: 1 / 0)
    answer = upload(as_sam, document)
    assert answer.status_code == 429
    assert "You can make 1 events an hour" in answer.content.decode()


def test_an_event_is_deleted_in_steps_and_gone_with_the_first(event, olga, as_olga, monkeypatch):
    document_of(event)
    monkeypatch.setattr("feeds.models.event.events.STEP", 4)
    monkeypatch.setattr("feeds.models.event.events.AT_ONCE", 0)
    event.destroy()
    assert as_olga.get("/events/match/").status_code == 404
    assert not Event.objects.filter(owner=olga).exists()
    assert event.comments.count() == 8  # twelve, without the first step's
    tidy()
    assert (Event.everything.count(), Entry.objects.count(), Comment.objects.count()) == (0, 0, 0)


def test_an_export_takes_as_much_memory_however_much_is_in_it(event):
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


def test_the_same_file_sent_twice_by_one_form_makes_one_event(told_story, as_sam, monkeypatch):
    content, key = text_of(told_story).encode(), new_form_key()

    def send(content=content):
        file = SimpleUploadedFile("event.json", content)
        return as_sam.post("/events/import/", {"file": file, "key": key})["Location"]

    assert f'name="key" value="{key[:6]}' in fetch(as_sam, "/events/import/")
    complete, first = Event.complete, []

    def at_once(self, *about, **more):
        if not first:
            first.append("")
            first.append(send())
        complete(self, *about, **more)

    monkeypatch.setattr(Event, "complete", at_once)
    assert send() == first[1]
    assert send() == first[1]
    tidy()
    assert Event.everything.count() == 2
    assert send(content.replace(b"Kick-off", b"Kick off")) != first[1]
