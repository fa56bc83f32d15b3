"""An event from its announcement to the archive, and back."""

import re

import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.proxy import Proxy

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

REST = "This event is over. If it is reopened, this page updates automatically."
ASKING = re.compile(r"/rest/\?")


def is_closed(person: Person) -> None:
    """The page shows the end, has nothing to post with, and has no connection."""
    person.reads("This event has ended.")
    person.reads(REST)
    expect(person.composer).to_be_hidden()
    expect(person.comment_link("Kick-off")).to_be_hidden()
    person.does_not_claim_to_be_live()


def asks_only_whether_it_goes_on(person: Person) -> None:
    """Let a minute pass, and check that the page asks nothing else, and has no socket."""
    asked = len(person.watch.requests)
    with person.page.expect_response(ASKING) as answer:
        person.page.clock.fast_forward(60_000)
    assert answer.value.status == 204
    assert [each for each in person.watch.requests[asked:] if "/rest/" not in str(each)] == []


def ends_while_others_read(slug: str, olga: Person, ben: Person, nora: Person) -> None:
    ben.page.clock.install()
    olga.ends_the_event()
    is_closed(ben)
    sockets = len(ben.watch.sockets)
    asks_only_whether_it_goes_on(ben)
    assert len(ben.watch.sockets) == sockets
    assert all(socket.is_closed() for socket in ben.watch.sockets)
    nora.opens(slug)
    is_closed(nora)
    olga.is_live()
    olga.edits("Kick-off", "Kick-off!")
    olga.sees_edited("Kick-off!")


def test_the_whole_life_of_an_event(
    deployment: Deployment, event: str, olga: Person, ben: Person, nora: Person
) -> None:
    slug = deployment.event(f"life-{event}", state="scheduled", visibility="unlisted")
    for person in (olga, ben, nora):
        person.opens(slug)
        expect(person.main.locator("header").get_by_text("Scheduled")).to_be_visible()
    olga.presses("Start event")
    expect(ben.main.locator("header").get_by_text("Live", exact=True)).to_be_visible()
    olga.posts("Kick-off")
    ben.sees("Kick-off")
    nora.opens(slug)
    nora.posts("I am here, too")
    ben.sees("I am here, too")

    ends_while_others_read(slug, olga, ben, nora)
    olga.presses("Archive event")
    expect(olga.main.locator("header").get_by_text("Archived")).to_be_visible()
    nora.opens(slug)
    nora.reads("It is kept in the archive.")
    nora.sees("Kick-off!")
    olga.presses("Unarchive event")
    olga.presses("Reopen event")
    expect(olga.composer).to_be_visible()
    ben.page.clock.fast_forward(60_000)
    nora.page.reload()
    for person in (ben, nora):
        expect(person.main.locator("header").get_by_text("Live", exact=True)).to_be_visible()
    ben.sees("Kick-off!")
    ben.posts("Extra time")
    nora.opens(slug)
    nora.comments("Extra time", "At last")
    ben.sees("At last")


def test_what_somebody_types_when_the_end_comes_is_not_lost_and_a_page_that_polls_stops(
    event: str, olga: Person, ben: Person, network: Proxy, carla: Person
) -> None:
    network.block_sockets()
    carla.loses_the_network()
    carla.page.clock.install()
    carla.goes_to(f"/events/{event}/")
    ben.opens(event)
    olga.opens(event)
    ben.writes("I was about to say", name="Ben")
    olga.ends_the_event()
    ben.reads(REST)
    expect(ben.entry_text).to_have_value("I was about to say")
    expect(ben.composer.get_by_role("button", name="Post entry")).to_be_hidden()
    expect(ben.comment_link("Entry 3")).to_be_hidden()
    carla.page.clock.fast_forward(20_000)
    carla.reads(REST)
    expect(carla.composer).to_be_hidden()
    asks_only_whether_it_goes_on(carla)
    olga.presses("Reopen event")
    olga.posts("It goes on")
    carla.page.clock.fast_forward(60_000)
    expect(carla.main.get_by_text(REST)).to_have_count(0)
    carla.page.clock.fast_forward(20_000)
    carla.sees("It goes on")
    expect(carla.composer).to_be_visible()
    expect(ben.entry_text).to_have_value("I was about to say")


def test_after_an_end_and_a_reopening_forms_are_back_by_themselves_with_what_was_typed_in_them(
    event: str, olga: Person, ben: Person, network: Proxy, carla: Person
) -> None:
    network.block_sockets()
    carla.loses_the_network()
    for person in (ben, carla):  # on a socket, and polling
        person.page.clock.install()
    ben.opens(event)
    carla.goes_to(f"/events/{event}/")
    olga.opens(event)
    for person in (ben, carla):
        person.writes(f"An entry of {person.who}", name=person.who)
        person.opens_comment_form("Entry 3").get_by_role("textbox", name="Name").fill(person.who)
        person.comment_text("Entry 3").fill(f"A comment of {person.who}")
    olga.ends_the_event()
    ben.reads(REST)
    carla.page.clock.fast_forward(20_000)
    carla.reads(REST)
    for person in (ben, carla):
        expect(person.comment_text("Entry 3")).to_have_value(f"A comment of {person.who}")
        expect(person.comment_form("Entry 3").get_by_role("button")).to_be_hidden()
        expect(person.comment_link("Entry 2")).to_be_hidden()
    olga.presses("Reopen event")
    expect(olga.composer).to_be_visible()
    for person in (ben, carla):
        person.page.clock.fast_forward(60_000)
        expect(person.main.get_by_text(REST)).to_have_count(0)
    ben.is_live()
    carla.page.clock.fast_forward(20_000)
    for person in (ben, carla):
        expect(person.entry_text).to_have_value(f"An entry of {person.who}")
        person.presses("Post entry")
        olga.sees(f"An entry of {person.who}")
        expect(person.comment_text("Entry 3")).to_have_value(f"A comment of {person.who}")
        person.comment_form("Entry 3").get_by_role("button", name="Post comment").press("Enter")
        olga.sees(f"A comment of {person.who}")
        person.comments("Entry 2", f"Another of {person.who}")
        olga.sees(f"Another of {person.who}")
    ben.sees("Another of Carla")


def test_a_visitor_does_not_pass_for_the_host(event: str, olga: Person, ben: Person, nora: Person) -> None:
    for person in (ben, nora):
        person.opens(event)
        for name, why in (("0lga", "Choose another"), ("Ann (Host)", "leave out “host”")):
            person.fails_to_post("Trust me", name=name)
            expect(person.composer.get_by_text(why)).to_be_visible()
            expect(person.entry_text).to_have_value("Trust me")
        person.posts("Just me")
    olga.opens(event)
    olga.posts("This is Olga", name="Olga (Host)")
    ben.sees("This is Olga")
    expect(ben.page.get_by_text("Host", exact=True)).to_have_count(1)
