"""Nobody is disturbed in typing by the acts of others."""

import time
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from e2e.deployment import Deployment
from e2e.people.person import Person

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

TWENTY_CHANGES = """
event = Event.objects.get(slug={slug!r})
entries = Entry.objects.filter(event=event)
entry = entries.get(text='Entry 2')
for number in range(8): event.publish('Ann', f'News {{number}}')
for number in range(6): entry.comment('Ann', f'Remark {{number}}')
entries.get(text='Entry 1').retract()
entries.get(text='Entry 3').revise('Entry 3, put right')
Comment.objects.get(entry=entry, text='Remark 2').retract()
Comment.objects.get(entry=entry, text='Remark 3').revise('Remark 3, put right')
entry.revise('Entry 2, put right')
event.publish('Ann', 'The last change')
"""


def selects(field: Locator, start: int, end: int) -> None:
    field.evaluate("(field, [start, end]) => field.setSelectionRange(start, end)", [start, end])


def selection(field: Locator) -> Any:
    return field.evaluate("field => [field.selectionStart, field.selectionEnd]")


def test_a_half_typed_comment_survives_what_others_do(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.writes("Half an entry", name="Anna")
    anna.opens_comment_form("Entry 2")
    draft = anna.comment_text("Entry 2")
    draft.fill("Half a comment")
    selects(draft, 5, 9)
    deployment.shell(TWENTY_CHANGES.format(slug=event))
    anna.sees("The last change")
    anna.sees_edited("Entry 2, put right")
    draft = anna.comment_text("Entry 2, put right")
    expect(draft).to_have_value("Half a comment")
    expect(draft).to_be_focused()
    assert selection(draft) == [5, 9]
    expect(anna.entry_text).to_have_value("Half an entry")
    expect(anna.entry_name).to_have_value("Anna")
    anna.page.keyboard.type("of")
    expect(draft).to_have_value("Half ofmment")
    anna.reads_what_a_fresh_page_says()
    ben.reads_what_a_fresh_page_says()


def test_a_half_typed_entry_survives_what_others_do(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.writes("Half an entry", name="Anna")
    selects(anna.entry_text, 0, 4)
    deployment.shell(TWENTY_CHANGES.format(slug=event))
    anna.sees("The last change")
    expect(anna.entry_text).to_have_value("Half an entry")
    expect(anna.entry_text).to_be_focused()
    assert selection(anna.entry_text) == [0, 4]
    anna.presses("Post entry")
    ben.sees("Half an entry")


def test_a_half_made_edit_survives_what_others_do(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.posts("My own entry")
    anna.begins("My own entry", "Edit")
    anna.edit_text.fill("My own entry, half-way")
    selects(anna.edit_text, 3, 6)
    ben.comments("My own entry", "Well put")
    deployment.shell(TWENTY_CHANGES.format(slug=event))
    anna.sees("The last change")
    expect(anna.edit_text).to_have_value("My own entry, half-way")
    expect(anna.edit_text).to_be_focused()
    assert selection(anna.edit_text) == [3, 6]
    anna.presses("Save")
    ben.sees_edited("My own entry, half-way")


def test_the_reading_position_stays_when_entries_arrive_above(
    deployment: Deployment, anna: Person, ben: Person
) -> None:
    event = deployment.event(f"reading-{time.monotonic_ns()}", entries=30, visibility="unlisted")
    for person in (anna, ben):
        person.opens(event)
    anna.page.mouse.move(400, 300)
    anna.post("Entry 15").evaluate("entry => scrollTo(0, entry.getBoundingClientRect().top + scrollY - 100)")
    with anna.stays_put("Entry 15"):
        deployment.shell(
            f"event = Event.objects.get(slug={event!r})\n"
            "for number in range(10): event.publish('Ann', f'News {number}')\n"
            "entries = Entry.objects.filter(event=event)\n"
            "entries.get(text='Entry 25').retract()\n"
            "entries.get(text='Entry 20').comment('Ben', 'A remark')\n"
        )
        ben.posts("The latest")
        anna.does_not_see("Entry 25")
        anna.sees("The latest")


def test_others_see_that_somebody_types_until_it_is_posted_and_a_host_can_turn_that_off(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    heard: list[str] = []
    ben.watch.sockets[-1].on("framereceived", lambda frame: heard.append(str(frame)))
    typing = ben.page.get_by_text("Someone is typing…")
    with ben.stays_put("Entry 2"):
        anna.entry_text.click()
        anna.entry_name.fill("Anna")
        anna.entry_text.press_sequentially("Half a secret")
        expect(typing).to_be_visible()
    expect(anna.page.get_by_text("Someone is typing…")).to_have_count(0)
    anna.presses("Post entry")
    expect(typing).to_have_count(0)
    anna.opens_comment_form("Entry 2").get_by_role("textbox", name="Name").fill("Anna")
    anna.comment_text("Entry 2").press_sequentially("Another secret")
    expect(ben.post("Entry 2").get_by_text("Someone is typing…")).to_be_visible()
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(show_typing=False, title='Quiet')")
    expect(ben.page.get_by_role("heading", name="Quiet")).to_be_visible()
    expect(typing).to_be_hidden()  # after its five seconds
    anna.comment_text("Entry 2").press_sequentially(" and more")
    ben.posts("Nothing said of it")
    anna.sees("Nothing said of it")
    expect(typing).to_be_hidden()
    assert not any("Another secret" in frame for frame in heard)
