"""axe finds nothing on any page in any state.

It is slow, so here each state is looked at on one screen, one after the other. `make audit` looks at all on each.
"""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.audit import DARK_ON_A_DESKTOP, LIGHT_ON_A_PHONE, audit
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

WORLD = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from feeds.models import Invitation
from feeds.models.moderation.reports import Report
olga = User.objects.get(username='olga')
hugo, _ = User.objects.get_or_create(username='hugo')
now = timezone.now()
for old in Event.objects.filter(slug__startswith='axe'): old.destroy()
def make(slug, title, **fields):
    usual = dict(starts_at=now, state='live', visibility='public', time_zone='Europe/Berlin')
    return Event.objects.create(slug=slug, title=title, owner=olga, **usual | fields)
live = make('axe', 'مباراة اليوم: ' + 'W' * 60, description='A description with an address: https://example.org/')
live.hosts.add(hugo)
first = live.publish('Ann', 'Goal!', visitor='a' * 32)
first.mark('Goal')
live.publish('W' * 60, 'w' * 300).pin()
live.publish('نور', 'ما هذا الهدف! https://example.org/').comment('Ben', 'A remark')
live.publish('Olga', '- *one*\\n- **two**\\n\\n> Quoted.\\n\\n`code`', user=olga, markdown=True)
live.publish('Spam', 'Buy my watches').retract(by=olga)
live.publish('Eve', 'Who is there?', hold='Every post in this event is reviewed.', visitor='e' * 32)
live.ban(live.publish('Mal', 'Rubbish', visitor='b' * 32), by=olga, note='Enough')
live.draft(by=olga, name='Olga', text='Later', headline='Soon', publish_at=now + timedelta(hours=1), pin=True)
Report.objects.file(live.entries.get(text='Goal!'), visitor='c' * 32)
for slug, length in (('axe-long', 54), ('axe-some', 16)):
    event = make(slug, 'More than fits')
    for number in range(length): event.publish('Ann', f'Entry {number}')
make('axe-empty', 'Nothing here yet')
make('axe-scheduled', 'Tomorrow', state='scheduled', starts_at=now + timedelta(days=1), posting='hosts')
for state in ('ended', 'archived'):
    event = make(f'axe-{state}', state.capitalize())
    event.publish('Ann', 'Goal!').comment('Ben', 'A remark')
    event.configure(state=state)
make('axe-draft', 'Secret', visibility='draft', posting='all')
print(first.pk, Invitation.make(live, by=olga, meant_for='Ida'))
"""


class Audit:
    """Looks at each state and keeps what it finds, so that one run tells everything."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.screens = [LIGHT_ON_A_PHONE, DARK_ON_A_DESKTOP]

    def __call__(self, person: Person, state: str, path: str = "") -> None:
        if path:
            person.goes_to(path)
        if "error" in state:
            expect(person.page.locator(".error").first).to_be_visible()
        self.screens.reverse()
        self.found += audit(person.page, state, *(self.screens if "EVERY_SCREEN" in os.environ else self.screens[:1]))


@pytest.fixture
def look() -> Iterator[Audit]:
    look = Audit()
    yield look
    assert not look.found, "\n".join(look.found)


Worlds = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return {}


@pytest.fixture
def world(request: pytest.FixtureRequest, deployment: Deployment, event: str, worlds: Worlds) -> tuple[str, str]:
    """Events in every state, made again for a second try; the key of an entry and the token of an invitation."""
    if deployment.url not in worlds or getattr(request.node, "execution_count", 1) > 1:
        pk, token = deployment.shell(WORLD).split()
        worlds[deployment.url] = (pk, token)
    return worlds[deployment.url]


def looks_at_a_removed_entry(anna: Person, look: Audit, deployment: Deployment, pk: str) -> None:
    look(anna, "permalink", f"/events/axe/entries/{pk}/")
    deployment.shell(f"Entry.objects.get(pk={pk}).retract()")
    anna.reads("This entry was removed.")
    look(anna, "permalink of what is removed meanwhile")
    anna.is_refused(410)
    look(anna, "permalink of what is removed", f"/events/axe/entries/{pk}/")
    deployment.shell(f"Entry.objects.get(pk={pk}).restore(by=Event.objects.get(slug='axe').owner)")


