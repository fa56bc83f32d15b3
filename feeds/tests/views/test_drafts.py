"""The composer of the host desk: everything in one post, phrases, drafts and scheduled entries."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Draft, Entry, Event
from feeds.tests.helpers import HTMX, fetch
from feeds.values.clocks import when

DESK = "/events/match/host/"
COMPOSED = {"name": "Olga", "text": "Okafor again", "markdown": "on"}


@pytest.fixture
def draft(event, hugo):
    return event.draft(by=hugo, name="Hugo", text="Okafor again", headline="2–1!")


def saves(client, **fields):
    return client.post(DESK + "drafts/", COMPOSED | fields, headers=HTMX)


def field(html, name):
    """The value of a field of the composer."""
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', html)[1]


def composer_in(html):
    return re.search(r'<form id="entry-form".*?</form>', html, re.DOTALL)[0]


def text_in(html):
    return re.search(r'<textarea id="entry-text".*?>\n(.*?)</textarea>', html, re.DOTALL)[1]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_goal_is_posted_pinned_and_a_key_moment_in_one_request(event, as_olga, htmx):
    sent = COMPOSED | {"headline": "2–1!", "minute": "63'", "pin": "on", "key_moment": "on"}
    assert as_olga.post("/events/match/entries/", sent, headers=HTMX if htmx else {}).status_code in {200, 303}
    entry = Entry.objects.get()
    assert (entry.headline, entry.minute, entry.moment) == ("2–1!", "63'", "2–1!")
    assert Event.objects.get().pinned == entry


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"key_moment": "on"}, "Okafor again"),
        ({"key_moment": "on", "text": "**Okafor** again\nand again"}, "Okafor again"),
        ({"key_moment": "on", "headline": "h" * 70}, "h" * 59 + "…"),
        ({"key_moment": "on", "headline": "Two", "moment": "2–1"}, "2–1"),
        ({"moment": "2–1"}, ""),
        ({}, ""),
    ],
)
def test_the_label_of_a_key_moment_is_the_headline_or_how_the_text_begins(event, as_olga, fields, label):
    as_olga.post("/events/match/entries/", COMPOSED | fields)
    assert Entry.objects.get().moment == label


def test_a_visitor_can_neither_pin_nor_mark_nor_schedule(event, rita):
    rita.post("/events/match/entries/", COMPOSED | {"name": "Rita", "pin": "on", "key_moment": "on", "moment": "Me"})
    assert (Entry.objects.get().moment, Event.objects.get().pinned) == ("", None)
    assert saves(rita).status_code == 403


@pytest.mark.parametrize(
    "path", ["drafts/", "phrases/1/", *(f"drafts/1/{way}/" for way in ("take", "publish", "cancel", "delete"))]
)
def test_composing_is_for_hosts_alone(event, rita, as_sam, path):
    for stranger in (rita, as_sam):
        assert stranger.post(DESK + path, COMPOSED).status_code == 403
    assert not Draft.objects.exists()


def test_a_draft_is_on_the_desks_of_all_hosts_and_nowhere_else(event, as_olga, as_hugo, rita):
    before = as_hugo.get(DESK + "state/", headers=HTMX)
    assert "Saved as a draft." in saves(as_olga, headline="2–1!").content.decode()
    again = {**HTMX, "If-None-Match": before["ETag"]}
    after = as_hugo.get(DESK + "state/", headers=again)
    assert after.status_code == 200
    assert all(words in after.content.decode() for words in ("Okafor again", "2–1!", "Draft by Olga"))
    for path in ("/events/match/", "/events/match/wall/", "/events/match/?view=hosts"):
        assert "Okafor" not in fetch(rita, path)
    assert "Okafor" not in as_olga.post("/events/match/export/").getvalue().decode()


def test_a_phrase_is_added_to_what_is_typed(event, as_olga):
    event.configure(title="Rovers – City", phrases="Half-time\n*GOAL for {home}!")
    html = as_olga.post(DESK + "phrases/1/", COMPOSED | {"minute": "45'"}, headers=HTMX).content.decode()
    assert (text_in(html), field(html, "minute")) == ("Okafor again Half-time", "45&#x27;")
    html = as_olga.post(DESK + "phrases/2/", COMPOSED).content.decode()
    form = composer_in(html)
    assert (text_in(form), field(form, "headline")) == ("Okafor again", "GOAL for Rovers!")
    assert all(f'name="{name}" checked' in form for name in ("pin", "key_moment"))
    assert Entry.objects.count() == 0


def test_a_phrase_that_is_gone_leaves_what_is_typed(event, as_olga):
    html = as_olga.post(DESK + "phrases/3/", COMPOSED | {"happened_at": "soon"}, headers=HTMX).content.decode()
    assert text_in(html) == "Okafor again"
    assert 'value="soon"' in html


@pytest.mark.parametrize("htmx", [True, False])
def test_a_draft_is_taken_over_into_the_composer(event, draft, as_olga, htmx):
    headers = HTMX if htmx else {}
    form = composer_in(as_olga.post(f"{DESK}drafts/{draft.pk}/take/", {"text": ""}, headers=headers).content.decode())
    assert (text_in(form), field(form, "headline")) == ("Okafor again", "2–1!")
    sent = COMPOSED | {"draft": field(form, "draft"), "version": field(form, "version"), "text": "Okafor, twice"}
    assert as_olga.post("/events/match/entries/", sent).status_code == 303
    assert (Entry.objects.get().name, Entry.objects.get().text) == ("Olga", "Okafor, twice")
    assert not Draft.objects.exists()


def test_taking_a_draft_over_saves_what_was_typed(event, draft, as_olga):
    html = as_olga.post(f"{DESK}drafts/{draft.pk}/take/", COMPOSED | {"text": "Mine"}, headers=HTMX).content.decode()
    assert text_in(html) == "Okafor again"
    assert [each.text for each in Draft.objects.order_by("pk")] == ["Okafor again", "Mine"]


def test_what_cannot_be_saved_is_kept_when_a_draft_is_taken_over(event, draft, as_olga):
    answer = as_olga.post(f"{DESK}drafts/{draft.pk}/take/", COMPOSED | {"minute": "x" * 9}, headers=HTMX)
    assert answer.status_code == 422
    assert text_in(answer.content.decode()) == "Okafor again"
    assert "Finish or clear this first" in answer.content.decode()


def test_saving_a_draft_again_changes_it(event, draft, as_olga):
    saves(as_olga, text="Okafor, twice", draft=draft.pk, version=draft.version)
    assert [each.text for each in Draft.objects.all()] == ["Okafor, twice"]


def test_two_hosts_with_one_draft_lose_nothing(event, draft, as_olga, as_hugo):
    opened = {"draft": draft.pk, "version": draft.version}
    saves(as_hugo, name="Hugo", text="Hugo's words", **opened)
    late = saves(as_olga, text="Olga's words", **opened)
    html = late.content.decode()
    assert late.status_code == 409
    assert "Somebody has changed this draft in the meantime. “Hugo&#x27;s words” Save again to replace it." in html
    assert text_in(html) == "Olga&#x27;s words"
    saves(as_olga, text="Olga's words", draft=field(html, "draft"), version=field(html, "version"))
    assert Draft.objects.get().text == "Olga's words"


def test_a_composer_whose_draft_was_published_says_so_and_posts_on_its_own_the_next_time(
    event, draft, as_olga, as_hugo
):
    opened = {"draft": draft.pk, "version": draft.version}
    as_hugo.post(f"{DESK}drafts/{draft.pk}/publish/")
    late = as_olga.post("/events/match/entries/", COMPOSED | opened, headers=HTMX)
    html = late.content.decode()
    assert late.status_code == 409
    assert "hugo has already published this. Your text is kept here." in html
    assert (field(html, "draft"), Entry.objects.count()) == ("", 1)
    assert as_olga.post("/events/match/entries/", COMPOSED, headers=HTMX).status_code == 200
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(("way", "done"), [("publish", "published"), ("delete", "deleted")])
def test_the_second_of_two_hosts_is_told_on_the_desk(event, draft, as_olga, as_hugo, way, done):
    on_desk = {**HTMX, "HX-Target": "desk"}
    assert as_hugo.post(f"{DESK}drafts/{draft.pk}/{way}/", headers=on_desk).status_code == 200
    late = as_olga.post(f"{DESK}drafts/{draft.pk}/publish/", headers=on_desk)
    assert late.status_code == 409
    assert f"hugo has already {done} this." in late.content.decode()


def at(event, moment):
    return f"{moment.astimezone(event.tz):%Y-%m-%dT%H:%M}"


def test_an_entry_is_scheduled_from_the_composer_and_cancelled_on_the_desk(event, as_olga, as_hugo):
    later = (timezone.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    said = saves(as_olga, schedule="1", publish_at=at(event, later)).content.decode()
    assert "Scheduled for " in said
    draft = Draft.objects.get()
    assert draft.publish_at == Event.objects.get().entry_due_at == later
    desk = fetch(as_hugo, DESK)
    assert "Will be published" in desk
    named = f"<bdi>the draft by Olga for {when(later.astimezone(event.tz))}</bdi>"
    assert f"olga</bdi> scheduled {named}" in desk
    as_hugo.post(f"{DESK}drafts/{draft.pk}/cancel/")
    assert Draft.objects.get().publish_at is None
    assert f"hugo</bdi> cancelled {named}" in fetch(as_hugo, DESK)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Choose when to publish it."),
        ("2020-07-04T20:00", "Choose a time from "),
        ("soon", "Enter a date and a time, such as 2026-11-22T18:30."),
    ],
)
def test_a_wrong_time_to_publish_is_said_beside_the_field_and_the_text_kept(event, as_olga, typed, error):
    answer = saves(as_olga, schedule="1", publish_at=typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert error in re.search(r'id="entry-publish_at_error">(.*?)</p>', html)[1]
    assert text_in(html) == "Okafor again"
    assert not Draft.objects.exists()


def test_the_desk_says_that_an_entry_was_not_published_since_the_event_was_over(event, as_olga, olga):
    draft = event.draft(by=olga, name="Olga", text="Late", publish_at=timezone.now() + timedelta(hours=1))
    event.end(by=olga)
    moment = timezone.now() - timedelta(seconds=3)
    Draft.objects.filter(pk=draft.pk).update(publish_at=moment)
    Event.objects.update(entry_due_at=moment)
    desk = fetch(as_olga, DESK)  # any page of the event keeps its time
    assert "the event took no posts" in desk
    assert Entry.objects.count() == 0


def test_the_settings_have_the_phrases_and_say_what_is_wrong_with_them(event, as_olga):
    page = fetch(as_olga, "/events/match/settings/")
    assert 'name="phrases"' in page
