"""Reactions: who may react, how often, what pages are told, and what is kept."""

import re

import pytest
from django.utils import timezone

from feeds.forms import Cursor
from feeds.live import reaction_counts
from feeds.models import Closed, Entry, Event, Gone, Reaction, Tally
from feeds.tests.frames import steps
from feeds.tests.helpers import fetch, now, submit
from feeds.tests.models.post.reacting import counts, quiet, tap
from feeds.timeline.frames import frame_between


def names(html):
    """The names of the buttons."""
    return [re.sub("<[^>]*>", "", button) for button in re.findall(r'<button form="react".*?</button>', html)]


def test_a_tap_adds_a_reaction_and_another_takes_it_back(event, entry, rita, paul):
    tap(rita, entry)
    quiet(entry)
    tap(paul, entry)
    assert counts(entry) == {"like": 2}
    quiet(entry)
    tap(paul, entry)
    quiet(entry)
    tap(rita, entry, "love")
    assert counts(entry) == {"like": 1, "love": 1}


def test_the_answer_to_a_tap_has_no_entries_and_no_numbers(event, entry, rita):
    html = tap(rita, entry).content.decode()
    assert [(swap, where) for swap, where, _ in steps(html)] == [
        ("delete", "#own-reactions > link:not(:last-child)"),
        ("beforeend", "#own-reactions"),
        ("innerHTML", "#problem"),
    ]


def test_without_javascript_a_tap_leads_back_to_the_entry(event, entry, rita):
    answer = tap(rita, entry, htmx=False)
    assert (answer.status_code, answer["Location"]) == (303, f"/events/match/#{entry.element_id}")
    assert "<i>Like, </i>1<" in fetch(rita, "/events/match/")
    tap(rita, entry, htmx=False)  # at once
    assert ">Like</button>" in fetch(rita, "/events/match/")


def test_without_javascript_a_tap_on_an_old_entry_leads_to_its_page(event, entry, rita):
    for number in range(50):
        event.publish("Paul", f"Entry {number}")
    location = tap(rita, entry, htmx=False)["Location"]
    assert location == f"/events/match/entries/{entry.pk}/#{entry.element_id}"


def test_ones_own_reactions_are_highlighted_for_oneself_alone(event, entry, rita, paul):
    tap(rita, entry)
    assert f"#{entry.element_id} [name|=like]" in fetch(rita, "/events/match/own-posts.css")
    assert "(yours)" in fetch(rita, "/events/match/own-posts.css?reactions")
    paul.get("/events/match/")
    assert "name|=like" not in fetch(paul, "/events/match/own-posts.css")


def test_somebody_signed_in_reacts_once_whatever_the_browser(event, entry, hugo, as_hugo, client):
    tap(as_hugo, entry)
    quiet(entry)
    client.force_login(hugo)
    assert "name|=like" in fetch(client, "/events/match/own-posts.css")
    tap(client, entry)
    assert counts(entry) == {}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": "ended"}, "This event has ended, so nothing can be added."),
        ({"posting": "closed"}, "Posting and reactions are closed for now."),
        ({"reactions": "love"}, "This event no longer has that reaction. Reload the page to see the current ones."),
        ({"reactions": ""}, "This event no longer has that reaction. Reload the page to see the current ones."),
        ({"blocked_networks": "127.0.0.0/8"}, "Reactions from your network are blocked here. You can still read."),
    ],
)
def test_nobody_reacts_where_hosts_do_not_want_it(event, entry, rita, fields, told):
    assert tap(rita, entry).status_code == 200
    event.configure(**fields)
    answer = tap(rita, entry)
    assert answer.status_code == 403
    assert told in answer.content.decode()
    assert Reaction.objects.count() == 1


def test_a_removed_entry_a_draft_and_a_banned_visitor(event, entry, draft, rita, paul):
    secret = draft.publish("Olga", "Psst", user=draft.owner)
    assert tap(rita, secret).status_code == 404
    entry.retract()
    assert tap(rita, entry).status_code == 410
    assert tap(rita, Entry(pk=99999, event=event)).status_code == 404
    submit(paul, event, "Spam")
    spam = Entry.objects.get(text="Spam")
    event.ban(spam, by=event.owner)
    other = event.publish("Ann", "Hello")
    assert tap(paul, other).status_code == 403
    assert Reaction.objects.count() == 0


