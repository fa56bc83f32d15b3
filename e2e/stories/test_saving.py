"""Save and see: a designer edits templates and styles while people read and type."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import ROOT, Deployment
from e2e.people.person import Person

# The people are on a server of this file's own; what there is beside it is not used, and the same for all.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


class Designer:
    """A person with an editor and a theme."""

    def __init__(self, theme: Path) -> None:
        self.theme = theme
        (theme / "templates").mkdir(parents=True)

    def saves(self, template: str, old: str, new: str) -> None:
        """A template of ours with something in it replaced."""
        text = (ROOT / "templates" / template).read_text()
        assert old in text
        saved = self.theme / "templates" / template
        saved.parent.mkdir(parents=True, exist_ok=True)
        saved.write_text(text.replace(old, new, 1))

    def saves_styles(self, css: str) -> None:
        (self.theme / "theme.css").write_text(css)


@pytest.fixture
def designer(tmp_path: Path) -> Designer:
    return Designer(tmp_path / "theme")


@pytest.fixture
def watched(designer: Designer, tmp_path: Path) -> Iterator[Deployment]:
    """The deployment of `make run`, with that theme."""
    deployment = Deployment(tmp_path, WATCH_TEMPLATES="1", THEME_DIR=str(designer.theme))
    deployment.prepare()
    deployment.start_all()
    yield deployment
    deployment.end_all()


def breaks_a_template_and_mends_it(designer: Designer, slug: str, olga: Person, anna: Person, ben: Person) -> None:
    alert = olga.main.get_by_role("alert")
    designer.saves("partials/post/by.html", "<bdi", "<b>Broken</b>\n{% if %}<bdi")
    expect(alert).to_contain_text("partials/post/by.html, line")
    expect(alert).to_contain_text("Unexpected end of expression in if tag")
    ben.opens(slug)  # again: what was good is what there is
    expect(ben.post("Entry 3")).to_contain_text("Said by")
    designer.saves("partials/post/by.html", "<bdi", "<b>Written by</b> <bdi")
    expect(alert).to_have_text("")
    for person in (anna, ben):
        expect(person.post("Entry 3")).to_contain_text("Written by")


def test_what_is_saved_is_on_open_pages_and_nobody_loses_a_word(
    watched: Deployment, designer: Designer, cast: Cast
) -> None:
    slug = watched.event("designed", entries=12)
    anna, ben, olga = (cast.joins(who, watched.url) for who in ("Anna", "Ben", "Olga"))
    olga.signs_in()
    olga.goes_to("/design/?only=partials/post/by.html&width=phone&scheme=dark")
    for person in (anna, ben):
        person.opens(slug)
    anna.entry_text.fill("Half an entry")
    anna.opens_comment_form("Entry 3")
    comment = anna.comment_text("Entry 3")
    comment.press_sequentially("Half a comment")
    comment.evaluate("area => area.setSelectionRange(2, 6)")

    with anna.stays_put("Entry 3"):
        designer.saves("partials/post/by.html", "<bdi", "<b>Said by</b> <bdi")
        for person in (anna, ben):
            expect(person.post("Entry 3")).to_contain_text("Said by")
        expect(olga.page.frame_locator("iframe").first.get_by_text("Said by")).to_be_visible()
        designer.saves_styles(".entry .text { color: rgb(1, 2, 3) }")
        for person in (anna, ben):
            expect(person.post("Entry 3").get_by_text("Entry 3")).to_have_css("color", "rgb(1, 2, 3)")
        designer.saves("partials/reaction/reactions.html", 'class="reactions">', 'class="reactions" title="Saved">')
        expect(anna.post("Entry 3").get_by_title("Saved")).to_be_attached()
        expect(comment).to_be_focused()
        assert comment.evaluate("area => [area.selectionStart, area.selectionEnd]") == [2, 6]
    expect(comment).to_have_value("Half a comment")
    expect(anna.entry_text).to_have_value("Half an entry")

    breaks_a_template_and_mends_it(designer, slug, olga, anna, ben)
    ben.posts("And all of it is live")
    anna.sees("And all of it is live")
    anna.comments("Entry 3", "A whole comment", name="Anna")
    ben.sees("A whole comment")
    ben.reads_what_a_fresh_page_says()


def test_the_whole_gallery_follows_in_its_place(watched: Deployment, designer: Designer, cast: Cast) -> None:
    watched.event("designed")
    olga = cast.joins("Olga", watched.url)
    olga.signs_in()
    olga.goes_to("/design/")
    olga.main.get_by_label("Search templates and states").fill("partials/post/ long name")
    olga.main.get_by_role("button", name="Search").click()
    olga.main.get_by_role("link", name="All of them").click()
    width, alert = olga.main.get_by_label("Width"), olga.main.get_by_role("alert")
    width.select_option("Phone")  # and does not press “Show”
    state = olga.main.get_by_role("article", name="partials/post/by.html: a long name")
    state.scroll_into_view_if_needed()
    frame, link = state.frame_locator("iframe").first, state.get_by_role("link", name="light")
    expect(frame.get_by_text("Maximiliane")).to_be_visible()
    link.focus()
    before = state.bounding_box()

    designer.saves("partials/post/by.html", "<bdi", "<b>Said by</b> <bdi")
    expect(frame.get_by_text("Said by")).to_be_visible()
    designer.saves_styles("bdi { color: rgb(1, 2, 3) }")
    expect(frame.locator("bdi")).to_have_css("color", "rgb(1, 2, 3)")
    designer.saves("partials/post/by.html", "<bdi", "<b>Broken</b>\n{% if %}<bdi")
    expect(alert).to_contain_text(
        re.compile(r"partials/post/by\.html, line \d+: Unexpected end of expression in if tag")
    )
    expect(alert).to_be_in_viewport()
    expect(frame.get_by_text("Said by")).to_be_visible()
    designer.saves("partials/post/by.html", "<bdi", "<b>Written by</b> <bdi")
    expect(alert).to_have_text("")
    expect(frame.get_by_text("Written by")).to_be_visible()

    after = state.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) <= 2
    expect(link).to_be_focused()
    expect(width).to_have_value("phone")
    another = olga.main.get_by_role("article", name="partials/post/post_body.html: plain")
    another.scroll_into_view_if_needed()
    expect(another.frame_locator("iframe").first.get_by_text("Written by")).to_be_visible()


def test_without_javascript_the_gallery_has_all_of_its_frames(watched: Deployment, cast: Cast) -> None:
    watched.event("designed")
    olga = cast.joins("Olga", watched.url, javascript=False)
    olga.signs_in()
    olga.goes_to("/design/?only=partials/post/by.html")
    expect(olga.main.locator("iframe").last).to_be_attached()
    expect(olga.main.frame_locator("iframe").first.get_by_text("Paul")).to_be_visible()
