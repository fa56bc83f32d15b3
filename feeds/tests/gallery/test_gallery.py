"""The designers' gallery: every template in every state, without a database, and for designers alone."""

import re
import threading
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finder
from django.template.backends.django import DjangoTemplates
from django.urls import reverse

from feeds import gallery
from feeds.gallery import contract
from feeds.gallery.inert import ALLOWED, inert
from feeds.gallery.samples import RTL
from feeds.tests.helpers import elements, fetch
from serving.static import StaticFiles

PARTIALS = sorted(
    path.relative_to(settings.ROOT / "templates").as_posix()
    for path in Path(settings.ROOT, "templates/partials").rglob("*.html")
)

NO_PAGES = {
    "live.html",
    "design/gallery.html",
    "design/tree.html",
    "design/audit.html",
    "design/pictures.html",
    "design/choices.html",
    "design/state.html",
    "design/colours.html",
    "design/swatch.html",
    "design/rehearse.html",
    "design/rehearsal.html",
    "design/rehearsal_controls.html",
    "design/rehearsal_over.html",
    "design/rehearsal_over_frame.html",
    "design/frame_log_row.html",
    "design/frame_log_frame.html",
}


@pytest.mark.parametrize("partial", PARTIALS)
def test_every_partial_has_states_that_need_no_database_and_are_always_the_same(partial):
    states, again = (list(gallery.states_of(partial)) for _ in range(2))
    assert len({state.slug for state in states}) == len(states) > 0
    assert [state.render() for state in states] == [state.render() for state in again]


def test_every_page_has_states_as_well():
    root = Path(settings.ROOT, "templates")
    files = (path for suffix in ("html", "txt") for path in root.rglob(f"*.{suffix}"))
    there = {path.relative_to(root).as_posix() for path in files} - set(PARTIALS) - NO_PAGES
    assert there == {name for name in gallery.templates() if not name.startswith("partials/")}
    for name in there:
        states = list(gallery.states_of(name))
        assert len({state.slug for state in states}) == len(states) > 0
        if name not in {"base.html", "event/entries.html"} and not name.startswith("mail/"):
            assert all("<h1" in state.render() for state in states), name


@pytest.mark.parametrize("template", ["post/entry.html", "partials/entry/around.html"])
def test_the_surroundings_of_a_state_are_not_mistaken_for_the_entries_around_one(as_admin, template):
    for state in gallery.states_of(template):
        if "around" in state.context:
            shown = fetch(as_admin, f"/design/{template}/{state.slug}/")
            assert shown.count('class="place') == len(state.context["around"]), state.name


def test_the_gallery_shows_every_state_at_two_widths_in_two_schemes_with_its_file_and_its_context(as_admin):
    page = fetch(as_admin, reverse("design") + "?only=partials/entry/entry.html")
    frames = [dict(attrs) for tag, attrs in elements(page) if tag == "iframe"]
    states = list(gallery.states_of("partials/entry/entry.html"))
    assert len(frames) == 4 * len(states)
    assert {(frame["width"], re.search("scheme=([a-z]+)", frame["src"])[1]) for frame in frames} == {
        (width, scheme) for width in ("360", "1280") for scheme in ("light", "dark")
    }
    assert {frame["loading"] for frame in frames} == {"lazy"}
    assert "<h2" in page
    assert "partials/entry/entry.html" in page
    assert "Context: event, entry" in page
    for state in states:
        assert f'href="{reverse("design-state", args=["partials/entry/entry.html", state.slug])}?scheme=dark"' in page


def test_the_gallery_of_all_waits_for_no_contract_and_each_is_worked_out_once(
    as_admin, watch, monkeypatch, settings, tmp_path
):
    settings.VAR = tmp_path
    asked, may_go_on, checked = [], threading.Event(), {name: threading.Event() for name in gallery.templates()}

    def problems(template, *, everywhere):
        may_go_on.wait()
        asked.append(template)
        checked[template].set()
        return [f"{template} is crooked"]

    monkeypatch.setattr(contract, "problems", problems)
    first = fetch(as_admin, "/design/")
    assert "still being checked" in first
    assert "crooked" not in first
    may_go_on.set()
    for each in checked.values():
        each.wait()
    second = fetch(as_admin, "/design/")
    while "still being checked" in second:  # the last one is being noted down
        second = fetch(as_admin, "/design/")
    assert second.count("is crooked") == len(gallery.templates())
    assert fetch(as_admin, "/design/?only=partials/post/by.html").count("is crooked") == 1
    assert sorted(asked) == sorted(gallery.templates())