def looks_at_held_places(anna: Person, look: Audit, deployment: Deployment) -> None:
    for state in ("place held", "paused"):
        anna.opens("axe-some")
        if state == "paused":
            anna.pauses()
        else:
            anna.reads_at("Entry 8")
        deployment.shell("Event.objects.get(slug='axe-some').publish('Ann', 'Unread')")
        anna.sees_unread(1)
        look(anna, state)
    anna.unread.click()
    anna.reads("You have read up to here")
    look(anna, "read up to here")


def looks_without_a_connection(anna: Person, look: Audit) -> None:
    anna.page.clock.install()
    anna.page.route_web_socket(re.compile("/live/"), lambda socket: socket.close())
    anna.goes_to("/events/axe/")
    anna.page.clock.fast_forward(21_000)
    anna.reads("Updated every 10 seconds")
    look(anna, "polling")
    anna.page.evaluate("document.querySelector('.when-lost').getAnimations().forEach(each => each.finish())")
    look(anna, "connection lost")


def test_what_readers_see(world: tuple[str, str], deployment: Deployment, anna: Person, look: Audit) -> None:
    look(anna, "home", "/")
    for slug in ("axe-empty", "axe-scheduled", "axe-ended", "axe-archived"):
        look(anna, slug, f"/events/{slug}/")
        look(anna, f"wall of {slug}", f"/events/{slug}/wall/")
    looks_at_a_removed_entry(anna, look, deployment, world[0])
    anna.goes_to("/events/axe-long/")
    anna.follows("Show earlier entries")
    anna.sees("Entry 0")
    look(anna, "earlier entries, added")
    look(anna, "earlier entries, alone", "/events/axe-some/?before=9")
    looks_at_held_places(anna, look, deployment)
    look(anna, "wall", "/events/axe/wall/")
    anna.opens("axe")
    anna.feed.locator(".add > summary").first.click()
    anna.page.get_by_role("button", name="Like").first.click()
    expect(anna.page.get_by_role("button", name="Like, 1")).to_be_visible()
    for summary in anna.page.locator("summary:visible").all():
        summary.press("Enter")  # beside the list, that of the key moments cannot be clicked: it is open anyway
    look(anna, "event")
    looks_without_a_connection(anna, look)
    look(anna, "moments, oldest first", "/events/axe/?view=moments&order=oldest")


def test_what_posters_see(world: tuple[str, str], event: str, deployment: Deployment, ben: Person, look: Audit) -> None:
    ben.opens(event)
    ben.fails_to_post("", name="")
    expect(ben.entry_text).not_to_have_accessible_description("")
    look(ben, "composer with errors")
    ben.opens_comment_form("Entry 3").get_by_role("button").click()
    expect(ben.comment_text("Entry 3")).not_to_have_accessible_description("")
    look(ben, "comment form with errors")
    ben.posts("Goal!")
    ben.sees("Goal!")
    ben.begins("Goal!", "Edit")
    ben.edit_text.fill("")
    ben.presses("Save")
    expect(ben.edit_text).not_to_have_accessible_description("")
    look(ben, "edit form with an error")
    ben.edit_form.get_by_role("link", name="Cancel").click()
    ben.reads("Nothing was changed.")
    look(ben, "said what became of it")
    ben.begins("Goal!", "Remove")
    expect(ben.page.get_by_role("form", name="Remove")).to_be_visible()
    look(ben, "remove form")
    ben.page.get_by_role("form", name="Remove").get_by_role("link", name="Cancel").click()
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(posting='all')")
    ben.posts("Once more")
    ben.reads("Waiting for review")
    look(ben, "a post waits")
    ben.loses_the_network()
    ben.watch.allowed.append("Failed to fetch")
    ben.page.route("**/entries/", lambda route: route.abort("connectionreset"))
    ben.writes("Still there?")
    ben.presses("Post entry")
    expect(ben.problem).to_be_visible()
    look(ben, "the server cannot be reached")


