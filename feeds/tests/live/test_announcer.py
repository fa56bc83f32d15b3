"""Announcements: a burst of entries is one sentence."""

import re

from asgiref.sync import async_to_sync

from feeds.forms import Cursor
from feeds.live import announcer
from feeds.live.announcer import Announcer
from feeds.tests.live.pages import Page, audience_of
from feeds.timeline.frames import Frame
from feeds.timeline.variants import Variant

OLDEST = Variant.parse({"order": "oldest"})


def frame(news, latest):
    return Frame(Cursor("epoch", 1), Cursor("epoch", 2), "", news=news, latest=latest)


def said(page):
    return [re.sub(r"<[^>]*>", "", html).strip() for html in page.received]


def test_what_comes_right_after_an_announcement_waits_and_is_said_together(monkeypatch):
    monkeypatch.setattr(announcer, "APART", 1000.0)
    rita, paul = Page("Rita"), Page("Paul")
    announces = Announcer(audience_of(rita, paul))
    for name in ("Ann", "Ben", "Cem"):
        async_to_sync(announces.take)({Variant.plain(): frame(1, name)})
    assert said(rita) == said(paul) == ["New entry by Ann"]
    monkeypatch.setattr(announcer, "APART", 0.0)
    async_to_sync(announces.announce)()
    async_to_sync(announces.announce)()
    assert said(rita) == said(paul) == ["New entry by Ann", "2 more entries, the latest by Cem"]


def test_a_page_hears_of_the_entries_that_it_shows(monkeypatch):
    rita, paul = Page("Rita"), Page("Paul", OLDEST)
    announces = Announcer(audience_of(rita, paul))
    async_to_sync(announces.take)({Variant.plain(): frame(2, "Ann"), OLDEST: frame(0, "")})
    assert said(rita) == ["2 more entries, the latest by Ann"]
    assert said(paul) == []
