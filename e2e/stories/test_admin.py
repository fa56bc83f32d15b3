import pytest
from playwright.sync_api import expect

from e2e.people.person import Person

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


def test_what_is_changed_in_the_admin_is_live(event: str, olga: Person, ben: Person) -> None:
    ben.opens(event)
    olga.goes_to("/admin/feeds/entry/")
    olga.page.get_by_role("textbox", name="Search").fill(event)
    olga.presses("Search")
    olga.follows("Ann: Entry 2")
    olga.page.get_by_role("textbox", name="Text").fill("Entry 2, put right")
    olga.presses("Save")
    expect(olga.page.get_by_text("was changed successfully")).to_be_visible()
    ben.sees_edited("Entry 2, put right")
    olga.follows("Ann: Entry 1")
    olga.follows("Delete")
    olga.presses("Yes, I’m sure")
    ben.does_not_see("Entry 1")
    assert ben.entries() == ["Entry 3", "Entry 2, put right"]
