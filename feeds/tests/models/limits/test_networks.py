"""Network addresses are kept as hashes, and forgotten."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from feeds.models import Comment, Entry, NetworkKey, tidy
from feeds.tests.helpers import submit
from feeds.tests.management.test_commands import run

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_keys_of_others():
    cache.clear()


def post(event, source, text="Goal!"):
    Client(REMOTE_ADDR=source).post("/events/match/entries/", {"name": "Paul", "text": text})
    return Entry.objects.latest("pk").network


def test_a_post_keeps_a_hash_of_its_network_and_nothing_else_of_its_address(event):
    here, beside, elsewhere = post(event, "192.0.2.7"), post(event, "192.0.2.8"), post(event, "198.51.100.7")
    assert here == beside != elsewhere
    assert {len(here), len(elsewhere)} == {64}
    fields = [str(value) for row in Entry.objects.values() for value in row.values()]
    assert [value for value in fields if "192.0.2" in value or "198.51.100" in value] == []


def test_comments_keep_one_too(event, paul):
    submit(paul, event, entry=event.publish("Rita", "First"))
    assert len(Comment.objects.get().network) == 64


def test_what_no_visitor_posted_has_no_network(event):
    assert event.publish("Rita", "First").network == ""


def test_the_key_is_random_the_days_own_and_shared_by_all_processes(db, monkeypatch):
    address, days = ip_address("192.0.2.7"), [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 1, 2)]
    found = []
    for day in days:
        monkeypatch.setattr(timezone, "now", lambda day=day: day)
        cache.clear()  # as in another process
        found.append(NetworkKey.objects.disguise(address))
    assert found[0] == found[1] != found[2]
    assert len(set(NetworkKey.objects.values_list("key", flat=True))) == 2
    NetworkKey.objects.all().delete()
    cache.clear()
    assert NetworkKey.objects.disguise(address) not in found


def test_an_address_that_nobody_can_tell_counts_as_one_network(db):
    assert NetworkKey.objects.disguise(None) == NetworkKey.objects.disguise(None)
    assert NetworkKey.objects.disguise(None) != NetworkKey.objects.disguise(ip_address("192.0.2.7"))


def test_after_a_month_networks_and_keys_are_gone_and_the_posts_as_they_were(event, head):
    post(event, "192.0.2.7", "Old")
    post(event, "192.0.2.7", "New")
    now = timezone.now()
    Entry.objects.filter(text="Old").update(published_at=now - 29 * DAY)
    for days in (29, 30, 31):
        NetworkKey.objects.create(day=(now - days * DAY).date(), key="k")
    before = head(event)
    assert tidy() == 1
    assert [bool(entry.network) for entry in Entry.objects.order_by("position")] == [False, True]
    assert [entry.text for entry in Entry.objects.visible().order_by("position")] == ["Old", "New"]
    assert set(NetworkKey.objects.values_list("day", flat=True)) == {now.date(), (now - 29 * DAY).date()}
    assert head(event) == before
    assert tidy() == 0


def test_the_command_says_what_it_did(event):
    post(event, "192.0.2.7")
    assert run("tidy") == "The networks of 0 posts are forgotten.\n"
    Entry.objects.update(published_at=timezone.now() - 30 * DAY)
    assert run("tidy") == "The networks of 1 post are forgotten.\n"


def test_what_is_forgotten_is_forgotten_in_steps(event, monkeypatch):
    """Each of which others can write after."""
    monkeypatch.setattr("feeds.models.limits.retention.STEP", 2)
    steps = []
    monkeypatch.setattr("feeds.models.limits.retention.time.sleep", steps.append)
    for number in range(5):
        event.publish("Ann", f"Entry {number}", network="n", at=timezone.now() - timedelta(days=40))
    assert tidy() == 5
    assert len(steps) == 2
    assert not Entry.objects.exclude(network="").exists()
