"""Stories that fail and pass. Only e2e/live/test_evidence.py runs them, to look at what they leave."""

from playwright.sync_api import Page, expect

from e2e.cast import Cast
from e2e.given import Given
from e2e.people.person import Person


def two_people_see_a_goal(given: Given, cast: Cast) -> tuple[Person, Person]:
    event = given.an_event(entries=2)
    paul, mia = cast.poster("Paul"), cast.reader("Mia", on=-1, phone=True)
    for person in (paul, mia):
        person.opens(event)
    paul.posts("Goal!")
    mia.sees("Goal!")
    return paul, mia


def test_a_story_that_fails(given: Given, cast: Cast) -> None:
    _paul, mia = two_people_see_a_goal(given, cast)
    mia.page.evaluate("""() => {
        console.error('Something broke')
        document.querySelector('.entry .text').textContent = 'Gaol!'
    }""")
    mia.sees("Never posted", within=0.5)


def test_a_story_of_pytest_playwright(page: Page, event: str) -> None:
    """With its own fixtures, and nothing of ours but the event."""
    page.goto(f"/events/{event}/")
    expect(page.get_by_role("feed").get_by_role("article", name="Ann").first).to_be_visible()


def test_a_story_that_passes(given: Given, cast: Cast) -> None:
    two_people_see_a_goal(given, cast)
