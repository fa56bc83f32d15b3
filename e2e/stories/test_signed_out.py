"""A host's session ends while they write: nothing goes out as a stranger's, and nothing is lost."""

import pytest
from playwright.sync_api import Locator, expect

from e2e.cast import Cast
from e2e.people.going import PASSWORD
from e2e.people.person import Person
from e2e.people.tab import uses

pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

TOLD = "You are signed out. What you typed is kept. Use another tab to sign in, then send it again here."
RENEWED = "You have signed in or out since you opened this page. What you typed is kept. Send it again now."


def signs_out_elsewhere(host: Person) -> None:
    tab = host.tab()
    tab.opens_home()
    tab.presses("Sign out")
    expect(tab.page.get_by_role("link", name="Host sign-in")).to_be_visible()
    tab.page.close()


def signs_in_by(host: Person, link: Locator) -> None:
    """Sign in in the tab that the link opens."""
    with host.context.expect_page() as opened:
        link.click()
    opened.value.get_by_label("Username").fill("olga")
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Sign in").click()
    expect(opened.value.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    opened.value.close()


def button(where: Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


def is_a_hosts(reader: Person, text: str) -> None:
    reader.sees(text)
    expect(reader.post(text).get_by_text("Host", exact=True)).to_be_visible()


def is_not_sent_until_signed_in(host: Person, text: Locator, button: Locator, *, javascript: bool) -> None:
    """Check that the form waits, in place or without JavaScript on a page that has all of it."""
    written, again = text.input_value(), host.page.get_by_role("button", name="Send it again", exact=True)
    where = host.problem if javascript else host.main
    for status in (409, 403):
        host.is_refused(status)

    def is_refused(send: Locator, told: str) -> None:
        with host.page.expect_response(lambda answer: answer.request.method == "POST"):
            uses(send)
        expect(where).to_contain_text(told)
        kept = text if javascript else host.page.get_by_role("textbox").filter(has_text=written)
        expect(kept).to_have_value(written)

    is_refused(button, TOLD)
    next_one = button if javascript else again
    is_refused(next_one, TOLD)  # a second tap does not count as consent
    signs_in_by(host, where.get_by_role("link", name="Sign in"))
    is_refused(next_one, RENEWED)
    uses(next_one)


with_and_without = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.mark.parametrize("path", ["", "host/"], ids=["on the event's page", "at the desk"])
@with_and_without
def test_an_entry_of_a_host_who_is_signed_out_waits_until_they_have_signed_in(
    event: str, cast: Cast, ben: Person, path: str, javascript: bool
) -> None:
    olga = cast.host("Olga", javascript=javascript)
    ben.opens(event)
    olga.goes_to(f"/events/{event}/{path}")
    olga.writes("Not ready yet", name="Olga")
    signs_out_elsewhere(olga)
    if javascript:
        olga.reads("You are signed out. Sign in to continue hosting. What you typed is kept on this page.")
    is_not_sent_until_signed_in(olga, olga.entry_text, button(olga.composer, "Post entry"), javascript=javascript)
    is_a_hosts(ben, "Not ready yet")
    expect(ben.feed.get_by_role("article")).to_have_count(4)


@with_and_without
def test_so_do_a_comment_and_the_settings_of_the_event(event: str, cast: Cast, ben: Person, javascript: bool) -> None:
    olga = cast.host("Olga", javascript=javascript)
    ben.opens(event)
    olga.goes_to(f"/events/{event}/")
    form = olga.opens_comment_form("Entry 3")
    form.get_by_role("textbox", name="Name").fill("Olga")
    olga.comment_text("Entry 3").fill("Nor is this")
    signs_out_elsewhere(olga)
    post = button(form, "Post comment")
    is_not_sent_until_signed_in(olga, olga.comment_text("Entry 3"), post, javascript=javascript)
    is_a_hosts(ben, "Nor is this")

    olga.goes_to(f"/events/{event}/settings/")
    description = olga.page.get_by_label("Description", exact=True)
    description.fill("What nobody knows yet")
    signs_out_elsewhere(olga)
    is_not_sent_until_signed_in(olga, description, button(olga.main, "Save"), javascript=javascript)
    expect(ben.about.get_by_text("What nobody knows yet")).to_be_visible()


@pytest.mark.parametrize("path", ["/password/", "/events/{}/host/", "/events/{}/host/log/"])
def test_going_back_after_signing_out_shows_no_page_of_a_host(event: str, cast: Cast, path: str) -> None:
    olga = cast.host("Olga")
    olga.goes_to(path.format(event))
    expect(olga.page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    olga.opens_home()
    olga.presses("Sign out")
    expect(olga.page.get_by_role("link", name="Host sign-in")).to_be_visible()
    for _ in range(2):
        olga.page.go_back()
        expect(olga.page.get_by_role("heading", level=1)).to_be_visible()
        expect(olga.page.get_by_role("button", name="Sign out")).to_have_count(0)
    expect(olga.page.get_by_label("Password")).to_be_visible()
