import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


def opens_data(olga: Person, event: str) -> None:
    olga.goes_to(f"/events/{event}/settings/")
    olga.follows("Export and delete")


def test_an_owner_erases_what_somebody_wrote(event: str, olga: Person, anna: Person, ben: Person) -> None:
    anna.opens(event)
    ben.opens(event)
    ben.posts("My number is 555-1234")
    ben.comments("Entry 2", "Call me", name="Benjamin")
    anna.sees("My number is 555-1234")
    anna.sees("Call me")
    opens_data(olga, event)
    olga.page.get_by_label("Name, words or address").fill("555-1234")
    olga.presses("Find")
    olga.follows("Erase posts by this visitor (entry by Ben)")
    olga.reads("1 entry and 1 comment")
    olga.page.get_by_label("Type “erase”").fill("please")
    olga.is_refused(422)
    olga.presses("Erase everything by this visitor")
    expect(olga.page.get_by_label("Type “erase”")).to_have_accessible_description(
        "That does not match. Type “erase” to confirm."
    )
    anna.sees("Call me")
    olga.page.get_by_label("Type “erase”").fill("erase")
    olga.presses("Erase everything by this visitor")
    olga.reads("2 posts are erased")
    for reader in (anna, ben):
        reader.does_not_see("My number is 555-1234")
        reader.does_not_see("Call me")
        reader.sees("Entry 2")
        reader.reads_what_a_fresh_page_says()


def test_an_owner_takes_an_event_elsewhere_and_deletes_it_here(
    event: str, olga: Person, ben: Person, tmp_path: Path
) -> None:
    ben.opens(event)
    ben.comments("Entry 2", "Well said")
    olga.opens(event)
    title = olga.main.get_by_role("heading", level=1).inner_text()
    opens_data(olga, event)
    with olga.page.expect_download() as download:
        olga.presses(f"Download {event}.json")
    download.value.save_as(tmp_path / "event.json")
    olga.page.get_by_label("Type the title").fill("Something else")
    olga.is_refused(422)
    olga.presses("Delete event")
    expect(olga.page.get_by_label("Type the title")).to_have_accessible_description(
        f"That is not the title. Type “{title}” to delete the event."
    )
    ben.is_live()
    olga.page.get_by_label("Type the title").fill(title)
    olga.presses("Delete event")
    olga.reads("The event is deleted")
    ben.reads("This event is no longer available")
    ben.is_refused(404)
    ben.page.reload()
    ben.reads("Page not found")
    olga.follows("New event")
    olga.follows("Import an event")
    olga.page.get_by_label("File").set_input_files(tmp_path / "event.json")
    olga.presses("Import event")
    olga.is_live()
    assert re.search(rf"/events/{event}/$", olga.page.url)
    assert olga.entries() == ["Entry 3", "Entry 2", "Entry 1"]
    olga.sees("Well said")
    expect(olga.main.locator("header").get_by_text("Draft")).to_be_visible()


def test_an_owner_deletes_an_event_without_javascript(
    event: str, deployment: Deployment, cast: Cast, anna: Person
) -> None:
    anna.opens(event)
    olga = cast.joins("Olga", deployment.urls[-1], java_script_enabled=False)
    olga.signs_in()
    opens_data(olga, event)
    title = olga.page.get_by_role("link", name=re.compile("^Back to")).inner_text().removeprefix("Back to ")
    olga.page.get_by_label("Type the title").fill(title.strip("“”"))
    olga.presses("Delete event")
    olga.reads("The event is deleted")
    anna.reads("This event is no longer available")