def test_who_taps_too_often_is_told_when_to_go_on(event, entry, rita, paul, settings, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)  # taps are counted by the minute of the clock
    settings.REACTIONS_PER_MINUTE, settings.REACTIONS_PER_NETWORK = 3, 5
    assert [tap(rita, entry).status_code for _ in range(3)] == [200] * 3
    answer = tap(rita, entry)
    assert answer.status_code == 429
    assert "You are reacting very fast. Try again in " in answer.content.decode()
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert tap(paul, entry).status_code == 200
    assert tap(paul, entry).status_code == 200
    assert "Many people on your network" in tap(paul, entry).content.decode()


def test_what_is_over_shows_the_last_tap_and_takes_no_more(event, entry, rita):
    tap(rita, entry)
    entry.react("like", visitor="2")
    event.end()
    assert counts(entry) == {"like": 2}
    html = fetch(rita, "/events/match/")
    assert 'form="react"' not in html
    assert '<span class="reaction like"><i>Like, </i>2</span>' in html
    Tally.objects.update(due=True)  # a tap that was under way
    quiet(entry)
    before = now(event)
    reaction_counts.publish_left_over()
    assert (now(event), Tally.objects.get().due) == (before, False)


def test_open_pages_get_other_buttons_when_a_host_chooses_others(event, entry, rita):
    before = now(event)
    event.configure(reactions="fire party")
    html = frame_between(event.pk, before).html
    assert re.findall(r'form="react" name="(\w+)-', html) == ["fire", "party", "report"]
    before = now(event)
    event.configure(title="Another title")
    assert "> .reactions" not in frame_between(event.pk, before).html


def test_a_removed_entry_keeps_its_reactions_for_when_it_is_restored_and_an_erased_one_none(event, entry, rita):
    tap(rita, entry)
    entry.retract(by=event.owner)
    with pytest.raises(Gone):
        Entry.objects.get(pk=entry.pk).react("like", visitor="2")
    entry.restore(by=event.owner)
    assert counts(entry) == {"like": 1}
    entry.retract(erase=True)
    assert (counts(entry), Reaction.objects.count(), Tally.objects.count()) == ({}, 0, 0)


def test_erasing_a_visitor_takes_their_reactions_off_the_pages(event, entry, rita, paul):
    submit(rita, event, "I was here")
    own = Entry.objects.get(text="I was here")
    tap(rita, entry)
    tap(paul, own)
    quiet(entry)
    tap(paul, entry)
    before = now(event)
    event.erase_visitor(own.visitor, by=event.owner)
    assert counts(entry) == {"like": 1}
    assert f"#{entry.element_id} > .reactions" in frame_between(event.pk, before).html
    assert Reaction.objects.count() == 1


def test_pages_show_each_kind_with_its_word_and_number(event, entry, rita):
    tap(rita, entry)
    assert names(fetch(rita, "/events/match/")) == ["Like, 1", "Love", "Funny", "Applause", "Report"]
    assert frame_between(event.pk, Cursor("none", 0)).reset


def test_everybody_may_react_while_only_hosts_post(event, entry, rita):
    event.configure(posting="hosts")
    assert tap(rita, entry).status_code == 200
    with pytest.raises(Closed):
        entry.react("nothing", visitor="1")


def test_who_is_removed_with_everything_reacts_no_more_until_that_is_undone(event, olga):
    goal, spam = event.publish("Paul", "Goal!"), event.publish("Eve", "Watches", visitor="e" * 32)
    for visitor in ("e" * 32, "r" * 32):
        goal.react("like", visitor=visitor)
    goal.publish_counts()
    before = Cursor.parse(f"{event.epoch}-{Event.objects.get().head}")
    event.remove_all_by(spam, by=olga)
    assert Entry.objects.get(pk=goal.pk).counts == {"like": 1}
    assert f"#{goal.element_id} > .reactions" in frame_between(event.pk, before).html
    act = event.acts.get(verb="removed_all")
    assert "e" * 32 not in str(act.details)
    act.undo(by=olga)
    assert Entry.objects.get(pk=goal.pk).counts == {"like": 2}
    assert set(goal.reactions.values_list("visitor", flat=True)) == {"e" * 32, "r" * 32}


def test_erasing_says_how_many_reactions_go(event, as_olga):
    goal, spam = event.publish("Paul", "Goal!"), event.publish("Eve", "Watches", visitor="e" * 32)
    for kind in ("like", "love"):
        goal.react(kind, visitor="e" * 32)
    page = fetch(as_olga, f"/events/match/owner/entries/{spam.pk}/")
    assert "Their 2 reactions are removed." in page
