"""A removed post leaves a gap in its place, for hosts alone and without its words."""

import pytest

from feeds.tests.frames import steps
from feeds.tests.helpers import HTMX, fetch

PAGE, REMOVED = "/events/match/", "/events/match/host/removed/"
GAP = "removed by a host"


@pytest.fixture
def posts(event):
    first, second, third = (event.publish("Ann", text) for text in ("First", "Second", "Third"))
    return first, second, third, second.comment("Ann", "Reply"), first.comment("Ann", "Answer")


def order(html, *ids):
    return sorted(ids, key=lambda each: html.index(f'id="{each}"'))


def test_hosts_see_a_gap_where_something_was_and_readers_do_not(event, posts, hugo, as_hugo, rita):
    first, second, third, _, answer = posts
    second.retract(by=hugo)
    answer.retract(by=hugo)
    for path in (PAGE, f"{PAGE}host/"):
        html = fetch(as_hugo, path)
        entries = html[html.index('id="entries"') :].partition('class="desk-side')[0]
        assert (entries.count(GAP), "Second" in entries, "Answer" in entries, "Reply" in entries) == (
            2,
            False,
            False,
            False,
        )
        ids = [post.element_id for post in (third, second, first, answer)]
        assert order(entries, *ids) == ids
    for client in (rita, as_hugo):
        assert GAP not in fetch(client, f"{PAGE}changes/?after={event.epoch}-0")
    assert GAP not in fetch(rita, PAGE)
    assert 'id="gaps"' not in fetch(rita, PAGE)


def test_the_gap_finds_its_place_on_open_pages_and_only_where_nothing_is(event, posts, hugo, as_hugo):
    _, second, third, _, answer = posts
    assert steps(fetch(as_hugo, REMOVED, htmx=True)) == []
    second.retract(by=hugo)
    answer.retract(by=hugo)
    assert steps(fetch(as_hugo, REMOVED, htmx=True)) == [
        ("upsert", f"#entries:not(:has(> #{second.element_id})):has(> #{third.element_id})", [second.element_id]),
        ("upsert", f"#entry-{answer.entry_id}-comments:not(:has(> #{answer.element_id}))", [answer.element_id]),
    ]
    etag = as_hugo.get(REMOVED, headers=HTMX)["ETag"]
    assert as_hugo.get(REMOVED, headers={**HTMX, "If-None-Match": etag}).status_code == 304
    second.restore(by=hugo)
    assert [where for _, where, _ in steps(fetch(as_hugo, REMOVED, htmx=True))] == [
        f"#entry-{answer.entry_id}-comments:not(:has(> #{answer.element_id}))"
    ]
    assert GAP in fetch(as_hugo, PAGE)


@pytest.mark.parametrize("how", ["erased", "waiting", "rejected"])
def test_what_no_host_removed_leaves_no_gap(event, posts, hugo, as_hugo, how):
    first = posts[0]
    if how == "erased":
        first.retract(erase=True)
    else:
        first.hold_again(by=hugo)
        if how == "rejected":
            first.reject(by=hugo)
    assert GAP not in fetch(as_hugo, PAGE)
    assert steps(fetch(as_hugo, REMOVED, htmx=True)) == []


def test_a_page_of_earlier_entries_has_only_the_gaps_of_its_stretch(event, posts, hugo, as_hugo):
    for number in range(60):
        event.publish("Ann", f"Entry {number}")
    posts[1].retract(by=hugo)
    assert GAP not in fetch(as_hugo, PAGE)
    assert fetch(as_hugo, f"{PAGE}?before={posts[2].position + 1}").count(GAP) == 1
