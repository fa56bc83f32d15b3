import pytest
from playwright.sync_api import expect

from e2e.people.person import Person

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_a_post_is_at_once_in_everybodys_page(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.posts("Goal!")
    ben.sees("Goal!")
    anna.sees("Goal!")
    assert ben.entries() == ["Goal!", "Entry 3", "Entry 2", "Entry 1"]
    assert anna.reads_entries() == ben.reads_entries()


def test_after_a_post_the_composer_is_ready_for_the_next(event: str, anna: Person, ben: Person) -> None:
    anna.opens(event)
    anna.posts("Goal!")
    expect(anna.entry_text).to_be_focused()
    expect(anna.entry_name).to_have_value("Anna")
    anna.page.keyboard.type("And another")
    expect(anna.entry_text).to_have_value("And another")
    anna.page.reload()
    expect(anna.entry_name).to_have_value("Anna")
    ben.opens(event)
    expect(ben.entry_name).to_have_value("")


def test_a_comment_is_under_its_entry_everywhere(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    ben.comments("Entry 2", "Who was that?")
    anna.sees("Who was that?")
    ben.sees("Who was that?")
    expect(ben.post("Entry 2").get_by_role("status")).to_be_focused()  # “Posted.”, in place of the form
    expect(ben.comment_link("Entry 2")).to_have_text("Comment · 1")
    anna.comments("Entry 2", "Number 9")
    ben.sees("Number 9")
    anna.sees("Number 9")
    found = [(entry["name"], [c["text"] for c in entry["comments"]]) for entry in ben.reads_entries()]
    assert found == [("Ann", []), ("Ann", ["<p>Who was that?</p>", "<p>Number 9</p>"]), ("Ann", [])]
    anna.reads_what_a_fresh_page_says()


def test_posts_from_four_tabs_at_once_are_in_one_order(event: str, anna: Person, ben: Person) -> None:
    tabs = [anna, anna.tab(), ben, ben.tab()]
    for tab in tabs:
        tab.opens(event)
    for number in range(3):
        for place, tab in enumerate(tabs):
            expect(tab.entry_text).to_have_value("")
            tab.writes(f"{tab.who} {place}.{number}", name=tab.who)
        for tab in tabs:  # by key, since a click waits for tabs in the background to be painted
            tab.composer.get_by_role("button", name="Post entry").press("Enter")
    for tab in tabs:
        tab.reads_what_a_fresh_page_says()
        assert len(set(tab.entries())) == 15
    assert tabs[0].entries() == tabs[1].entries() == tabs[2].entries() == tabs[3].entries()


def test_an_edit_is_shown_everywhere(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.posts("Gaol!")
    anna.comments("Entry 1", "Wel done")
    anna.edits("Gaol!", "Goal!")
    anna.edits("Wel done", "Well done")
    for person in (ben, anna):
        person.sees_edited("Goal!")
        person.sees_edited("Well done")
        person.does_not_see("Gaol!")
        person.reads_what_a_fresh_page_says()


def test_a_removal_vanishes_everywhere(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.posts("Offside")
    anna.comments("Entry 1", "Nonsense")
    ben.sees("Offside")
    ben.sees("Nonsense")
    anna.removes("Offside")
    anna.removes("Nonsense")
    for person in (ben, anna):
        person.does_not_see("Offside")
        person.does_not_see("Nonsense")
        person.reads_what_a_fresh_page_says()


def test_a_refused_post_says_why_and_keeps_the_text(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.fails_to_post("   ")
    expect(anna.entry_text).to_have_accessible_description("Write something first.")
    expect(anna.entry_text).to_be_focused()
    anna.fails_to_post("x" * 2001)
    expect(anna.entry_text).to_have_accessible_description(
        "This has 2,001 characters and the limit is 2,000: shorten it by 1."
    )
    expect(anna.entry_text).to_have_value("x" * 2001)
    expect(anna.entry_text).to_be_focused()
    expect(anna.entry_name).to_have_value("Anna")
    anna.posts("In short")
    expect(anna.entry_text).to_have_accessible_description("")
    ben.sees("In short")
    assert len(ben.entries()) == 4


def test_a_post_without_a_name_asks_for_one(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.fails_to_post("Goal!", name="")
    expect(anna.entry_name).to_have_accessible_description("Enter the name to post under.")
    expect(anna.entry_name).to_be_focused()
    expect(anna.entry_text).to_have_value("Goal!")
    anna.posts("Goal!")
    ben.sees("Goal!")


def test_a_double_click_makes_one_entry(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    anna.writes("Goal!", name="Anna")
    anna.composer.get_by_role("button", name="Post entry").dblclick()
    ben.sees("Goal!")
    anna.posts("Next")
    ben.sees("Next")
    assert ben.entries() == ["Next", "Goal!", "Entry 3", "Entry 2", "Entry 1"]
