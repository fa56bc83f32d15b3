"""Entries that change their place on open pages; and frames applied by Chromium beside our own reader."""

import re
from difflib import unified_diff

import pytest
from playwright.sync_api import Browser, Route, expect

from e2e.deployment import Deployment
from e2e.evidence import SIGN_OF_HTMX
from e2e.people.person import Person
from e2e.people.tab import APPLY
from e2e.protocol.page import Page
from e2e.protocol.reader import ProtocolReader

AT_THE_TOP = """
from django.db import transaction
entry = Entry.objects.get(event__slug={slug!r}, text={text!r})
owner = entry.event.owner
{how}:
    entry.hold_again(by=owner)
    entry.approve(by=owner, top=True)
"""
PLAY = """
from random import Random
from feeds.tests.timeline import histories
# Another address might be that of another story's event.
histories.SETTINGS["address"] = histories.SETTINGS["title"]
event = Event.objects.get(slug={slug!r})
event.configure(blocked_words=histories.BLOCKED)
history = histories.History(Event.objects.get(pk=event.pk), event.owner)
history.play({steps}, Random({seed}))
if history.event.is_over:
    history.event.start()
"""


@pytest.mark.parametrize("frames", ["in one frame", "in two"])
def test_a_half_typed_comment_goes_where_its_entry_goes(
    deployment: Deployment, event: str, anna: Person, frames: str
) -> None:
    anna.opens(event)
    anna.opens_comment_form("Entry 1").get_by_role("textbox", name="Name").fill("Anna")
    field = anna.comment_text("Entry 1")
    field.click()
    field.press_sequentially("Half a thou")
    how = "with transaction.atomic()" if frames == "in one frame" else "if True"
    deployment.shell(AT_THE_TOP.format(slug=event, text="Entry 1", how=how))
    expect(anna.page.locator("#entries > .entry > .body > .text")).to_have_text(["Entry 1", "Entry 3", "Entry 2"])
    expect(field).to_have_value("Half a thou")
    expect(anna.page.locator(".reply")).to_have_count(3)
    if frames == "in one frame":
        expect(field).to_be_focused()
    field.press_sequentially("ght")
    anna.post("Entry 1").get_by_role("button", name="Post comment").click()
    expect(anna.post("Half a thought")).to_be_visible()


@pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
def test_chromium_makes_of_frames_what_our_own_reading_makes_of_them(
    browser: Browser, deployment: Deployment, event: str
) -> None:
    """Pages in tests are documents that frames are applied to as htmx does. This is htmx."""
    deployment.shell(PLAY.format(slug=event, seed=0, steps=40))
    # The order is said each time: one browser has opened them all, and remembers it.
    queries = ["", "order=oldest", "order=newest&view=moments"]
    readers = [ProtocolReader(deployment.url, event, query=query) for query in queries]
    context = browser.new_context()
    context.route("**/*", _only_pages)
    context.route_web_socket(re.compile("."), lambda socket: None)
    shown = []
    for query in queries:
        page = context.new_page()
        page.goto(f"{deployment.url}/events/{event}/?{query}")
        shown.append(page)
    for seed in range(1, 9):
        deployment.shell(PLAY.format(slug=event, seed=seed, steps=8))
        for reader, page in zip(readers, shown, strict=True):
            answer = reader.poll()
            reader.page.swap(answer)
            page.evaluate(APPLY, answer)
            theirs = Page(page.content().replace(SIGN_OF_HTMX, "")).normalised().splitlines()
            ours = reader.page.normalised().splitlines()
            unlike = "\n".join(unified_diff(ours, theirs, "our reading", "Chromium", lineterm="", n=2))
            assert not unlike, f"{reader.path}\n{unlike}"
    context.close()


def _only_pages(route: Route) -> None:
    """Leave requests that pages make by themselves out of the comparison."""
    asks = route.request.resource_type in {"fetch", "xhr"}
    route.abort() if asks else route.continue_()
