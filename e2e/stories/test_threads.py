"""An entry with more comments than are shown at once."""

import re

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.tab import uses

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

ON = "Entry 2"


def numbers(first: int, last: int) -> list[str]:
    return [f"Remark {number}" for number in range(first, last + 1)]


def given_comments(deployment: Deployment, event: str, first: int, last: int) -> None:
    deployment.shell(
        f"entry = Entry.objects.get(event__slug={event!r}, text={ON!r})\n"
        f"for text in {numbers(first, last)!r}: entry.comment('Ann', text)"
    )


def opens(event: str, *people: Person) -> None:
    for person in people:
        person.opens(event)


def are_fresh(*people: Person) -> None:
    for person in people:
        person.reads_what_a_fresh_page_says()


def comments(by: Person, text: str, seen_by: Person) -> None:
    by.comments(ON, text)
    seen_by.sees(text)


@pytest.mark.parametrize("width", [1280, 360])
def test_who_has_opened_earlier_comments_keeps_them_and_sees_new_ones_at_once(
    deployment: Deployment, event: str, cast: Cast, ben: Person, width: int
) -> None:
    given_comments(deployment, event, 1, 80)
    rita = cast.reader("Rita", width=width)
    opens(event, rita, ben)
    assert rita.comments_on(ON) == ben.comments_on(ON) == numbers(71, 80)
    expect(rita.post(ON).get_by_text("80 comments", exact=True)).to_be_visible()
    rita.earlier_comments(ON).focus()
    rita.page.keyboard.press("Enter")
    rita.sees("Remark 21")
    assert rita.comments_on(ON) == numbers(21, 80)
    expect(rita.earlier_comments(ON)).to_be_focused()
    comments(ben, "Me too", seen_by=rita)
    assert rita.comments_on(ON) == [*numbers(21, 80), "Me too"]
    assert ben.comments_on(ON) == [*numbers(72, 80), "Me too"]
    expect(rita.post(ON).get_by_text("81 comments", exact=True)).to_be_visible()
    rita.page.keyboard.press("Enter")
    rita.sees("Remark 1")
    assert rita.comments_on(ON) == [*numbers(1, 80), "Me too"]
    expect(rita.earlier_comments(ON)).to_have_count(0)
    expect(rita.page.locator(":focus")).to_have_text("81 comments")
    ben.removes("Me too")
    rita.does_not_see("Me too")
    expect(ben.post("Remark 71")).to_be_visible()
    assert ben.comments_on(ON) == numbers(71, 80)
    assert not rita.scrolls_sideways()
    are_fresh(rita, ben)


def test_the_eleventh_takes_the_place_of_the_first_and_goes_again(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    given_comments(deployment, event, 1, 10)
    opens(event, anna, ben)
    expect(anna.earlier_comments(ON)).to_have_count(0)
    comments(ben, "Eleventh", seen_by=anna)
    assert anna.comments_on(ON) == [*numbers(2, 10), "Eleventh"]
    expect(anna.earlier_comments(ON)).to_be_visible()
    anna.reads_what_a_fresh_page_says()
    ben.removes("Eleventh")
    anna.sees("Remark 1")
    assert anna.comments_on(ON) == numbers(1, 10)
    expect(anna.earlier_comments(ON)).to_have_count(0)
    are_fresh(anna, ben)


def has_the_first_hundred(person: Person) -> None:
    expect(person.post("Remark 1")).to_be_visible()
    assert person.comments_on(ON) == numbers(1, 100)


def test_without_javascript_links_lead_to_all_of_them(
    deployment: Deployment, event: str, cast: Cast, ben: Person
) -> None:
    given_comments(deployment, event, 1, 130)
    rita = cast.reader("Rita", javascript=False)
    rita.reads_along(event)
    ben.opens(event)
    ben.comments(ON, "Me too")
    uses(rita.earlier_comments(ON))
    expect(rita.page).to_have_url(re.compile(r"/entries/\d+/\?since=0$"))
    has_the_first_hundred(rita)
    uses(rita.page.get_by_role("link", name="Show later comments"))
    expect(rita.post("Me too")).to_be_visible()
    assert rita.comments_on(ON) == [*numbers(101, 130), "Me too"]
    expect(rita.page.get_by_role("link", name="Show later comments")).to_have_count(0)
    uses(rita.earlier_comments(ON))
    has_the_first_hundred(rita)


def test_a_page_of_old_comments_is_live(deployment: Deployment, event: str, anna: Person, olga: Person) -> None:
    given_comments(deployment, event, 1, 130)
    anna.opens(event)
    anna.goes_to(anna.earlier_comments(ON).get_attribute("href") or "")
    anna.is_live()
    olga.opens(event)
    olga.earlier_comments(ON).click()
    olga.sees("Remark 71")
    olga.removes("Remark 72")
    anna.does_not_see("Remark 72")
    olga.edits("Remark 73", "Put right")
    anna.sees_edited("Put right")
    olga.comments(ON, "New", name="Olga")
    expect(anna.post(ON).get_by_text("130 comments", exact=True)).to_be_visible()
    assert anna.comments_on(ON) == [*numbers(1, 71), "Put right", *numbers(74, 100)]


def test_what_is_opened_on_the_page_of_an_entry_stays_when_what_is_around_it_changes(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    given_comments(deployment, event, 1, 80)
    opens(event, anna, ben)
    anna.opens_entry(ON)
    anna.is_live()
    anna.earlier_comments(ON).click()
    anna.sees("Remark 21")
    ben.posts("Next to it")
    anna.sees("Next to it")
    comments(ben, "Me too", seen_by=anna)
    assert anna.comments_on(ON) == [*numbers(21, 80), "Me too"]


def test_an_address_leads_to_a_comment_that_is_not_among_the_newest(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    given_comments(deployment, event, 1, 1)
    ben.opens(event)
    old = ben.post("Remark 1").get_attribute("id")
    given_comments(deployment, event, 2, 40)
    anna.goes_to(f"/events/{event}/#{old}")
    expect(anna.page).to_have_url(re.compile(rf"/events/{event}/entries/\d+/\?from=\d+#{old}$"))
    expect(anna.post("Remark 1")).to_be_in_viewport()
    anna.is_live()
    comments(ben, "Me too", seen_by=anna)
    expect(anna.post("Remark 1")).to_be_in_viewport()


def test_what_is_typed_stays_while_comments_come_and_go(
    deployment: Deployment, event: str, anna: Person, olga: Person
) -> None:
    given_comments(deployment, event, 1, 12)
    opens(event, anna, olga)
    anna.opens_comment_form(ON)
    draft = anna.comment_text(ON)
    draft.fill("Half a com")
    olga.begins("Remark 3", "Edit")
    expect(olga.edit_text).to_have_value("Remark 3")
    olga.edit_text.fill("Remark 3, put ri")
    given_comments(deployment, event, 13, 30)
    for person in (anna, olga):
        person.sees("Remark 30")
    expect(draft).to_have_value("Half a com")
    expect(draft).to_be_focused()
    assert anna.comments_on(ON) == numbers(21, 30)
    assert olga.comments_on(ON) == ["Remark 3", *numbers(21, 30)]
    expect(olga.edit_text).to_have_value("Remark 3, put ri")
    expect(olga.edit_text).to_be_focused()
    olga.edit_text.fill("Remark 3, put right")
    olga.presses("Save")
    expect(olga.edit_form).to_have_count(0)
    anna.earlier_comments(ON).click()
    anna.sees_edited("Remark 3, put right")
    expect(draft).to_have_value("Half a com")
    anna.reads_what_a_fresh_page_says()
