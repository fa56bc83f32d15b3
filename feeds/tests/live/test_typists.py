"""Typing is told to others where it is allowed, by the rule for that place."""

import asyncio

import pytest
from asgiref.sync import async_to_sync

from feeds.live.typing import Typists
from feeds.tests.live.pages import Page, audience_of
from feeds.timeline.standings import Signs

AN_ENTRY, A_COMMENT = 0, 7
"""Places: where entries are written, and the entry under which a comment is."""


@async_to_sync
async def heard(place, *, host=False, **signs):
    """Whether Paul hears that Rita is typing there, and whether other processes are told."""
    rita, paul = Page("Rita"), Page("Paul")
    rita.reader.host = object() if host else None
    typists = Typists(audience_of(rita, paul))
    passed_on = typists.hear(place, rita.reader, Signs(**signs))
    await asyncio.sleep(0.01)
    if typists._task:
        typists._task.cancel()
    assert rita.received == []
    return bool(paul.received), passed_on


@pytest.mark.parametrize(("place", "other"), [(AN_ENTRY, A_COMMENT), (A_COMMENT, AN_ENTRY)])
@pytest.mark.parametrize(("rule", "visitor", "host"), [("", False, False), ("hosts", False, True), ("all", True, True)])
def test_typing_is_told_as_the_rule_for_its_place_says(place, other, rule, visitor, host):
    for elsewhere in ("", "all"):
        signs = {"comments" if at else "entries": allowed for at, allowed in ((place, rule), (other, elsewhere))}
        assert heard(place, **signs) == (visitor, visitor), signs
        assert heard(place, host=True, **signs) == (host, host), signs