def test_a_state_alone_is_the_partial_itself_in_a_page_that_does_nothing(as_admin):
    answer = as_admin.get(reverse("design-state", args=["partials/entry/entry.html", "plain"]) + "?scheme=dark")
    page = answer.content.decode()
    assert inert(next(gallery.states_of("partials/entry/entry.html")).render()) in page
    assert 'data-scheme="dark"' in page
    assert "<script" not in page
    assert "form-action 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("template", gallery.templates())
def test_nothing_in_any_state_leads_to_real_data(template):
    for state in gallery.states_of(template):
        for tag, attrs in elements(inert(state.render())):
            for name, value in attrs:
                leads = re.match(r"\s*(?:[/?]|\.\.?/|https?:|wss?:|javascript:|data:|mailto:)", value or "")
                is_text = name in {"value", "xmlns", "content", "placeholder"}
                assert not leads or is_text or value.startswith(ALLOWED), (state.name, tag, name, value)
            assert not (dict(attrs).get("http-equiv") and dict(attrs).get("content")), state.name


def test_a_remove_in_the_gallery_opens_no_entry_of_an_event(as_admin):
    page = fetch(as_admin, reverse("design-state", args=["partials/post/tools.html", "of-a-comment"]))
    assert '<a href="#nowhere">Remove<' in page


def test_a_whole_page_is_shown_as_it_is(as_admin):
    page = fetch(as_admin, reverse("design-state", args=["event/event.html", "connection-lost"]))
    assert 'data-still="lost"' in page
    assert "<script" not in page


@pytest.mark.parametrize("path", ["event/event.html/a-right-to-left-page", "event/wall.html/a-right-to-left-wall"])
def test_a_page_and_a_wall_are_in_a_language_from_right_to_left(as_admin, path):
    page = fetch(as_admin, f"/design/{path}/?language=en")
    assert re.search(r'<html lang="ar" dir="rtl"', page)
    assert RTL in unescape(page)


def test_a_mail_is_shown_as_plain_text(as_admin):
    page = fetch(as_admin, "/design/mail/reset.txt/plain/")
    assert re.search(r'<pre class="source">Hello olga,\n', page)
    assert "{%" not in page
    assert "https://live.example.org/password/sample/" in page
    subject = next(iter(gallery.states_of("mail/reset_subject.txt"))).render()
    assert subject.strip() == "A new password for Commentary"


@pytest.mark.parametrize(
    "path", ["partials/entry/entry.html/nonsense/", "partials/nothing.html/plain/", "../settings.py/x/"]
)
def test_what_there_is_not_is_not_there(as_admin, path):
    assert as_admin.get(f"/design/{path}").status_code == 404


def test_everybody_sees_it_in_development_and_staff_alone_in_public(client, as_olga, as_admin, settings):
    assert [each.get("/design/?only=x").status_code for each in (client, as_olga, as_admin)] == [404, 404, 200]
    settings.DEBUG = True
    assert client.get("/design/?only=x").status_code == 200


def test_django_s_own_loader_takes_every_template():
    """With DEBUG=1 nothing takes comments away before Django sees them."""
    options = settings.TEMPLATES[0]["OPTIONS"] | {"loaders": ["django.template.loaders.filesystem.Loader"]}
    folders = settings.TEMPLATES[0]["DIRS"]
    plain = DjangoTemplates({"NAME": "plain", "DIRS": folders, "APP_DIRS": False, "OPTIONS": options})
    for template in gallery.templates():
        assert plain.get_template(template).template.name == template


