"""Two people read the same event, each in their own language, live and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


@pytest.fixture
def greta(deployment: Deployment, cast: Cast) -> Person:
    """A person whose browser asks for German, on the last process."""
    return cast.joins("Greta", deployment.urls[-1], locale="de-DE")


def says(person: Person, words: str) -> None:
    expect(person.page.get_by_text(words, exact=True)).to_be_visible()


def choice(person: Person, language: str) -> Locator:
    return person.page.get_by_role("contentinfo").get_by_role("button", name=language)


def test_the_same_post_in_the_words_of_each_reader(event: str, olga: Person, greta: Person) -> None:
    olga.opens(event)
    greta.goes_to(f"/events/{event}/")
    says(greta, "Live-Updates")
    greta.page.get_by_role("form", name="Eintrag schreiben").get_by_label("Eintrag", exact=True).fill("Tor!")
    greta.page.get_by_label("Name").first.fill("Greta")
    greta.presses("Eintrag senden")
    olga.sees("Tor!")
    for person, words in ((olga, "New entry by Greta"), (greta, "Neuer Eintrag von Greta")):
        expect(person.page.get_by_role("status").get_by_text(words)).to_have_count(1)
    greta.post("Tor!").get_by_role("link", name="Bearbeiten oder entfernen").click()
    greta.page.get_by_role("form", name="Bearbeiten").get_by_label("Text").fill("Tor! 1:0")
    greta.presses("Speichern")
    olga.sees_edited("Tor! 1:0")
    expect(greta.post("Tor! 1:0").get_by_text("bearbeitet").first).to_be_visible()
    olga.posts("Half-time")
    greta.sees("Half-time")
    olga.ends_the_event()
    says(greta, "Beendet")
    says(greta, "Dieser Liveticker ist beendet. Es kann nichts mehr dazukommen.")
    expect(greta.page.get_by_text(re.compile("^Dieser Liveticker ist vorbei"))).to_be_visible()
    says(olga, "This event has ended. Nothing can be added.")


def test_a_choice_wins_over_the_browser_and_comes_back_to_the_page(event: str, greta: Person, anna: Person) -> None:
    greta.goes_to(f"/events/{event}/")
    choice(greta, "English").click()
    greta.is_live()
    expect(greta.page).to_have_url(f"{greta.url}/events/{event}/")
    anna.opens(event)
    anna.posts("Kick-off")
    expect(greta.page.get_by_role("status").get_by_text("New entry by Anna")).to_have_count(1)
    choice(greta, "Deutsch").click()
    says(greta, "Live-Updates")
    expect(greta.page.locator("html")).to_have_attribute("lang", "de")


def test_german_without_javascript(event: str, deployment: Deployment, cast: Cast, anna: Person) -> None:
    nora = cast.joins("Nora", deployment.urls[-1], java_script_enabled=False)
    anna.opens(event)
    nora.goes_to(f"/events/{event}/")
    choice(nora, "Deutsch").click()
    nora.page.get_by_label("Eintrag", exact=True).fill("Anpfiff")
    nora.page.get_by_label("Name").first.fill("Nora")
    nora.presses("Eintrag senden")
    nora.sees("Anpfiff")
    anna.sees("Anpfiff")
    nora.post("Anpfiff").get_by_role("link", name="Bearbeiten oder entfernen").click()
    nora.page.get_by_role("link", name="Entfernen").click()
    nora.presses("Eintrag entfernen")
    says(nora, "Entfernt.")
    anna.does_not_see("Anpfiff")
    nora.goes_to("/nirgends/")
    nora.is_refused(404)
    says(nora, "Seite nicht gefunden")
