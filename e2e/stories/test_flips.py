"""Tabs that come and go faster than sockets do, and news that come faster than one types."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.people.person import Person

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

FIFTY_CHANGES = """
event = Event.objects.get(slug={slug!r})
entry = Entry.objects.get(event=event, text='Entry 2')
for number in range(24):
    event.publish('Ann', f'News {{number}}')
    entry.comment('Ann', f'Remark {{number}}')
Entry.objects.get(event=event, text='Entry 1').retract()
event.publish('Ann', 'The last change')
"""

FIFTY_MORE = """
event = Event.objects.get(slug={slug!r})
for number in range(39): Entry.objects.get(event=event, text='Entry 3').comment('Ben', f'Aside {{number}}')
for number in range(10): event.publish('Ann', f'More {{number}}')
event.publish('Ann', 'The very last change')
"""


def test_a_tab_that_is_hidden_and_shown_twenty_times_is_live_on_one_socket(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.loses_the_network()  # a browser says so, too, when a socket is closed before it is open
    for number in range(20):
        anna._turn_visibility("hidden")
        if number % 5 == 0:
            ben.posts(f"Flip {number}")
        anna.lets_frames_pass(number // 3)  # flips of any speed, whatever state they find the socket in
        anna._turn_visibility("visible")
        anna.lets_frames_pass(6 - number // 3)
    anna.is_live()
    ben.posts("The last flip")
    anna.sees("The last flip")
    anna.has_one_socket()
    anna.reads_what_a_fresh_page_says()
    assert anna.reads_entries() == ben.reads_entries()


def test_a_tab_that_is_flipped_faster_than_a_socket_opens_is_live_on_one_socket(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.loses_the_network()
    for _ in range(20):
        anna._turn_visibility("hidden")
        anna._turn_visibility("visible")
    ben.posts("The last flip")
    anna.sees("The last flip")
    anna.is_live()
    anna.has_one_socket()
    anna.reads_what_a_fresh_page_says()
    assert anna.reads_entries() == ben.reads_entries()


def test_typing_goes_on_while_fifty_changes_arrive(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.opens_comment_form("Entry 2")
    draft, typed = anna.comment_text("Entry 2"), "As I was saying before I was interrupted"
    draft.focus()
    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(deployment.shell, FIFTY_CHANGES.format(slug=event))
        anna.page.keyboard.type(typed, delay=30)
        changing.result()
    anna.sees("The last change")
    expect(draft).to_have_value(typed)
    expect(draft).to_be_focused()
    draft.evaluate("field => field.setSelectionRange(3, 8)")
    deployment.shell(FIFTY_MORE.format(slug=event))
    anna.sees("The very last change")
    assert draft.evaluate("field => [field.selectionStart, field.selectionEnd]") == [3, 8]
    expect(draft).to_be_focused()
    anna.page.keyboard.type("we were")
    expect(draft).to_have_value("As we were saying before I was interrupted")
    anna.reads_what_a_fresh_page_says()
    assert anna.reads_entries() == ben.reads_entries()
