"""Weight of an entry: bytes of its frame and of a page of fifty, and the controls that a reader sees and tabs to."""

import zlib

import pytest
from django.utils import timezone

from feeds.forms import Cursor
from feeds.tests.helpers import elements, fetch, now
from feeds.timeline import listing
from feeds.timeline.frames import frame_between

FRAME, DEFLATED, ASK = 1_500, 650, 250
PAGE = 90_000
CONTROLS, STOPS = 120, 3
TEXT = "What a save by the keeper!"
FIELDS = {"button", "input", "select", "summary", "textarea"}


@pytest.fixture
def fifty(event, monkeypatch):
    """A page of entries as in a match: most are short, some have comments and reactions, and a few are key moments.

    Pages begin with fewer, so that they come soon; an open page soon has fifty.
    """
    monkeypatch.setattr(listing, "FIRST", 50)
    for number in range(50):
        entry = event.publish(("Ines", "Kofi", "Tomasz")[number % 3], f"{TEXT} {number}", visitor=f"{number % 7:032}")
        if number % 5 == 0:
            entry.comment("Lena", "I felt that in my chest.", visitor="l" * 32)
            entry.react("like", visitor="l" * 32)
            entry.publish_counts(at_once=True)
        if number % 20 == 0:
            entry.mark("GOAL! 2-1 Okafor")
    event.refresh_from_db()
    return event


def controls(html):
    """Controls between the tags of some HTML, without hidden ones and reactions that nobody has used."""
    found = [(tag, dict(attrs)) for tag, attrs in elements(html) if tag in FIELDS]
    unused = [(tag, given) for tag, given in found if given.get("form") == "react" and given.get("class") != "used"]
    hidden = [(tag, given) for tag, given in found if given.get("type") == "hidden" or given.get("name") == "subject"]
    return [each for each in found if each not in unused and each not in hidden]


def entry_of(html, entry):
    """The HTML of one entry on a page."""
    return html.partition(f'<article id="{entry.element_id}"')[2].partition('<article id="entry-')[0]


def weights(html):
    """Bytes of some HTML, plain and deflated."""
    plain, deflate = html.encode(), zlib.compressobj(9, zlib.DEFLATED, -15)
    return len(plain), len(deflate.compress(plain) + deflate.flush())


def test_the_frame_of_a_short_entry_is_light(event):
    event.configure(slug="petrel-7", starts_at=timezone.now())
    event.publish("Ines", "Kick-off", visitor="i" * 32)
    start = now(event)
    event.publish("Kofi", TEXT, visitor="k" * 32)
    frame = frame_between(event.pk, start).html
    entry, _, ask = frame.rpartition("<hx-upsert")  # for pages of single entries, which then ask for themselves again
    plain, deflated = weights(entry)
    assert (plain <= FRAME, deflated <= DEFLATED) == (True, True), (plain, deflated, entry)
    assert 'id="again"' in ask
    assert weights(ask)[0] <= ASK


def test_a_page_of_fifty_entries_is_light_and_calm(fifty, rita):
    html = fetch(rita, fifty.get_absolute_url())
    assert html.count('<article id="entry-') == 50
    assert len(html.encode()) <= PAGE
    assert len(controls(html)) <= CONTROLS
    assert "<textarea" not in html.partition('id="entries"')[2]
    assert html.count("csrfmiddlewaretoken") <= 4  # composer, reactions, and the choice of a language


def test_an_entry_without_reactions_has_three_tab_stops(fifty, rita):
    html = fetch(rita, fifty.get_absolute_url())
    plain = entry_of(html, fifty.entries.get(text__endswith=" 49"))
    links = [dict(attrs) for tag, attrs in elements(plain) if tag == "a" and "own" not in dict(attrs).get("class", "")]
    assert len(links) + len(controls(plain)) <= STOPS


def test_an_entry_has_nothing_that_only_hosts_use(fifty, rita, as_hugo):
    verbs = ("/remove/", "/pin/", "/moment/", "/ban/", "tools")
    assert [verb for verb in verbs if verb in fetch(rita, fifty.get_absolute_url())] == []
    page = fetch(as_hugo, fifty.get_absolute_url())
    assert [verb for verb in verbs if verb in page] == list(verbs)
    frame = frame_between(fifty.pk, Cursor(fifty.epoch, 0)).html
    assert [verb for verb in verbs if verb in frame] == []
