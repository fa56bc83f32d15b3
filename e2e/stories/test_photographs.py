"""Hosts post photographs: readers get a box of the right size at once, and the picture in it a moment later."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)
WORDS, ALT = "The start", "Two boats at the line"


def photograph() -> FilePayload:
    """A file of 1000 × 500 pixels, as from a camera."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1000, 500)).convert("RGB").save(file, "JPEG")
    return {"name": "start.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def posts(host: Person, event: str) -> None:
    """Post a photograph, after a file that is none."""
    host.opens_the_desk(event)
    host.entry_text.fill(WORDS)
    host.composer.get_by_role("button", name="Add pictures").click()
    host.is_refused(422)
    host.composer.get_by_label("Picture 1", exact=True).set_input_files(Path(__file__))
    host.composer.get_by_role("button", name="Post entry").click()
    expect(host.composer).to_contain_text("This picture cannot be read.")
    expect(host.entry_text).to_have_value(WORDS)
    host.composer.get_by_label("Picture 1", exact=True).set_input_files(photograph())
    host.composer.get_by_label("Description of picture 1").fill(ALT)
    host.composer.get_by_role("button", name="Post entry").click()
    host.sees(WORDS)


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_photograph_from_the_file_to_a_page_of_its_own(
    deployment: Deployment, event: str, cast: Cast, anna: Person, scripts: bool
) -> None:
    olga = cast.joins("Olga", deployment.url, java_script_enabled=scripts)
    olga.signs_in()
    anna.opens(event)
    posts(olga, event)
    picture = anna.post(WORDS).locator("picture").get_by_role("img", name=ALT)
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("each => each.naturalWidth / each.naturalHeight") == pytest.approx(2, abs=0.02)
    anna.reads_what_a_fresh_page_says()
    picture.click()
    expect(anna.page.get_by_role("figure")).to_contain_text(ALT)
    anna.page.go_back()
    anna.sees(WORDS)
