"""Parts that must be hidden are, in the states of the gallery, whatever a theme says; and the other way round.

No server: the styles are put into a page beside what the gallery renders.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from playwright.sync_api import Browser, Page

from feeds.gallery.states import State, states_of
from serving import static

CARELESS = """
p, div, span, section, details, article { display: block; visibility: visible; }
.page .tools, .page .for-hosts, .page .host-bar, .page .desk-side, .page .gap, p.for-nobody.for-nobody {
  display: block !important; visibility: visible !important;
}
.when-lost, .when-fine { visibility: visible; animation: none; display: inline-block; }
@layer loud { .for-nobody, .tools, .host-bar { display: flex !important; } }
"""
"""A theme that shows everything, as one does by mistake."""
SHOWN = "each => each.checkVisibility({visibilityProperty: true})"


def styled(theme: str) -> str:
    sheets = [static.whole(Path(str(find(name)))).decode() for name in ("site.css", "pages.css", "states.css")]
    return "".join(f"<style>{sheet}</style>" for sheet in (*sheets[:2], theme, sheets[2]))


@pytest.fixture(
    params=["", CARELESS, "example", "sports"],
    ids=["without a theme", "with a careless one", "with the example", "with the sports theme"],
)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page with these styles, in which anything can be shown."""
    ours = settings.ROOT / "themes" / request.param / "theme.css" if request.param.isalpha() else None
    theme = ours.read_text() if ours else request.param
    page = browser.new_page()
    page.set_content(f"<html><head>{styled(theme)}</head>")
    yield page
    page.close()


def shows(page: Page, html: str, selector: str) -> bool:
    """Whether anything of this kind can be seen."""
    page.evaluate("html => document.body.innerHTML = html", html)
    found = page.locator(selector)
    assert found.count(), f"there is no {selector}"
    return any(found.evaluate_all(f"all => all.map({SHOWN})"))


def state(template: str, name: str) -> State:
    return next(each for each in states_of(template) if each.name == name)


def with_around(html: str, *, hosting: bool) -> str:
    """Put a state in an element like a page's, where the element that hosts' pages have comes first."""
    return f'<main id="live"><div class="page">{"<span id=hosting hidden></span>" * hosting}{html}</div></main>'


def test_nobody_sees_the_field_for_programs(page: Page) -> None:
    for template, name in (("partials/entry/entry_form.html", "empty"), ("partials/desk/composer.html", "empty")):
        html = with_around(state(template, name).render(), hosting=True)
        assert not shows(page, html, "[name=subject]"), template


@pytest.mark.parametrize(
    ("template", "name", "selector"),
    [
        ("partials/entry/entry.html", "as a host sees it", ".tools"),
        ("partials/comment/comment.html", "as a host sees it", ".tools"),
        ("partials/desk/host_bar.html", "live", ".host-bar"),
        ("partials/post/removed.html", "plain", ".gap"),
    ],
)
def test_controls_of_hosts_go_with_what_says_that_one_hosts(
    page: Page, template: str, name: str, selector: str
) -> None:
    html = state(template, name).render()
    assert shows(page, with_around(html, hosting=True), selector)
    assert not shows(page, with_around(html, hosting=False), selector)


@pytest.mark.parametrize("around", ["{}", "<div>{}</div>"], ids=["on a page", "in an element of a theme"])
def test_the_composer_is_there_while_visitors_may_post(page: Page, around: str) -> None:
    composer = around.format(state("partials/entry/entry_form.html", "empty").render())
    for name, there in (("live", True), ("ended", False), ("posting closed", False)):
        head = state("partials/event/event.html", name).render()
        assert shows(page, with_around(head + composer, hosting=False), ".composer") is there, name


@pytest.mark.parametrize("form", ["edit_form", "remove_form", "ban_form"])
def test_hosts_change_posts_of_an_event_that_is_over(page: Page, form: str) -> None:
    """The rule that hides the composer then hides no other form that looks like it."""
    head = state("partials/event/event.html", "ended").render()
    change = next(iter(states_of(f"partials/post/{form}.html"))).render()
    html = with_around(f'{head}<article class="entry"><div class="change">{change}</div></article>', hosting=True)
    assert shows(page, html, ".change form")
    assert shows(page, html, ".change form button")


def test_the_connection_is_said_to_be_lost_after_40_seconds_without_a_heartbeat_and_not_before(page: Page) -> None:
    html = with_around(
        f'<div class="signs">{state("partials/live/heartbeat.html", "live").render()}</div>', hosting=False
    )
    for seconds, lost in ((0, False), (39, False), (41, True)):
        page.evaluate("html => document.body.innerHTML = html", html)
        page.evaluate("at => document.getAnimations().forEach(each => each.currentTime = at)", seconds * 1000)
        seen = [page.locator(each).evaluate(SHOWN) for each in (".when-lost", ".when-fine")]
        assert seen == [lost, not lost], seconds


def test_undo_goes_after_half_a_minute(page: Page) -> None:
    said = '<div class="said">Removed <form class="undo"><button>Undo</button></form></div>'
    html = with_around(f'<div id="done">{said}</div>', hosting=True)
    for seconds, there in ((0, True), (29, True), (31, False)):
        page.evaluate("html => document.body.innerHTML = html", html)
        page.evaluate("at => document.getAnimations().forEach(each => each.currentTime = at)", seconds * 1000)
        assert page.get_by_text("Undo").evaluate(SHOWN) is there, seconds
