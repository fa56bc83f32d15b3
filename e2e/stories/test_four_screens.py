"""Each rule, each action and each step of an event's life, on four screens: two hosts', a poster's and a reader's.

With JavaScript all four have the effect while they watch; without, when they reload. The poster and the reader are on
another process than the hosts.
"""

import re

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.stories.four_screens import Room, gap, inside, moments

pytestmark = [
    # On the deployment where more can go wrong; the paths are the same.
    pytest.mark.parametrize("deployment", ["two_processes"], indirect=True),
    pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"], indirect=True),
]
BANNED = "You are banned from this event"


@pytest.fixture
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def room(deployment: Deployment, event: str, cast: Cast, script: bool) -> Room:
    deployment.shell(
        "from django.contrib.auth.models import User\n"
        "otto, made = User.objects.get_or_create(username='otto')\n"
        "if made: otto.set_password('correct horse battery'); otto.save()\n"
        f"Event.objects.get(slug={event!r}).hosts.add(otto)"
    )

    def joins(who: str, process: int) -> Person:
        return cast.joins(who, deployment.urls[process], java_script_enabled=script)

    room = Room(event, joins("Olga", 0), joins("Otto", 0), joins("Paul", -1), joins("Rita", -1), script)
    for host in (room.olga, room.otto):
        host.has_signed_in(host.who.lower())
    for person in room:
        person.goes_to(room.path(person))
        if script:
            person.is_live()
    return room


def first_posts_wait(room: Room) -> None:
    olga, otto, paul, rita = room
    room.rules(olga, "First posts wait: a host approves each visitor's first one")
    room.everybody(lambda person: person.reads("A host reviews your first post before it appears."), olga, otto)
    room.everybody(lambda person: person.reads("Visitors' first posts wait for review."), paul, rita)
    room.waits("My first words")
    otto.posts("Meanwhile")
    room.decides(olga, "My first words", "^Approve the entry")
    room.listed("Meanwhile", "My first words", "Entry 3")
    paul.posts("My second words")
    room.listed("My second words", "Meanwhile")


def all_posts_wait(room: Room) -> None:
    olga, otto, paul, rita = room
    room.rules(otto, "All posts wait: a host approves each")
    room.everybody(lambda person: person.reads("A host reviews each post before it appears."), olga, otto)
    room.everybody(lambda person: person.reads("Visitors' posts wait for review."), paul, rita)
    room.waits("To the top")
    olga.posts("In between")
    room.decides(otto, "To the top", "^Approve as newest")
    room.listed("To the top", "In between", "My second words")
    room.waits("Rather not")
    room.decides(olga, "Rather not", "Reject")
    room.look(paul, rita)
    own = paul.page.get_by_role("article", name="Your entry").filter(has_text="Rather not")
    expect(own).to_contain_text("A host did not approve this")
    expect(rita.main.get_by_text("Rather not")).to_have_count(0)
    room.undoes(olga, "rejected")
    room.look(paul)
    expect(own).to_contain_text("Waiting for review: only you see this")


def only_hosts_post(room: Room) -> None:
    olga, otto, paul, rita = room
    room.rules(olga, "Hosts only")
    room.read("Only hosts can post in this event.")
    for person in (paul, rita):
        expect(person.composer).to_be_hidden()
    otto.posts("From a host")
    room.have("From a host")


def nobody_posts(room: Room) -> None:
    room.rules(room.otto, "Closed: nobody may post")
    room.read("Posting is closed for now.")
    for person in room:
        expect(person.composer).to_be_hidden()


def comments_are_for_hosts(room: Room) -> None:
    olga, otto, paul, rita = room
    room.rules(olga, "Open: everybody may post", comments=False)
    room.everybody(lambda person: expect(person.composer).to_be_visible())
    for person in (paul, rita):
        expect(person.comment_link("Entry 3")).to_be_hidden()
    otto.comments("Entry 3", "A host's comment")
    room.have("A host's comment")
    room.rules(otto, "Open: everybody may post")
    room.look()
    expect(rita.comment_link("Entry 3")).to_be_visible()
    paul.comments("Entry 3", "A visitor's comment")
    room.have("A visitor's comment")


def test_each_posting_rule(room: Room) -> None:
    first_posts_wait(room)
    all_posts_wait(room)
    only_hosts_post(room)
    nobody_posts(room)
    comments_are_for_hosts(room)


def several_acts(room: Room) -> None:
    """Several in turn, and then a look at all of them: without JavaScript each look loads four pages."""
    olga, otto, *_ = room
    room.does(olga, "Entry 2", "Edit", "Save", Text="Entry 2, put right")
    room.does(otto, "Entry 1", "Pin", "Pin entry")
    room.does(otto, "Entry 3", "Key moment", "Save", Label="Kick-off")
    room.does(olga, "Buy my watches", "Remove", "Remove entry")
    room.look()
    for person in room:
        expect(inside(person, "Entry 2, put right")).to_be_visible()
        expect(person.pinned.get_by_text("Entry 1")).to_be_visible()
        expect(moments(person)).to_contain_text("Kick-off")
        expect(inside(person, "Buy my watches")).to_have_count(0)
        expect(gap(person)).to_have_count(1 if person in (olga, otto) else 0)


