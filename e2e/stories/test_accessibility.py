import re

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.people.seeing import LIVE

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


COPIED = "entry => { getSelection().selectAllChildren(entry); return getSelection().toString() }"


def tabs_to(person: Person, role: str, name: str) -> None:
    """Press the Tab key until that element has the focus."""
    tabs_until(person, person.page.get_by_role(role, name=re.compile(name)))  # type: ignore[arg-type]


def tabs_until(person: Person, wanted: Locator) -> None:
    """Press the Tab key until one of these elements has the focus."""
    for _ in range(80):
        person.page.keyboard.press("Tab")
        if person.page.locator(":focus").and_(wanted).count():
            return
    raise AssertionError(f"80 presses of Tab do not reach {wanted}")


def posts_by_keyboard(anna: Person, ben: Person) -> None:
    keys = anna.page.keyboard
    tabs_to(anna, "textbox", "^Entry$")
    keys.type("Gaol!")
    keys.press("Tab")
    expect(anna.entry_name).to_be_focused()
    keys.type("Anna")
    keys.press("Tab")
    keys.press("Enter")
    ben.sees("Gaol!")
    expect(anna.entry_text).to_be_focused()


def edits_and_answers_by_keyboard(anna: Person, ben: Person) -> None:
    keys = anna.page.keyboard
    tabs_to(anna, "link", "^Edit or remove$")
    keys.press("Enter")
    expect(anna.edit_text).to_be_focused()
    keys.press("ControlOrMeta+A")
    keys.type("Goal!")
    keys.press("Tab")
    expect(anna.page.get_by_role("button", name="Save")).to_be_focused()
    keys.press("Enter")
    ben.sees_edited("Goal!")
    expect(anna.page.locator(":focus")).to_have_text("Saved.")
    tabs_to(anna, "link", "^Comment")
    keys.press("Enter")
    expect(anna.page.get_by_role("textbox", name="Comment", exact=True)).to_be_focused()
    keys.type("At last")
    keys.press("Tab")
    keys.press("Enter")
    ben.sees("At last")
    expect(anna.page.locator(":focus")).to_have_text("Posted.")
    tabs_until(anna, anna.feed.locator(".add > summary"))
    keys.press("Enter")
    keys.press("Tab")
    expect(anna.page.locator(":focus")).to_have_accessible_name("Like")
    keys.press("Enter")
    expect(ben.feed.get_by_role("button", name="Like, 1")).to_be_visible()


def pauses_and_reads_on_by_keyboard(anna: Person, ben: Person) -> None:
    keys = anna.page.keyboard
    tabs_to(anna, "button", "^(Pause|Follow)$")  # her place was held, further down: she is back at the top
    expect(anna.page.locator(":focus")).to_have_text("Pause")
    keys.press("Enter")
    expect(anna.page.locator(":focus")).to_have_text("Paused")
    keys.press("Tab")
    expect(anna.page.get_by_role("button", name="Follow")).to_be_focused()
    for text in ("Half-time", "Second half", "Goal again!"):
        ben.posts(text)
    anna.sees_unread(3)
    tabs_to(anna, "link", "^3 new entries$")
    keys.press("Enter")
    expect(anna.post("Half-time")).to_be_in_viewport(ratio=1)
    anna.sees_unread(0)


