"""Slow mode: a visitor waits between two posts, entries and comments together, and hosts do not."""

from datetime import timedelta

import pytest

from feeds.models import Comment, Entry, TooOften
from feeds.tests.helpers import fetch, form_of, submit
from feeds.tests.models.limits.test_limits import age
from feeds.tests.transfer.documents import text_of, upload

RITA, PAUL = "r" * 32, "p" * 32
SAID = "Slow mode: one post every 30 seconds. Your text is kept here: try again in {} seconds."


@pytest.fixture
def slow(event):
    """The match with thirty seconds between two posts of a visitor."""
    event.configure(slow_mode=30)
    return event


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_second_post_is_told_the_seconds_left_and_keeps_its_text(slow, paul, htmx):
    submit(paul, slow, "One")
    age(timedelta(seconds=10))
    response = submit(paul, slow, "Two", htmx=htmx)
    left = response["Retry-After"]
    assert (response.status_code, 18 <= int(left) <= 20) == (429, True)
    assert form_of(response) == ("Paul", "Two", [SAID.format(left)])
    assert f'data-left="{left}"' in response.content.decode()
    age(timedelta(seconds=20))
    assert submit(paul, slow, "Two", htmx=htmx).status_code == (200 if htmx else 303)


def test_entries_and_comments_wait_for_each_other(slow, paul):
    entry = slow.publish("Rita", "First", visitor=RITA)
    submit(paul, slow, "One", entry=entry)
    assert submit(paul, slow, "Two").status_code == 429
    assert submit(paul, slow, "Three", entry=entry).status_code == 429
    assert (Entry.objects.count(), Comment.objects.count()) == (1, 1)


def test_each_visitor_and_each_event_has_a_pace_of_its_own(slow, new_event, paul, rita):
    other = new_event("other")
    assert [submit(client, event).status_code for client in (paul, rita) for event in (slow, other)] == [303] * 4
    assert submit(paul, other, "Again").status_code == 303


def test_hosts_are_exempt(slow, as_hugo):
    assert [submit(as_hugo, slow, f"{number}", "Hugo").status_code for number in range(3)] == [303] * 3


@pytest.mark.parametrize("change", ["held", "rejected", "removed", "erased"])
def test_a_post_counts_whatever_became_of_it(slow, olga, change):
    post = slow.publish("Rita", "One", visitor=RITA, hold="It waits." if change in {"held", "rejected"} else "")
    if change == "rejected":
        post.reject(by=olga)
    elif change != "held":
        post.retract(by=None if change == "erased" else olga, erase=change == "erased")
    with pytest.raises(TooOften):
        slow.publish("Rita", "Two", visitor=RITA)
    slow.publish("Paul", "Two", visitor=PAUL)


def test_a_refused_post_does_not_make_the_wait_longer(slow, paul):
    submit(paul, slow, "One")
    age(timedelta(seconds=29))
    assert submit(paul, slow, "Two")["Retry-After"] == "1"
    age(timedelta(seconds=1))
    assert submit(paul, slow, "Two").status_code == 303


def test_a_repeated_request_is_not_another_post(slow, paul):
    assert [submit(paul, slow, "One", key="k").status_code for _ in range(2)] == [303, 303]
    assert Entry.objects.count() == 1


def test_a_post_without_an_author_waits_for_nothing(slow):
    assert [slow.publish("Somebody", f"{number}").is_shown for number in range(2)] == [True, True]


def test_it_is_set_on_the_desk_and_in_the_settings_and_the_log_says_so(event, as_hugo):
    as_hugo.post("/events/match/host/rules/", {"posting": "open", "comments_open": "on", "slow_mode": "10"})
    event.refresh_from_db()
    assert (event.slow_mode, str(event.acts.first())) == (10, "hugo set slow mode: One post every 10 seconds")
    assert '<option value="10" selected>' in fetch(as_hugo, "/events/match/settings/")
    wrong = as_hugo.post("/events/match/host/rules/", {"posting": "open", "slow_mode": "11"})
    assert (wrong.status_code, "Choose a time from the list." in wrong.content.decode()) == (422, True)


def test_pages_say_which_pace_it_is_and_open_ones_learn_it(slow, rita, paul):
    page = fetch(rita, "/events/match/")
    assert 'data-slow="30"' in page
    assert "Slow mode: one post every 30 seconds." in page
    slow.configure(slow_mode=60)
    assert 'data-slow="60"' in fetch(paul, f"/events/match/changes/?after={slow.epoch}-1", htmx=True)


def test_it_moves_with_an_export_and_only_the_usual_times_are_taken(slow, as_olga):
    document = text_of(slow)
    assert '"slow_mode": 30' in document
    upload(as_olga, document.replace('"slow_mode": 30, ', "").encode())
    upload(as_olga, document.encode())
    copies = type(slow).objects.exclude(pk=slow.pk).order_by("pk")
    assert [copy.slow_mode for copy in copies] == [0, 30]
    refused = upload(as_olga, document.replace('"slow_mode": 30', '"slow_mode": 31').encode())
    assert "Use one of: 0, 10, 30, 60." in refused.content.decode()