def test_what_is_refused(world: tuple[str, str], deployment: Deployment, anna: Person, look: Audit) -> None:
    for status in (404, 410, 422):
        anna.is_refused(status)
    look(anna, "404", "/nothing/here/")
    look(anna, "a link that no longer works", "/password/MQ/x/")
    broken = deployment.shell(
        "from django.test import RequestFactory\nfrom feeds.views.errors import problem\n"
        "print(problem(RequestFactory().get('/'), 500).content.decode())"
    )
    anna.page.route("**/broken/", lambda route: route.fulfill(body=broken, content_type="text/html"))
    look(anna, "500", "/broken/")
    look(anna, "invitation", f"/invitations/{world[1]}/")
    anna.presses("Create an account and host")
    look(anna, "invitation with errors")
    look(anna, "sign-in", "/sign-in/")
    anna.page.get_by_label("Username").fill("nobody")
    anna.page.get_by_label("Password").fill("wrong")
    anna.presses("Sign in")
    look(anna, "sign-in with an error")
    anna.opens("axe-empty")
    deployment.shell("Event.objects.get(slug='axe-empty').configure(visibility='draft')")
    anna.reads("This event is no longer available")
    look(anna, "event taken offline")
    deployment.shell("Event.objects.get(slug='axe-empty').configure(visibility='public')")


def looks_at_questions_of_the_desk(olga: Person, look: Audit) -> None:
    olga.page.get_by_role("link", name="Lock down").click()
    expect(olga.page.get_by_role("button", name="Lock down")).to_be_visible()
    look(olga, "question before a lock-down")
    olga.page.get_by_role("checkbox", name="Select").first.check()
    olga.page.get_by_role("group", name="Selected posts").get_by_role("button", name="Ban").click()
    expect(olga.page.get_by_role("form", name="Ban")).to_be_visible()
    look(olga, "question before several bans")


def test_what_hosts_see_of_an_event(world: tuple[str, str], deployment: Deployment, olga: Person, look: Audit) -> None:
    deployment.shell("Event.objects.get(slug='axe').publish('Ann', 'From a browser', visitor='a' * 32)")
    for status in (422, 404):
        olga.is_refused(status)
    look(olga, "home of a host", "/")
    look(olga, "draft", "/events/axe-draft/")
    olga.opens("axe")
    for summary in olga.feed.locator(".tools > summary").all():
        summary.press("Enter")
    look(olga, "tools of hosts")
    for verb, form in (("Pin entry", "Pin"), ("Key moment", "Key moment"), ("Ban", "Ban")):
        uses(olga.feed.get_by_role("article", name="Ann").get_by_role("link", name=verb).first)
        expect(olga.page.get_by_role("form", name=form)).to_be_visible()
        look(olga, f"{verb} form")
    look(olga, "desk", "/events/axe/host/")
    looks_at_questions_of_the_desk(olga, look)
    olga.entry_text.fill("*Goal!*")
    olga.presses("Preview")
    expect(olga.page.get_by_role("region", name="Preview").locator("em")).to_be_visible()
    uses(olga.page.get_by_role("button", name="Approve the entry"))
    olga.reads("To review (0)")
    look(olga, "desk after an approval")
    olga.page.get_by_text("Rules and reader presence").click()  # folded on a phone
    for place in ("#acts-label", "#queue-label", "footer"):
        olga.presses("Save rules")
        said = olga.page.get_by_role("status").filter(has_text="Saved.")
        expect(said).to_be_visible()
        olga.page.locator(place).evaluate("element => element.scrollIntoView({block: 'end'})")
        look(olga, f"something is said at the desk, over {place}")
    look(olga, "desk of an event that is over", "/events/axe-ended/host/")
    look(olga, "log", "/events/axe/host/log/")
    look(olga, "removed posts", "/events/axe/host/removed/")


def test_what_hosts_see_beside_it(world: tuple[str, str], olga: Person, look: Audit) -> None:
    for status in (422, 404):
        olga.is_refused(status)
    look(olga, "people", "/events/axe/people/")
    olga.presses("Create invitation")
    expect(olga.page.get_by_label("copy this link now")).to_be_visible()
    for summary in olga.page.locator("summary").all():
        summary.click()
    look(olga, "people with a link and forms open")
    look(olga, "settings", "/events/axe/settings/")
    olga.page.get_by_label("Title").fill("")
    olga.page.get_by_label("Address").fill("new")
    olga.presses("Save")
    look(olga, "settings with errors")
    look(olga, "new event", "/events/new/")
    olga.presses("Create event")
    look(olga, "new event with errors")
    look(olga, "import", "/events/import/")
    olga.presses("Import event")
    look(olga, "import with an error")
    look(olga, "data", "/events/axe/owner/?q=goal")
    olga.presses("Delete event")
    look(olga, "delete with an error")
    look(olga, "erase", f"/events/axe/owner/entries/{world[0]}/")
    look(olga, "account", "/password/")
    olga.presses("Set password")
    look(olga, "account with errors")