def test_colours_and_fonts_are_tokens_which_one_short_file_sets():
    """A theme, an event or a chosen scheme changes them in one place."""
    styles = {path.name: path.read_text() for path in Path(settings.ROOT, "static").rglob("*.css")}
    tokens = styles.pop("tokens.css")
    assert len(tokens.splitlines()) < 80
    named = set(re.findall(r"(--[a-z-]+):", tokens + "".join(styles.values())))
    for name, text in styles.items():
        screen = text.partition("@media print")[0]
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl|oklch|font-family: [^v]", screen), name
        assert set(re.findall(r"var\((--[a-z-]+)\)", text)) <= named, name


def test_no_change_of_a_page_makes_browsers_look_through_all_of_it():
    """`:has()` of the page or of what is around it names the way to what it looks for: bench/browser.py measures it."""
    for path in Path(settings.ROOT, "static").rglob("*.css"):
        around = re.findall(r"(?:html|body|main|:root|#live|\.page):has\(([^()]*)", path.read_text())
        assert [inner for inner in around if not inner.strip().startswith(">")] == [], path.name


def compounds(sheet):
    """Each part of the sheet's selectors that a combinator follows, with the combinator and the part behind it.

    What is in brackets stays in its part, since browsers look at it with that.
    """
    rules = re.sub(r"/\*.*?\*/|@import[^;]*;", "", sheet, flags=re.DOTALL)
    for listed in re.findall(r"(?:^|(?<=[{};]))([^{};@]+)\{", rules):
        flat, depth = "", 0
        for char in listed.strip():
            depth += (char in "([") - (char in ")]")
            flat += "_" if depth and char in " \n,>+~" else char
        for selector in flat.split(","):
            parts = re.split(r"\s*([>+~])\s*|\s+", selector.strip())
            for part, combinator, behind in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
                yield part, combinator or " ", behind


AROUND = r"(html|body|main|:root|#live|#entries|\.page|\.entries|\.wall|\.listing|\.columns|\.panes)(?![\w-])|:is\("


@pytest.mark.parametrize("name", sorted(path.name for path in Path(settings.ROOT, "static").rglob("*.css")))
def test_a_new_entry_makes_browsers_look_at_itself_not_at_the_whole_list(name):
    """Elements around entries may have `:has()` only where a selector ends: there it changes that element alone.

    Before `+` and `~` is something that no entry has, and no mere tag, since browsers then look for what is behind it
    below the whole list. `:nth-child()` makes them look at every entry, and is for the line that holds a place.
    """
    (path,) = Path(settings.ROOT, "static").rglob(name)
    found = []
    for part, combinator, behind in compounds(path.read_text()):
        where, _, arguments = part.partition(":has(")
        if arguments and re.match(AROUND, where or ":is("):
            found.append((part, combinator))
        if combinator in "+~" and not re.search(r"[#.\[]", re.sub(r":\w[\w-]*\(.*", "", part)):
            found.append((part, combinator))
        if combinator in "+~" and re.match(r"\.entry(?![\w-])|\[data-day|\[data-position", part) and name != "days.css":
            found.append((part, combinator))
        if ":nth-" in behind and re.match(r"\.entry(?![\w-])", behind) and "on-desk" not in part:
            found.append((part, combinator, behind))
    assert found == []


@pytest.mark.parametrize("debug", [False, True])
def test_all_of_a_theme_is_served_but_its_templates_and_what_is_hidden(tmp_path, settings, debug):
    there = {"theme.css", "fonts/a.woff2"}
    hidden = ("templates/home/home.html", "templates/post/own_posts.css", ".git/config", "notes.html")
    for name in (*there, *hidden):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x")
    settings.THEME_DIR, settings.DEBUG = tmp_path, debug
    get_finder.cache_clear()
    served = StaticFiles(_nothing)
    for path in tmp_path.rglob("*"):
        url = f"/static/{path.relative_to(tmp_path)}"
        found = served.find_file(url) if debug else served.files.get(url)
        assert bool(found) is (str(path.relative_to(tmp_path)) in there), path
    get_finder.cache_clear()


async def _nothing(request):
    return None
