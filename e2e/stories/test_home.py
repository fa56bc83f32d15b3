import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.people.person import Person

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


def test_the_home_page_follows_the_events(deployment: Deployment, event: str, anna: Person, ben: Person) -> None:
    """Its clock is put forward by the 20 s between two polls; test_away waits for a real one."""
    for person in (anna, ben):
        person.page.clock.install()
        person.opens_home()
    title = f"Cup of {event}"
    slug = deployment.event(f"cup-{event}", title=title, state="scheduled")
    for person in (anna, ben):
        person.page.clock.fast_forward(20_000)
        expect(person.page.get_by_role("region", name="Coming up").get_by_role("link", name=title)).to_be_visible()
    deployment.shell(f"Event.objects.get(slug={slug!r}).start()")
    for person in (anna, ben):
        person.page.clock.fast_forward(20_000)
        expect(person.page.get_by_role("region", name="Live now").get_by_role("link", name=title)).to_be_visible()
    deployment.shell(f"Event.objects.get(slug={slug!r}).end()")
    for person in (anna, ben):
        person.page.clock.fast_forward(20_000)
        expect(person.page.get_by_role("region", name="Past events").get_by_role("link", name=title)).to_be_visible()
    anna.follows(title)
    anna.reads("This event has ended.")