def undone_in_another_order(room: Room) -> None:
    olga, otto, *_ = room
    olga.restores()
    room.undoes(olga, "edited", latest=False)
    room.undoes(otto, "pinned", latest=False)
    room.does(olga, "Entry 3", "Edit label", "Save", Label="")
    room.look()
    for person in room:
        for text in ("Buy my watches", "Entry 2"):
            expect(inside(person, text)).to_be_visible()
        for gone in (gap(person), person.pinned, moments(person)):
            expect(gone).to_have_count(0)


def an_unmarking_and_a_removal_are_undone(room: Room) -> None:
    olga, otto, *_ = room
    room.undoes(olga, "removed from the key moments")
    room.does(otto, "Entry 3", "Pin", "Pin entry")
    room.does(olga, "Entry 1", "Remove", "Remove entry")
    room.look()
    for person in room:
        expect(moments(person)).to_contain_text("Kick-off")
        expect(person.pinned.get_by_text("Entry 3")).to_be_visible()
        expect(inside(person, "Entry 1")).to_have_count(0)
    room.undoes(olga, "removed")
    olga.unpins()
    room.look()
    for person in room:
        expect(inside(person, "Entry 1")).to_be_visible()
        expect(person.pinned).to_have_count(0)


def everything_by_a_visitor_is_removed(room: Room) -> None:
    otto = room.otto
    room.does(otto, "Buy my watches", "Ban", "Ban", long="none", Remove=True)
    room.have("Buy my watches", *room)
    room.undoes(otto, "removed everything they posted")
    room.have("Buy my watches")


def a_visitor_is_banned(room: Room) -> None:
    olga, otto, paul, _rita = room
    paul.is_refused(403)
    room.does(olga, "Buy my watches", "Ban", "Ban", long="hour", Message="No advertisements, please")
    out(room)
    room.undoes(olga, "banned")
    paul.goes_to(room.path(paul))
    room.have("Buy my watches")
    room.does(otto, "Buy my watches", "Ban", "Ban", long="day")
    out(room)
    olga.goes_to(f"/events/{room.slug}/settings/")
    olga.page.get_by_role("button", name=re.compile("^Lift")).click()
    expect(olga.page.get_by_role("button", name=re.compile("^Lift"))).to_have_count(0)
    olga.goes_to(room.path(olga))
    paul.goes_to(room.path(paul))
    paul.posts("Sorry")
    room.have("Sorry")


def test_each_action_and_its_undoing(room: Room) -> None:
    room.paul.posts("Buy my watches")
    room.have("Buy my watches")
    several_acts(room)
    undone_in_another_order(room)
    an_unmarking_and_a_removal_are_undone(room)
    everything_by_a_visitor_is_removed(room)
    a_visitor_is_banned(room)


def out(room: Room) -> None:
    """Paul is told so, and the others still have what he wrote."""
    if room.script:
        expect(room.paul.page.get_by_role("heading", name=BANNED)).to_be_visible()
    else:
        room.paul.goes_to(room.path(room.paul))
        room.paul.reads("A host has banned you from this event until")
    room.look(room.olga, room.otto, room.rita)
    for person in (room.olga, room.otto, room.rita):
        expect(inside(person, "Buy my watches")).to_be_visible()


LIFE = (  # what a host presses, and then what each of the four reads in the badge, and whether a reader can post
    (0, "End event", "Ended", False),
    (1, "Reopen event", "Live", True),
    (1, "End event", "Ended", False),
    (0, "Archive event", "Archived", False),
    (1, "Unarchive event", "Ended", False),
)


def all_read(room: Room, badge: str, open_to_posts: bool) -> None:
    for person in room:
        expect(person.main.locator("header").get_by_text(badge, exact=True)).to_be_visible()
    expect(room.rita.composer).to_be_visible(visible=open_to_posts)


def steps_by_hosts(room: Room) -> None:
    hosts = (room.olga, room.otto)
    room.olga.presses("Start event")
    room.look()
    all_read(room, "Live", True)
    for number, button, badge, open_to_posts in LIFE:
        if button == "End event":
            hosts[number].ends_the_event()
        else:
            hosts[number].presses(button)
        for person in hosts:
            person.goes_to(room.path(person))
        if button != "End event" or not room.script:
            for person in (room.paul, room.rita):  # a page that has seen the end asks only now and then
                person.goes_to(room.path(person))
        all_read(room, badge, open_to_posts)


def test_each_step_of_an_events_life(room: Room, deployment: Deployment) -> None:
    change = f"event = Event.objects.get(slug={room.slug!r})\nevent.configure("
    deployment.shell(f"{change}state='scheduled')")
    room.look()
    all_read(room, "Scheduled", True)
    steps_by_hosts(room)
    deployment.shell(f"{change}state='scheduled')")
    for person in room:
        person.goes_to(room.path(person))
    deployment.shell(
        f"from datetime import timedelta\nfrom django.utils import timezone\n{change}"
        "auto_start=True, starts_at=timezone.now() - timedelta(seconds=1))"
    )
    room.look()
    all_read(room, "Live", True)
    deployment.shell(
        f"{change}auto_end_hours=1)\n"
        "Event.objects.filter(pk=event.pk).update(busy_at=event.starts_at.replace(year=2020))"
    )
    room.look()
    all_read(room, "Ended", False)