def test_by_keyboard_alone(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    keys = anna.page.keyboard
    keys.press("Tab")
    expect(anna.page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    expect(anna.feed.get_by_role("article").first.locator(":focus")).to_have_count(1)
    anna.opens(event)
    posts_by_keyboard(anna, ben)
    edits_and_answers_by_keyboard(anna, ben)
    pauses_and_reads_on_by_keyboard(anna, ben)


def test_landmarks_and_names(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    ben.comments("Entry 3", "A remark")
    anna.sees("A remark")
    expect(anna.page.locator("body")).to_match_aria_snapshot(
        f"""
        - link "Skip to content"
        - main:
          - heading "{anna.page.title().split(" · ")[0]}" [level=1]
          - status: {LIVE}
          - complementary "About this event"
          - form "Post an entry":
            - textbox "Entry"
          - navigation "What this page shows"
          - feed "Entries":
            - article /Ann/:
              - link "Comment · 1"
              - article /Ben/
            - article /Ann/
            - article /Ann/
        - contentinfo:
          - link "Commentary"
          - navigation "Account"
        """
    )
    for article, name in ((anna.post("Entry 3"), "Ann"), (anna.post("A remark"), "Ben")):
        expect(article).to_have_accessible_name(re.compile(rf"^{name} \d\d:\d\d$"))
    copied = re.sub(r"\d\d:\d\d", "", anna.post("Entry 3").evaluate(COPIED))
    assert copied.split() == ["Ann", "Entry", "3", "Ben", "A", "remark"]


def approves_and_undoes_by_keyboard(olga: Person, anna: Person) -> None:
    keys = olga.page.keyboard
    tabs_to(olga, "button", "^Approve the entry by Ben")
    keys.press("Enter")
    anna.sees("Who is there?")
    place = olga.page.locator("#desk").get_by_role("article", name="Entry by Ben")
    expect(place.locator(":focus")).to_contain_text("Approved.")
    keys.press("Tab")
    expect(place.get_by_role("button", name="Undo approved")).to_be_focused()
    keys.press("Enter")
    anna.does_not_see("Who is there?")
    expect(olga.page.get_by_role("status").get_by_text("Undone.")).to_be_visible()
    expect(place).to_be_focused()
    keys.press("Tab")  # its check box
    keys.press("Tab")
    expect(place.get_by_role("button", name="Approve the entry by Ben")).to_be_focused()
    keys.press("Enter")
    expect(place.locator(":focus")).to_contain_text("Approved.")
    log = olga.page.get_by_role("region", name="Activity")
    tabs_to(olga, "button", "^Undo approved")  # in the place of the post
    tabs_to(olga, "button", "^Undo approved")  # in the list of what hosts did
    keys.press("Enter")
    expect(log.locator(":focus")).to_contain_text("(undone)")


def test_a_host_at_the_desk_by_keyboard_alone(
    deployment: Deployment, event: str, olga: Person, anna: Person, ben: Person
) -> None:
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(posting='all')")
    for person in (anna, ben):
        person.opens(event)
    ben.posts("Who is there?")
    olga.opens_the_desk(event)
    keys = olga.page.keyboard
    tabs_to(olga, "textbox", "^Entry$")
    keys.type("*Goal!*")
    keys.press("Tab")
    keys.press("Enter")
    expect(anna.feed.locator("em")).to_have_text("Goal!")
    approves_and_undoes_by_keyboard(olga, anna)
    tabs_to(olga, "combobox", "^Posting$")
    keys.press("Home")
    tabs_to(olga, "button", "^Save rules$")
    keys.press("Enter")
    expect(olga.page.locator(":focus")).to_have_text("Saved. Everybody sees it now.")
    ben.posts("Now at once")
    anna.sees("Now at once")
    tabs_until(olga, olga.feed.get_by_role("article", name="Ben").locator("> .tools > summary"))
    keys.press("Enter")
    tabs_to(olga, "link", "^Pin entry by Ben$")
    keys.press("Enter")
    expect(olga.page.locator(":focus")).to_contain_text("at the top for everybody?")
    keys.press("Tab")
    expect(olga.page.get_by_role("button", name="Pin entry")).to_be_focused()
    keys.press("Enter")
    expect(anna.pinned.get_by_text("Now at once")).to_be_visible()


def test_what_is_said_over_the_page_is_never_in_the_way_of_the_focus(event: str, cast: Cast, ben: Person) -> None:
    olga = cast.host("Olga", width=360)
    ben.opens(event)
    olga.opens_the_desk(event)
    olga.page.get_by_text("Rules and reader presence").click()
    olga.page.get_by_label("Posting").select_option("Hosts only")
    olga.presses("Save rules")
    ben.reads("Only hosts can post in this event.")
    said = olga.page.get_by_role("status").filter(has_text="Everybody sees it now.")
    expect(said).to_be_focused()
    said.evaluate("said => said.getAnimations().forEach(each => each.pause())")  # it would be gone too soon
    focused, last = olga.page.locator(":focus"), olga.page.get_by_role("contentinfo").get_by_role("button").last
    for _ in range(80):
        olga.page.keyboard.press("Tab")
        assert not covers(said, focused), focused.evaluate("element => element.outerHTML")
        if focused.and_(last).count():
            break
    expect(last).to_be_focused()


def covers(over: Locator, under: Locator) -> bool:
    """Whether any part of the one is behind the other."""
    return bool(
        over.evaluate(
            """(over, under) => {
              const [a, b] = [over.getBoundingClientRect(), under.getBoundingClientRect()]
              return a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right
            }""",
            under.element_handle(),
        )
    )


def test_on_a_narrow_screen(deployment: Deployment, event: str, cast: Cast) -> None:
    olga, ben = (
        cast.joins(who, deployment.urls[-1], viewport={"width": 320, "height": 640}) for who in ("Olga", "Ben")
    )
    wide = "W" * 60
    ben.opens(event)
    ben.posts("https://example.org/" + "w" * 300, name=wide)
    ben.comments("Entry 3", "W" * 300, name=wide)
    expect(ben.post("Entry 3").get_by_role("article", name=wide)).to_be_visible()
    fits(ben)
    ben.fails_to_post("w" * 2001)
    expect(ben.entry_text).not_to_have_accessible_description("")
    fits(ben)
    ben.opens_entry("Entry 3")
    fits(ben)
    for path in ("/", "/sign-in/", "/nothing/here/"):
        ben.is_refused(404)
        ben.goes_to(path)
        fits(ben)
    olga.signs_in()
    data = (f"/events/{event}/owner/?q=www", "/events/import/")
    for path in ("/", f"/events/{event}/", f"/events/{event}/settings/", "/events/new/", "/password/", *data):
        olga.goes_to(path)
        fits(olga)


def fits(person: Person) -> None:
    assert person.page.evaluate("document.scrollingElement.scrollWidth") <= 320, person.page.url
