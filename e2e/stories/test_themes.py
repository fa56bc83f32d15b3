"""A theme: the example, in which the words of an entry come before who said them."""

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from e2e.audit import DARK_ON_A_DESKTOP, LIGHT_ON_A_PHONE, audit
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["themed"], indirect=True)


def is_in_the_theme(person: Person, text: str) -> None:
    """Check for an element of the theme's template and a rule of its style sheet."""
    post = person.post(text)
    words, author = post.locator(".text").first.bounding_box(), post.locator(".name").first.bounding_box()
    assert words
    assert author
    assert words["y"] < author["y"]
    expect(post).to_have_css("border-bottom-width", "3px")


def test_a_theme_is_on_every_page_and_in_every_frame(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    if not deployment.environment.get("THEME_DIR"):
        pytest.skip("this deployment has no theme")
    for person in (anna, ben):
        person.opens(event)
        is_in_the_theme(person, "Entry 1")
    anna.posts("Kick-off")
    ben.sees("Kick-off")
    ben.comments("Kick-off", "At last")
    anna.sees("At last")
    anna.edits("Kick-off", "Kick-off!")
    ben.sees_edited("Kick-off!")
    for person in (anna, ben):
        is_in_the_theme(person, "Kick-off!")
        person.reads_what_a_fresh_page_says()
    assert audit(anna.page, "an event in the theme", LIGHT_ON_A_PHONE, DARK_ON_A_DESKTOP) == []
    polled = ben.page.request.get(f"/events/{event}/changes/")
    assert 'class="at"' in polled.text()
    ben.opens_entry("Kick-off!")
    is_in_the_theme(ben, "Kick-off!")


def test_a_host_gives_an_event_a_colour_and_a_logo_and_everybody_has_them_at_once(
    event: str, olga: Person, ben: Person
) -> None:
    ben.opens(event)
    olga.goes_to(f"/events/{event}/settings/")
    field = olga.page.get_by_label("Accent colour")
    olga.is_refused(422)
    field.fill("#ffee00")
    olga.presses("Save")
    olga.reads("The nearest readable colour is")
    expect(field).to_have_value("#ffee00")
    field.fill("#004a8f")
    picture = io.BytesIO()
    Image.new("RGB", (300, 100), "navy").save(picture, "PNG")
    logo = FilePayload(name="logo.png", mimeType="image/png", buffer=picture.getvalue())
    olga.page.get_by_label("Logo", exact=True).set_input_files(logo)
    olga.page.get_by_label("Logo description").fill("The navy")
    olga.presses("Save")
    for person in (ben, olga):
        shown = person.main.get_by_role("img", name="The navy")
        expect(shown).to_have_js_property("naturalWidth", 300)
        person.entry_text.click()  # which opens the composer
        expect(person.composer.get_by_role("button")).to_have_css("background-color", "rgb(0, 74, 143)")
