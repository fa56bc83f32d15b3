"""Importing an event from a document: a copy like any other event, in steps."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feeds.forms import Cursor, new_form_key
from feeds.models import Comment, Entry, Event, tidy
from feeds.tests.frames import posts_in
from feeds.tests.helpers import fetch, submit
from feeds.tests.transfer.documents import document_of, same_but_for, text_of, upload
from feeds.timeline.frames import frame_between
from feeds.timeline.listing import run
from feeds.timeline.variants import Variant


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
    waiting = copy.entries.waiting().get()
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


def test_an_import_goes_a_few_posts_at_a_time_while_others_post(event, as_sam, rita, monkeypatch):
    """Nobody sees what is there of it, and it is not there for anybody before all of it is."""
    document, seen = document_of(event), []

    def others(_seconds):
        submit(rita, event, f"In between {len(seen)}")
        seen.append((Event.objects.count(), fetch(as_sam, "/").count("Match")))

    monkeypatch.setattr("feeds.models.event.filling.STEP", 4)
    monkeypatch.setattr("feeds.models.event.filling.time.sleep", others)
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
    assert "You can create 1 events an hour" in answer.content.decode()


def test_an_event_is_deleted_in_steps_and_gone_with_the_first(event, olga, as_olga, monkeypatch):
    document_of(event)
    monkeypatch.setattr("feeds.models.event.filling.STEP", 4)
    monkeypatch.setattr("feeds.models.event.filling.AT_ONCE", 0)
    event.destroy()
    assert as_olga.get("/events/match/").status_code == 404
    assert not Event.objects.filter(owner=olga).exists()
    assert event.comments.count() == 8  # twelve, without the first step's
    tidy()
    assert (Event.everything.count(), Entry.objects.count(), Comment.objects.count()) == (0, 0, 0)


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
