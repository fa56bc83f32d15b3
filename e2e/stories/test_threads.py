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


@pytest.fixture
def rita(cast: Cast) -> Person:
    return cast.reader("Rita")


@pytest.fixture
def paul(cast: Cast) -> Person:
    """On another process than Rita."""
    return cast.poster("Paul", on=-1)


@pytest.mark.parametrize("width", [1280, 360])
def test_who_has_opened_earlier_comments_keeps_them_and_sees_new_ones_at_once(
    deployment: Deployment, event: str, cast: Cast, paul: Person, width: int
) -> None:
    given_comments(deployment, event, 1, 80)
    rita = cast.reader("Rita", width=width)
    for person in (rita, paul):
        person.opens(event)
        assert person.comments_on(ON) == numbers(71, 80)
    expect(rita.post(ON).get_by_text("80 comments", exact=True)).to_be_visible()
    rita.earlier_comments(ON).focus()
    rita.page.keyboard.press("Enter")
    rita.sees("Remark 21")
    assert rita.comments_on(ON) == numbers(21, 80)
    expect(rita.earlier_comments(ON)).to_be_focused()
    paul.comments(ON, "Me too")
    rita.sees("Me too")
    assert rita.comments_on(ON) == [*numbers(21, 80), "Me too"]
    assert paul.comments_on(ON) == [*numbers(72, 80), "Me too"]
    expect(rita.post(ON).get_by_text("81 comments", exact=True)).to_be_visible()
    rita.page.keyboard.press("Enter")
    rita.sees("Remark 1")
    assert rita.comments_on(ON) == [*numbers(1, 80), "Me too"]
    expect(rita.earlier_comments(ON)).to_have_count(0)
    expect(rita.page.locator(":focus")).to_have_text("81 comments")
    paul.removes("Me too")
    rita.does_not_see("Me too")
    expect(paul.post("Remark 71")).to_be_visible()
    assert paul.comments_on(ON) == numbers(71, 80)
    assert not rita.scrolls_sideways()
    for person in (rita, paul):
        person.reads_what_a_fresh_page_says()


def test_the_eleventh_takes_the_place_of_the_first_and_goes_again(
    deployment: Deployment, event: str, rita: Person, paul: Person
) -> None:
    given_comments(deployment, event, 1, 10)
    for person in (rita, paul):
        person.opens(event)
    expect(rita.earlier_comments(ON)).to_have_count(0)
    paul.comments(ON, "Eleventh")
    rita.sees("Eleventh")
    assert rita.comments_on(ON) == [*numbers(2, 10), "Eleventh"]
    expect(rita.earlier_comments(ON)).to_be_visible()
    rita.reads_what_a_fresh_page_says()
    paul.removes("Eleventh")
    rita.sees("Remark 1")
    assert rita.comments_on(ON) == numbers(1, 10)
    expect(rita.earlier_comments(ON)).to_have_count(0)
    for person in (rita, paul):
        person.reads_what_a_fresh_page_says()


def test_without_javascript_links_lead_to_all_of_them(
    deployment: Deployment, event: str, cast: Cast, paul: Person
) -> None:
    given_comments(deployment, event, 1, 130)
    rita = cast.reader("Rita", javascript=False)
    rita.reads_along(event)
    paul.opens(event)
    paul.comments(ON, "Me too")
    uses(rita.earlier_comments(ON))
    expect(rita.page).to_have_url(re.compile(r"/entries/\d+/\?since=0$"))
    expect(rita.post("Remark 1")).to_be_visible()
    assert rita.comments_on(ON) == numbers(1, 100)
    uses(rita.page.get_by_role("link", name="Show later comments"))
    expect(rita.post("Me too")).to_be_visible()
    assert rita.comments_on(ON) == [*numbers(101, 130), "Me too"]
    expect(rita.page.get_by_role("link", name="Show later comments")).to_have_count(0)
    uses(rita.earlier_comments(ON))
    expect(rita.post("Remark 1")).to_be_visible()
    assert rita.comments_on(ON) == numbers(1, 100)


def test_a_page_of_old_comments_is_live(deployment: Deployment, event: str, rita: Person, olga: Person) -> None:
    given_comments(deployment, event, 1, 130)
    rita.opens(event)
    rita.goes_to(rita.earlier_comments(ON).get_attribute("href") or "")
    rita.is_live()
    olga.opens(event)
    olga.earlier_comments(ON).click()
    olga.sees("Remark 71")
    olga.removes("Remark 72")
    rita.does_not_see("Remark 72")
    olga.edits("Remark 73", "Put right")
    rita.sees_edited("Put right")
    olga.comments(ON, "New", name="Olga")
    expect(rita.post(ON).get_by_text("130 comments", exact=True)).to_be_visible()
    assert rita.comments_on(ON) == [*numbers(1, 71), "Put right", *numbers(74, 100)]


def test_what_is_opened_on_the_page_of_an_entry_stays_when_what_is_around_it_changes(
    deployment: Deployment, event: str, rita: Person, paul: Person
) -> None:
    given_comments(deployment, event, 1, 80)
    for person in (rita, paul):
        person.opens(event)
    rita.opens_entry(ON)
    rita.is_live()
    rita.earlier_comments(ON).click()
    rita.sees("Remark 21")
    paul.posts("Next to it")
    rita.sees("Next to it")
    paul.comments(ON, "Me too")
    rita.sees("Me too")
    assert rita.comments_on(ON) == [*numbers(21, 80), "Me too"]


def test_an_address_leads_to_a_comment_that_is_not_among_the_newest(
    deployment: Deployment, event: str, rita: Person, paul: Person
) -> None:
    given_comments(deployment, event, 1, 1)
    paul.opens(event)
    old = paul.post("Remark 1").get_attribute("id")
    given_comments(deployment, event, 2, 40)
    rita.goes_to(f"/events/{event}/#{old}")
    expect(rita.page).to_have_url(re.compile(rf"/events/{event}/entries/\d+/\?from=\d+#{old}$"))
    expect(rita.post("Remark 1")).to_be_in_viewport()
    rita.is_live()
    paul.comments(ON, "Me too")
    rita.sees("Me too")
    expect(rita.post("Remark 1")).to_be_in_viewport()


def test_what_is_typed_stays_while_comments_come_and_go(
    deployment: Deployment, event: str, rita: Person, olga: Person
) -> None:
    given_comments(deployment, event, 1, 12)
    for person in (rita, olga):
        person.opens(event)
    draft = rita.comment_text(ON)
    draft.fill("Half a com")
    uses(olga.post("Remark 3").get_by_role("link", name=re.compile("^Edit comment")))
    expect(olga.edit_text).to_have_value("Remark 3")
    olga.edit_text.fill("Remark 3, put ri")
    given_comments(deployment, event, 13, 30)
    for person in (rita, olga):
        person.sees("Remark 30")
    expect(draft).to_have_value("Half a com")
    expect(draft).to_be_focused()
    assert rita.comments_on(ON) == numbers(21, 30)
    assert olga.comments_on(ON) == ["Remark 3", *numbers(21, 30)]
    expect(olga.edit_text).to_have_value("Remark 3, put ri")
    expect(olga.edit_text).to_be_focused()
    olga.edit_text.fill("Remark 3, put right")
    olga.presses("Save")
    expect(olga.edit_form).to_have_count(0)
    rita.earlier_comments(ON).click()
    rita.sees_edited("Remark 3, put right")
    expect(draft).to_have_value("Half a com")
    rita.reads_what_a_fresh_page_says()
