"""Switches of the gallery: a state in another language, direction, theme and medium."""

import re

import pytest
from django.contrib.staticfiles.finders import get_finder

from feeds.tests.helpers import elements, fetch

PAGE, PARTIAL = "/design/event/event.html/live/", "/design/partials/entry/entry.html/plain/"


@pytest.mark.parametrize("state", [PAGE, PARTIAL])
def test_a_state_is_shown_in_another_language_and_direction(as_admin, state):
    assert re.search(r'<html lang="en" dir="ltr"', fetch(as_admin, state))
    page = fetch(as_admin, f"{state}?language=de&direction=rtl")
    assert re.search(r'<html lang="de" dir="rtl"', page)
    assert "Kommentar" in page
    assert re.search(r'<html lang="en" dir="ltr"', fetch(as_admin, f"{state}?language=xx&direction=up"))


def test_a_medium_has_its_rules_on_the_screen(as_admin):
    page = fetch(as_admin, f"{PAGE}?medium=print")
    sheets = [dict(attrs).get("href", "") for tag, attrs in elements(page) if dict(attrs).get("rel") == "stylesheet"]
    assert [sheet for sheet in sheets if sheet.startswith("/static/")] == []
    assert "/design/sheets/print/site.css" in sheets
    printed, forced, calm = (fetch(as_admin, f"/design/sheets/{each}/site.css") for each in ("print", "forced", "calm"))
    assert ("@media print" in printed, "@media print" in forced) == (False, True)
    assert ("forced-colors: active" in printed, "forced-colors: active" in forced) == (True, False)
    assert ("prefers-reduced-motion" in printed, "prefers-reduced-motion" in calm) == (True, False)
    assert "@media (max-width: 0)" in calm


def test_forced_colours_win_over_those_of_a_theme(as_admin, settings, tmp_path):
    (tmp_path / "theme.css").write_text("a { color: red }")
    settings.THEME_DIR = tmp_path
    get_finder.cache_clear()
    assert fetch(as_admin, "/design/sheets/forced/theme.css").startswith("@layer components {")
    assert fetch(as_admin, "/design/sheets/print/theme.css") == "a { color: red }"
    get_finder.cache_clear()


@pytest.mark.parametrize(
    "path", ["x/site.css", "print/icon.svg", "print/nothing.css", "print/../manage.py", "print/templates/x.css"]
)
def test_there_are_no_other_sheets(as_admin, path):
    assert as_admin.get(f"/design/sheets/{path}").status_code == 404


def test_sheets_are_for_designers(client):
    assert client.get("/design/sheets/print/site.css").status_code == 404


def test_a_theme_is_shown_beside_the_original(as_admin, theme, tmp_path, settings):
    theme("partials/entry/entry.html", "<article ", "<article data-themed ")
    (tmp_path / "theme.css").write_text("a { color: red }")
    settings.THEME_DIR = tmp_path
    get_finder.cache_clear()
    used, original = (fetch(as_admin, f"{PARTIAL}?theme={each}") for each in ("", "original"))
    assert ("data-themed" in used, "/static/theme" in used) == (True, True)
    assert ("data-themed" in original, "/static/theme" in original) == (False, False)
    assert "<article" in original
    page = fetch(as_admin, "/design/?only=partials/entry/entry.html&state=plain&theme=both&width=phone&scheme=dark")
    assert ["theme=original" in dict(attrs)["src"] for tag, attrs in elements(page) if tag == "iframe"] == [False, True]
    get_finder.cache_clear()


def test_what_was_chosen_stays_chosen_and_each_state_asks_for_frames_like_it(as_admin):
    chosen = "width=phone&scheme=dark&language=de&direction=rtl&medium=calm&zoomed=200"
    page = fetch(as_admin, f"/design/?only=partials/post/by.html&{chosen}")
    taken = [dict(attrs)["value"] for tag, attrs in elements(page) if tag == "option" and "selected" in dict(attrs)]
    assert taken == ["phone", "dark", "de", "rtl", "calm", "200"]
    frames = [dict(attrs) for tag, attrs in elements(page) if tag == "iframe"]
    assert {frame["width"] for frame in frames} == {"180"}  # zoomed, it is as wide as a phone
    assert all("&language=de&direction=rtl&medium=calm" in frame["src"] for frame in frames)
    assert chosen.replace("&", "&amp;") in page
