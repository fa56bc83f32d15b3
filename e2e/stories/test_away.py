"""Whatever kept a page from being live, it catches up without being reloaded."""

import time
from contextlib import suppress

import pytest
from playwright.sync_api import Route, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import APPLY
from e2e.proxy import Proxy

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

MEANWHILE = """
event = Event.objects.get(slug={slug!r})
for number in range(4, 9): event.publish('Ann', f'Entry {{number}}')
Entry.objects.get(event=event, text='Entry 2').retract()
Entry.objects.get(event=event, text='Entry 1').comment('Ben', 'A comment')
"""


START_AGAIN = """
from feeds.timeline.frames import whole_page
from feeds.timeline.variants import Variant
print(whole_page(Event.objects.get(slug={slug!r}), Variant.plain()).html)
"""


def happens(deployment: Deployment, slug: str) -> None:
    """Five posts, a removal and a comment, by somebody in a process of their own."""
    deployment.shell(MEANWHILE.format(slug=slug))


def test_a_hidden_tab_catches_up_when_it_is_shown(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.hides_the_tab()
    happens(deployment, event)
    ben.does_not_see("Entry 2")
    anna.sees("Entry 2")
    anna.shows_the_tab()
    anna.reads_what_a_fresh_page_says()
    assert anna.reads_entries() == ben.reads_entries()


def test_going_back_to_the_page_brings_it_up_to_date(deployment: Deployment, event: str, anna: Person) -> None:
    anna.opens(event)
    anna.follows("Commentary")
    expect(anna.page.get_by_role("heading", name="Events")).to_be_visible()
    happens(deployment, event)
    anna.page.go_back()
    anna.is_live()
    anna.reads_what_a_fresh_page_says()
    anna.page.go_forward()
    anna.page.go_back()
    deployment.manage("post", event, "After all that", "--name", "Ann")
    anna.sees("After all that")
    anna.reads_what_a_fresh_page_says()


def test_older_entries_merge_and_are_live(deployment: Deployment, anna: Person, ben: Person) -> None:
    event = deployment.event(f"long-{time.monotonic_ns()}", entries=120, visibility="unlisted")
    for person in (anna, ben):
        person.opens(event)
    assert anna.entries() == [f"Entry {number}" for number in range(120, 95, -1)]
    ben.posts("Entry 121")
    for oldest in (46, 1):
        anna.follows("Show earlier entries")
        anna.sees(f"Entry {oldest}")
    assert anna.entries() == [f"Entry {number}" for number in range(121, 0, -1)]
    deployment.shell(
        f"entries = Entry.objects.filter(event__slug={event!r})\n"
        "entries.get(text='Entry 2').retract()\n"
        "entries.get(text='Entry 30').revise('Entry 30, put right')\n"
        "entries.get(text='Entry 3').comment('Ben', 'So long ago')\n"
    )
    anna.sees_edited("Entry 30, put right")
    anna.sees("So long ago")
    anna.does_not_see("Entry 2")
    ben.sees("Entry 121")
    assert ben.entries() == anna.entries()[:26]


def test_older_entries_that_change_while_they_are_fetched(
    deployment: Deployment, network: Proxy, carla: Person, ben: Person
) -> None:
    event = deployment.event(f"slow-{time.monotonic_ns()}", entries=60, visibility="unlisted")
    for person in (carla, ben):
        person.opens(event)
    ben.follows("Show earlier entries")
    ben.sees("Entry 5")
    network.freeze()
    carla.follows("Show earlier entries")
    deployment.shell(f"Entry.objects.get(event__slug={event!r}, text='Entry 5').retract()")
    ben.does_not_see("Entry 5")
    network.thaw()
    carla.sees("Entry 1")
    carla.does_not_see("Entry 5")
    assert carla.entries() == ben.entries()


def test_older_entries_that_come_when_the_list_has_started_again_leave_no_gap(
    deployment: Deployment, anna: Person, ben: Person
) -> None:
    """A page whose socket says nothing for a while is started again; here the frame for it is put in by hand."""
    event = deployment.event(f"again-{time.monotonic_ns()}", entries=60, visibility="unlisted")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    for person in (anna, ben):
        person.opens(event)
        person.is_live()
    anna.page.route("**/entries/?**", hold)
    anna.follows("Show earlier entries")
    deployment.shell(
        f"for number in range(61, 121): Event.objects.get(slug={event!r}).publish('Ann', f'Entry {{number}}')"
    )
    for person in (anna, ben):
        person.sees("Entry 61")
        person.sees("Entry 120")
    anna.page.evaluate(APPLY, deployment.shell(START_AGAIN.format(slug=event)))
    anna.does_not_see("Entry 95")
    with anna.page.expect_response("**/entries/?**"):
        asked[0].continue_()
    ben.follows("Show earlier entries")
    ben.sees("Entry 1")
    anna.page.unroute("**/entries/?**")
    for last in ("Entry 46", "Entry 1"):
        anna.follows("Show earlier entries")
        anna.sees(last)
    assert anna.entries() == ben.entries() == [f"Entry {number}" for number in range(120, 0, -1)]


def test_an_entry_by_manage_py_appears(deployment: Deployment, event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    deployment.manage("post", event, "From the command line", "--name", "Operator")
    anna.sees("From the command line")
    ben.sees("From the command line")


def loses_the_connection_and_finds_it_again(lost: Person) -> None:
    lost.is_live()
    lost.lets_time_pass(41)
    lost.is_told_it_is_not_live()
    lost.sees("Entry 2")
    lost.network.drop()
    lost.network.thaw()
    lost.reads_what_a_fresh_page_says()
    lost.is_live()


def polls_over_dead_connections(forgotten: Person) -> None:
    forgotten.lets_time_pass(20)
    for _ in range(6):  # connections that a browser may have; each dead one costs a poll 4 s
        with suppress(AssertionError):
            forgotten.sees("Entry 8", within=5)
            break
        forgotten.lets_time_pass(5)
    forgotten.sees("Entry 8")
    forgotten.is_live()


def test_without_sockets_and_with_connections_that_die_without_a_word(
    deployment: Deployment, event: str, cast: Cast
) -> None:
    """Browsers poll after 20 s and say so after 40, which their clocks make short."""
    polling, lost, forgotten = (cast.reader(who, bad_network=True) for who in ("Paul", "Lotte", "Felix"))
    at_home = cast.reader("Home")
    for person in (polling, lost, forgotten, at_home):
        person.loses_the_network()
        person.has_a_clock()
    polling.network.block_sockets()
    lost.opens(event)
    forgotten.opens(event)
    lost.network.freeze()
    # As when a router forgets them: what is open now is dead and nobody is told, what is new works.
    forgotten.network.blackhole()
    forgotten.network.heal()
    polling.goes_to(f"/events/{event}/")
    at_home.opens_home()
    title = f"New since {event}"
    deployment.shell(
        f"from django.utils import timezone\nowner = Event.objects.get(slug={event!r}).owner\n"
        f"Event.objects.create(slug='new-{event}', title={title!r}, owner=owner, starts_at=timezone.now(),"
        " visibility='public')\n" + MEANWHILE.format(slug=event)
    )
    polling.lets_time_pass(20)
    polling.sees("Entry 8")
    polling.reads("Updated every 10 seconds")
    assert polling.entries() == [f"Entry {number}" for number in (8, 7, 6, 5, 4, 3, 1)]
    at_home.lets_time_pass(30)
    expect(at_home.page.get_by_role("link", name=title)).to_be_visible()
    loses_the_connection_and_finds_it_again(lost)
    polling.network.let_sockets_through()
    polling.is_live()
    polling.reads_what_a_fresh_page_says()
    polls_over_dead_connections(forgotten)
    deployment.manage("post", event, "At once again", "--name", "Ann")
    for person in (polling, lost, forgotten):
        person.sees("At once again")
