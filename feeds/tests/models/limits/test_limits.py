"""Too many posts, the same again, from where none are wanted; hosts are exempt, and no text is lost."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feeds.models import Comment, Entry, Event
from feeds.tests.helpers import FORM, HTMX, elements, fetch, form_of, submit
from feeds.transfer import exports

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["entry", "comment"])
def under(request, event):
    """The parent of the post: none for an entry, an entry for a comment."""
    return {} if request.param == "entry" else {"entry": event.publish("Rita", "First")}


@pytest.fixture
def limits(settings):
    """Three posts a minute for a visitor, five for a network."""
    settings.POSTS_PER_MINUTE, settings.POSTS_PER_NETWORK = 3, 5


def age(by):
    """Make all posts older."""
    for model in (Entry, Comment):
        for post in model.objects.all():
            model.objects.filter(pk=post.pk).update(published_at=post.published_at - by)


def send(client, event, text="Goal!", *, source="127.0.0.1", entry=None, **fields):
    path = f"/events/{event.slug}/entries/" + (f"{entry.pk}/comments/" if entry else "")
    return client.post(path, {"name": "Paul", "text": text} | fields, REMOTE_ADDR=source)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_who_posts_too_fast_is_told_when_to_go_on_and_keeps_the_text(event, under, limits, paul, htmx):
    for number in range(3):
        assert submit(paul, event, f"{number}", htmx=htmx, **under).status_code == (200 if htmx else 303)
    age(MINUTE / 3)
    response = submit(paul, event, "Goal!", htmx=htmx, **under)
    assert response.status_code == 429
    assert 38 <= int(response["Retry-After"]) <= 40
    said = f"You are posting very fast. Your text is kept here: try again in {response['Retry-After']} seconds."
    assert form_of(response) == ("Paul", "Goal!", [said])
    html = response.content.decode()
    kind = f"entry-{under['entry'].pk}-comment" if under else "entry"
    above_the_button = (
        r'role="alert">(?:<[^>]*>)*You are posting very fast(?:(?!</p>).)*</p>\s*<p class="buttons">\s*<button'
    )
    assert re.search(rf'<form id="{kind}-form"(?:(?!</form>).)*{above_the_button}', html, re.DOTALL)
    age(MINUTE * 2 / 3)
    assert submit(paul, event, "Goal!", htmx=htmx, **under).status_code == (200 if htmx else 303)


def test_entries_and_comments_in_all_events_count_together(event, new_event, limits, paul):
    entry = event.publish("Rita", "First")
    answers = [
        submit(paul, event, "One"),
        submit(paul, event, "Two", entry=entry),
        submit(paul, new_event("other"), "Three"),
        submit(paul, event, "Four"),
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]


def test_what_was_removed_counts(event, limits, paul):
    for number in range(3):
        submit(paul, event, f"{number}")
        Entry.objects.latest("pk").retract(erase=True)
    assert submit(paul, event).status_code == 429


def test_a_refused_post_does_not_make_the_wait_longer(event, limits, paul):
    for number in range(9):
        submit(paul, event, f"{number}")
    age(MINUTE)
    assert submit(paul, event).status_code == 303


def test_the_same_submission_again_is_no_further_post(event, limits, paul):
    paul.get("/events/match/")
    for number in range(3):
        submit(paul, event, f"{number}", key=f"{number}")
    assert submit(paul, event, "2", key="2").status_code == 303
    assert submit(paul, event, "2", key="3").status_code == 429


def test_a_network_has_a_limit_that_no_new_cookie_or_address_in_it_escapes(event, limits):
    sources = [f"2001:db8:1:2::{number}" for number in range(6)]
    assert [send(Client(), event, source, source=source).status_code for source in sources] == [303] * 5 + [429]
    refused = send(Client(), event, "Me too", source="2001:db8:1:2:ffff::")
    assert "Many people on your network are posting right now. Your text is kept here:" in refused.content.decode()
    assert send(Client(), event, "From next door", source="2001:db8:1:3::1").status_code == 303


def test_a_forwarded_address_counts_only_as_far_as_proxies_are_trusted(event, limits, settings):
    def status(forwarded, text):
        form = {"name": "Paul", "text": text}
        return (
            Client()
            .post("/events/match/entries/", form, headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
            .status_code
        )

    spoofed = [status(f"198.51.{number}.1", f"{number}") for number in range(6)]
    assert spoofed == [303] * 5 + [429]
    settings.TRUSTED_PROXIES = 1
    behind = [status(f"198.51.{number}.1, 192.0.2.{number}", f"again {number}") for number in range(6)]
    assert behind == [303] * 5 + [429]
    assert status("192.0.2.1, 198.51.100.1", "From next door") == 303


def test_no_limit_is_no_limit(event, settings, paul):
    settings.POSTS_PER_MINUTE = settings.POSTS_PER_NETWORK = 0
    assert {submit(paul, event, f"{number}").status_code for number in range(20)} == {303}


def test_limits_cost_three_queries_and_none_when_they_are_off(event, under, settings, paul):
    submit(paul, event, "Warm", **under)

    def queries(text):
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert submit(paul, event, text, **under).status_code == 303
        return len(found)

    without = queries("One")
    settings.POSTS_PER_MINUTE, settings.POSTS_PER_NETWORK, settings.SAME_TEXT_MINUTES = 10, 60, 5
    settings.FASTEST_POST = 2
    assert queries("Two") == without + 3


LONG = "Cheap watches at the usual place, only today"


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_the_same_text_again_is_refused_for_some_minutes(event, under, settings, paul, htmx):
    settings.SAME_TEXT_MINUTES = 5
    submit(paul, event, LONG, **under)
    age(MINUTE)
    response = submit(paul, event, LONG, htmx=htmx, **under)
    assert (response.status_code, 238 <= int(response["Retry-After"]) <= 240) == (429, True)
    said = "You just posted this. Change it, or try again in 4 minutes."
    assert form_of(response) == ("Paul", LONG, [said])
    assert submit(paul, event, f"{LONG}!", htmx=htmx, **under).status_code == (200 if htmx else 303)
    age(4 * MINUTE)
    assert submit(paul, event, LONG, htmx=htmx, **under).status_code == (200 if htmx else 303)


def test_short_cries_are_repeated_but_not_without_end(event, under, settings, paul):
    settings.SAME_TEXT_MINUTES = 5
    assert [submit(paul, event, "GOAL!!!", **under).status_code for _ in range(4)] == [303, 303, 303, 429]


@pytest.mark.parametrize(("length", "again"), [(30, 303), (31, 429)])
def test_a_text_is_short_up_to_thirty_characters(event, settings, paul, length, again):
    settings.SAME_TEXT_MINUTES = 5
    text = "What a goal, what a match tonight!"[:length]
    assert [submit(paul, event, text).status_code for _ in range(2)] == [303, again]


def test_what_answers_one_entry_may_answer_another_one_as_well(event, settings, paul):
    settings.SAME_TEXT_MINUTES = 5
    entries = [event.publish("Rita", f"Question {number}") for number in range(5)]
    assert [submit(paul, event, "Yes!", entry=entry).status_code for entry in entries] == [303] * 5
    assert [submit(paul, event, LONG, entry=entry).status_code for entry in entries] == [303, 303, 303, 429, 429]
    assert submit(paul, event, LONG, entry=entries[0]).status_code == 429


def test_a_form_that_is_sent_twice_is_no_repetition(event, settings, paul):
    settings.SAME_TEXT_MINUTES = 5
    paul.get("/events/match/")
    answers = [submit(paul, event, LONG, key="k") for _ in range(2)]
    assert answers[0]["Commentary-Seq"] == answers[1]["Commentary-Seq"]
    assert submit(paul, event, LONG, key="l").status_code == 429


def test_people_on_one_network_cry_out_the_same_but_do_not_write_the_same(event, new_event, settings):
    settings.SAME_TEXT_MINUTES = 5
    assert [send(Client(), event, "What a goal!").status_code for _ in range(3)] == [303] * 3
    assert [send(Client(), event, LONG).status_code for _ in range(2)] == [303, 429]
    refused = send(Client(), event, LONG).content.decode()
    assert "Somebody on your network just posted this." in refused
    assert send(Client(), event, LONG, source="192.0.2.1").status_code == 303
    assert send(Client(), new_event("other"), LONG).status_code == 303


def test_hosts_are_exempt_from_limits_and_leave_no_network(event, limits, settings, as_hugo):
    settings.SAME_TEXT_MINUTES, settings.FASTEST_POST = 5, 60
    event.configure(blocked_words="goal", blocked_networks="127.0.0.0/8")
    key = re.search(r'name="key" value="(\w+)"', fetch(as_hugo, "/events/match/"))[1]
    form = {"name": "Hugo", "text": "Goal! https://example.org", "key": key, "subject": "x"}
    answers = [
        as_hugo.post("/events/match/entries/", form | {"name": f"Hugo {n}", "key": f"{n}{key[1:]}"}) for n in range(7)
    ]
    assert [answer.status_code for answer in answers] == [303] * 7
    assert set(Entry.objects.values_list("state", "network", "by_host")) == {("shown", "", True)}


def test_a_hosts_posts_do_not_use_up_what_visitors_on_the_network_have(event, limits, as_hugo, paul):
    for number in range(9):
        submit(as_hugo, event, f"{number}", "Hugo")
    assert submit(paul, event).status_code == 303


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_blocked_network_reads_and_does_not_post(event, under, htmx):
    event.configure(blocked_networks="198.51.100.0/24\n2001:db8::/32")
    said = "Posts from your network are blocked here. You can still read. Your text is kept here."
    for source in ("198.51.100.7", "2001:db8:7::1", "::ffff:198.51.100.7"):
        response = Client(REMOTE_ADDR=source, headers=HTMX if htmx else {}).post(
            "/events/match/entries/" + (f"{under['entry'].pk}/comments/" if under else ""),
            {"name": "Paul", "text": "Goal!"},
        )
        assert (response.status_code, form_of(response)) == (403, ("Paul", "Goal!", [said]))
        assert Client(REMOTE_ADDR=source).get("/events/match/").status_code == 200
    for source in ("198.51.101.7", "2001:db9::1", ""):
        assert send(Client(), event, source=source, **under).status_code == 303


def test_a_user_makes_so_many_events_an_hour_and_a_day(settings, as_sam, as_hugo):
    settings.EVENTS_PER_HOUR, settings.EVENTS_PER_DAY = 2, 3

    def make(client, number):
        return client.post("/events/new/", FORM | {"slug": f"final-{number}"})

    assert [make(as_sam, number).status_code for number in range(3)] == [302, 302, 429]
    refused = make(as_sam, 3)
    assert 3598 <= int(refused["Retry-After"]) <= 3600
    html = refused.content.decode()
    errors = re.findall(r'<p class="error"[^>]*>(.*?)</p>', html)
    assert errors == ["You can create 2 events an hour. What you entered is kept here: try again in 60 minutes."]
    assert "The last one</textarea>" in html
    assert make(as_hugo, 4).status_code == 302
    assert sorted(Event.objects.values_list("slug", flat=True)) == ["final-0", "final-1", "final-4"]
    settings.EVENTS_PER_HOUR = 0
    assert [make(as_sam, number).status_code for number in (5, 6)] == [302, 429]
    said = "You can create 3 events a day. What you entered is kept here: try again in 24 hours."
    assert said in make(as_sam, 6).content.decode()
    settings.EVENTS_PER_DAY = 0
    assert make(as_sam, 6).status_code == 302


def test_a_refused_form_uses_up_no_event(settings, as_sam):
    settings.EVENTS_PER_HOUR = 1
    assert as_sam.post("/events/new/", FORM | {"title": ""}).status_code == 422
    assert [as_sam.post("/events/new/", FORM | {"slug": slug}).status_code for slug in ("one", "two")] == [302, 429]


def test_an_import_makes_an_event_as_well(settings, event, as_sam):
    settings.EVENTS_PER_HOUR = 1
    document = "".join(exports.pieces(event)).encode()
    made, refused = (
        as_sam.post("/events/import/", {"file": SimpleUploadedFile("match.json", document)}) for _ in range(2)
    )
    assert (made.status_code, refused.status_code, "Retry-After" in refused) == (302, 429, True)
    assert "You can create 1 events an hour." in refused.content.decode()
    assert Event.objects.exclude(pk=event.pk).count() == 1


def test_the_field_for_nobody_is_neither_seen_nor_reached_nor_filled_in_by_a_browser(event, paul):
    entry = event.publish("Rita", "First")
    for html in (fetch(paul, "/events/match/"), fetch(paul, f"{entry.permalink}reply/", htmx=True)):
        inputs = [dict(attrs) for tag, attrs in elements(html) if tag == "input"]
        assert [each for each in inputs if each.get("name") == "subject"] == [
            {"name": "subject", "autocomplete": "off"}
        ]
        assert html.count('<p class="for-nobody"><label>Leave this empty <input name="subject"') == 1
